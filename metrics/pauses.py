"""Pauses: how an account stands that pays nothing for a while, told from its days alone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from itertools import takewhile

PAUSE = "pause"
"""The driver of a movement that begins a pause."""
LONGEST_DAYS = 90


@dataclass(frozen=True, slots=True)
class AccountDay:
    """Net change of an account's MRR on one day, in signed minor units.

    ``has_pause`` tells whether a loss with the driver `PAUSE` took part in it.
    """

    day: date
    net: int
    has_pause: bool = False


@unique
class PauseOutcome(StrEnum):
    """The effect of a pause on an account between two boundaries.

    ``paused`` paid at the first and is in a pause at the second: contraction, its logo kept.
    ``resumed`` came back from one in time. ``lapsed`` passed the longest pause in between.
    """

    PAUSED = "paused"
    RESUMED = "resumed"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class PauseEffect:
    """The outcome of a pause, and the MRR in minor units that it decides about.

    That is what a paused account opened with, a resumed one closes with, and a lapsed one paid
    before its pause.
    """

    outcome: PauseOutcome
    amount_minor: int


@dataclass(frozen=True, slots=True)
class LapsedPauses:
    """Pauses that became too long in a period: how many accounts, and their MRR before, in all."""

    accounts: int = 0
    mrr_minor: int = 0


@dataclass(frozen=True, slots=True)
class _Standing:
    mrr: int = 0
    paused_on: date | None = None
    before_pause: int = 0

    def after(self, change: AccountDay) -> "_Standing":
        if self.mrr and not self.mrr + change.net and change.has_pause:
            return _Standing(0, change.day, self.mrr)
        return _Standing(self.mrr + change.net) if change.net else self

    def is_paused(self, boundary: date) -> bool:
        return self.paused_on is not None and _is_in_time(self.paused_on, boundary)


def pause_effect(days: Sequence[AccountDay], start: date, end: date) -> PauseEffect | None:
    """Tell what a pause makes of an account in ``[start, end)``; None when none matters.

    Parameters
    ----------
    days : sequence of AccountDay
        All days before ``end`` on which the account moved, each once, in order.
    """
    opening, closing = (_standing(days, boundary) for boundary in (start, end))
    if opening.mrr and closing.is_paused(end):
        return PauseEffect(PauseOutcome.PAUSED, opening.mrr)
    if closing.mrr and opening.paused_on and _is_in_time(opening.paused_on, _gain(days, start)):
        return PauseEffect(PauseOutcome.RESUMED, closing.mrr)
    is_still_out = opening.is_paused(start) and opening.paused_on == closing.paused_on
    if is_still_out and not closing.is_paused(end):
        return PauseEffect(PauseOutcome.LAPSED, opening.before_pause)
    return None


def _standing(days: Iterable[AccountDay], boundary: date) -> _Standing:
    standing = _Standing()
    for change in takewhile(lambda each: each.day < boundary, days):
        standing = standing.after(change)
    return standing


def _gain(days: Iterable[AccountDay], since: date) -> date:
    # From a pause on there is no MRR to lose: the first day that changes it is the return.
    return next(each.day for each in days if each.day >= since and each.net)


def _is_in_time(paused_on: date, day: date) -> bool:
    return (day - paused_on).days <= LONGEST_DAYS
