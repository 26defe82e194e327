"""Levels of a file beside what the ledger holds: movements, attributes and days, by account."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from sqlmodel import Session

from storage.errors import EndsMostError
from storage.importing.batch import AccountGroup, AccountLines, NewStatement
from storage.importing.cells import EARLIEST
from storage.importing.judging.totals import FileTotals
from storage.importing.levels.arithmetic import Changes, Stated, changes_to
from storage.importing.levels.book import Spans, joined
from storage.importing.levels.held import NOTHING_HELD, HeldLevels, HeldPositions, LevelsReader
from storage.importing.levels.notes import LevelCounts, contradictions
from storage.importing.levels.open_levels import (
    filled,
    kept_positions,
    movements_of,
    restated_losses,
)
from storage.importing.levels.spans import NewSpans, new_spans, spans_of_all
from storage.importing.levels.statements import goes_on, level_statements, returning_statements
from storage.importing.levels.units import Units
from storage.importing.movements import NO_LINE, NO_NUMBER, NOTHING, FileMovements, FileTexts, Whole
from storage.importing.spool import Spool
from storage.importing.statements import Said, Slot, held_values
from storage.store.column_types import day_number
from storage.store.numbering import has_rows
from storage.tables.facts import AccountRow

_CELLS = 4_000_000  # accounts by days, worked out at once where a file is complete


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelsFile:
    """A file of levels as a whole, once it has been read.

    ``is_complete`` says that every account that pays is in it, ``may_end_most`` whether most of
    them may end because it lacks them, ``by_product`` that it has a column
    of products, ``states_usage`` one that tells usage from committed MRR, ``is_wide`` that it
    has a column for each month or day.
    """

    spool: Spool[FileMovements]
    units: Units
    totals: FileTotals
    recorded: int
    is_complete: bool = False
    may_end_most: bool = True
    by_product: bool = False
    states_usage: bool = False
    is_wide: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def texts(self) -> FileTexts:
        """Texts that the numbers of its rows name."""
        return self.spool.texts

    def against(self, session: Session) -> Iterator[AccountGroup]:
        """Yield the groups with movements from what is held, then what a whole list lacks."""
        standing = _Standing(self, LevelsReader(session, self.texts, by_product=self.by_product))
        # Before any is ended: while the groups are taken, the ledger changes.
        pay = 0 if self.may_end_most else sum(1 for _ in standing.reader.moved(paying=True))
        for levels in self.spool:
            yield from map(standing.group, standing.parts(levels))
            del levels  # or this group would still be there while the next is read
        # Before the first series is read: from then on the file's texts have its accounts, too.
        lacking = [(reader, standing.lacking(reader)) for reader in standing.readers]
        for reader, names in lacking:
            yield from standing.rest(reader, names)
            yield from standing.whole(reader)
        if not self.may_end_most and 2 * standing.counts.ended > pay:
            raise EndsMostError(standing.counts.ended, pay, "accounts that pay")
        self.notes.extend(standing.counts.sentences(self.units))


@dataclass(slots=True)
class _Standing:
    file: LevelsFile
    reader: LevelsReader
    counts: LevelCounts = field(default_factory=LevelCounts)
    is_first: bool = field(init=False)
    readers: list[LevelsReader] = field(init=False)

    def __post_init__(self) -> None:
        self.is_first = not has_rows(self.reader.session, AccountRow)
        usage = [replace(self.reader, is_usage=True)] if self.file.states_usage else []
        self.readers = [self.reader, *usage]

    def parts(self, rows: FileMovements) -> Iterator[FileMovements]:
        """Split the rows of a group by account, as many as can be filled up at once.

        Columns in which no row of the file says anything are left out.
        """
        rows = rows.pick(np.flatnonzero(np.isin(rows.day, self.file.units.named)))
        accounts, step = np.unique(rows.account), self._at_once()
        if accounts.size <= step:
            yield rows
            return
        for first in range(0, accounts.size, step):
            some = np.isin(rows.account, accounts[first : first + step])
            yield rows.pick(np.flatnonzero(some))

    def group(self, rows: FileMovements) -> AccountGroup:
        """Turn the rows of some accounts into what is new of them."""
        texts = self.file.texts
        numbers, firsts = np.unique(rows.account, return_index=True)
        names = [texts.account.names[number] for number in numbers.tolist()]
        lines = dict(zip(names, rows.line[firsts].tolist(), strict=True))
        positions = HeldPositions(self.file.texts)
        stated = [self._stated(part, positions) for part in rows.parted()]
        held = [self._held(lines, positions, reader) for reader in self.readers]
        found = [
            self._turned(self._once(one), positions, known, is_usage=reader.is_usage)
            for one, known, reader in zip(stated, held, self.readers, strict=False)
        ]
        movements, usage = found[0][0], found[1][0] if self.file.states_usage else None
        covered = joined([known.covered for known in held])
        wrong = (contradictions(one, positions, self.file.units) for one in stated)
        return AccountGroup(
            accounts=AccountLines(lines),
            movements=movements,
            usage=usage,
            beside=NewSpans.joined(texts, [spans for _, spans in found]),
            statements=self._statements(rows, positions, covered, self._said(lines)),
            findings=[*self.file.totals.findings(rows), *(one for some in wrong for one in some)],
        )

    def _once(self, stated: Stated) -> Stated:
        again = stated.repeats()
        self.counts.repeated += int(again.sum())
        return stated.pick(~again)

    def _held(
        self, accounts: Iterable[str], positions: HeldPositions, reader: LevelsReader
    ) -> HeldLevels:
        return NOTHING_HELD if self.is_first else reader.read(accounts, positions)

    def _said(self, accounts: Iterable[str]) -> Mapping[Slot, Sequence[Said]]:
        if self.is_first or not self.file.texts.values:
            return {}
        return held_values(self.reader.session, accounts)

    def _statements(
        self,
        rows: FileMovements,
        positions: HeldPositions,
        covered: Spans,
        said: Mapping[Slot, Sequence[Said]],
    ) -> list[NewStatement]:
        recorded, units = self.file.recorded, self.file.units
        if self.file.is_wide:
            always = np.full(len(rows), day_number(EARLIEST))
            return level_statements(rows, always, held=said, recorded=recorded)
        since, until = (days[units.places(rows.day)] for days in (units.since, units.until))
        found = level_statements(rows, since, held=said, recorded=recorded)
        if said:
            back = covered.next_days(self._positions_of(rows, positions), until)
            back[goes_on(rows, since, until, back)] = NOTHING
            found += returning_statements(rows, since, back, held=said, recorded=recorded)
        return found

    def lacking(self, reader: LevelsReader) -> list[str]:
        """List the accounts of a series that the file does not name."""
        if self.is_first:
            return []
        found = reader.moved(paying=not self.file.is_complete)
        return [name for name in found if name not in self.file.texts.account]

    def rest(self, reader: LevelsReader, others: Sequence[str]) -> Iterator[AccountGroup]:
        """Go on to the accounts that the file does not name."""
        if not self.file.is_complete:
            self.counts.kept += 0 if reader.is_usage else len(others)
            return
        step = self._at_once()
        for first in range(0, len(others), step):
            some = dict.fromkeys(others[first : first + step], NO_LINE)
            positions = HeldPositions(self.file.texts)
            held = self._held(some, positions, reader)
            is_usage, none = reader.is_usage, FileMovements.none(self.file.texts)
            turned, spans = self._turned(Stated.none(), positions, held, is_usage=is_usage)
            yield AccountGroup(
                accounts=AccountLines(some),
                movements=none if is_usage else turned,
                usage=turned if is_usage else None,
                beside=spans,
            )

    def whole(self, reader: LevelsReader) -> Iterator[AccountGroup]:
        """Note the days that a complete file states for all accounts, behind all else of it."""
        if self.file.is_complete:
            days = [] if self.is_first else reader.of_all()
            spans = spans_of_all(self.file.units, days, self.file.texts, is_usage=reader.is_usage)
            yield AccountGroup(beside=spans)

    def _at_once(self) -> int:
        return max(1, _CELLS // max(1, len(self.file.units)))

    def _stated(self, rows: FileMovements, positions: HeldPositions) -> Stated:
        units = self.file.units
        place, level = units.places(rows.day), rows.amount
        is_empty = level == NO_NUMBER
        self.counts.emptied += int(is_empty.sum())
        return Stated(
            position=self._positions_of(rows, positions),
            since=units.since[place],
            until=units.until[place],
            level=np.where(is_empty, 0, level),
            line=rows.line,
        ).in_order()

    def _positions_of(self, rows: FileMovements, positions: HeldPositions) -> Whole:
        product = rows.product if self.file.by_product else np.full(len(rows), NOTHING)
        return positions.number(rows.account, product, rows.currency)

    def _turned(
        self, stated: Stated, positions: HeldPositions, held: HeldLevels, *, is_usage: bool
    ) -> tuple[FileMovements, NewSpans]:
        if self.file.is_complete:
            stated = filled(stated, len(positions), self.file.units)
        else:
            kept = kept_positions(stated, held.book, self.file.units)
            self.counts.kept += np.unique(positions.columns()[0][kept]).size
        changes = changes_to(stated, held.book, held.covered)
        self.counts.end(changes, positions, self.file.units)
        movements = self._movements(changes, positions, held)
        spans = new_spans(
            stated,
            held.covered,
            positions,
            of_all=self.file.is_complete,
            is_usage=is_usage,
        )
        return movements, spans

    def _movements(
        self, changes: Changes, positions: HeldPositions, held: HeldLevels
    ) -> FileMovements:
        parts, back = restated_losses(changes, held.losses, positions)
        found = [
            movements_of(changes, positions, by_product=self.file.by_product),
            movements_of(parts, positions, by_product=True),
            movements_of(back, positions, by_product=False),
        ]
        return FileMovements.joined(self.file.texts, found)
