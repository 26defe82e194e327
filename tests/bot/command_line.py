"""Commands of ``nrrbot``, run as a person runs them."""

import json
import os
from typing import Any

import pytest

from bot.__main__ import run
from storage.store.engine import Store
from tests.storage.at_head import set_up

Capture = pytest.CaptureFixture[str]


def new_store() -> None:
    """Set up the store that the environment names, as ``nrrbot db upgrade`` does."""
    set_up(Store(os.environ["DATABASE_URL"]))


def told(capsys: Capture, *arguments: str) -> str:
    """Run a line that must work; return what it prints."""
    code = run(list(arguments))
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, "")
    return captured.out


def document(capsys: Capture, *arguments: str) -> dict[str, Any]:
    """Run a line that must work; return the JSON document that it prints."""
    result = json.loads(told(capsys, *arguments, "--json"))
    assert isinstance(result, dict)
    return result


def refusal(capsys: Capture, *arguments: str) -> str:
    """Run a line that must fail; return its one sentence."""
    code = run(list(arguments))
    captured = capsys.readouterr()
    assert code == 1, captured
    assert "Traceback" not in captured.err
    lines = captured.err.strip().splitlines()
    assert len(lines) == 1, captured.err
    return lines[0]
