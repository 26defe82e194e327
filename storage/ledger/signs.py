"""Signs of accounts at risk or ready to expand, for all accounts that pay on a day, in arrays."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

import numpy as np
from sqlmodel import Session

from metrics.drivers import KnownDriver
from metrics.exact_sums import sum_by
from metrics.movements import KINDS, MovementKind
from metrics.outlook import ENDS, KnownCourse
from metrics.period_grammar import shift_months
from metrics.score_rules import Sign, Thresholds
from metrics.scores import Truth, moved_by
from metrics.segments import NO_VALUE
from storage.columns.arrays import Positions
from storage.columns.chunks import fitted
from storage.columns.codec import Whole
from storage.columns.exchange import Exchange
from storage.columns.standings import Standings, by_account
from storage.ledger.contract_signs import read_contract_signs, read_signal_signs
from storage.store.column_types import day_number

V = TypeVar("V", date, Fraction)
OWNER = "owner"
_AHEAD = timedelta(days=366)  # within which an end that is known already is a sign
_NO_NOTICE = {ENDS, KnownDriver.PAUSE}  # a term may be renewed yet, and a pause is no end


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedAccounts:
    """Topmost accounts that pay on a day, a place each: number, MRR, attribute set, and signs.

    ``lost`` is what each contracted by lately, ``course`` their MRR at three month starts, the
    latest first, all in minor units. ``known`` has the day or the share of what contracts and
    signals say, by the account's number.
    """

    day: date
    units: Whole
    mrr: Whole
    sets: Whole
    first_paid: Whole
    lost: Whole
    course: tuple[Whole, Whole, Whole]
    signs: Mapping[Sign, Truth]
    known: Mapping[Sign, Mapping[int, date | Fraction]]


@dataclass(frozen=True)
class SignReader:
    """Reads the signs of a day from columns, contracts and signals.

    Only what is dated before the day counts, so that a list of a past day is as it was then, but
    for what was recorded later.
    """

    session: Session
    standings: Standings
    exchange: Exchange | None
    thresholds: Thresholds = field(default_factory=Thresholds)
    waiting: Callable[[date, date], Sequence[KnownCourse]] = field(kw_only=True)

    def read(self, day: date, *, today: date | None = None) -> SignedAccounts:
        """Read the accounts that pay on a day, with their signs.

        Parameters
        ----------
        today : date, optional
            The day that contracts and signals are looked at; the same when left out. Only then
            movements that wait are looked at, too: those of a past day have landed.
        """
        mrr = self.balances(day, at=day)
        units = np.flatnonzero(mrr)
        month = day.replace(day=1)
        now, before, earlier = (
            self.balances(shift_months(month, -back), at=day)[units] for back in range(3)
        )
        first = self.standings.source.tree(day).earliest(self.standings.first_paid())[units]
        lost = self._lost(day)[units]
        sets = fitted(self.standings.places(day), self.standings.names.accounts)[units]
        known = self._known(today or day)
        if today is not None:
            known[Sign.LEAVING] = {**dict(self._ends(day, today)), **known[Sign.LEAVING]}
        least, tenure = self.thresholds.least_change, self.thresholds.tenure_days
        signs = {
            Sign.SHRINKING: (now < before)
            & (before < earlier)
            & moved_by(earlier, now, least, down=True),
            Sign.GROWING: (now > before)
            & (before > earlier)
            & (earlier > 0)
            & moved_by(earlier, now, least, down=False),
            Sign.CONTRACTED: moved_by(mrr[units] + lost, mrr[units], least, down=True),
            Sign.NEW_HERE: first > day_number(day) - tenure,
            Sign.NO_OWNER: self._has_no_owner(sets),
            **{sign: np.isin(units, [*of_each]) for sign, of_each in known.items()},
        }
        return SignedAccounts(
            day=day,
            units=units,
            mrr=mrr[units],
            sets=sets,
            first_paid=first,
            lost=lost,
            course=(now, before, earlier),
            signs=signs,
            known=known,
        )

    def balances(self, day: date, *, at: date) -> Whole:
        """Add up the MRR of topmost accounts on a day, by the tree and at the rates of another."""
        amounts, positions = self.standings.amounts(day), self._positions
        if self.exchange is not None:
            amounts = self.exchange.converted_where_known(amounts, positions.currency, at)
        own = by_account(amounts, positions, self.standings.names.accounts).astype(np.int64)
        return fitted(self.standings.source.tree(at).rolled_up(own), own.size)

    def _known(self, day: date) -> dict[Sign, Mapping[int, date | Fraction]]:
        """Read what contracts and signals say, by the topmost accounts that it counts under."""
        contracts = read_contract_signs(self.session, day=day, thresholds=self.thresholds)
        signals = read_signal_signs(self.session, day=day, thresholds=self.thresholds)
        tree = self.standings.source.tree(day)

        def rolled_up(of_each: Mapping[int, V]) -> dict[int, date | Fraction]:
            roots = tree.roots(np.array([*of_each], np.int64)).tolist()
            return dict(zip(roots, of_each.values(), strict=True))

        return {
            Sign.LEAVING: rolled_up(contracts.leaving),
            Sign.PAST_DUE: rolled_up(contracts.past_due),
            Sign.RENEWS_SOON: rolled_up(contracts.renewing),
            Sign.SEATS_FULL: rolled_up(signals.seats),
            Sign.NEAR_CAPACITY: rolled_up(signals.capacity),
            Sign.LOGINS_DOWN: rolled_up(signals.logins_down),
        }

    def _ends(self, day: date, today: date) -> Iterator[tuple[int, date]]:
        """Find the topmost accounts that will pay nothing by movements that wait for their day."""
        for course in self.waiting(day, today + _AHEAD):
            last = max(course.changes, key=lambda one: one.day)
            if course.opening and not course.closing and last.driver not in _NO_NOTICE:
                yield int(course.unit), last.day

    def _lost(self, day: date) -> Whole:
        """Add up what topmost accounts contracted by in the last days."""
        moved = self.standings.movements(
            day - timedelta(days=self.thresholds.contraction_days), day
        )
        # what a day that was a contraction brought, too: an account's day is one change
        rows = np.flatnonzero(moved.kind == KINDS.index(MovementKind.CONTRACTION))
        position = moved.position[rows]
        amount: Whole = -moved.amount[rows].astype(np.int64)
        if self.exchange is not None:
            currency = self._positions.currency[position]
            amount = self.exchange.converted_where_known(amount, currency, day)
        owner = np.asarray(self.standings.source.tree(day).roots(self._positions.owner[position]))
        lost: Whole = sum_by(owner, amount, self.standings.names.accounts).astype(np.int64)
        return lost

    def _has_no_owner(self, sets: Whole) -> Truth:
        names, of_each = self.standings.table.values(OWNER)
        if not set(names) - {NO_VALUE}:
            return np.zeros(sets.size, np.bool_)  # a ledger without owners lacks none
        place = names.index(NO_VALUE) if NO_VALUE in names else -1
        return np.asarray(of_each[sets] == place)

    @property
    def _positions(self) -> Positions:
        return self.standings.source.positions()
