import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import console
from bot.__main__ import run
from bot.clock import utc_now
from bot.style.names import day_words
from storage.importing.asking import Ask, Overlap
from tests.bot import command_line
from tests.bot.alerts.scene import low_segment
from tests.bot.command_line import Capture
from tests.storage.at_head import set_up
from tests.storage.courses import DROP, course, month
from tests.storage.filled import fill
from tests.storage.stores import csv_text, import_text, open_store

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def _filled(tmp_path: Path) -> None:
    low_segment(tmp_path)


def told(capsys: Capture, *arguments: str) -> str:
    return command_line.told(capsys, "alerts", *arguments)


def document(capsys: Capture, *arguments: str) -> dict[str, Any]:
    return command_line.document(capsys, "alerts", *arguments)


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

    assert found.keys() == {"data_version", "evaluated", "alerts"}
    assert (found["data_version"], found["evaluated"]) == (1, True)
    assert found["alerts"][0] == {
        "rule": "sustained-drop",
        "scope": {"segment": "enterprise"},
        "window": "month",
        "period": "2025-08",
        "state": "firing",
        "transition": "fired",
        "finding": "monthly NRR 98.0%, below 100.0% since Jul 2025",
        "value": "0.980000",
        "baseline": "1.020000",
        "threshold": "0.020000",
        "half": None,
    }
    # Eight months of data: no ratio of twelve months has an opening base.
    assert {(entry["window"], entry["state"]) for entry in found["alerts"]} == {
        ("month", "firing"),
        ("twelve-months", "no-base"),
    }


@pytest.fixture
def _before_the_close(tmp_path: Path) -> None:
    """Seven closed months, the last at 98 %, and as low an eighth that is in."""
    with open_store(tmp_path / "nrrbot.db") as store:
        set_up(store)
        fill(store, course(enterprise=DROP, smb=["104"] * 8), closed_through=month(7))


@pytest.mark.usefixtures("_before_the_close")
def test_a_drop_before_the_close_is_provisional_in_table_and_json(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.out, "_width", 120)
    for news in ("provisional", None):  # it is there at every evaluation, and new at the first
        found = document(capsys, "evaluate", "--today", "2025-09-03")["alerts"]

        found = [entry for entry in found if entry["scope"] == {"segment": "enterprise"}]
        early, other = [entry for entry in found if entry["state"] == "provisional"]
        assert (early["rule"], other["rule"]) == ("sustained-drop", "shock")
        assert (early["period"], early["transition"]) == ("2025-08", news)
        assert (early["value"], early["baseline"]) == ("0.980000", "1.020000")
        pending = next(entry for entry in found if entry["state"] == "pending")
        assert pending["period"] == "2025-07"

    rows = told(capsys, "evaluate").splitlines()
    row, _ = [one for one in rows if "provisional" in one]
    assert row.strip().startswith("sustained-drop, enterprise")
    assert "monthly NRR 98.0%" in row
    assert row.rstrip().endswith("provisional, Aug 2025 so far")


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
    shown = [{key: entry[key] for key in fired[0]} for entry in listed]
    assert [entry for entry in shown if entry["state"] != "inactive"] == [
        {**entry, "transition": None} for entry in fired
    ]
    assert len({entry["words"] for entry in listed}) == len(listed)
    assert listed[0].keys() - fired[0].keys() == {
        *("id", "words", "recipients", "owner", "snoozed_until", "snooze_reason")
    }
    [floor] = [entry for entry in listed if (entry["rule"], entry["scope"]) == ("floor", {})]
    assert (floor["state"], floor["value"], floor["threshold"]) == ("no-base", None, None)


@pytest.mark.usefixtures("_filled")
def test_a_person_sees_the_month_what_is_usual_and_how_it_stands(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console.out, "_width", 100)

    shown = told(capsys, "evaluate")

    [row] = [line for line in shown.splitlines() if line.startswith(" sustained-drop, enterprise")]
    assert "Alerts, closed months up to Aug 2025" in shown
    assert "monthly NRR 98.0%  102.0%    100.0%  firing, new" in row
    assert (
        "Not judged yet, because nothing was open when their time began: floor, masking." in shown
    )
    assert "no MRR 12 closed months back: company" in told(capsys, "list")


