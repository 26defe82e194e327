import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import run
from tests.bot.command_line import refusal

Capture = pytest.CaptureFixture[str]
pytestmark = pytest.mark.usefixtures("home")
JULY = 20635  # 2026-07-01 in days since 1970


@pytest.mark.usefixtures("filled")
def test_the_store_is_checked_rebuilt_and_copied(tmp_path: Path, capsys: Capture) -> None:
    assert run(["db", "check"]) == 0
    assert run(["db", "rebuild"]) == 0
    assert run(["db", "backup", "copy.db"]) == 0
    assert run(["db", "upgrade"]) == 0

    assert (tmp_path / "copy.db").exists()
    shown = capsys.readouterr().out
    assert "what the ledger says" in shown
    assert "ready already" in shown


@pytest.mark.usefixtures("filled")
def test_balances_that_are_not_the_ledgers_are_found_and_mended(
    tmp_path: Path, capsys: Capture
) -> None:
    with closing(sqlite3.connect(tmp_path / "nrrbot.db")) as connection, connection:
        connection.execute("DELETE FROM month_column WHERE month = ?", [JULY])

    assert "2026-07-01" in refusal(capsys, "db", "check")
    assert run(["db", "rebuild"]) == 0
    assert run(["db", "check"]) == 0


@pytest.mark.usefixtures("filled")
def test_an_upgrade_builds_what_a_new_rule_has_dropped(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "nrrbot.db")) as connection, connection:
        stored = connection.execute("SELECT * FROM month_column").fetchall()
        connection.execute("DELETE FROM month_column")
        connection.execute("DELETE FROM column_build")

    assert run(["db", "upgrade"]) == 0

    with closing(sqlite3.connect(tmp_path / "nrrbot.db")) as connection:
        assert connection.execute("SELECT * FROM month_column").fetchall() == stored


@pytest.mark.usefixtures("filled")
def test_a_copy_replaces_no_file(capsys: Capture) -> None:
    assert "already" in refusal(capsys, "db", "backup", "movements.csv")


@pytest.mark.parametrize(
    "arguments",
    [["db", "check"], ["db", "rebuild"]],
    ids=["check", "rebuild"],
)
@pytest.mark.usefixtures("movements")
def test_without_a_store_it_says_how_to_make_one(
    arguments: list[str], tmp_path: Path, capsys: Capture
) -> None:
    assert "nrrbot db upgrade" in refusal(capsys, *arguments)
    assert not (tmp_path / "nrrbot.db").exists()
