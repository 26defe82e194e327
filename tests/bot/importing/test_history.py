from datetime import date
from pathlib import Path

import pytest

from bot.__main__ import run
from bot.answers.workplace import Workplace
from bot.importing.job import DueRows
from storage.access.audit import newest
from tests.bot.command_line import document, new_store, refusal

Capture = pytest.CaptureFixture[str]

HEADER = "account_id,date,amount,currency\n"


@pytest.fixture(autouse=True)
def imported(home: None, tmp_path: Path, capsys: Capture) -> None:
    """Two files: August falls to 75 % by the second one, of which one row waits."""
    del home  # it is where commands run
    june = f"{HEADER}anna,2026-06-01,100,USD\nbert,2026-06-01,300,USD\n"
    (tmp_path / "june.csv").write_text(june, encoding="utf-8")
    later = f"{june}anna,2026-08-05,-100,USD\ncleo,2199-01-01,5,USD\n"
    (tmp_path / "august.csv").write_text(later, encoding="utf-8")
    new_store()
    for name in ("june.csv", "august.csv"):
        assert run(["import", "movements", name]) == 0
    capsys.readouterr()


def test_imports_are_listed_with_what_they_did(capsys: Capture) -> None:
    found = document(capsys, "import", "list")["imports"]

    assert [(one["number"], one["file"], one["kind"], one["rows"]) for one in found] == [
        (1, "june.csv", "file", 2),
        (2, "august.csv", "file", 4),
    ]
    assert [one["mrr"] for one in found] == [{"USD": "400.00"}, {"USD": "-100.00"}]
    assert [one["first_month"] for one in found] == ["2026-06", "2026-08"]
    assert run(["import", "list"]) == 0
    assert "august.csv" in capsys.readouterr().out


def test_usage_has_a_column_where_there_is_any_and_a_reversal_takes_it_back(
    tmp_path: Path, capsys: Capture
) -> None:
    lines = "account_id,date,amount,currency,usage\nanna,2026-07-01,50,USD,yes\n"
    (tmp_path / "usage.csv").write_text(lines, encoding="utf-8")
    assert run(["import", "list"]) == 0
    assert "Usage" not in capsys.readouterr().out
    run(["import", "movements", "usage.csv"])
    run(["import", "reverse", "3", "--yes"])
    capsys.readouterr()

    found = document(capsys, "import", "list")["imports"]
    assert [one["usage"] for one in found] == [{}, {}, {"USD": "50.00"}, {"USD": "-50.00"}]
    assert (found[2]["mrr"], found[2]["first_month"]) == ({}, "2026-07")
    assert run(["import", "list"]) == 0
    assert "Usage" in capsys.readouterr().out


def test_a_reversal_says_what_it_would_change_and_wants_a_yes(capsys: Capture) -> None:
    said = refusal(capsys, "import", "reverse", "2")

    assert "NRR: August 2026 from 75.0% to 100.0%." in said
    assert said.endswith("Say --yes to reverse import 2.")
    assert len(document(capsys, "import", "list")["imports"]) == 2


def test_a_reversal_says_nothing_of_months_that_are_not_in(capsys: Capture) -> None:
    assert run(["import", "reverse", "2", "--yes"]) == 0
    capsys.readouterr()

    said = refusal(capsys, "import", "reverse", "1", "--today", "2026-11-28")

    assert "2 rows to take back. No month's NRR changes." in said


def test_imports_are_audited(capsys: Capture) -> None:
    assert run(["import", "list"]) == 0
    capsys.readouterr()

    with Workplace().store.read() as session:
        links = newest(session, 5)

    assert [(link.entry.action, link.entry.data_version) for link in links] == [
        ("import 2", 2),
        ("import 1", 1),
    ]


def test_a_reversal_is_listed_and_audited(capsys: Capture) -> None:
    assert run(["import", "reverse", "2", "--yes"]) == 0

    capsys.readouterr()
    last = document(capsys, "import", "list")["imports"][-1]
    assert (last["kind"], last["reverses"], last["mrr"]) == ("reversal", 2, {"USD": "100.00"})
    with Workplace().store.read() as session:
        [link] = newest(session, 1)
    assert (link.entry.action, link.entry.data_version) == ("import reverse 2", 3)
    assert "reversed already" in refusal(capsys, "import", "reverse", "2", "--yes")


def test_what_waited_lands_on_its_day(capsys: Capture) -> None:
    assert run(["import", "due"]) == 0
    assert capsys.readouterr().out == "No row waits for a day that has come.\n"

    place = Workplace()
    DueRows(place.store, place.settings, lambda: date(2199, 1, 1)).run()
    DueRows(place.store, place.settings, lambda: date(2199, 1, 1)).run()

    kinds = [one["kind"] for one in document(capsys, "import", "list")["imports"]]
    assert kinds == ["file", "file", "due"]


def test_a_reversal_of_signals_says_that_they_stop_counting(
    tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "signals.csv"
    file.write_text("account_id,date,metric,value\nanna,2026-08-01,logins,5\n")
    assert run(["import", str(file)]) == 0
    assert "The data ends" not in capsys.readouterr().out

    assert run(["import", "reverse", "3", "--yes"]) == 0

    assert "Import 3: its 1 row of signals stops counting." in capsys.readouterr().out
