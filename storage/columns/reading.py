"""Reading of the columns in one session: arrays that are read only, kept by generation."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from sqlmodel import Session, SQLModel

from metrics.period_grammar import shift_months
from storage.columns.arrays import (
    CHUNK,
    EPOCH,
    NEVER,
    Columns,
    MonthMoves,
    Movements,
    Parents,
    PauseSpells,
    Positions,
    Statements,
    WindowSums,
    day_number,
    day_of,
)
from storage.columns.build_state import BuildState, read_build
from storage.columns.codec import Whole, unpack
from storage.columns.months import months_between
from storage.columns.trees import Tree
from storage.store.memory import Generation, Memory
from storage.store.statements import binary_rows
from storage.tables.columns import (
    AccountColumn,
    MonthColumn,
    MovementColumn,
    ParentColumn,
    PauseColumn,
    PlaceColumn,
    PositionColumn,
    StatementColumn,
    WindowSum,
)

T = TypeVar("T")
C = TypeVar("C", bound=Columns)
SUMS = 10  # cells of `metrics.rollup.Sums`
KEPT = 64  # arrays: a year's months of balances and places, and a year of movements


@dataclass(frozen=True, slots=True)
class _MonthColumns:
    """Columns of a month, and what they are remembered by."""

    key: str
    table: type[SQLModel]
    names: tuple[str, ...]


_AMOUNTS = _MonthColumns("amounts", MonthColumn, ("chunk", "amount"))
_PLACES = _MonthColumns("places", PlaceColumn, ("chunk", "attribute_set"))
_MOVES = _MonthColumns("moves", MovementColumn, tuple(field.name for field in fields(MonthMoves)))


class ColumnReader:
    """Columns of one store as one session sees them; it never writes.

    A day without a build before it has no balance: amounts are zeros, places 0.

    Parameters
    ----------
    memory : Memory, optional
        Shared by the readers of one store, to keep arrays that were read before.
    """

    def __init__(self, session: Session, *, memory: Memory | None = None) -> None:
        self._session = session
        self._memory = memory or Memory(KEPT)
        self._ahead: dict[tuple[str, date], list[tuple[Any, ...]]] = {}

    @cached_property
    def build(self) -> BuildState | None:
        """The state of the columns; None before the first import."""
        return read_build(self._session)

    @cached_property
    def generation(self) -> Generation | None:
        """The number of that state and the day it changed from; None before the first import."""
        if self.build is None:
            return None
        return Generation(self.build.generation, day_of(self.build.changed_since))

    @property
    def built_through(self) -> date:
        """The last month start that is built; 1970-01-01 before the first import."""
        return day_of(self.build.built_through) if self.build else EPOCH

    def first_month(self) -> date | None:
        """Read the first month with a movement; None in an empty ledger."""
        [(month,)] = self._rows("SELECT min(month) FROM movement_column")
        return None if month is None else day_of(month)

    def months(self) -> list[date]:
        """List the months of which movements can be stored, from the first one on."""
        first = self.first_month() or self.built_through
        every = months_between(day_number(first), day_number(self.built_through))
        return [day_of(month) for month in every]

    def positions(self) -> Positions:
        """Read what each position is."""
        return self._recall("positions", lambda: self._columns(Positions, PositionColumn))

    def first_paid(self) -> Whole:
        """Read the first day that each account closed with MRR of its own, by its number.

        That of a group is the earliest of its accounts'; `NEVER` for those that never did. Accounts
        at the end that never did may be missing.
        """
        return self._recall("first paid", lambda: self._dense(AccountColumn, "first_paid", NEVER))

    def amounts(self, month: date) -> Whole:
        """Read the MRR of each position at a month start, in minor units: one cell a position."""
        size = len(self.positions())
        found = self._recall(
            ("amounts", month),
            lambda: self._joined(0, self._of_month(_AMOUNTS, month)),
            until=month,
        )
        return _filled(found, size)

    def places(self, month: date) -> Whole:
        """Read the attribute set of each account at a month start, by the account's number.

        A topmost account that pays has stored, inherited and derived values. Another account that
        paid before has its stored ones alone. One that has not paid yet has 0, and accounts at the
        end that have 0 may be missing.
        """
        return self._recall(
            ("places", month),
            lambda: self._joined(0, self._of_month(_PLACES, month)),
            until=month,
        )

    def movements(self, month: date) -> Movements:
        """Read the movements of one month, by account and day."""
        return self._recall(
            ("movements", month),
            lambda: self._columns(Movements, MovementColumn, "month = ?", day_number(month)),
            until=shift_months(month, 1),
        )

    def moves(self, month: date) -> Sequence[MonthMoves]:
        """Read the movements of one month in parts as they are stored, so that none is copied."""
        return self._recall(
            ("moves", month),
            lambda: self._shaped(MonthMoves, self._of_month(_MOVES, month)),
            until=shift_months(month, 1),
        )

    def read_ends(self, days: Collection[date]) -> None:
        """Read the amounts and places of several month starts together, for when they are asked."""
        self.read_amounts(days)
        self._read_ahead(_PLACES, days)

    def read_amounts(self, days: Collection[date]) -> None:
        """Read the amounts of several month starts together, for when they are asked for."""
        self._read_ahead(_AMOUNTS, days)

    def read_moves(self, months: Collection[date]) -> None:
        """Read the movements of several months together, for when they are asked for."""
        self._read_ahead(_MOVES, months)

    def statements(self) -> Statements:
        """Read every statement on attributes, by account and day."""
        return self._recall("statements", lambda: self._columns(Statements, StatementColumn))

    def parents(self) -> Parents:
        """Read every statement on parents, by account and day."""
        return self._recall("parents", lambda: self._columns(Parents, ParentColumn))

    def pauses(self) -> PauseSpells:
        """Read every pause, by topmost account and day."""
        return self._recall("pauses", lambda: self._columns(PauseSpells, PauseColumn))

    def tree(self, day: date) -> Tree:
        """Build the tree of accounts at a boundary: what was said of parents strictly before it."""
        return self._recall(
            ("tree", day), lambda: Tree.before(day_number(day), self.parents()), until=day
        )

    def windows(self, ends: Collection[tuple[date, date]]) -> dict[tuple[date, date], WindowSums]:
        """Read the sums of those periods that are kept: 1, 3 and 12 months between month starts."""
        wanted = {(day_number(first), day_number(last)): (first, last) for first, last in ends}
        lasts = sorted({last for _, last in wanted})
        among = f"last IN ({', '.join('?' * len(lasts))})"
        names = ("first", "last", "attribute_set", "sums")
        found: dict[tuple[date, date], WindowSums] = {}
        for first, last, sets, sums in self._cells(WindowSum, names, among, lasts):
            if (first, last) in wanted:
                rows = unpack(sums).reshape(-1, SUMS)
                found[wanted[first, last]] = WindowSums(attribute_set=unpack(sets), sums=rows)
        return found

    def _recall(self, key: Hashable, work: Callable[[], T], *, until: date = date.max) -> T:
        return self._memory.recall(self.generation, key, work, until=until)

    def _columns(
        self, shape: type[C], table: type[SQLModel], where: str = "", *parameters: int
    ) -> C:
        return shape.joined(self._parts(shape, table, where, *parameters))

    def _parts(
        self, shape: type[C], table: type[SQLModel], where: str = "", *parameters: int
    ) -> list[C]:
        names = [field.name for field in fields(shape)]
        return self._shaped(shape, self._cells(table, names, where, parameters))

    def _shaped(self, shape: type[C], rows: Iterable[tuple[Any, ...]]) -> list[C]:
        names = [field.name for field in fields(shape)]
        return [shape(**dict(zip(names, map(unpack, cells), strict=True))) for cells in rows]

    def _of_month(self, columns: "_MonthColumns", month: date) -> list[tuple[Any, ...]]:
        self._read_ahead(columns, (month,))
        return self._ahead.pop((columns.key, month))

    def _read_ahead(self, columns: "_MonthColumns", months: Collection[date]) -> None:
        wanted = {
            day_number(month): month
            for month in months
            if (columns.key, month) not in self._ahead
            and not self._memory.has(self.generation, (columns.key, month))
        }
        if not wanted:
            return
        self._ahead |= {(columns.key, month): [] for month in wanted.values()}
        among = f"month IN ({', '.join('?' * len(wanted))})"
        for month, *cells in self._cells(
            columns.table, ("month", *columns.names), among, list(wanted)
        ):
            self._ahead[columns.key, wanted[month]].append(tuple(cells))

    def _dense(self, table: type[SQLModel], name: str, fill: int) -> Whole:
        return self._joined(fill, self._cells(table, ("chunk", name), "", ()))

    def _joined(self, fill: int, rows: Iterable[tuple[Any, ...]]) -> Whole:
        parts: list[Whole] = []
        for chunk, packed in rows:
            filled = chunk * CHUNK - sum(part.size for part in parts)
            parts += [np.full(filled, fill, np.int8 if not fill else np.int32)] if filled else []
            parts.append(unpack(packed))
        return parts[0] if len(parts) == 1 else np.concatenate(parts or [np.zeros(0, np.int8)])

    def _cells(
        self, table: type[SQLModel], names: Sequence[str], where: str, parameters: Sequence[int]
    ) -> list[tuple[Any, ...]]:
        key = ", ".join(
            column.name for column in SQLModel.metadata.tables[_name(table)].primary_key
        )
        condition = f" WHERE {where}" if where else ""
        statement = f"SELECT {', '.join(names)} FROM {_name(table)}{condition} ORDER BY {key}"  # noqa: S608 # nosec B608
        return self._rows(statement, parameters)

    def _rows(self, statement: str, parameters: Sequence[int] = ()) -> list[tuple[Any, ...]]:
        return binary_rows(self._session, statement, parameters)


class NoColumns(ColumnReader):
    """A store in which nothing is built yet, whatever it holds.

    Parameters
    ----------
    through : date
        The last month start that is to be built at least.
    """

    def __init__(self, session: Session, *, through: date) -> None:
        super().__init__(session)
        self._through = through

    @property
    def build(self) -> None:
        """No state."""

    @property
    def built_through(self) -> date:
        """The last month start that is to be built at least."""
        return self._through

    def first_month(self) -> None:
        """Find no month."""

    def _cells(self, *_: object) -> list[tuple[Any, ...]]:
        return []


def _name(table: type[SQLModel]) -> str:
    return str(table.__tablename__)


def _filled(cells: Whole, size: int) -> Whole:
    if cells.size == size:
        return cells
    return np.append(cells, np.zeros(size - cells.size, cells.dtype))
