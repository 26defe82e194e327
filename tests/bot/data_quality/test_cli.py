import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import run
from storage.store.engine import Store
from tests.bot.small_company import small_company
from tests.storage.stores import url_of

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A small company's store, which the settings name."""
    made = small_company(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url_of(made))
    yield made
    made.engine.dispose()


def told(capsys: Capture, *words: str) -> str:
    assert run([*words]) == 0
    return capsys.readouterr().out


def test_the_worst_comes_first_with_what_to_type_and_json_has_every_figure(capsys: Capture) -> None:
    said = told(capsys, "data", "--today", "2026-11-21")
    document = json.loads(told(capsys, "data", "--today", "2026-11-21", "--json"))

    assert said.splitlines()[0] == document["problems"][0]["sentence"]
    assert document["problems"][0]["remedy"][:20] in said
    assert document["reconciles"] is True
    assert {row["difference"] for row in document["bridge"]} == {"0.00"}
    assert max(map(len, said.splitlines())) <= 80
