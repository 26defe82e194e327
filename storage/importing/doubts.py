"""Doubts about a file that is right in itself: what a person is asked before it lands."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.days import day_in_full
from metrics.late_rows import MonthChange
from metrics.listing import few_of
from metrics.money import round_half_up, to_major
from storage.importing.asking import Ask, ImportQuestion
from storage.importing.batch import EVERY_DAY, Batch
from storage.importing.comparison import GroupComparison
from storage.importing.contents import count_held
from storage.importing.examination import NewRows
from storage.importing.folding import folded
from storage.importing.kinds import Residue
from storage.importing.movements import FileMovements, Whole
from storage.importing.report import ClosedMonths
from storage.importing.usage.held import count_unnamed
from storage.store.column_types import day_of
from storage.store.prepared import Prepared
from storage.tables.facts import AccountRow

_NAMED = 3
_ACCOUNTS = Prepared(select(col(AccountRow.account_id)))
_MORE_PAGES = (
    "The list says that it goes on: it is one page of several, and the rows of the others are"
    " missing. Ask for all pages, and put their rows into one file."
)


@dataclass(slots=True)
class Doubts:
    """Doubts so far: held rows that the file has not, new accounts, small rests of MRR.

    ``held`` are the rows without ids that were held of the file's days before it landed.
    """

    batch: Batch
    held: int = 0
    matched: int = 0
    changed: int = 0
    residues: list[Residue] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)

    @classmethod
    def about(cls, session: Session, batch: Batch) -> "Doubts":
        """Begin with what is held of the file's days."""
        held = 0 if batch.days is None else count_held(session, batch.file.source, batch.days)
        if batch.days is not None and batch.states_usage:
            held += count_unnamed(session, batch.file.source, batch.days)
        return cls(batch, held)

    def add(self, new_rows: NewRows) -> None:
        """Take note of the new rows of one group."""
        self._compare(new_rows.found, new_rows.movements, new_rows.reverses, new_rows.later)
        if (usage := new_rows.usage) is not None:
            self._compare(usage.found, usage.rows, usage.reverses)
        self.residues += new_rows.residues
        self.accounts += (row.account_id for row in new_rows.accounts.added)

    def questions(self, session: Session, late: ClosedMonths) -> Iterator[ImportQuestion]:
        """Yield what has to be asked; a clean file has nothing."""
        if self.batch.file.goes_on:
            yield ImportQuestion(Ask.MORE_PAGES, _MORE_PAGES)
        missing = self.held - self.matched
        if missing > 0 and (self.matched or self.changed):
            yield ImportQuestion(Ask.OVERLAP, self._overlap(missing))
        if moves := [one for one in late.changes or () if _shown(one.before) != _shown(one.after)]:
            yield ImportQuestion(Ask.CLOSED_MONTHS, _closed_months(late.rows, moves))
        if pairs := look_alikes(self._held_accounts(session), self.accounts):
            yield ImportQuestion(Ask.LOOK_ALIKES, _look_alikes(pairs))
        if self.residues:
            yield ImportQuestion(Ask.RESIDUES, _residues(self.residues))

    def _compare(
        self, found: GroupComparison, rows: FileMovements, reverses: Whole, *later: FileMovements
    ) -> None:
        """Count held rows that the file has, and those that it may say otherwise."""
        self.matched += found.matched
        if len(found.missing):
            own = rows.pick(np.flatnonzero(reverses == 0))
            self.changed += found.missing.on_days_of(own, *later)

    def _overlap(self, missing: int) -> str:
        first, last = (day_in_full(day_of(day)) for day in self.batch.days or (0, 0))
        of_days = f"From {first} to {last} " if first != last else f"On {first} "
        if self.batch.days == EVERY_DAY:
            of_days = ""
        rows = f"{self.held:,} row{'s are' if self.held != 1 else ' is'} held from"
        there = f"{of_days}{rows} {self.batch.file.source}, and the file does not have {missing:,}"
        return (
            f"{there} of them. Is it another source, whose equal rows are new (append), is what"
            " the file has besides new (held), or is what it does not have wrong (replace)?"
        )

    def _held_accounts(self, session: Session) -> list[str]:
        # In the landing the new ones are among them, in a dry run they are not.
        if not self.accounts:
            return []
        new = set(self.accounts)
        every = _ACCOUNTS.rows(session)
        return [name for (name,) in every if name not in new]


def look_alikes(held: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    """Pair new ids with ids that differ from them in case, marks, accents or leading zeros alone.

    Examples
    --------
    >>> look_alikes(["ACME Ltd.", "1-23"], ["acme-ltd", "12-3", "007", "7"])
    [('ACME Ltd.', 'acme-ltd'), ('007', '7')]
    """
    if not new:
        return []
    every = [*held, *new]
    keys = folded(every)
    counts = Counter(keys)
    if len(counts) == len(every):
        return []
    alike: defaultdict[str, list[str]] = defaultdict(list)
    pairs: list[tuple[str, str]] = []
    for place, (key, name) in enumerate(zip(keys, every, strict=True)):
        if counts[key] > 1:
            if alike[key] and place >= len(held):
                pairs.append((alike[key][0], name))
            alike[key].append(name)
    return pairs


def _closed_months(count: int, moves: Sequence[MonthChange]) -> str:
    rows = f"{count:,} row{'s are' if count != 1 else ' is'} dated in closed months"
    told = ", ".join(
        f"{one.month:%B %Y} goes from {_shown(one.before)} to {_shown(one.after)}"
        for one in moves[:_NAMED]
    )
    more = f", and {len(moves) - _NAMED:,} more months change" if len(moves) > _NAMED else ""
    return f"{rows}: NRR of {told}{more}."


def _look_alikes(pairs: Sequence[tuple[str, str]]) -> str:
    shown = ", ".join(f'"{one}" and "{other}"' for one, other in pairs[:_NAMED])
    more = f" and {len(pairs) - _NAMED:,} more pairs" if len(pairs) > _NAMED else ""
    return f"{shown}{more} look alike and would be different accounts."


def _residues(residues: Sequence[Residue]) -> str:
    said = [
        f"{one.account_id} is left with {to_major(one.amount_minor, one.currency)} {one.currency}"
        for one in residues
    ]
    named = few_of(said, _NAMED)
    return f"{named}: less than one unit keeps a logo; mend the last amount if it is a rest."


def _shown(nrr: Fraction | None) -> str:
    if nrr is None:
        return "n/a"
    return f"{round_half_up(nrr * 100, 1):,f}%"
