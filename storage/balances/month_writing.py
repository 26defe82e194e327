"""Writing of month balances: a whole company's, or those of some accounts beside the others."""

from collections.abc import Iterable
from datetime import date
from itertools import repeat

import numpy as np
from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from metrics.segments import VALUE_TIER_NAMES, DerivedDimension, Tiers
from metrics.tier_codes import Cut, Whole, codes_by_cuts, value_cuts, value_tier_codes
from storage.balances.attribute_sets import AttributeSets
from storage.balances.columns import read_amounts, read_month
from storage.balances.numbering import AttributeNumbering
from storage.balances.sweep import Balances, BalanceSweep
from storage.store.statements import batches, bulk_insert
from storage.tables.ledger import MonthBalance

_COLUMNS = ("as_of", "account_id", "mrr_minor", "first_paid_on", "attribute_set_id")
_MOVE = (
    update(MonthBalance)
    .where(
        col(MonthBalance.as_of) == bindparam("month"),
        col(MonthBalance.account_id) == bindparam("root"),
    )
    .values(attribute_set_id=bindparam("number"))
)


class MonthWriter:
    """Writes the balances of one sweep; older ones of its accounts are deleted already."""

    def __init__(
        self, session: Session, sweep: BalanceSweep, *, tiers: Tiers, currency: str
    ) -> None:
        self._session, self._sweep, self._tiers = session, sweep, tiers
        self._sets = AttributeSets(session)
        self._placing = AttributeNumbering(
            sweep, tiers=tiers, currency=currency, number=self._sets.number
        )
        # As text once for all months: a date object for each row of each would take longer.
        self._first_paid_on = np.datetime_as_string(sweep.first_paid_on).astype(object)

    def write_all(self, months: Iterable[date]) -> None:
        """Write months of which nothing is stored; the sweep is of the whole company."""
        for balances in self._sweep.at(months):
            self._insert(balances, value_tier_codes(balances.mrr_minor, self._tiers))

    def write_beside(self, months: Iterable[date]) -> None:
        """Write the sweep's accounts into months that hold all the others.

        Of those only the value tiers can change, for these compare all accounts.
        """
        tier_of_set = self._tiers_of_sets()
        for balances in self._sweep.at(months):
            mrr_minor, sets = read_amounts(self._session, balances.day)
            cuts = value_cuts(np.append(mrr_minor, balances.mrr_minor), self._tiers)
            # Few amounts are at a cut or change sides: only their accounts are read by name.
            is_at_cut = np.isin(mrr_minor, [cut.mrr_minor for cut in cuts])
            is_unclear = is_at_cut | (codes_by_cuts(mrr_minor, cuts) != tier_of_set[sets])
            amounts = np.unique(mrr_minor[is_unclear]).tolist()
            self._settle(balances, self._with(amounts, balances.day), cuts, tier_of_set)

    def _settle(
        self,
        balances: Balances,
        beside: list[tuple[str, int, int]],
        cuts: tuple[Cut, Cut],
        tier_of_set: Whole,
    ) -> None:
        # Those beside include all that are just at a cut: equal amounts are split by account.
        accounts = [*(account for account, _, _ in beside), *self._accounts(balances)]
        amounts = np.array([mrr for _, mrr, _ in beside], np.int64)
        order = np.array(sorted(range(len(accounts)), key=accounts.__getitem__), np.int64)
        codes = np.empty(order.size, np.int64)
        codes[order] = codes_by_cuts(np.append(amounts, balances.mrr_minor)[order], cuts)
        self._insert(balances, codes[len(beside) :])
        moves = [
            {"month": balances.day, "root": account, "number": self._moved(number, code)}
            for (account, _, number), code in zip(beside, codes.tolist(), strict=False)
            if tier_of_set[number] != code
        ]
        self._sets.flush()
        if moves:
            self._session.connection().execute(_MOVE, moves)

    def _insert(self, balances: Balances, value_tiers: Whole) -> None:
        numbers = self._placing.numbers(balances, value_tiers)
        self._sets.flush()
        columns = (
            self._accounts(balances),
            balances.mrr_minor.tolist(),
            self._first_paid_on[balances.rows].tolist(),
            numbers.tolist(),
        )
        rows = zip(repeat(balances.day.isoformat()), *columns, strict=False)
        bulk_insert(self._session, MonthBalance, _COLUMNS, rows)

    def _accounts(self, balances: Balances) -> list[str]:
        accounts: list[str] = self._sweep.accounts[balances.rows].tolist()
        return accounts

    def _with(self, amounts: list[int], month: date) -> list[tuple[str, int, int]]:
        columns = (
            col(MonthBalance.account_id),
            col(MonthBalance.mrr_minor),
            col(MonthBalance.attribute_set_id),
        )
        found: list[tuple[str, int, int]] = []
        for some in batches(amounts):
            same = (col(MonthBalance.as_of) == month, col(MonthBalance.mrr_minor).in_(some))
            found += [(*row,) for row in self._session.execute(select(*columns).where(*same))]
        return found

    def _moved(self, number: int, code: int) -> int:
        value_tier = {DerivedDimension.VALUE_TIER.value: VALUE_TIER_NAMES[code]}
        return self._sets.number({**self._sets[number], **value_tier})

    def _tiers_of_sets(self) -> Whole:
        # By number of the set; -1 for sets of windows, which can lack a tier.
        found = np.full(max(self._sets, default=0) + 1, -1, np.int64)
        for number in self._sets:
            name = self._sets[number].get(DerivedDimension.VALUE_TIER)
            found[number] = VALUE_TIER_NAMES.index(name) if name else -1
        return found


def differing_from(
    session: Session, sweep: BalanceSweep, months: Iterable[date], *, tiers: Tiers, currency: str
) -> list[date]:
    """List the months whose stored balances are not the sweep's, in any cell."""
    sets = AttributeSets(session)
    placing = AttributeNumbering(sweep, tiers=tiers, currency=currency, number=sets.number)
    return [
        balances.day
        for balances in sweep.at(months)
        if not _is_stored(session, sweep, balances, placing=placing, tiers=tiers)
    ]


def _is_stored(
    session: Session,
    sweep: BalanceSweep,
    balances: Balances,
    *,
    placing: AttributeNumbering,
    tiers: Tiers,
) -> bool:
    stored = read_month(session, balances.day)
    places = sweep.places(stored.accounts)
    order = np.argsort(places)
    numbers = placing.numbers(balances, value_tier_codes(balances.mrr_minor, tiers))
    return all(
        np.array_equal(found[order], expected)
        for found, expected in (
            (places, balances.rows),
            (stored.mrr_minor, balances.mrr_minor),
            (stored.first_paid_on, sweep.first_paid_on[balances.rows]),
            (stored.attribute_sets, numbers),
        )
    )
