import io
import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot.__main__ import run
from bot.answers.workplace import Workplace
from bot.clock import utc_now
from bot.importing.job import land_due
from metrics.days import day_in_full
from storage.access.audit import newest
from tests.bot.command_line import Capture, document, new_store, refusal

HEADER = "account_id,date,amount,currency\n"
LATER = (utc_now() + timedelta(days=40)).date()
"""A day that rows wait for: every month until there is built when they land."""
AFTER_IT = str(LATER + timedelta(days=1))


@pytest.fixture(autouse=True)
def imported(home: None, tmp_path: Path, capsys: Capture) -> None:
    """Two files: August falls to 75 % by the second one, of which one row waits."""
    del home  # it is where commands run
    june = f"{HEADER}anna,2026-06-01,100,USD\nbert,2026-06-01,300,USD\n"
    (tmp_path / "june.csv").write_text(june, encoding="utf-8")
    later = f"{june}anna,2026-08-05,-100,USD\ncleo,{LATER},5,USD\n"
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
    shown = capsys.readouterr().out
    assert "august.csv" in shown
    assert re.search(r" Jun 2026 .* Aug 2026 ", shown, re.DOTALL)
    assert not re.search(r"[0-9]{4}-[0-9]{2}", shown)


def test_an_import_of_several_months_names_the_first_and_the_last(
    tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "near.csv").write_text(
        f"{HEADER}dora,2026-04-01,5,USD\ndora,2026-05-02,5,USD\n", encoding="utf-8"
    )
    (tmp_path / "far.csv").write_text(
        f"{HEADER}emil,2024-11-03,5,USD\nemil,2026-05-04,5,USD\n", encoding="utf-8"
    )
    run(["import", "movements", "near.csv"])
    run(["import", "movements", "far.csv"])
    capsys.readouterr()

    assert run(["import", "list"]) == 0
    shown = capsys.readouterr().out
    assert "Apr to May 2026" in shown
    assert re.search(r"Nov 2024 to +far\.csv *\n +May 2026 +movements", shown)


def test_imports_of_several_currencies_leave_every_column_its_room(
    tmp_path: Path, capsys: Capture
) -> None:
    codes = ("EUR", "GBP", "JPY", "KWD", "SEK")
    lines = "".join(
        f"dora,2026-05-02,5000,{code},no\nerna,2026-05-02,70,{code},yes\n" for code in codes
    )
    (tmp_path / "world.csv").write_text(
        f"account_id,date,amount,currency,usage\n{lines}", encoding="utf-8"
    )
    run(["import", "movements", "world.csv"])
    capsys.readouterr()

    assert run(["import", "list"]) == 0
    shown = capsys.readouterr().out

    assert re.search("No. .*When .*Rows .*MRR .*Usage .*Months .*File and kind", shown)
    assert all(one in shown for one in ("€5k", "£5k", "¥5k", "KWD\xa05k", "SEK\xa05k", "KWD\xa070"))


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
    land_due(place.store, place.settings, lambda: LATER)
    land_due(place.store, place.settings, lambda: LATER)

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


def test_before_the_first_import_it_is_said_how_to_begin(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.db'}")
    new_store()
    capsys.readouterr()

    assert run(["import", "list"]) == 0
    assert capsys.readouterr().out == "Nothing was imported yet: `nrrbot import FILE` begins.\n"


class Typed(io.StringIO):
    """What a person types at a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "code", "count"), [("y\n", 0, 3), ("\n", 1, 2)])
def test_at_a_terminal_a_person_is_asked_before_an_import_is_taken_back(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, answer: str, code: int, count: int
) -> None:
    monkeypatch.setattr("sys.stdin", Typed(answer))

    assert run(["import", "reverse", "2"]) == code
    assert "from 75.0% to 100.0%. Reverse import 2? [y/N]" in capsys.readouterr().err
    assert len(document(capsys, "import", "list")["imports"]) == count


def test_a_reversal_and_what_waits_have_their_json(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "dora.csv").write_text(f"{HEADER}dora,{LATER},-5,USD\n", encoding="utf-8")
    assert run(["import", "movements", "dora.csv"]) == 0
    capsys.readouterr()

    [waiting] = document(capsys, "import", "due", "--today", AFTER_IT)["waiting"]
    reversed_ = document(capsys, "import", "reverse", "2", "--yes")

    assert waiting["message"].startswith(f"amount takes dora below zero on {day_in_full(LATER)}")
    assert (reversed_["reversed"], reversed_["changes"][0]) == (
        *(2, "Import 2: 2 rows to take back."),
    )


def test_why_a_row_goes_on_waiting_is_said_and_the_job_counts_it(
    tmp_path: Path, capsys: Capture, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "dora.csv").write_text(f"{HEADER}dora,{LATER},-5,USD\n", encoding="utf-8")
    assert run(["import", "movements", "dora.csv"]) == 0
    place = Workplace()
    land_due(place.store, place.settings, lambda: LATER)
    capsys.readouterr()

    assert run(["import", "due", "--today", AFTER_IT]) == 0
    assert "cannot land: amount takes dora below zero" in capsys.readouterr().out
    assert "1 findings keep rows waiting" in caplog.text
    assert run(["import", "list"]) == 0
    assert "movements, due" in " ".join(capsys.readouterr().out.split())


def test_at_a_terminal_a_person_says_what_becomes_of_rows_that_are_held(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "anna,2026-06-01,100,USD\nemil,2026-06-01,7,USD\n"
    (tmp_path / "part.csv").write_text(HEADER + rows, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", Typed())
    monkeypatch.setattr("typer.prompt", lambda *_, **__: "replace")
    monkeypatch.setattr("typer.confirm", lambda *_, **__: True)

    assert run(["import", "movements", "part.csv"]) == 0
    assert "1 row that the file does not have was reversed." in capsys.readouterr().out
