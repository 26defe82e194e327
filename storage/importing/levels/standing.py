"""Levels of a file beside what the ledger holds: movements, attributes and days, by account."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np
from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.importing.batch import AccountGroup, NewAccount, NewStatement
from storage.importing.cells import EARLIEST
from storage.importing.judging.totals import FileTotals
from storage.importing.levels.arithmetic import Changes, Stated, changes_to
from storage.importing.levels.book import moments
from storage.importing.levels.held import NOTHING_HELD, HeldLevels, LevelsReader, Positions
from storage.importing.levels.notes import LevelCounts, contradictions
from storage.importing.levels.spans import new_spans, spans_of_all
from storage.importing.levels.statements import level_statements, returning_statements
from storage.importing.levels.units import Units
from storage.importing.movements import (
    NO_LINE,
    NO_NUMBER,
    NOTHING,
    NUMBERS,
    FileMovements,
    FileTexts,
    Flags,
    Whole,
)
from storage.importing.statements import Said, Slot, held_values
from storage.store.column_types import day_number
from storage.tables.facts import AccountRow, MovementRow

_CELLS = 4_000_000  # accounts by days, worked out at once where a file is complete


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelsFile:
    """A file of levels as a whole, once it has been read.

    ``is_complete`` says that every account that pays is in it, ``by_product`` that it has a column
    of products, ``is_wide`` that it has a column for each month or day.
    """

    texts: FileTexts
    units: Units
    totals: FileTotals
    recorded: int
    is_complete: bool = False
    by_product: bool = False
    is_wide: bool = False
    notes: list[str] = field(default_factory=list)

    def against(self, session: Session, groups: Iterable[AccountGroup]) -> Iterator[AccountGroup]:
        """Yield the groups with movements from what is held, then what a whole list lacks."""
        standing = _Standing(self, LevelsReader(session, self.texts, by_product=self.by_product))
        for group in groups:
            yield from map(standing.group, standing.parts(group.movements))
        yield from standing.rest()
        yield from standing.whole()
        self.notes.extend(standing.counts.sentences(self.units))


@dataclass(slots=True)
class _Standing:
    file: LevelsFile
    reader: LevelsReader
    counts: LevelCounts = field(default_factory=LevelCounts)
    is_first: bool = field(init=False)

    def __post_init__(self) -> None:
        any_account = select(col(AccountRow.number)).limit(1)
        self.is_first = self.reader.session.scalar(any_account) is None

    def parts(self, rows: FileMovements) -> Iterator[FileMovements]:
        """Split the rows of a group by account, as many as can be filled up at once."""
        accounts, step = np.unique(rows.account), self._at_once()
        if accounts.size <= step:
            yield rows
            return
        for first in range(0, accounts.size, step):
            some = np.isin(rows.account, accounts[first : first + step])
            yield rows.pick(np.flatnonzero(some))

    def group(self, rows: FileMovements) -> AccountGroup:
        """Turn the rows of some accounts into what is new of them."""
        texts, positions = self.file.texts, Positions()
        stated = self._stated(rows, positions)
        again = stated.repeats()
        findings = [
            *self.file.totals.findings(rows),
            *contradictions(stated, positions, texts, self.file.units),
        ]
        self.counts.repeated += int(again.sum())
        numbers, firsts = np.unique(rows.account, return_index=True)
        names = [texts.account.names[number] for number in numbers.tolist()]
        lines = dict(zip(names, rows.line[firsts].tolist(), strict=True))
        held = self._held(lines, positions)
        return replace(
            self._turned(lines, stated.pick(~again), positions, held),
            statements=self._statements(rows, positions, held, self._said(lines)),
            findings=findings,
        )

    def _statements(
        self,
        rows: FileMovements,
        positions: Positions,
        held: HeldLevels,
        said: Mapping[Slot, Sequence[Said]],
    ) -> list[NewStatement]:
        recorded, units = self.file.recorded, self.file.units
        if self.file.is_wide:
            always = np.full(len(rows), day_number(EARLIEST))
            return level_statements(rows, always, held=said, recorded=recorded)
        found = level_statements(rows, rows.day, held=said, recorded=recorded)
        if said:
            until = units.until[units.places(rows.day)]
            back = held.covered.next_days(self._positions_of(rows, positions), until)
            back[_goes_on(rows, until, back)] = NOTHING
            found += returning_statements(rows, back, held=said, recorded=recorded)
        return found

    def _held(self, accounts: Iterable[str], positions: Positions) -> HeldLevels:
        return NOTHING_HELD if self.is_first else self.reader.read(accounts, positions)

    def _said(self, accounts: Iterable[str]) -> Mapping[Slot, Sequence[Said]]:
        if self.is_first or not self.file.texts.values:
            return {}
        return held_values(self.reader.session, accounts)

    def rest(self) -> Iterator[AccountGroup]:
        """Go on to the accounts that the file does not name."""
        if self.is_first:
            return
        others = [name for name in self._paying() if name not in self.file.texts.account]
        if not self.file.is_complete:
            self.counts.kept += len(others)
            return
        nothing = Stated(*(np.zeros(0, np.int64) for _ in fields(Stated)))
        step = self._at_once()
        for first in range(0, len(others), step):
            some = dict.fromkeys(others[first : first + step], NO_LINE)
            positions = Positions()
            yield self._turned(some, nothing, positions, self._held(some, positions))

    def whole(self) -> Iterator[AccountGroup]:
        """Note the days that a complete file states for all accounts, behind all else of it."""
        if self.file.is_complete:
            days = [] if self.is_first else self.reader.of_all()
            yield AccountGroup(beside=spans_of_all(self.file.units, days))

    def _at_once(self) -> int:
        return max(1, _CELLS // max(1, len(self.file.units)))

    def _paying(self) -> Iterator[str]:
        account, amount = col(AccountRow.account_id), col(MovementRow.amount_minor)
        sums = (
            select(account)
            .join(MovementRow, col(MovementRow.account) == col(AccountRow.number))
            .group_by(account)
        )
        if not self.file.is_complete:
            sums = sums.having(func.sum(amount) > 0)
        yield from self.reader.session.scalars(sums)

    def _stated(self, rows: FileMovements, positions: Positions) -> Stated:
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

    def _positions_of(self, rows: FileMovements, positions: Positions) -> Whole:
        product = rows.product if self.file.by_product else np.full(len(rows), NOTHING)
        return positions.number(rows.account, product, rows.currency)

    def _turned(
        self,
        lines: Mapping[str, int],
        stated: Stated,
        positions: Positions,
        held: HeldLevels,
    ) -> AccountGroup:
        if self.file.is_complete:
            stated = self._filled(stated, len(positions))
        else:
            self._count_kept(stated, held, positions)
        changes = changes_to(stated, held.book, held.covered)
        self.counts.end(changes, positions, self.file.texts, self.file.units)
        return AccountGroup(
            accounts={name: NewAccount(line=line, account_id=name) for name, line in lines.items()},
            movements=self._movements(changes, positions),
            beside=new_spans(
                stated, held.covered, positions, self.file.texts, of_all=self.file.is_complete
            ),
        )

    def _filled(self, stated: Stated, positions: int) -> Stated:
        """Let positions have no MRR wherever the file states none."""
        units = self.file.units
        is_stated = np.zeros((positions, len(units)), bool)
        is_stated[stated.position, np.searchsorted(units.since, stated.since)] = True
        position, place = np.nonzero(~is_stated)
        nothing = np.zeros(position.size, np.int64)
        filling = (position, units.since[place], units.until[place], nothing, nothing + NO_LINE)
        cells = zip(stated.cells(), filling, strict=True)
        return Stated(*(np.concatenate(pair) for pair in cells)).in_order()

    def _count_kept(self, stated: Stated, held: HeldLevels, positions: Positions) -> None:
        units, (accounts, _, _) = self.file.units, positions.columns()
        place = np.searchsorted(units.since, stated.since)
        following = np.append(stated.position[1:] == stated.position[:-1], False)[: place.size]
        expected = np.where(following, np.append(place[1:], 0)[: place.size], len(units))
        is_open = (expected > place + 1) & (stated.level > 0)
        others = np.setdiff1d(held.book.position, stated.position)
        ends = np.full(others.size, units.until.max(initial=0) - 1)
        others = others[held.book.balances(others, ends) > 0]
        found = np.concatenate([stated.position[is_open], others])
        self.counts.kept += np.unique(accounts[found]).size

    def _movements(self, changes: Changes, positions: Positions) -> FileMovements:
        texts, count = self.file.texts, changes.line.size
        columns = zip(("account", "product", "currency"), positions.columns(), strict=True)
        cells = {name: column[changes.position] for name, column in columns}
        cells |= {"line": changes.line, "day": changes.day, "amount": changes.amount}
        absent = {"recorded": NO_NUMBER, "stated_after": NO_NUMBER}
        open_cells = (np.full(count, absent.get(name, NOTHING)) for name in NUMBERS)
        numbers = [cells.get(name, empty) for name, empty in zip(NUMBERS, open_cells, strict=True)]
        numbers += [np.full(count, NOTHING) for _ in texts.values]
        return FileMovements.of(texts, [None] * count, numbers)


def _goes_on(rows: FileMovements, until: Whole, back: Whole) -> Flags:
    """Tell which rows have another one of their account before, or on, the day after them."""
    own = np.unique(moments(rows.account, rows.day))
    place = np.searchsorted(own, moments(rows.account, until))
    following = np.append(own, -1)[place]
    found: Flags = (following >= 0) & (following <= moments(rows.account, back))
    return found
