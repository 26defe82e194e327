"""Signals that are held of the accounts and days of a file."""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from sqlalchemy import Select, select
from sqlmodel import Session, SQLModel, col

from storage.columns.live import reversed_runs
from storage.importing.movements import NO_LINE, NOTHING, FileTexts, Texts, Whole
from storage.importing.signals.rows import NewSignals
from storage.store.statements import batches
from storage.tables.signals import SignalAccount, SignalMetric, SignalRow

_NUMBER = "number"
_NUMBERS = ("account", "metric", "day", "units", "decimals", "recorded")


class HeldSignals:
    """Reads held signals as a file's texts number them; those of reversed imports do not count."""

    def __init__(self, session: Session, texts: FileTexts) -> None:
        self._session, self._texts = session, texts
        self._is_empty = session.scalar(select(col(SignalRow.id)).limit(1)) is None
        self._gone = frozenset() if self._is_empty else reversed_runs(session)

    def of(self, signals: NewSignals) -> NewSignals:
        """Read what is held of the accounts of some signals, from their first day to their last."""
        names = [self._texts.account.names[number] for number in np.unique(signals.account)]
        accounts = self._numbers(SignalAccount, "account_id", names, self._texts.account)
        metrics = self._numbers(
            SignalMetric, "name", self._texts.product.names, self._texts.product
        )
        rows = list(self._rows(accounts, signals)) if accounts else []
        columns = np.array(rows, np.int64).reshape(len(rows), len(_NUMBERS)).T
        found = dict(zip(_NUMBERS, columns, strict=True))
        found["account"] = _renumbered(found["account"], accounts)
        found["metric"] = _renumbered(found["metric"], metrics)
        held = NewSignals(texts=self._texts, line=np.full(len(rows), NO_LINE), **found)
        return held.pick(np.flatnonzero(held.metric != NOTHING))

    def _numbers(
        self, table: type[SQLModel], column: str, names: Iterable[str], texts: Texts
    ) -> dict[int, int]:
        """Map numbers of held labels to those of the file."""
        if self._is_empty:
            return {}
        label = col(getattr(table, column))
        statement = select(col(getattr(table, _NUMBER)), label)
        return {
            number: texts[name]
            for some in batches(names)
            for number, name in self._session.execute(statement.where(label.in_(some)))
        }

    def _rows(self, accounts: Mapping[int, int], signals: NewSignals) -> Iterator[tuple[int, ...]]:
        table = SignalRow
        wanted: Select[tuple[int, ...]] = select(*(col(getattr(table, name)) for name in _NUMBERS))
        wanted = wanted.where(
            col(table.day).between(int(signals.day.min()), int(signals.day.max())),
            col(table.import_id).not_in(self._gone),
        ).order_by(col(table.id))
        for some in batches(accounts):
            for row in self._session.execute(wanted.where(col(table.account).in_(some))):
                yield tuple(row)


def _renumbered(numbers: Whole, ours: Mapping[int, int]) -> Whole:
    mapped = np.full(1 + max([*ours, int(numbers.max(initial=0))]), NOTHING)
    mapped[[*ours]] = [*ours.values()]
    found: Whole = mapped[numbers]
    return found
