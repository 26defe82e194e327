"""Statements on attributes in arrays: a million of them as objects would not fit in memory."""

from dataclasses import dataclass, field, fields
from typing import Self

import numpy as np

from storage.importing.movements import NO_NUMBER, NOTHING, FileMovements, Texts, Whole

_Pairs = list[tuple[str, str]]


def _no_rows() -> Whole:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementRows:
    """Statements in arrays: ``account`` is a number in ``accounts``, ``pair`` one in ``pairs``."""

    accounts: Texts = field(default_factory=Texts)
    pairs: _Pairs = field(default_factory=list)
    line: Whole = field(default_factory=_no_rows)
    account: Whole = field(default_factory=_no_rows)
    pair: Whole = field(default_factory=_no_rows)
    day: Whole = field(default_factory=_no_rows)
    recorded: Whole = field(default_factory=_no_rows)
    place: Whole = field(default_factory=_no_rows)

    def __len__(self) -> int:
        return int(self.line.size)

    def pick(self, rows: Whole) -> Self:
        """Keep some of them, in the order of these."""
        names = [one.name for one in fields(self)][2:]
        picked = {name: getattr(self, name)[rows] for name in names}
        return type(self)(accounts=self.accounts, pairs=self.pairs, **picked)


def statements_of(movements: FileMovements, recorded: int) -> StatementRows:
    """List the attributes of movements, row by row: each holds from its row's day on."""
    pairs: _Pairs = []
    rows, numbers, places = [_no_rows()], [_no_rows()], [_no_rows()]
    for number, (dimension, values) in enumerate(movements.attributes.items()):
        some = np.flatnonzero(values != NOTHING)
        rows.append(some)
        numbers.append(values[some] + len(pairs))
        places.append(some * len(movements.attributes) + number)
        pairs += [(dimension, value) for value in movements.texts.values[dimension].names]
    place = np.concatenate(places)
    order = np.argsort(place, kind="stable")
    of_row, pair = np.concatenate(rows)[order], np.concatenate(numbers)[order]
    moments = movements.recorded[of_row]
    return StatementRows(
        accounts=movements.texts.account,
        pairs=pairs,
        line=movements.line[of_row],
        account=movements.account[of_row],
        pair=pair,
        day=movements.day[of_row],
        recorded=np.where(moments == NO_NUMBER, recorded, moments),
        place=of_row,
    )
