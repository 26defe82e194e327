import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot import console
from bot.__main__ import run
from storage import schema
from tests.storage.courses import DROP, course, month
from tests.storage.stores import import_text, open_store

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with eight closed months, in which one segment drops; made once."""
    folder = tmp_path_factory.mktemp("alerts")
    with open_store(folder / "store.db") as store:
        schema.upgrade(store)
        import_text(store, course(enterprise=DROP, smb=["102"] * 8), closed_through=month(8))
        schema.backup(store, folder / "copy.db")
    return folder / "copy.db"


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'nrrbot.db'}")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def _filled(imported: Path, tmp_path: Path) -> None:
    shutil.copy(imported, tmp_path / "nrrbot.db")


def told(capsys: Capture, *arguments: str) -> str:
    """Run a line that must work; return what it prints."""
    code = run(["alerts", *arguments])
    captured = capsys.readouterr()
    assert (code, captured.err) == (0, "")
    return captured.out


def document(capsys: Capture, *arguments: str) -> dict[str, Any]:
    result = json.loads(told(capsys, *arguments, "--json"))
    assert isinstance(result, dict)
    return result


def refusal(capsys: Capture, *arguments: str) -> str:
    """Run a line that must fail; return its one sentence."""
    code = run(["alerts", *arguments])
    captured = capsys.readouterr()
    assert (code, captured.out) == (1, "")
    [line] = captured.err.strip().splitlines()
    return line


@pytest.mark.usefixtures("_filled")
def test_an_evaluation_prints_what_is_not_inactive_as_json_and_nothing_else(
    capsys: Capture,
) -> None:
    found = document(capsys, "evaluate", "--today", "2025-09-03")

    assert found.keys() == {"data_version", "alerts"}
    assert found["data_version"] == 1
    assert found["alerts"][0] == {
        "rule": "sustained-drop",
        "scope": {"segment": "enterprise"},
        "period": "2025-08",
        "state": "firing",
        "transition": "fired",
        "value": "0.980000",
        "baseline": "1.020000",
        "threshold": "0.020000",
    }
    assert {entry["state"] for entry in found["alerts"]} == {"firing"}


@pytest.mark.usefixtures("_filled")
def test_a_second_evaluation_has_nothing_new(capsys: Capture) -> None:
    first = document(capsys, "evaluate")
    second = document(capsys, "evaluate")

    assert second["alerts"] == [{**entry, "transition": None} for entry in first["alerts"]]


@pytest.mark.usefixtures("_filled")
def test_the_list_has_every_rule_on_every_scope(capsys: Capture) -> None:
    fired = document(capsys, "evaluate")["alerts"]

    listed = document(capsys, "list")["alerts"]

    assert len(listed) == 3 * 4
    assert [entry for entry in listed if entry["state"] != "inactive"] == [
        {**entry, "transition": None} for entry in fired
    ]
    [floor] = [entry for entry in listed if (entry["rule"], entry["scope"]) == ("floor", {})]
    assert (floor["state"], floor["baseline"], floor["threshold"]) == ("inactive", None, "0.900000")


@pytest.mark.usefixtures("_filled")
def test_a_person_sees_the_month_what_is_usual_and_how_it_stands(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.out, "_width", 100)

    shown = told(capsys, "evaluate")

    [row] = [line for line in shown.splitlines() if line.startswith(" sustained-drop, enterprise")]
    assert "2025-08" in row
    assert "NRR 98.0%   102.0%   \N{MINUS SIGN}2.0 pts   firing   fired" in row
    assert "shock, company" in shown
    assert "floor, smb" in told(capsys, "list")


@pytest.mark.usefixtures("_filled")
def test_a_list_before_any_evaluation_says_what_to_do(capsys: Capture) -> None:
    assert "run `nrrbot alerts evaluate`" in told(capsys, "list")
    assert document(capsys, "list") == {"data_version": None, "alerts": []}


def test_nothing_to_show_is_said(capsys: Capture, tmp_path: Path) -> None:
    with open_store(tmp_path / "nrrbot.db") as store:
        schema.upgrade(store)
        import_text(store, course(smb=["102"] * 8), closed_through=month(8))

    assert told(capsys, "evaluate") == "No alert is firing or pending.\n"


def test_an_empty_ledger_and_no_store_are_one_sentence_each(
    capsys: Capture, tmp_path: Path
) -> None:
    for line in ("evaluate", "list"):
        assert "nrrbot db upgrade" in refusal(capsys, line)

    with open_store(tmp_path / "nrrbot.db") as store:
        schema.upgrade(store)
    assert "the ledger is empty" in refusal(capsys, "evaluate").lower()


def test_a_day_that_cannot_be_read_is_one_sentence(capsys: Capture) -> None:
    assert "--today takes a day" in refusal(capsys, "evaluate", "--today", "soon")
