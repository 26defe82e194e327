"""Words in a list of contracts: what an amount is for, how a term stands."""

import re

from metrics.contracts.terms import STATUSES, Cadence
from storage.importing.answers import by_word, plain
from storage.importing.cells import CellError

_SHORTEST = 2  # "3" and "yr" are in columns of other things, too
_PERCENT = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,4}))?\s*(%?)")
_ONE_PERCENT = 10_000
_SEATS = re.compile(r"([0-9]{1,9})(?:\.0+)?")


_CADENCES = by_word(
    {
        "month": ("monthly", "per month", "mo", "m", "1", "mrr", "1 month", "monat", "monatlich"),
        "quarter": ("quarterly", "per quarter", "q", "3", "3 months", "quartal", "quartalsweise"),
        "half year": (
            *("half yearly", "semi annual", "semiannual", "semi annually", "semiannually"),
            *("6", "6 months", "halbjahr", "halbjährlich"),
        ),
        "year": (
            *("yearly", "annual", "annually", "per year", "per annum", "p.a.", "yr", "y", "12"),
            *("12 months", "1 year", "arr", "acv", "jahr", "jährlich"),
        ),
        "total": ("term", "whole term", "contract", "contract value", "tcv", "gesamt"),
        "once": ("one off", "one time", "onetime", "non recurring", "fee", "setup", "einmalig"),
    }
)
_STATUSES = by_word(
    {
        "active": (
            *("live", "current", "running", "signed", "won", "closed won", "in force", "activated"),
            *("future", "scheduled", "renewed", "aktiv"),
        ),
        "trial": ("trialing", "trialling", "in trial", "free trial", "test"),
        "paused": ("pause", "on hold", "suspended"),
        "past due": ("overdue", "unpaid", "dunning", "payment failed", "delinquent"),
        "cancelled": (
            *("canceled", "churned", "ended", "expired", "terminated", "lapsed", "inactive"),
            *("non renewing", "not renewing", "pending cancellation", "gekündigt", "beendet"),
        ),
        "unsigned": (
            *("draft", "quote", "offer", "open", "pending", "proposal", "proposed", "negotiation"),
            *("in approval", "lost", "closed lost", "rejected", "void", "entwurf", "angebot"),
        ),
    }
)
is_part_of_one = re.compile(r"0?\.[0-9]*[1-9][0-9]*").fullmatch
"""Tells a number between 0 and 1, which a workbook holds for a percentage."""
_STATUS_NUMBERS = {status.value.replace("_", " "): n for n, status in enumerate(STATUSES)}


def is_word_for_cadence(text: str) -> bool:
    """Tell whether a cell can hardly mean anything but what an amount is for."""
    return len(text) > _SHORTEST and plain(text) in _CADENCES


def parse_cadence(text: str) -> int:
    """Read what an amount is for, as a `Cadence`.

    Raises
    ------
    CellError
        If it is none of the words for one.
    """
    name = _CADENCES.get(plain(text))
    if name is None:
        raise CellError("is none of month, quarter, half-year, year, total and once")
    return Cadence[name.upper().replace(" ", "_")].value


def parse_status(text: str) -> int:
    """Read how a term stands, as a place in `TermStatus`.

    Raises
    ------
    CellError
        If it is none of the words for one.
    """
    name = _STATUSES.get(plain(text))
    if name is None:
        raise CellError("is none of active, trial, paused, past_due, cancelled and unsigned")
    return _STATUS_NUMBERS[name]


def parse_percent(text: str) -> int:
    """Read a percentage such as ``7.5`` or ``7.5 %`` as parts of a million.

    A workbook holds 10% as 0.1: a part of one percent is read only with its sign.

    Raises
    ------
    CellError
        If it is written otherwise, or in doubt.
    """
    found = _PERCENT.fullmatch(text)
    if not found:
        raise CellError("is not a percentage: write it like 7.5")
    whole, decimals, sign = found.groups(default="")
    share = int(whole + decimals.ljust(4, "0"))
    if not sign and 0 < share < _ONE_PERCENT:
        raise CellError(
            f"may mean {_shown(100 * share)}% or {_shown(share)}%: write"
            f" {_shown(100 * share)}, or {_shown(share)}% as text"
        )
    return share


def _shown(share: int) -> str:
    whole, decimals = divmod(share, _ONE_PERCENT)
    return f"{whole}.{decimals:04}".rstrip("0").rstrip(".")


def parse_seats(text: str) -> int:
    """Read a whole number of seats.

    Raises
    ------
    CellError
        If it is written otherwise.
    """
    found = _SEATS.fullmatch(text)
    if not found:
        raise CellError("is not a whole number of seats: write it like 25")
    return int(found[1])