@pytest.mark.usefixtures("_filled")
def test_a_list_before_any_evaluation_says_what_to_do(capsys: Capture) -> None:
    assert "run `nrrbot alerts evaluate`" in told(capsys, "list")
    assert document(capsys, "list") == {"data_version": None, "evaluated": False, "alerts": []}


@pytest.mark.parametrize(
    ("months", "said"),
    [
        (8, "No alert is firing or pending.\nNot judged yet, because nothing was open when their"),
        (14, "No alert is firing or pending.\n"),
    ],
)
def test_nothing_to_show_is_said(capsys: Capture, tmp_path: Path, months: int, said: str) -> None:
    with open_store(tmp_path / "nrrbot.db") as store:
        set_up(store)
        import_text(store, course(smb=["102"] * months), closed_through=month(months))

    assert told(capsys, "evaluate").startswith(said)


def test_nothing_evaluated_is_no_good_news(capsys: Capture, tmp_path: Path) -> None:
    with open_store(tmp_path / "nrrbot.db") as store:
        set_up(store)
        import_text(store, course(smb=["102", "40"]))

    added = told(capsys, "add", "smb below 90%")

    assert "No month is closed yet: it is judged once an import says --closed-through." in added
    assert told(capsys, "evaluate") == (
        "Nothing is evaluated yet: no month is closed. Import with --closed-through.\n"
    )
    assert document(capsys, "evaluate") == {"data_version": 1, "evaluated": False, "alerts": []}


def test_closed_months_that_want_an_exchange_rate_are_not_said_to_be_open(
    capsys: Capture, tmp_path: Path
) -> None:
    with open_store(tmp_path / "nrrbot.db") as store:
        set_up(store)
        import_text(store, course(smb=["102"] * 14), closed_through=month(14))
        told(capsys, "evaluate")
        in_yen = csv_text(f"yen,{month(2)},5000,JPY")
        import_text(store, in_yen, overlap=Overlap.APPEND, agreed=frozenset(Ask))

    assert "There is no exchange rate for" in refusal(capsys, "evaluate")


def test_an_empty_ledger_and_no_store_are_one_sentence_each(
    capsys: Capture, tmp_path: Path
) -> None:
    for line in ("evaluate", "list"):
        assert "nrrbot db upgrade" in refusal(capsys, line)

    with open_store(tmp_path / "nrrbot.db") as store:
        set_up(store)
    assert "the ledger is empty" in refusal(capsys, "evaluate").lower()


def test_a_day_that_cannot_be_read_is_one_sentence(capsys: Capture) -> None:
    assert "--today takes a day" in refusal(capsys, "evaluate", "--today", "soon")


# Rules


def entry(capsys: Capture, rule: str, scope: dict[str, str]) -> dict[str, Any]:
    """Return how the list has one rule on one scope."""
    entries = document(capsys, "list")["alerts"]
    [found] = [one for one in entries if (one["id"], one["scope"]) == (rule, scope)]
    assert isinstance(found, dict)
    return found


ENTERPRISE = {"segment": "enterprise"}
FIRING = "enterprise monthly below 105%"


@pytest.mark.usefixtures("_filled")
def test_a_rule_is_set_up_evaluated_and_listed(capsys: Capture) -> None:
    said = told(capsys, "add", FIRING, "--yes", "--to", "U1", "--to", "owners")
    fired = document(capsys, "evaluate")["alerts"]

    assert said == (
        "Alert 1 is set up: monthly NRR of enterprise below 105%; it goes to U1, the owners of the"
        " accounts that drove it.\nMonthly NRR of enterprise was below 105% in 8 of 8 months, one"
        " alert; it is 98.0% now.\n"
    )
    assert [one["transition"] for one in fired if one["rule"] == "rule-1"] == ["fired"]
    found = entry(capsys, "1", ENTERPRISE)
    assert (found["words"], found["recipients"], found["owner"]) == (
        "segment:enterprise monthly nrr below 105%",
        ["U1", "owners"],
        None,
    )
    shown = told(capsys, "list")
    assert "1: monthly NRR of enterprise below 105%" in shown
    assert "goes to @U1, the owners of the accounts that" in " ".join(shown.split())


