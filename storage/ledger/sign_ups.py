"""Accounts that paid for the first time in a month, and what they pay at later ages."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from metrics.cohorts import EARLY_DAYS, SignUps
from metrics.exact_sums import sum_by, total_of
from metrics.period_grammar import shift_months
from metrics.retention import Retention
from metrics.rollup import Scope
from storage.columns.codec import Whole
from storage.columns.pauses import pauses_by_unit
from storage.columns.period import Bridge
from storage.columns.standings import Standings
from storage.store.column_types import day_number, day_of

Between = Callable[[date, date], Bridge]
"""Reads a period, which is not kept."""


class _Members(NamedTuple):
    """The topmost accounts that paid for the first time in a month, and when."""

    units: Whole
    first_paid: Whole


class SignUpReader:
    """Reads sign-ups of months from balances at month starts, and from the days in between.

    Parameters
    ----------
    end : date
        The month start up to which months are closed: nothing later is looked at.
    """

    def __init__(self, standings: Standings, between: Between, *, end: date) -> None:
        self._standings, self._between, self._end = standings, between, end

    def read(
        self, months: Collection[date], ages: Sequence[int], scope: Scope = ()
    ) -> Iterator[SignUps]:
        """Yield the sign-ups of a scope in some months, at 0 and some more ages in months.

        An account is in a scope as it stands when its first whole month opens.
        """
        for month in months:
            opens = shift_months(month, 1)
            signing = self._between(month, opens)
            members = self._members(signing, scope)
            yield SignUps(
                month=month,
                accounts=members.units.size,
                gone_early=self._gone_early(signing, members),
                ages={
                    age: self._kept(self._between(opens, day), members.units)
                    for age in (0, *ages)
                    if (day := shift_months(opens, age)) <= self._end
                },
            )

    def groups(self, month: date) -> Mapping[frozenset[tuple[str, str]], int]:
        """Count the accounts of a month's sign-ups that pay when it is over, by attributes."""
        signing = self._between(month, shift_months(month, 1))
        units = self._members(signing, ()).units
        sets = signing.closing_sets[units[signing.closing[units] != 0]]
        counts = Counter[frozenset[tuple[str, str]]]()
        for number, count in zip(*np.unique(sets, return_counts=True), strict=True):
            counts[frozenset(signing.table[int(number)].items())] += int(count)
        return counts

    def _members(self, signing: Bridge, scope: Scope) -> _Members:
        first_paid = signing.first_paid
        is_new = first_paid >= day_number(signing.start)
        is_new &= first_paid < day_number(signing.end)
        if signing.root is not None:  # of a group that signs up its topmost account stands for it
            is_new &= signing.root == np.arange(signing.root.size)
            # Whoever paid before and came below it meanwhile is in the base of then, too.
            group_first = signing.closing_tree.earliest(self._standings.first_paid())
            is_new &= group_first[: is_new.size] >= day_number(signing.start)
        units = np.flatnonzero(is_new)
        if scope:
            units = units[signing.table.inside(scope).take(signing.closing_sets[units])]
        return _Members(units, first_paid[units].astype(np.int64))

    def _kept(self, period: Bridge, units: Whole) -> Retention:
        """Work out the retention of those accounts that pay when a period opens."""
        base = units[period.opening[units] != 0]
        # Stored balances are as narrow as they can be: a difference of two would wrap around.
        opening, closing = (one[base].astype(np.int64) for one in (period.opening, period.closing))
        stays = (closing != 0) | np.isin(base, period.paused)
        lost = np.maximum(opening - closing, 0)
        return Retention(
            accounts_opening=base.size,
            accounts_retained=int(stays.sum()),
            opening=total_of(opening),
            expansion=total_of(np.maximum(closing - opening, 0)),
            contraction=total_of(lost[stays]),
            churn=total_of(lost[~stays]),
        )

    def _gone_early(self, signing: Bridge, members: _Members) -> int | None:
        """Count those that do not pay after ninety days, nor have only paused."""
        over = signing.end - timedelta(1) + timedelta(EARLY_DAYS)
        if over > self._end:
            return None
        accounts = signing.opening.size
        after = np.full(accounts, -1, np.int64)
        after[members.units] = members.first_paid + EARLY_DAYS
        unit = np.arange(accounts) if signing.root is None else signing.root
        pays = np.zeros(accounts, np.bool_)
        for month in _months(members.first_paid + EARLY_DAYS):
            held, moved = self._held(month, unit, after)
            is_due = (after >= day_number(month)) & (after < day_number(shift_months(month, 1)))
            pays |= is_due & (held + moved != 0)
        spells = pauses_by_unit(self._standings, signing.root, signing.start, over)
        day = after[spells.account]
        pays[spells.account[(spells.paused_on < day) & (spells.back_on >= day)]] = True
        return int((~pays[members.units]).sum())

    def _held(self, month: date, unit: Whole, after: Whole) -> tuple[Whole, Whole]:
        """Find what accounts pay at a month start, and what moves before a day of their own."""
        held = sum_by(unit, self._standings.own(month), unit.size)
        rows = self._standings.movements(month, shift_months(month, 1))
        of_row = unit[self._standings.source.positions().owner[rows.position]]
        early = np.flatnonzero(rows.day < after[of_row])
        return held, sum_by(of_row[early], rows.amount[early], unit.size)


def _months(days: Whole) -> list[date]:
    first = [day_of(int(day)).replace(day=1) for day in np.unique(days)]
    return [*dict.fromkeys(first)]
