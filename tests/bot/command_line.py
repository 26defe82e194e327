"""Commands of ``nrrbot``, run as a person runs them."""

import json
from typing import Any

import pytest

from bot.__main__ import run

Capture = pytest.CaptureFixture[str]


def document(capsys: Capture, *arguments: str) -> dict[str, Any]:
    assert run([*arguments, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
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