@pytest.mark.usefixtures("_filled")
def test_a_rule_as_json_is_what_to_type_for_it(capsys: Capture) -> None:
    made = document(capsys, "add", "smb drop 3pts for 2 months to <@U7|maya>", "--to", "C1")
    edited = document(capsys, "edit", "#1", "smb drops 10%")

    assert made == {
        "id": "1",
        "rule": "rule-1",
        "words": "segment:smb monthly nrr drops 3 points for 2 months",
        "scope": {"segment": "smb"},
        "window": "month",
        "recipients": ["U7", "C1"],
        "enabled": True,
        "backtest": {
            "words": "an alert on monthly NRR of smb would have fired 0 times in 2 months; now"
            " 102.0%",
            "periods": 2,
            "breached": 0,
            "alerts": 0,
            "first": None,
            "last": None,
            "period": "2025-08",
            "value": "1.020000",
            "would_fire": False,
            "health": "ok",
        },
    }
    words = "segment:smb monthly nrr drops 10% from the three months before"
    one_month = {  # it needs seven months before it, and a drop of two months in a row six
        "words": "an alert on monthly NRR of smb would have fired 0 times in 1 month; now 102.0%",
        "periods": 1,
    }
    assert edited == {**made, "words": words, "backtest": made["backtest"] | one_month}


@pytest.mark.usefixtures("_filled")
def test_a_rule_that_would_fire_at_once_needs_a_yes(capsys: Capture) -> None:
    told(capsys, "add", "smb below 90%")

    for line in (("add", FIRING), ("edit", "1", FIRING)):
        assert refusal(capsys, *line) == (
            "This would fire at once: monthly NRR of enterprise was below 105% in 8 of 8 months,"
            " one alert; it is 98.0% now. Give --yes to set it up all the same."
        )
    listed = document(capsys, "list")["alerts"]
    assert [entry["words"] for entry in listed] == ["segment:smb 12-month nrr below 90%"]
    assert document(capsys, "edit", "1", FIRING, "--yes")["backtest"]["would_fire"] is True
    told(capsys, "edit", "1", FIRING, "--to", "U1")  # says nothing new, and is not asked again


class Terminal(io.StringIO):
    """A person at a terminal who types one answer."""

    def isatty(self) -> bool:
        return True


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize(("typed", "code", "rules"), [("y\n", 0, 1), ("n\n", 1, 0), ("\n", 1, 0)])
def test_a_person_at_a_terminal_is_asked(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, typed: str, code: int, rules: int
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))

    assert run(["alerts", "add", FIRING, "--json"]) == code

    captured = capsys.readouterr()
    assert "it is 98.0% now. Set it up all the same?" in captured.err
    # the question is no part of the document
    assert ("error" in json.loads(captured.out)) is (code == 1)
    assert len(document(capsys, "list")["alerts"]) == rules


@pytest.mark.usefixtures("_filled")
def test_a_rule_is_paused_resumed_sent_to_others_and_removed(capsys: Capture) -> None:
    told(capsys, "add", FIRING, "--yes")
    told(capsys, "evaluate")

    assert "it goes to U9, C9." in told(capsys, "to", "1", "U9", "C9")
    assert "it goes to the administrators." in told(capsys, "to", "1")
    assert "Alert 1 is paused" in told(capsys, "pause", "rule-1")
    assert entry(capsys, "1", ENTERPRISE)["state"] == "paused"
    assert "1 (paused): monthly NRR of enterprise below 105%\n" in told(capsys, "list")
    assert told(capsys, "resume", "1") == "Alert 1 watches again.\n"
    assert entry(capsys, "1", ENTERPRISE)["state"] == "firing"
    assert told(capsys, "remove", "1") == (
        "Alert 1 (monthly NRR of enterprise below 105%) is removed.\n"
    )
    assert 'there is no alert "1"' in refusal(capsys, "pause", "1").lower()


@pytest.mark.usefixtures("_filled")
def test_a_snooze_is_counted_and_shown_from_the_day_that_is_named(capsys: Capture) -> None:
    told(capsys, "evaluate")

    alert = ("sustained-drop", "enterprise")
    said = told(capsys, "snooze", *alert, "--until", "2w", "--today", "2025-09-03")

    assert said == "Alert sustained-drop on enterprise is snoozed until 17 Sep 2025.\n"
    assert "snoozed until" in told(capsys, "list", "--today", "2025-09-16")
    assert "snoozed until" not in told(capsys, "list", "--today", "2025-09-17")


