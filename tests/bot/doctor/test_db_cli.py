import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import run
from tests.bot.command_line import Capture, document, refusal

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

    assert "month_column.amount of 2026-07" in refusal(capsys, "db", "check")
    assert run(["db", "rebuild"]) == 0
    assert run(["db", "check"]) == 0


@pytest.mark.usefixtures("filled")
def test_an_upgrade_builds_what_a_new_rule_has_dropped(tmp_path: Path) -> None:
    assert run(["db", "rebuild"]) == 0  # to the same day as the upgrade
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


@pytest.mark.usefixtures("filled")
def test_a_month_is_shown_balance_by_balance(capsys: Capture) -> None:
    assert run(["db", "show", "2026-07"]) == 0

    shown = capsys.readouterr().out
    assert "July 2026: 4 balances with MRR on 1 Jul 2026 or a movement in the month" in shown
    assert "alpha" in shown
    assert "$1,000.00  paying since 15 Jun 2025" in shown
    assert "14 Jul 2026: +$200.00 expansion, seats" in shown
    assert "delta" not in shown  # it had left in May


@pytest.mark.usefixtures("filled")
def test_the_last_month_is_that_of_the_day_that_is_named(capsys: Capture) -> None:
    found = document(capsys, "db", "show", "last-month", "--today", "2026-08-05")

    assert found["month"] == "2026-07"


@pytest.mark.usefixtures("filled")
def test_a_month_is_shown_as_json(capsys: Capture) -> None:
    found = document(capsys, "db", "show", "2026-09", "--limit", "1")

    assert (found["month"], found["balances"], len(found["shown"])) == ("2026-09", 6, 1)
    assert found["shown"][0] == {
        "account": "alpha",
        "product": None,
        "currency": "USD",
        "mrr": "1200.00",
        "counts_under": None,
        "attributes": {
            "acv_tier": "under-25k",
            "industry": "fintech",
            "segment": "enterprise",
            "tenure": "over-365-days",
            "value_tier": "high",
        },
        "first_paid": "2025-06-15",
        "movements": [],
    }


@pytest.mark.usefixtures("filled")
def test_more_balances_than_the_limit_are_counted(capsys: Capture) -> None:
    assert run(["db", "show", "2026-07", "--limit", "3"]) == 0

    assert "and 1 more: --limit N shows more of them" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("month", "words"),
    [
        ("2026-Q3", "takes a month such as 2026-10, not 2026-Q3"),
        ("soon", 'takes a month such as 2026-10, not "soon"'),
        ("2031-01", "choose one from 2025-06 to 2026-12"),
    ],
)
@pytest.mark.usefixtures("filled")
def test_what_is_no_month_that_is_built_is_refused(month: str, words: str, capsys: Capture) -> None:
    assert words in refusal(capsys, "db", "show", month)
