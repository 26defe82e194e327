"""Accounts of an opening base by name: all of them, those that moved the most, those that cost."""

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from metrics.alerts.series import AccountLoss
from metrics.confidence.measuring import BaseEnds
from metrics.rollup import Scope
from storage.columns.codec import Whole
from storage.columns.period import Bridge
from storage.ledger.account_changes import AccountChange, AccountChanges, CohortMember
from storage.ledger.base_changes import BaseChanges
from storage.ledger.labels import LedgerLabels

Losses = Mapping[Scope, tuple[AccountLoss, ...]]


class Members:
    """Topmost accounts that pay when a period opens."""

    def __init__(self, period: Bridge, labels: LedgerLabels, scope: Scope = ()) -> None:
        self._period, self._labels, self._scope = period, labels, scope

    def cohort(self) -> list[CohortMember]:
        """List the accounts of a scope's opening base, by account."""
        units = self._period.base(self._scope)
        is_paused = np.isin(units, self._period.paused).tolist()
        found = (
            CohortMember(label.account_id, label.name, *ends, paused, kept and not paused)
            for label, ends, paused, kept in zip(
                self._labels.names(units.tolist()),
                self._balances(units),
                is_paused,
                np.isin(units, self._period.staying).tolist(),
                strict=True,
            )
        )
        return sorted(found, key=lambda member: member.account_id)

    def ends(self) -> BaseEnds:
        """Read their MRR at the two ends, and that of those that bought the product meanwhile."""
        period, units = self._period, self._period.measured(self._scope)
        return BaseEnds(period.opening[units], period.closing[units])

    def largest(self, *, most: int) -> tuple[AccountChange, ...]:
        """Find the ``most`` that pay the most at the opening, the largest first."""
        units = self._period.base(self._scope)
        units = units[_largest(self._period.opening[units], most)]
        found = sorted(self._changes(units), key=lambda one: (-one.opening, one.account_id))
        return tuple(found[:most])

    def changes(self, *, most: int) -> AccountChanges:
        """Find the ``most`` largest gains and losses among those who come to a scope's NRR."""
        units = self._period.measured(self._scope)
        change = self._change(units)
        largest = [units[_largest(amounts, most)] for amounts in (change, -change)]
        found = self._changes(np.concatenate(largest))
        gains, losses = (
            tuple(each for each in found if each.change * sign > 0)[:most] for sign in (1, -1)
        )
        return AccountChanges(gains=gains, losses=losses)

    def explained_losses(self, changes: BaseChanges, *, most: int) -> tuple[AccountChange, ...]:
        """Find the ``most`` largest losses in a scope's opening base, each with its drivers."""
        units = self._period.base(self._scope)
        units = units[_largest(-self._change(units), most)]
        return self._changes(units, changes.of_each(units))[:most]

    def losses(self, least: Fraction) -> tuple[AccountLoss, ...]:
        """Find the accounts that took at least so much out of the scope, the costliest first."""
        units = self._period.base(self._scope)
        units = units[-self._change(units) >= least.__ceil__()]
        found = (
            AccountLoss(
                account=label.account_id, lost_minor=opening - closing, opening_minor=opening
            )
            for label, (opening, closing) in zip(
                self._labels.names(units.tolist()), self._balances(units), strict=True
            )
        )
        return tuple(sorted(found, key=lambda loss: (-loss.lost_minor, loss.account)))

    def _changes(
        self, units: Whole, drivers: Mapping[int, Mapping[str, int]] = MappingProxyType({})
    ) -> tuple[AccountChange, ...]:
        table, sets = self._period.opening_table, self._period.opening_sets[units].tolist()
        is_paused = np.isin(units, self._period.paused).tolist()
        found = (
            AccountChange(
                account_id=label.account_id,
                name=label.name,
                opening=opening,
                closing=closing,
                attributes=table[number],
                is_paused=paused,
                drivers=drivers.get(unit, {}),
            )
            for unit, label, (opening, closing), number, paused in zip(
                units.tolist(),
                self._labels.names(units.tolist()),
                self._balances(units),
                sets,
                is_paused,
                strict=True,
            )
        )
        return tuple(sorted(found, key=lambda each: (-abs(each.change), each.account_id)))

    def _balances(self, units: Whole) -> list[tuple[int, int]]:
        ends = self._period.opening[units].tolist(), self._period.closing[units].tolist()
        return list(zip(*ends, strict=True))

    def _change(self, units: Whole) -> Whole:
        change: Whole = self._period.closing[units].astype(np.int64) - self._period.opening[units]
        return change


def _largest(amounts: Whole, most: int) -> Whole:
    """Find the places of the largest amounts above zero, with all that equal the last of them."""
    moved = np.flatnonzero(amounts > 0)
    if moved.size <= most or not most:
        return moved[: most and moved.size]
    least = np.partition(amounts[moved], -most)[-most]
    largest: Whole = moved[amounts[moved] >= least]
    return largest
