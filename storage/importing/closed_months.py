"""Closed months that a file changes: its rows that are dated in them, and NRR before and after."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from metrics.late_rows import CohortMrr, MonthChange
from metrics.period_grammar import shift_months
from storage.balances.month_balances import balances_at, month_starts
from storage.importing.cells import EARLIEST
from storage.importing.examination import NewRows
from storage.importing.report import ClosedMonths
from storage.store.column_types import day_number, day_of
from storage.store.statements import batches
from storage.tables.ledger import Account, MonthBalance

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
        by_root = self._by_root(session)
        first = day_of(min(day for days in by_root.values() for day in days))
        balances = balances_at(session, first.replace(day=1), by_root)
        for month in month_starts(first.replace(day=1), shift_months(self.closed_through, -1)):
            following = shift_months(month, 1)
            closing = balances_at(session, following, by_root)
            before = after = _cohort(session, month, following)
            for root, days in by_root.items():
                held = balances.get(root, 0), closing.get(root, 0)
                opens, closes = (_moved(days, before=day) for day in (month, following))
                after = after.with_balances(before=held, after=(held[0] + opens, held[1] + closes))
            if before.nrr != after.nrr:
                yield MonthChange(month=month, before=before.nrr, after=after.nrr)
            balances = closing

    def _by_root(self, session: Session) -> dict[str, dict[int, int]]:
        root_of: dict[str, str] = {}
        for some in batches(sorted(self.amounts)):
            found = select(col(Account.account_id), col(Account.root_id)).where(
                col(Account.account_id).in_(some)
            )
            root_of |= dict(session.execute(found).all())
        by_root: defaultdict[str, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        for account, days in self.amounts.items():
            for day, amount in days.items():
                by_root[root_of.get(account, account)][day] += amount  # a new one is a root itself
        return {root: dict(days) for root, days in by_root.items()}


def _moved(days: dict[int, int], *, before: date) -> int:
    end = day_number(before)
    return sum(amount for day, amount in days.items() if day < end)


def _cohort(session: Session, start: date, end: date) -> CohortMrr:
    opening, closing = aliased(MonthBalance), aliased(MonthBalance)
    at_close = (col(closing.account_id) == col(opening.account_id)) & (col(closing.as_of) == end)
    sums = (
        select(func.sum(col(opening.mrr_minor)), func.sum(col(closing.mrr_minor)))
        .select_from(opening)
        .outerjoin(closing, at_close)
        .where(col(opening.as_of) == start)
    )
    return CohortMrr(*(int(total or 0) for total in session.execute(sums).one()))
