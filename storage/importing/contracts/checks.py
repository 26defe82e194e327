"""Rows of a list of contracts that contradict themselves, or leave open what must be known."""

from collections.abc import Iterator

import numpy as np

from metrics.contracts.discounts import SHARE
from metrics.contracts.terms import STATUSES, Cadence, TermStatus
from storage.importing.contracts.term_rows import TermRows
from storage.importing.movements import NO_NUMBER, Flags

Contradiction = tuple[int, str, str]
"""Index of a row, what is wrong with it, and the column."""


def contradictions(rows: TermRows, *, today: int) -> Iterator[Contradiction]:
    """Find what is wrong with rows of which each cell can be read.

    Parameters
    ----------
    today : int
        As a day number: a pause that has begun must have an end where a term is active.
    """
    for wrong, message, column in (*_about_days(rows, today), *_about_amounts(rows)):
        yield from ((place, message, column) for place in np.flatnonzero(wrong).tolist())
    if any(rows.amends):
        for place, (contract, amends) in enumerate(zip(rows.contract, rows.amends, strict=True)):
            if amends and amends == contract:
                yield place, "is the contract itself", "amendment_of"


def _about_days(rows: TermRows, today: int) -> Iterator[tuple[Flags, str, str]]:
    start, last = rows.start, rows.last
    has_end = last != NO_NUMBER
    yield has_end & (last < start), "is before the start", "end"
    # Most lists say neither, and a look at every column takes longer than to read its cells.
    if (rows.status != NO_NUMBER).any() or (rows.resumed_on != NO_NUMBER).any():
        yield from _about_status(rows, has_end, today)


def _about_status(rows: TermRows, has_end: Flags, today: int) -> Iterator[tuple[Flags, str, str]]:
    status, paused, resumed = rows.status, rows.paused_on, rows.resumed_on
    is_over = status == STATUSES.index(TermStatus.CANCELLED)
    is_open = ~has_end & (rows.cancelled_on == NO_NUMBER) & is_over
    yield is_open, "says that it is over: fill end or cancelled_on", "status"
    has_pause = paused != NO_NUMBER
    says_paused = status == STATUSES.index(TermStatus.PAUSED)
    yield says_paused & ~has_pause, "is empty: say since when it is paused", "paused_on"
    says_active = (status == STATUSES.index(TermStatus.ACTIVE)) & has_pause & (paused <= today)
    is_paused = says_active & (resumed == NO_NUMBER)
    yield is_paused, "is empty, but the term is active again: say since when", "resumed_on"
    too_early = (resumed != NO_NUMBER) & (resumed <= paused)
    too_early |= (resumed != NO_NUMBER) & ~has_pause
    yield too_early, "is not after paused_on", "resumed_on"
    has_failed = status == STATUSES.index(TermStatus.PAST_DUE)
    is_unsaid = has_failed & (rows.past_due_since == NO_NUMBER)
    yield is_unsaid, "is empty: say since when a payment is due", "past_due_since"


def _about_amounts(rows: TermRows) -> Iterator[tuple[Flags, str, str]]:
    amount, cadence, status = rows.amount, rows.cadence, rows.status
    is_empty = amount == NO_NUMBER
    counts = (cadence != Cadence.ONCE.value) & (status != STATUSES.index(TermStatus.TRIAL))
    counts &= status != STATUSES.index(TermStatus.UNSIGNED)
    # The list of a price by use need not say what it came to.
    counts &= (rows.is_usage != 1) | ~is_empty
    yield counts & is_empty, "is empty", "amount"
    below = counts & (amount < 0) & ~is_empty
    message = "is below zero: write a discount into discount, and once into per for a credit"
    yield below, message, "amount"
    yield from _about_end(rows, counts)
    minor, share = rows.discount, rows.discount_share
    if minor.any() or share.any():
        too_much = (minor < 0) | ((minor > 0) & (minor > amount)) | (share > SHARE)
        yield too_much, "is not part of the amount", "discount"
        message = "is there twice: in discount and discount_percent"
        yield (minor > 0) & (share > 0), message, "discount"


def _about_end(rows: TermRows, counts: Flags) -> Iterator[tuple[Flags, str, str]]:
    cadence = rows.cadence
    no_end = counts & (rows.last == NO_NUMBER)
    no_end &= (cadence == NO_NUMBER) | (cadence == Cadence.TOTAL.value)
    if no_end.any():
        no_end &= np.array([not amends for amends in rows.amends], bool)
        message = "is empty: fill it, or say in per what the amount is for, such as month"
        yield no_end, message, "end"
