"""Closed months that a file changes: its rows that are dated in them, and NRR before and after."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.late_rows import CohortMrr, MonthChange
from storage.columns.period import Period, stored_periods
from storage.importing.cells import EARLIEST
from storage.importing.examination import NewRows
from storage.importing.report import ClosedMonths
from storage.store.column_types import day_number, day_of
from storage.store.statements import batches
from storage.tables.facts import AccountRow

_UNDATED = day_number(EARLIEST)  # of an attribute that always held


@dataclass(slots=True, kw_only=True)
class LateRows:
    """New rows so far that are dated in closed months; ``closed_through`` is the day after those.

    ``amounts`` has the net movement of each account by day.
    """

    closed_through: date | None
    count: int = 0
    months: set[date] = field(default_factory=set)
    amounts: defaultdict[str, defaultdict[int, int]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(int))
    )

    def add(self, new_rows: NewRows) -> None:
        """Take note of the new rows of one group."""
        if self.closed_through is None:
            return
        end, movements = day_number(self.closed_through), new_rows.movements
        late: dict[int, int] = {}
        for place in np.flatnonzero(movements.day < end).tolist():
            day = int(movements.day[place])
            late[int(movements.line[place])] = day
            account = movements.texts.account.names[movements.account[place]]
            self.amounts[account][day] += int(movements.amount[place])
        said = new_rows.statements
        days = zip(said.line.tolist(), said.day.tolist(), strict=True)
        parents = ((one.line, one.valid_from) for one in new_rows.accounts.parents.statements)
        late |= {line: day for line, day in (*days, *parents) if _UNDATED < day < end}
        self.count += len(late)
        self.months.update(day_of(day).replace(day=1) for day in {*late.values()})

    def effect(self, session: Session) -> ClosedMonths:
        """Work out NRR of the closed months, from balances that do not hold the new rows yet."""
        changes = tuple(self._changes(session)) if self.amounts else None
        return ClosedMonths(rows=self.count, months=tuple(sorted(self.months)), changes=changes)

    def _changes(self, session: Session) -> Iterator[MonthChange]:
        if self.closed_through is None:
            return
        numbers = self._numbers(session)
        first = day_of(min(day for days in self.amounts.values() for day in days)).replace(day=1)
        for period in stored_periods(session, first, self.closed_through):
            before = after = CohortMrr(*period.cohort())
            for unit, days in self._by_unit(period, numbers).items():
                held = period.balances(unit)
                opens, closes = (_moved(days, before=day) for day in (period.start, period.end))
                after = after.with_balances(before=held, after=(held[0] + opens, held[1] + closes))
            if before.nrr != after.nrr:
                yield MonthChange(month=period.start, before=before.nrr, after=after.nrr)

    def _numbers(self, session: Session) -> dict[str, int]:
        numbers: dict[str, int] = {}
        account = col(AccountRow.account_id)
        for some in batches(sorted(self.amounts)):
            found = select(account, col(AccountRow.number)).where(account.in_(some))
            numbers |= dict(session.execute(found).all())
        return numbers

    def _by_unit(
        self, period: Period, numbers: Mapping[str, int]
    ) -> dict[int | str, dict[int, int]]:
        """Add up the new rows of each topmost account by day; a new account is one itself."""
        by_unit: defaultdict[int | str, Counter[int]] = defaultdict(Counter)
        for account, days in self.amounts.items():
            known = account in numbers
            by_unit[period.unit(numbers[account]) if known else account].update(days)
        return {unit: dict(days) for unit, days in by_unit.items()}


def _moved(days: Mapping[int, int], *, before: date) -> int:
    end = day_number(before)
    return sum(amount for day, amount in days.items() if day < end)
