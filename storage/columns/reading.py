"""Reading of the columns in one session: arrays that are read only, kept by generation."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel

from metrics.period_grammar import shift_months
from storage.columns.arrays import (
    NEVER,
    Columns,
    MonthMoves,
    Movements,
    Parents,
    PauseSpells,
    Positions,
    Statements,
    WindowSums,
)
from storage.columns.build_state import BuildState, read_build
from storage.columns.chunks import Chunks, fitted
from storage.columns.codec import Key, Packed, Whole, unpack
from storage.columns.months import months_between
from storage.columns.trees import Tree
from storage.store.column_types import day_number, day_of
from storage.store.memory import Generation, Memory
from storage.store.messages import Rows
from storage.store.statements import binary_rows, binary_rows_of
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
class _Stored:
    """Columns of a table, whole or of a month, and what they are remembered by."""

    key: str
    table: type[SQLModel]
    names: tuple[str, ...]

    def select(self, months: Collection[int] = ()) -> str:
        """Write the statement that reads them; of months, the month comes first."""
        names, where = self.names, ""
        if months:
            names = ("month", *names)
            where = f" WHERE month IN ({', '.join(map(str, months))})"
        return _select(self.table, names, where)


_AMOUNTS = _Stored("amounts", MonthColumn, ("chunk", "amount"))
_PLACES = _Stored("places", PlaceColumn, ("chunk", "attribute_set"))
_MOVES = _Stored("moves", MovementColumn, MonthMoves.names())
_MOVEMENTS = _Stored("movements", MovementColumn, Movements.names())
_FIRST_PAID = _Stored("first paid", AccountColumn, ("chunk", "first_paid"))
_POSITIONS = _Stored("positions", PositionColumn, Positions.names())
_PARENTS = _Stored("parents", ParentColumn, Parents.names())
_PAUSES = _Stored("pauses", PauseColumn, PauseSpells.names())
_STATEMENTS = _Stored("statements", StatementColumn, Statements.names())
_WRITTEN = (_AMOUNTS, _PLACES, _FIRST_PAID, _POSITIONS, _PARENTS, _PAUSES)
_MOST_AHEAD = 32  # arrays: a year's months of balances and places, and what does not depend on them


class ColumnReader:
    """Columns of one store as one session sees them; it never writes.

    A day without a build before it has no balance: amounts are zeros, places 0.

    Parameters
    ----------
    memory : Memory, optional
        Shared by the readers of one store, to keep arrays that were read before.
    build : BuildState, optional
        The state of the columns, where it is known.
    """

    def __init__(
        self, session: Session, *, memory: Memory | None = None, build: BuildState | None = None
    ) -> None:
        self._session, self._known_build = session, build
        self._memory = memory or Memory(KEPT)
        self._ahead: dict[Hashable, Rows] = {}

    @cached_property
    def build(self) -> BuildState | None:
        """The state of the columns; None before the first import."""
        return self._known_build or read_build(self._session)

    @cached_property
    def generation(self) -> Generation | None:
        """The number of that state and the day it changed from; None before the first import."""
        if self.build is None:
            return None
        return Generation(self.build.generation, day_of(self.build.changed_since))

    @property
    def built_through(self) -> date:
        """The last month start that is built; 1970-01-01 before the first import."""
        return day_of(self.build.built_through) if self.build else day_of(0)

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
        return self._recall(
            "whole positions", lambda: Positions.of(Positions.joined(self._stored_positions()))
        )

    def lone_accounts(self) -> int | None:
        """Count the accounts of the usual ledger; None where one has several positions."""
        return self._recall("lone accounts", lambda: _lone(self._stored_positions()))

    def _stored_positions(self) -> list[Positions]:
        return self._recall("positions", lambda: self._shaped(Positions, self._rows_of(_POSITIONS)))

    def first_paid(self) -> Whole:
        """Read the first day that each account closed with MRR of its own, by its number.

        That of a group is the earliest of its accounts'; `NEVER` for those that never did. Accounts
        at the end that never did may be missing.
        """
        return self.first_paid_chunks().whole

    def first_paid_chunks(self) -> Chunks:
        """Read the same by chunk."""
        return self._recall("first paid", lambda: Chunks(self._rows_of(_FIRST_PAID), fill=NEVER))

    def amounts(self, month: date) -> Whole:
        """Read the MRR of each position at a month start, in minor units: one cell a position."""
        return fitted(self.amount_chunks(month).whole, len(self.positions()))

    def amount_chunks(self, month: date) -> Chunks:
        """Read the same by chunk."""
        return self._recall(
            ("amounts", month), lambda: Chunks(self._rows_of(_AMOUNTS, month)), until=month
        )

    def places(self, month: date) -> Whole:
        """Read the attribute set of each account at a month start, by the account's number.

        A topmost account that pays has stored, inherited and derived values. Another account that
        paid before has its stored ones alone. One that has not paid yet has 0, and accounts at the
        end that have 0 may be missing.
        """
        return self.place_chunks(month).whole

    def place_chunks(self, month: date) -> Chunks:
        """Read the same by chunk."""
        return self._recall(
            ("places", month), lambda: Chunks(self._rows_of(_PLACES, month)), until=month
        )

    def movements(self, month: date) -> Movements:
        """Read the movements of one month, by account and day."""
        return self._recall(
            ("movements", month),
            lambda: Movements.joined(self._shaped(Movements, self._rows_of(_MOVEMENTS, month))),
            until=shift_months(month, 1),
        )

    def moves(self, month: date) -> Sequence[MonthMoves]:
        """Read the movements of one month in parts as they are stored, so that none is copied."""
        return self._recall(
            ("moves", month),
            lambda: self._shaped(MonthMoves, self._rows_of(_MOVES, month)),
            until=shift_months(month, 1),
        )

    def read_ends(self, months: Collection[date], *, begun: Collection[date] = ()) -> None:
        """Read all that periods rest on together, for when it is asked for.

        Parameters
        ----------
        months : collection of date
            In which a period begins or ends.
        begun : collection of date
            Those of them in which one does so on a later day than the first.
        """
        whole = dict.fromkeys((_POSITIONS, _PARENTS, _PAUSES, _FIRST_PAID))
        if begun:
            whole[_STATEMENTS] = None
        self._read_ahead({_AMOUNTS: months, _PLACES: months, _MOVES: begun, **whole})

    def read_whole(self) -> None:
        """Read all that does not depend on a month together, for when it is asked for."""
        whole = (_POSITIONS, _PARENTS, _PAUSES, _FIRST_PAID, _STATEMENTS)
        self._read_ahead(dict.fromkeys(whole))

    def read_months(self, months: Collection[date], *, moved: Collection[date] = ()) -> None:
        """Read balances and places at month starts together, and what some of them moved."""
        self._read_ahead({_AMOUNTS: months, _PLACES: months, _MOVEMENTS: moved})

    def after(self, build: BuildState) -> "ColumnReader":
        """Build a reader of the state that a build leaves, with what of this one's still holds."""
        return ColumnReader(self._session, memory=self._memory, build=build)

    def know(self, table: type[SQLModel], rows: Mapping[Key, Packed], within: Key) -> None:
        """Take up what is being written, so that it is not read: of months the first ones alone."""
        known = (each for each in _WRITTEN if each.table is table)
        for stored in known:
            if within and len(self._ahead) >= _MOST_AHEAD:
                return
            of = (stored.key, day_of(*within)) if within else stored.key
            self._ahead[of] = [
                tuple(cells.get(name, key[-1]) for name in stored.names)
                for key, cells in sorted(rows.items())
            ]

    def read_amounts(self, days: Collection[date]) -> None:
        """Read the amounts of some month starts together, and what positions and accounts are."""
        self._read_ahead({_AMOUNTS: days, **dict.fromkeys((_POSITIONS, _PARENTS, _PAUSES))})

    def read_moves(self, months: Collection[date]) -> None:
        """Read the movements of several months together, for when they are asked for."""
        self._read_ahead({_MOVES: months})

    def statements(self) -> Statements:
        """Read every statement on attributes, by account and day."""
        return self._recall("statements", lambda: self._whole(Statements, _STATEMENTS))

    def parents(self) -> Parents:
        """Read every statement on parents, by account and day."""
        return self._recall("parents", lambda: self._whole(Parents, _PARENTS))

    def pauses(self) -> PauseSpells:
        """Read every pause, by topmost account and day."""
        return self._recall("pauses", lambda: self._whole(PauseSpells, _PAUSES))

    def tree(self, day: date) -> Tree:
        """Build the tree of accounts at a boundary: what was said of parents strictly before it."""
        return self._recall(
            ("tree", day), lambda: Tree.before(day_number(day), self.parents()), until=day
        )

    def windows(self, ends: Collection[tuple[date, date]]) -> dict[tuple[date, date], WindowSums]:
        """Read the sums of those periods that are kept: 1, 3 and 12 months between month starts."""
        wanted = {(day_number(first), day_number(last)): (first, last) for first, last in ends}
        among = f"(first, last) IN (VALUES {', '.join(['(?, ?)'] * len(wanted))})"
        names = ("first", "last", "attribute_set", "sums")
        rows = self._cells(WindowSum, names, among, [*chain.from_iterable(wanted)])
        return {
            wanted[first, last]: WindowSums(
                attribute_set=unpack(sets), sums=unpack(sums).reshape(-1, SUMS)
            )
            for first, last, sets, sums in rows
        }

    def _recall(self, key: Hashable, work: Callable[[], T], *, until: date = date.max) -> T:
        return self._memory.recall(self.generation, key, work, until=until)

    def _shaped(self, shape: type[C], rows: Iterable[tuple[Any, ...]]) -> list[C]:
        names = shape.names()
        return [shape(**dict(zip(names, map(unpack, cells), strict=True))) for cells in rows]

    def _whole(self, shape: type[C], stored: _Stored) -> C:
        return shape.joined(self._shaped(shape, self._rows_of(stored)))

    def _rows_of(self, stored: _Stored, month: date | None = None) -> Rows:
        self._read_ahead({stored: None if month is None else (month,)})
        return self._ahead.pop(stored.key if month is None else (stored.key, month))

    def _read_ahead(self, asked: Mapping[_Stored, Collection[date] | None]) -> None:
        """Read what is not known yet of tables, whole or of months, in one message."""
        wanted: dict[_Stored, list[date] | None] = {}
        for stored, months in asked.items():
            if months is None:
                if self._is_new(stored.key):
                    wanted[stored] = None
            elif new := [month for month in months if self._is_new((stored.key, month))]:
                wanted[stored] = new
        statements = (
            stored.select([*map(day_number, months or ())]) for stored, months in wanted.items()
        )
        found = self._together([*statements])
        for (stored, months), rows in zip(wanted.items(), found, strict=True):
            if months is None:
                self._ahead[stored.key] = rows
                continue
            of_month: dict[int, Rows] = {day_number(month): [] for month in months}
            for month, *cells in rows:
                of_month[month].append(tuple(cells))
            self._ahead |= {(stored.key, day_of(month)): own for month, own in of_month.items()}

    def _is_new(self, key: Hashable) -> bool:
        return key not in self._ahead and not self._memory.has(self.generation, key)

    def _cells(
        self, table: type[SQLModel], names: Sequence[str], where: str, parameters: Sequence[int]
    ) -> Rows:
        return self._rows(_select(table, names, f" WHERE {where}" if where else ""), parameters)

    def _together(self, statements: Sequence[str]) -> list[Rows]:
        return binary_rows_of(self._session, statements)

    def _rows(self, statement: str, parameters: Sequence[int] = ()) -> Rows:
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

    def _together(self, statements: Sequence[str]) -> list[Rows]:
        return [[] for _ in statements]


def _lone(stored: Sequence[Positions]) -> int | None:
    return None if any(part.account.any() for part in stored) else sum(map(len, stored))


@lru_cache(maxsize=64)
def _select(table: type[SQLModel], names: Sequence[str], where: str) -> str:
    name = str(table.__tablename__)
    key = ", ".join(column.name for column in SQLModel.metadata.tables[name].primary_key)
    return f"SELECT {', '.join(names)} FROM {name}{where} ORDER BY {key}"  # noqa: S608 # nosec
