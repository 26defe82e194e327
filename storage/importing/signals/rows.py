"""Signals in arrays: which of them say something new, and how they are stored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from itertools import count
from typing import Self

import numpy as np
from sqlmodel import Session

from metrics.runs import begins
from storage.importing.labels import Labels
from storage.importing.movements import FileTexts, Flags, Whole
from storage.store.numbering import next_id
from storage.store.statements import bulk_insert
from storage.tables.signals import SignalAccount, SignalMetric, SignalRow

_SUBJECT = ("day", "metric", "account")
"""Columns that say which signal it is; the last of these counts most in their order."""
_COLUMNS = ("id", "account", "metric", "day", "units", "decimals", "recorded", "source_row")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSignals:
    """Signals of a file, or held ones, whose ``line`` is `NO_LINE`.

    ``account`` and ``metric`` are numbers in ``texts``; a value is ``units`` divided by ten to the
    power of ``decimals``.
    """

    texts: FileTexts
    line: Whole
    account: Whole
    metric: Whole
    day: Whole
    units: Whole
    decimals: Whole
    recorded: Whole

    def __len__(self) -> int:
        return int(self.line.size)

    @property
    def lines(self) -> Collection[int]:
        """The lines of the file that say something new."""
        return frozenset(self.line.tolist())

    def pick(self, rows: Whole) -> Self:
        """Keep some of them, in the order of these."""
        return type(self)(
            texts=self.texts, **{name: getattr(self, name)[rows] for name in _NUMBERS}
        )

    def behind(self, others: Self) -> Self:
        """Put them behind others of the same file's texts."""
        both = ((name, (getattr(others, name), getattr(self, name))) for name in _NUMBERS)
        return type(self)(
            texts=self.texts, **{name: np.concatenate(arrays) for name, arrays in both}
        )

    def last_said(self) -> tuple[Self, int]:
        """Keep the last of those that speak of the same, known at the same moment.

        Returns
        -------
        The signals in order of what they speak of, and how many of the others had another value.
        """
        ordered = self.pick(_order(self, self.line))
        is_again = _follows(ordered, *_SUBJECT, "recorded")
        differs = is_again & ~_follows(ordered, "units", "decimals")
        is_last = np.append(~is_again[1:], True)[: len(ordered)]
        return ordered.pick(np.flatnonzero(is_last)), int(differs.sum())

    def new_beside(self, held: Self) -> Whole:
        """Find those that do not say again what was known before them."""
        both = self.behind(held)
        # Those held come first: of the same moment a new one is the later statement.
        order = _order(both, np.arange(len(both)))
        says_again = _follows(both.pick(order), *_SUBJECT, "units", "decimals")
        is_new = ~says_again & (order >= len(held))
        places: Whole = np.sort(order[is_new]) - len(held)
        return places

    def store(self, session: Session, run_id: int, accounts: Mapping[str, int]) -> None:
        """Insert them for an import."""
        del accounts  # those of signals are apart: people use a product before they pay for it
        known: Labels[str] = Labels(session, SignalAccount, "account_id")
        metrics: Labels[str] = Labels(session, SignalMetric, "name")
        account = known.of(self.texts.account, self.account)
        metric = metrics.of(self.texts.product, self.metric)
        known.store()
        metrics.store()
        first = next_id(session, SignalRow)
        columns = (account, metric, self.day, self.units, self.decimals, self.recorded, self.line)
        rows = zip(count(first), *(column.tolist() for column in columns), strict=False)
        bulk_insert(session, SignalRow, _COLUMNS, rows, same={"import_id": run_id})


_NUMBERS = tuple(each.name for each in fields(NewSignals))[1:]


def _order(signals: NewSignals, place: Whole) -> Whole:
    """Order by account, metric and day, then by the moment of the statement, then by place."""
    return np.lexsort((place, signals.recorded, *(getattr(signals, name) for name in _SUBJECT)))


def _follows(signals: NewSignals, *names: str) -> Flags:
    """Tell of each whether the one before it is equal in some columns."""
    equal: Flags = ~begins(*(getattr(signals, name) for name in names))
    return equal
