"""Stretches of days for which a file states levels: those that the ledger does not have yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session

from storage.columns.arrays import Columns
from storage.importing.account_parts import numbers_in_ledger
from storage.importing.array_rows import ArrayRows, insert_arrays
from storage.importing.levels.arithmetic import Stated
from storage.importing.levels.book import Spans
from storage.importing.levels.held import HeldPositions
from storage.importing.levels.units import Units
from storage.importing.movements import NO_LINE, NOTHING, FileTexts, Whole
from storage.store.numbering import next_id
from storage.tables.levels import LevelSpan


@dataclass(frozen=True, slots=True)
class SpanRows(Columns):
    """Stretches by position, in the numbers of a file's texts; `NOTHING` is all accounts."""

    account: Whole
    product: Whole
    currency: Whole
    since: Whole
    until: Whole
    is_usage: Whole


@dataclass(frozen=True, slots=True)
class NewSpans:
    """Stretches to be stored with an import; ``lines`` are those that state something new."""

    texts: FileTexts
    rows: SpanRows
    lines: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return max(len(self.rows), len(self.lines))

    @classmethod
    def joined(cls, texts: FileTexts, parts: Sequence["NewSpans"]) -> "NewSpans":
        """Join stretches, one behind the other."""
        rows = SpanRows.joined([part.rows for part in parts])
        return cls(texts, rows, frozenset().union(*(part.lines for part in parts)))

    def store(self, session: Session, run_id: int, accounts: Mapping[str, int]) -> None:
        """Insert them for an import, with accounts by the numbers that the ledger has."""
        rows, texts = self.rows, self.texts
        account = np.full(len(rows), NOTHING)
        of_one = rows.account != NOTHING
        account[of_one] = numbers_in_ledger(texts.account, rows.account[of_one], accounts)
        cells = ArrayRows(
            first=next_id(session, LevelSpan),
            numbers={
                "account": account,
                "since": rows.since,
                "until": rows.until,
                "is_usage": rows.is_usage,
                "import_id": np.full(len(rows), run_id),
            },
            texts={
                "product": [*map(texts.product.name, rows.product.tolist())],
                "currency": [*map(texts.currency.name, rows.currency.tolist())],
            },
            nothing={"account": NOTHING},
        )
        insert_arrays(session, LevelSpan, cells)


def new_spans(
    stated: Stated,
    covered: Spans,
    positions: HeldPositions,
    *,
    of_all: bool,
    is_usage: bool,
) -> NewSpans:
    """Join the days of levels stated, and leave out what was stated before.

    Parameters
    ----------
    of_all : bool
        Whether the file has all accounts, so that its days are stored once for all of them.
    """
    is_new = ~covered.hold(stated.position, stated.since, stated.until)
    joined = Spans.of(stated.position, stated.since, stated.until)
    position, (since, until) = joined.position, joined.days()
    some = np.flatnonzero(~covered.hold(position, since, until) & (not of_all))
    account, product, currency = (column[position[some]] for column in positions.columns())
    usage = np.full(some.size, int(is_usage))
    rows = SpanRows(account, product, currency, since[some], until[some], usage)
    return NewSpans(positions.texts, rows, frozenset(stated.line[is_new].tolist()) - {NO_LINE})


def spans_of_all(
    units: Units, known: Sequence[tuple[int, int]], texts: FileTexts, *, is_usage: bool
) -> NewSpans:
    """Join the days of a file with all accounts, and leave out those of such files before it."""
    since, until = np.array(known, np.int64).reshape(len(known), 2).T
    covered = Spans.of(np.zeros_like(since), since, until)
    joined = Spans.of(np.zeros_like(units.since), units.since, units.until)
    begins, ends = joined.days()
    is_new = ~covered.hold(joined.position, begins, ends)
    begins, ends = begins[is_new], ends[is_new]
    nothing = np.full(begins.size, NOTHING)
    usage = np.full(begins.size, int(is_usage))
    return NewSpans(texts, SpanRows(nothing, nothing, nothing, begins, ends, usage))
