"""Columns that a reading of the ledger rests on, as stored or replayed, and their labels."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from functools import cached_property, partial

import numpy as np
from sqlmodel import Session

from metrics.attribute_table import AttributeTable
from metrics.money import minor_digits
from metrics.period_grammar import ONE_DAY, shift_months
from metrics.segments import Tiers
from storage.columns.arrays import WindowSums
from storage.columns.codec import Whole
from storage.columns.company import Names
from storage.columns.exchange import Exchange, read_exchange
from storage.columns.labels import read_names
from storage.columns.live import any_live
from storage.columns.placing import Placing
from storage.columns.reading import ColumnReader
from storage.columns.sources import ColumnSource
from storage.columns.standings import Standings, read_table
from storage.columns.windows import LENGTHS
from storage.ledger.elsewhere import elsewhere, read_copy
from storage.ledger.labels import LedgerLabels, StoredLabels, ids_of
from storage.ledger.last_days import last_day
from storage.ledger.replay import ReplayedColumns, known_rows
from storage.store.column_types import day_number, day_of, moment_number
from storage.store.memory import LedgerMemory

_AT_ONCE = 8  # month starts: of more accounts than memory is for, more would not fit together
LAST = datetime.max.replace(tzinfo=UTC)

Ends = tuple[date, date]


class LedgerColumns:
    """Columns of one ledger at one moment of knowledge.

    Parameters
    ----------
    currency : str
        That amounts are in.
    reporting : str
        The workspace's currency, in which tiers are placed.
    as_of : datetime, optional
        Only what was recorded by then; everything when left out.
    placed_on : date, optional
        The day whose stored attributes accounts have, whatever the period.
    """

    def __init__(
        self,
        session: Session,
        memory: LedgerMemory,
        *,
        tiers: Tiers,
        currency: str,
        reporting: str,
        as_of: datetime | None = None,
        placed_on: date | None = None,
    ) -> None:
        self._session, self._memory, self._tiers = session, memory, tiers
        self._currency, self._reporting, self._as_of = currency, reporting, as_of
        self._placed_on = placed_on
        self._stored = ColumnReader(session, memory=memory.columns)
        self._elsewhere = elsewhere(session)
        self._fingerprint = tiers.fingerprint
        self._windows: dict[Ends, WindowSums | None] = {}

    @cached_property
    def labels(self) -> LedgerLabels:
        """The texts that numbers stand for."""
        if self._elsewhere is not None:
            return self._replayed[1]
        return StoredLabels(self._session, self._memory.results, self._stored.generation)

    @cached_property
    def standings(self) -> Standings:
        """Where every account stands on any day."""
        source: ColumnSource = self._stored if self._is_stored else self.replay
        # None of them knows this reading: in a circle, all arrays would outlive their answer.
        return Standings(
            source,
            self._names if self._is_stored else self.replay.names,
            table=self._table,
            stored=(
                partial(_stored_places, self._stored, self._fingerprint)
                if self._is_stored
                else _no_places
            ),
            placing=partial(
                Placing,
                tiers=self._tiers,
                digits=minor_digits(self._reporting),
                exchange=self._exchange(self._reporting),
                names=partial(ids_of, self.labels),
            ),
            placed_on=self._placed_on,
        )

    @cached_property
    def exchange(self) -> Exchange | None:
        """The converter of amounts; None where all are in the currency asked for."""
        return self._exchange(self._currency)

    def _exchange(self, currency: str) -> Exchange | None:
        copy = read_copy(self._session)  # a warehouse's ledger has one currency, and may be away
        codes = self.labels.currencies() if copy is None else (copy.currency,)
        read = partial(read_exchange, self._session, currency, codes, as_of=self._as_of)
        generation = self._stored.generation if self._as_of is None else None
        return self._memory.results.recall(generation, ("exchange", currency), read)

    def months(self) -> Collection[date]:
        """List the months with a movement that was known at a past moment."""
        return self.replay.months

    def last_before(self, day: date) -> date | None:
        """Find the day of the last movement before a day; None if there is none."""
        month = (day - ONE_DAY).replace(day=1)
        first = self._stored.first_month() if self._is_stored else min(self.months(), default=None)
        while first is not None and month >= first:
            if (last := self._last_of(month, before=day)) is not None:
                return last
            month = shift_months(month, -1)
        return None

    def has_moved(self, month: date) -> bool:
        """Tell whether a month has a movement that was not taken back."""
        return self._last_of(month, before=shift_months(month, 1)) is not None

    def _last_of(self, month: date, *, before: date) -> date | None:
        moved = self.standings.source.movements(month)
        base = day_number(month)
        known = moved.pick(np.flatnonzero(moved.day < day_number(before) - base))
        last = last_day(known, lambda day, positions: self._is_left(base + day, positions))
        return None if last is None else day_of(base + last)

    def _is_left(self, day: int, positions: Whole) -> bool:
        if self._elsewhere is not None:  # nothing there says that a row takes another one back
            return True
        accounts = np.unique(self.standings.source.positions().account[positions]).tolist()
        by = None if self._as_of is None else moment_number(self._as_of)
        return any_live(self._session, day, accounts, by=by)

    def read_ahead(self, ends: Collection[Ends]) -> None:
        """Read the sums of windows together, and what both ends of others rest on."""
        wanted = [pair for pair in ends if pair not in self._windows and self._is_window(*pair)]
        if wanted and self.exchange is None:
            self._windows |= dict.fromkeys(wanted) | self._stored.windows(wanted)
        days = {day for pair in ends if self._windows.get(pair) is None for day in pair}
        months = {day.replace(day=1) for day in days}
        if self._is_stored and 0 < len(months) <= _AT_ONCE:
            begun = {day.replace(day=1) for day in days if day.day > 1}
            self._stored.read_ends(
                sorted(filter(self._is_built, months)), begun=sorted(filter(self._is_built, begun))
            )

    def _window(self, start: date, end: date) -> WindowSums | None:
        if (start, end) not in self._windows:
            self.read_ahead([(start, end)])
        if (
            self._windows.get((start, end)) is None
            and self._elsewhere
            and self._is_window(start, end)
        ):
            self._windows[start, end] = self._elsewhere.window(self._session, start, end)
        return self._windows.get((start, end))

    def _read_moves(self, start: date, end: date) -> None:
        if self._is_stored:
            first, count = start.replace(day=1), (end.year - start.year) * 12 + end.month
            months = (shift_months(first, each) for each in range(count - start.month + 1))
            self._stored.read_moves([month for month in months if month < end])

    @property
    def replay(self) -> ReplayedColumns:
        """The columns as known at the moment, or of a warehouse."""
        return self._replayed[0]

    @cached_property
    def _replayed(self) -> tuple[ReplayedColumns, LedgerLabels]:
        if self._elsewhere is not None:
            work = partial(self._elsewhere.replay, self._session, self._as_of)
            generation = self._stored.generation if self._as_of is None else None
            return self._memory.results.recall(generation, "replay", work)
        rows = known_rows(self._stored, moment_number(self._as_of or LAST))
        return ReplayedColumns(rows, self._names), self.labels

    @property
    def _is_stored(self) -> bool:
        return self._as_of is None and self._elsewhere is None

    @cached_property
    def _names(self) -> Names:
        names = partial(read_names, self._session)
        return self._memory.results.recall(self._stored.generation, "names", names)

    @cached_property
    def _table(self) -> AttributeTable:
        table = partial(read_table, self._session)
        return self._memory.results.recall(self._stored.generation, "attribute table", table)

    def _is_built(self, day: date) -> bool:
        return self._as_of is None and _is_placed(self._stored, self._fingerprint, day)

    def _is_window(self, start: date, end: date) -> bool:
        lengths = (shift_months(end, -months) for months in LENGTHS)
        is_kept = self._elsewhere is not None or start in lengths
        return self._placed_on is None and is_kept and self._is_built(start) and self._is_built(end)


def _stored_places(stored: ColumnReader, tiers: str, day: date) -> Whole | None:
    return stored.places(day) if _is_placed(stored, tiers, day) else None


def _no_places(_: date) -> None:
    """Find none: nothing of a replayed ledger is stored."""


def _is_placed(stored: ColumnReader, tiers: str, day: date) -> bool:
    """Tell whether accounts are placed at a day by the cut-offs of some tiers."""
    build = stored.build
    if day.day != 1 or build is None:
        return False
    # Columns that are built with other cut-offs count accounts in other tiers.
    return build.tiers == tiers and day <= stored.built_through
