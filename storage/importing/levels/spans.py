"""Stretches of days for which a file states levels: those that the ledger does not have yet."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from sqlmodel import Session

from storage.importing.levels.arithmetic import Stated
from storage.importing.levels.book import Spans
from storage.importing.levels.held import HeldPositions
from storage.importing.levels.units import Units
from storage.importing.movements import NO_LINE, FileTexts
from storage.store.numbering import next_id
from storage.store.statements import bulk_insert
from storage.tables.levels import LevelSpan


@dataclass(frozen=True, slots=True)
class NewSpans:
    """Stretches to be stored with an import; ``lines`` are those that state something new."""

    positions: HeldPositions
    texts: FileTexts
    spans: Spans
    lines: Collection[int] = field(default_factory=frozenset)
    is_usage: bool = False

    def __len__(self) -> int:
        return max(int(self.spans.since.size), len(self.lines))

    def store(self, session: Session, run_id: int, accounts: Mapping[str, int]) -> None:
        """Insert them for an import, with accounts by the numbers that the ledger has."""
        texts, columns = self.texts, self.positions.columns()
        account, product, currency = (column[self.spans.position].tolist() for column in columns)
        since, until = (days.tolist() for days in self.spans.days())
        rows = zip(
            count(next_id(session, LevelSpan)),
            (accounts[texts.account.names[number]] for number in account),
            map(texts.product.name, product),
            (texts.currency.names[number] for number in currency),
            since,
            until,
            strict=False,
        )
        names = "id", "account", "product", "currency", "since", "until"
        same = {"import_id": run_id, "is_usage": int(self.is_usage)}
        bulk_insert(session, LevelSpan, names, rows, same=same)


@dataclass(frozen=True, slots=True)
class SpansOfAll:
    """Stretches of a file with all accounts that pay: days, first and behind the last."""

    days: Sequence[tuple[int, int]]
    lines: Collection[int] = frozenset()
    is_usage: bool = False

    def __len__(self) -> int:
        return len(self.days)

    def store(self, session: Session, run_id: int, accounts: Mapping[str, int]) -> None:
        """Insert them for an import."""
        del accounts
        rows = (
            (number, *days)
            for number, days in enumerate(self.days, start=next_id(session, LevelSpan))
        )
        same = {"import_id": run_id, "is_usage": int(self.is_usage)}
        bulk_insert(session, LevelSpan, ("id", "since", "until"), rows, same=same)


def new_spans(
    stated: Stated, covered: Spans, positions: HeldPositions, texts: FileTexts, *, of_all: bool
) -> NewSpans:
    """Join the days of levels stated, and leave out what was stated before.

    Parameters
    ----------
    of_all : bool
        Whether the file has all accounts, so that its days are stored once for all of them.
    """
    is_new = ~covered.hold(stated.position, stated.since, stated.until)
    joined = Spans.of(stated.position, stated.since, stated.until)
    some = np.flatnonzero(~covered.hold(joined.position, *joined.days()) & (not of_all))
    spans = Spans(joined.since[some], joined.until[some])
    lines = frozenset(stated.line[is_new].tolist()) - {NO_LINE}
    return NewSpans(positions, texts, spans, lines)


def spans_of_all(units: Units, known: Sequence[tuple[int, int]]) -> SpansOfAll:
    """Join the days of a file with all accounts, and leave out those of such files before it."""
    since, until = np.array(known, np.int64).reshape(len(known), 2).T
    covered = Spans.of(np.zeros_like(since), since, until)
    joined = Spans.of(np.zeros_like(units.since), units.since, units.until)
    begins, ends = joined.days()
    is_new = ~covered.hold(joined.position, begins, ends)
    days = zip(begins[is_new].tolist(), ends[is_new].tolist(), strict=True)
    return SpansOfAll([*days])