@pytest.mark.usefixtures("_filled")
def test_an_alert_is_snoozed_woken_and_acknowledged(capsys: Capture) -> None:
    told(capsys, "evaluate")
    day = utc_now().date() + timedelta(days=30)
    until = str(day)
    alert = ("sustained-drop", "enterprise")

    said = told(capsys, "snooze", *alert, "--until", until, "--reason", " budget\nfreeze ")
    snoozed = entry(capsys, "sustained-drop", ENTERPRISE)
    shown = told(capsys, "list")
    woken = told(capsys, "wake", *alert)
    acknowledged = told(capsys, "acknowledge", *alert)

    assert said == f"Alert sustained-drop on enterprise is snoozed until {day_words(day)}.\n"
    assert (snoozed["snoozed_until"], snoozed["snooze_reason"]) == (until, "budget freeze")
    assert snoozed["state"] == "firing"
    assert "snoozed" in shown
    assert "is not snoozed any more" in woken
    assert "no more reminders of this drop" in acknowledged
    assert entry(capsys, "sustained-drop", ENTERPRISE)["snoozed_until"] is None


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param(("add", "enterprise"), "Say when you want to hear", id="no-threshold"),
        pytest.param(("add", "entreprise below 105%"), "did you mean enterprise", id="misspelt"),
        pytest.param(("add", "smb below 90%", "--to", "maya"), "nobody that I can tell", id="who"),
        pytest.param(("add", "smb below 90% to me"), "nobody that I can tell", id="me"),
        pytest.param(("add", "[red]x[/red] below 90%"), "I don't know", id="markup"),
        pytest.param(("add",), "Missing argument", id="nothing"),
        pytest.param(("edit", "7", "smb below 90%"), 'There is no alert "7"', id="no-such-rule"),
        pytest.param(("edit", "floor", "smb below 90%"), "default one", id="edit-default"),
        pytest.param(("remove", "floor"), "default one", id="remove-default"),
        pytest.param(("pause", "'; drop table"), "There is no alert", id="sql"),
        pytest.param(("to", "floor", "<@U1>"), "nobody that I can tell", id="escaped"),
        pytest.param(("wake", "floor"), "Alert floor on company is not snoozed.", id="awake"),
        pytest.param(("acknowledge", "floor"), "does not fire", id="not-firing"),
        pytest.param(("acknowledge", "floor", "segment:x"), "No segment is called", id="scope"),
        pytest.param(("acknowledge", "floor", "smb ttm"), "Only say which accounts", id="period"),
        pytest.param(
            ("acknowledge", "floor", "acv_tier:(none)"), "was not evaluated on", id="not-watched"
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    capsys: Capture, line: tuple[str, ...], said: str
) -> None:
    told(capsys, "evaluate")
    before = document(capsys, "list")

    assert said in refusal(capsys, *line)
    assert document(capsys, "list") == before


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize(
    ("until", "said"),
    [
        pytest.param("soon", "--until takes a day", id="no-day"),
        pytest.param("2020-01-01", "up to 90 days", id="past"),
        pytest.param("2199-01-01", "up to 90 days", id="too-far"),
    ],
)
def test_a_snooze_needs_a_day_that_is_near(capsys: Capture, until: str, said: str) -> None:
    told(capsys, "evaluate")

    assert said in refusal(capsys, "snooze", "floor", "--until", until)


@pytest.mark.usefixtures("_filled")
def test_a_rule_of_ones_own_is_about_one_scope(capsys: Capture) -> None:
    told(capsys, "add", FIRING, "--yes")
    told(capsys, "evaluate")

    assert "Alert 1 is about enterprise alone" in refusal(capsys, "acknowledge", "1", "smb")
    assert "acknowledged" in told(capsys, "acknowledge", "1", "enterprise")


@pytest.mark.usefixtures("_filled")
def test_the_same_rule_is_not_set_up_twice(capsys: Capture) -> None:
    told(capsys, "add", "smb below 90%")
    told(capsys, "add", "smb below 91%")

    assert "Alert 1 says that already" in refusal(capsys, "add", "below 90% segment:smb")
    assert "Alert 1 says that already" in refusal(capsys, "edit", "2", "smb below 90%")
