"""Movements by the month that they are dated in, in the narrowest arrays."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from metrics.month_numbers import first_days, months_of
from storage.columns.arrays import STATED, LedgerMovements, Movements
from storage.columns.codec import Whole, pack, unpack
from storage.columns.position_numbers import PositionNumbers
from storage.tables.facts import OF_NONE


def month_of(day: int) -> int:
    """Find the first day of the month that a day is in, both counted from 1970-01-01."""
    return int(first_days(months_of(np.array([day])))[0])


def month_after(month: int) -> int:
    """Find the first day of the month after the one that a day is in."""
    return int(first_days(months_of(np.array([month])) + 1)[0])


def months_between(first: int, through: int) -> Iterator[int]:
    """Yield the first days of months from one through another."""
    while first <= through:
        yield first
        first = month_after(first)


@dataclass(slots=True)
class MonthRows:
    """New movements by the first day of their month; ``accounts`` are theirs, by number."""

    parts: defaultdict[int, list[Movements]] = field(default_factory=lambda: defaultdict(list))

    def add(self, movements: LedgerMovements, numbers: PositionNumbers) -> None:
        """Take up movements, which come in the order of the ledger."""
        position = numbers.number(movements)
        index = months_of(movements.day)
        order = np.argsort(index, kind="stable")
        months, starts = np.unique(index[order], return_index=True)
        ends = [*starts[1:].tolist(), order.size]
        for month, start, end in zip(months.tolist(), starts.tolist(), ends, strict=True):
            own, first = order[start:end], int(first_days(np.array([month]))[0])
            rows = Movements(
                position=position[own],
                day=movements.day[own] - first,
                amount=movements.amount[own],
                kind=np.zeros(own.size, np.int8),
                driver=movements.driver[own],
                spread=np.where(movements.product[own] == OF_NONE, np.int8(STATED), np.int8(0)),
                recorded=movements.recorded[own],
            )
            self.parts[first].append(_narrow(rows))

    @property
    def first_day(self) -> int | None:
        """The earliest day of any movement; None without one."""
        if not self.parts:
            return None
        month = min(self.parts)
        return month + min(int(part.day.min()) for part in self.parts[month])

    def take(self, month: int) -> list[Movements]:
        """Take out one month's movements; they are not held any longer."""
        return self.parts.pop(month, [])


def in_order(rows: Movements, account: Whole) -> tuple[Movements, Whole]:
    """Sort movements by account and day; on one day they stay in the order they have."""
    keys = account.astype(np.int64) * 32 + rows.day
    if (keys[1:] >= keys[:-1]).all():
        return rows, account
    order = np.argsort(keys, kind="stable")
    return rows.pick(order), account[order]


def _narrow(rows: Movements) -> Movements:
    return Movements(**{name: unpack(pack(getattr(rows, name))) for name in rows.names()})
