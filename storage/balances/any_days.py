"""Balances and sums between any two days, each swept from the month start before it."""

from collections.abc import Collection, Iterator
from dataclasses import astuple, dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np
import pandas as pd
from sqlmodel import Session

from metrics.pauses import PauseOutcome
from metrics.period_sums import PeriodSums, Sums
from metrics.retention import decompose_by
from metrics.rollup import Attributes, Scope, matches
from metrics.segments import Tiers
from metrics.tier_codes import Days, Whole, value_tier_codes
from storage.balances.attribute_sets import Combinations, read_attribute_sets
from storage.balances.columns import read_month
from storage.balances.dimension_values import attributes_at
from storage.balances.numbering import AttributeNumbering
from storage.balances.pauses import read_pauses
from storage.balances.sweep import BalanceSweep, sweep_ledger, sweep_since
from storage.tables.ledger import BalanceBuild


@dataclass(frozen=True, slots=True)
class DayBalances:
    """Every balance above zero on a day, in columns; ``combinations`` are of all attributes."""

    accounts: pd.Index
    mrr_minor: Whole
    first_paid_on: Days
    combinations: Whole

    def of(self, accounts: pd.Index) -> Whole:
        """Return the MRR of some accounts, 0 for those that have none."""
        places = self.accounts.get_indexer(accounts)
        return np.append(self.mrr_minor, 0)[places]  # an absent one is at -1, the zero at the end


class AnyDays:
    """Balances of accounts on any days, in one session and at one moment of knowledge.

    Parameters
    ----------
    currency : str
        Of the ledger.
    as_of : datetime, optional
        Only what was recorded by then, swept from the ledger; everything when left out.
    """

    def __init__(
        self, session: Session, *, tiers: Tiers, currency: str, as_of: datetime | None = None
    ) -> None:
        self._session, self._tiers, self._currency = session, tiers, currency
        self._as_of = as_of
        self._combinations = Combinations()
        self._read: dict[date, DayBalances] = {}

    def sums_between(self, start: date, end: date, *, closing_total: int) -> PeriodSums:
        """Return the company's sums over ``[start, end)``.

        Parameters
        ----------
        closing_total : int
            All MRR at the close by the ledger, in minor units, for the check of the bridge.

        Raises
        ------
        ReconciliationError
            If a balance is below zero.
        """
        opening, closing = self._at(start), self._at(end)
        pauses = read_pauses(self._session, start, end, as_of=self._as_of)
        base = pd.DataFrame(
            {
                "combination": opening.combinations,
                "opening": opening.mrr_minor,
                "closing": closing.of(opening.accounts),
                "is_paused": opening.accounts.isin(list(pauses.of(PauseOutcome.PAUSED))),
            }
        )
        inside = (
            (self._combinations[int(str(number))], (*astuple(part)[:6], 0, 0, 0, 0))
            for number, part in decompose_by(base, "combination").items()
        )
        beside = self._outside(start, opening, closing, back=pauses.of(PauseOutcome.RESUMED))
        return PeriodSums.of([*inside, *beside], closing_total=closing_total)

    def members(self, start: date, end: date, scope: Scope = ()) -> list[tuple[str, int, int]]:
        """Return each account of a scope's opening base with its MRR at the two ends, by account.

        Raises
        ------
        ReconciliationError
            If a balance is below zero.
        """
        opening, closing = self._at(start), self._at(end)
        numbers = np.unique(opening.combinations).tolist()
        inside = [number for number in numbers if matches(self._combinations[number], scope)]
        rows = np.flatnonzero(np.isin(opening.combinations, inside))
        accounts = opening.accounts[rows]
        columns = accounts, opening.mrr_minor[rows], closing.of(accounts)
        return sorted(zip(*(column.tolist() for column in columns), strict=True))

    def attributes_of(
        self, accounts: Collection[str], start: date, end: date
    ) -> dict[str, Attributes]:
        """Return the attributes under which accounts count in ``[start, end)``.

        Those when the period opens if they pay then, or else at the close; accounts that pay at
        neither have only stored attributes, as at the close.
        """
        numbers: dict[str, int] = {}
        for day in (end, start):  # the opening last, for it wins
            balances = self._at(day)
            numbers |= zip(balances.accounts, balances.combinations.tolist(), strict=True)
        elsewhere = set(accounts) - numbers.keys()
        stored = attributes_at(self._session, end, roots=elsewhere, as_of=self._as_of)
        return stored | {
            account: self._combinations[numbers[account]]
            for account in accounts
            if account in numbers
        }

    def _outside(
        self,
        start: date,
        opening: DayBalances,
        closing: DayBalances,
        *,
        back: Collection[str],
    ) -> Iterator[tuple[Attributes, Sums]]:
        is_outside = ~closing.accounts.isin(opening.accounts)
        # Whoever paid before the period and not when it opened is returning, or has resumed.
        is_new = closing.first_paid_on >= np.datetime64(start)
        is_resumed = closing.accounts.isin(list(back))
        frame = pd.DataFrame(
            {
                "combination": closing.combinations,
                "new": np.where(is_new, closing.mrr_minor, 0),
                "returning": np.where(is_new | is_resumed, 0, closing.mrr_minor),
                "resumed": np.where(is_resumed, closing.mrr_minor, 0),
                "accounts": 1,
            }
        )
        sums = frame[is_outside].groupby("combination").sum()
        for number, *cells in sums.itertuples():
            new, returning, resumed, accounts = map(int, cells)
            yield self._combinations[number], (0, 0, 0, 0, 0, 0, new, returning, resumed, accounts)

    def _at(self, day: date) -> DayBalances:
        if day not in self._read:
            is_stored = day == self._base(day) and self._build_is_of_these_tiers
            self._read[day] = self._stored_month(day) if is_stored else self._swept(day)
        return self._read[day]

    @cached_property
    def _build(self) -> BalanceBuild | None:
        return self._session.get(BalanceBuild, 1) if self._as_of is None else None

    @property
    def _build_is_of_these_tiers(self) -> bool:
        return self._build is not None and self._build.tiers == self._tiers.fingerprint

    def _base(self, day: date) -> date | None:
        return min(day.replace(day=1), self._build.built_through) if self._build else None

    def _stored_month(self, month: date) -> DayBalances:
        stored, sets = read_month(self._session, month), read_attribute_sets(self._session)
        distinct, places = np.unique(stored.attribute_sets, return_inverse=True)
        numbers = [self._combinations.number(sets[number]) for number in distinct.tolist()]
        return DayBalances(
            pd.Index(stored.accounts, dtype=object),
            stored.mrr_minor,
            stored.first_paid_on,
            np.array(numbers, np.int64)[places],
        )

    def _swept(self, day: date) -> DayBalances:
        base = self._base(day)
        sweep = sweep_since(self._session, base, until=day) if base else self._ledger
        placing = AttributeNumbering(
            sweep, tiers=self._tiers, currency=self._currency, number=self._combinations.number
        )
        [balances] = sweep.at([day])
        return DayBalances(
            pd.Index(sweep.accounts[balances.rows], dtype=object),
            balances.mrr_minor,
            sweep.first_paid_on[balances.rows],
            placing.numbers(balances, value_tier_codes(balances.mrr_minor, self._tiers)),
        )

    @cached_property
    def _ledger(self) -> BalanceSweep:
        return sweep_ledger(self._session, as_of=self._as_of)
