"""The first sentence names what was planted: in ledgers of 300 accounts, imported as any."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bot.answers.wording.findings import finding_lines
from metrics.findings.finding import FindingKind
from tests.bot.findings.planted import CALM, LAST_YEAR, MONTHS, PRICES, Q3, Event, ledger
from tests.bot.small_company import answers_from, small_company

SEGMENTS = tuple(PRICES)


def everywhere(accounts: int, change: float | None, driver: str, months: range) -> list[Event]:
    return [Event(one, months, accounts, change, driver) for one in SEGMENTS]


def whale(change: float, driver: str) -> str:
    """Write a calm company of which one account, of a tenth of all MRR, moves in August."""
    text = ledger(large=600_000)
    amount = round(6_000 * change)
    return f"{text}w1,whale,2026-08-10,{amount}.00,USD,{driver},ent\n"


WIDE_APART = [event for event in CALM if event.segment == "mid" or event.driver == "new_logo"] + [
    Event("ent", range(1, MONTHS), 10, 0.15, "seats"),
    Event("smb", range(1, 29), 1, -1, "closed_down"),
    Event("smb", range(1, 29), 1, None, "new_logo"),
    Event("smb", Q3, 5, -1, "closed_down"),
]
"""In each quarter ent gains 4.5 % and smb loses 3 %, also when it has five times as many."""

CASES: dict[str, tuple[Callable[[], str], str, FindingKind, list[str]]] = {
    "leak": (
        partial(ledger, Event("smb", LAST_YEAR, 2, -1, "competitor")),
        "last-month",
        FindingKind.LEAK,
        ["smb", "competitor"],
    ),
    "leak-of-a-year": (
        partial(ledger, Event("mid", LAST_YEAR, 2, -1, "service")),
        "ttm",
        FindingKind.MOVE,
        ["mid", "churn", "service"],
    ),
    "churn": (
        partial(ledger, Event("mid", Q3, 4, -1, "competitor")),
        "last-quarter",
        FindingKind.MOVE,
        ["mid", "churn", "competitor"],
    ),
    "contraction": (
        partial(ledger, Event("ent", Q3, 10, -0.3, "unused")),
        "last-quarter",
        FindingKind.MOVE,
        ["ent", "contraction", "unused"],
    ),
    "expansion": (
        partial(ledger, Event("smb", Q3, 30, 0.3, "upsell")),
        "last-quarter",
        FindingKind.MOVE,
        ["smb", "expansion", "upsell"],
    ),
    "less-expansion": (
        partial(ledger, Event("ent", range(1, 30), 10, 0.1, "cross_sell")),
        "last-quarter",
        FindingKind.MOVE,
        ["ent", "less expansion", "cross-sell"],
    ),
    "churn-everywhere": (
        partial(ledger, *everywhere(3, -1, "involuntary", Q3)),
        "last-quarter",
        FindingKind.MOVE,
        ["churn", "involuntary"],
    ),
    "mix": (
        partial(ledger, Event("smb", [29], 400, None, "new_logo"), calm=WIDE_APART),
        "last-quarter",
        FindingKind.MIX,
        ["mix", "smb"],
    ),
    "one-account": (
        partial(whale, -1, "competitor"),
        "last-quarter",
        FindingKind.ONE_ACCOUNT,
        ["one account", "whale", "left", "competitor"],
    ),
    "one-account-that-grew": (
        partial(whale, 0.5, "usage"),
        "last-quarter",
        FindingKind.ONE_ACCOUNT,
        ["one account", "whale", "more", "usage"],
    ),
    "price-rise": (
        partial(ledger, Event("smb", [28], 95, 0.15, "price")),
        "2026-Q2",
        FindingKind.PRICE_RISE,
        ["price rise", "smb"],
    ),
    "losses-to-a-price-rise": (
        partial(ledger, Event("smb", [28], 95, 0.15, "price"), Event("smb", Q3, 5, -1, "price")),
        "last-quarter",
        FindingKind.PRICE_RISE,
        ["price rise", "smb", "left"],
    ),
    "win-backs": (
        partial(
            ledger,
            *(
                Event("mid", range(10, 20), 1, -1, "unused"),
                Event("mid", [31], 10, None, "win_back"),
            ),
        ),
        "last-quarter",
        FindingKind.WIN_BACKS,
        ["Win-backs"],
    ),
    "pauses": (
        partial(ledger, Event("mid", [32], 12, -1, "pause")),
        "last-quarter",
        FindingKind.PAUSES,
        ["pauses", "mid"],
    ),
    "masking": (
        partial(
            ledger,
            *everywhere(2, -1, "competitor", range(10, MONTHS)),
            *everywhere(2, None, "new_logo", range(10, MONTHS)),
            *everywhere(20, 0.15, "seats", range(10, MONTHS)),
        ),
        "last-month",
        FindingKind.MASKING,
        ["xpansion hides losses"],
    ),
    "replacement": (
        partial(
            ledger,
            *everywhere(1, -1, "competitor", range(10, MONTHS)),
            *everywhere(4, None, "new_logo", range(10, MONTHS)),
        ),
        "last-month",
        FindingKind.REPLACEMENT,
        ["rowth is replacement"],
    ),
    "above-150": (
        partial(ledger, *everywhere(60, 0.1, "usage", range(15, MONTHS))),
        "last-month",
        FindingKind.ABOVE_150,
        ["above 150%"],
    ),
    "a-drop-that-lasts": (
        partial(ledger, Event("smb", range(31, MONTHS), 4, -1, "price")),
        "last-month",
        FindingKind.UNUSUAL,
        ["Nothing moved", "smb is below its usual", "price"],
    ),
    "a-price-rise-that-costs-month-by-month": (
        partial(
            ledger,
            Event("smb", [28], 95, 0.15, "price"),
            Event("smb", range(30, MONTHS), 4, -1, "price"),
        ),
        "last-month",
        FindingKind.LEAK,
        ["smb", "price rise brought", "then cost"],
    ),
    "a-leak-that-weighs-more-by-now": (
        partial(
            ledger,
            Event("mid", range(1, MONTHS), 1, -1, "unused"),
            Event("mid", range(1, MONTHS), 1, None, "new_logo"),
            Event("smb", range(1, 24), 2, -1, "competitor"),
            Event("smb", range(1, 24), 2, None, "new_logo"),
            Event("smb", [23], 300, None, "new_logo"),
            Event("smb", range(24, MONTHS), 8, -1, "competitor"),
        ),
        "last-month",
        FindingKind.LEAK,
        ["smb", "by now, up from", "competitor"],
    ),
    "nothing": (ledger, "last-month", FindingKind.QUIET, ["Nothing moved by half a point"]),
    "nothing-in-a-quarter": (
        ledger,
        "last-quarter",
        FindingKind.QUIET,
        ["Nothing moved by half a point"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_sentence_names_what_was_planted(tmp_path: Path, name: str) -> None:
    written, question, kind, words = CASES[name]
    store = small_company(tmp_path, written())
    answer = answers_from(store).ask(question)
    store.engine.dispose()

    first = finding_lines(answer)[0]
    told = [one.kind for one in (answer.findings.move, answer.findings.year) if one]
    assert kind in told, first
    assert [word for word in words if word not in first] == [], first
