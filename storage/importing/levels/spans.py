"""Stretches of days for which a file states levels: those that the ledger does not have yet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import count

import numpy as np
from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.importing.levels.arithmetic import Stated
from storage.importing.levels.book import Spans
from storage.importing.levels.held import Positions
from storage.importing.movements import NO_LINE, FileTexts
from storage.store.statements import bulk_insert
from storage.tables.levels import LevelSpan


@dataclass(frozen=True, slots=True)
class NewSpans:
    """Stretches to be stored with an import; ``lines`` are those that state something new."""

    positions: Positions
    texts: FileTexts
    spans: Spans
    lines: Collection[int] = field(default_factory=frozenset)

    def __len__(self) -> int:
        return int(self.spans.since.size)

    def store(self, session: Session, run_id: int, accounts: Mapping[str, int]) -> None:
        """Insert them for an import, with accounts by the numbers that the ledger has."""
        texts, columns = self.texts, self.positions.columns()
        account, product, currency = (column[self.spans.position].tolist() for column in columns)
        since, until = (days.tolist() for days in self.spans.days())
        first = (session.scalar(select(func.max(col(LevelSpan.id)))) or 0) + 1
        rows = zip(
            count(first),
            (accounts[texts.account.names[number]] for number in account),
            map(texts.product.name, product),
            (texts.currency.names[number] for number in currency),
            since,
            until,
            strict=False,
        )
        names = "id", "account", "product", "currency", "since", "until"
        bulk_insert(session, LevelSpan, names, rows, same={"import_id": run_id})


def new_spans(stated: Stated, covered: Spans, positions: Positions, texts: FileTexts) -> NewSpans:
    """Join the days of levels stated, and leave out what was stated before."""
    is_new = ~covered.hold(stated.position, stated.since, stated.until)
    joined = Spans.of(stated.position, stated.since, stated.until)
    some = np.flatnonzero(~covered.hold(joined.position, *joined.days()))
    spans = Spans(joined.since[some], joined.until[some])
    lines = frozenset(stated.line[is_new].tolist()) - {NO_LINE}
    return NewSpans(positions, texts, spans, lines)
