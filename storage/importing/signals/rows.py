"""Signals in arrays: which of them say something new, and how they are stored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from sqlmodel import Session

from metrics.runs import begins
from storage.importing.array_rows import ArrayRows, insert_arrays
from storage.importing.labels import Labels
from storage.importing.movements import FileRows, Flags, Whole
from storage.store.numbering import next_id
from storage.tables.signals import SignalAccount, SignalMetric, SignalRow

_SUBJECT = ("day", "metric", "account")
"""Columns that say which signal it is; the last of these counts most in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals(FileRows):
    """Signals of a file, or held ones, whose ``line`` is `NO_LINE`.

    ``metric`` are numbers in the products of ``texts``; a value is ``units`` divided by ten to the
    power of ``decimals``.
    """

    metric: Whole
    day: Whole
    units: Whole
    decimals: Whole
    recorded: Whole

    @property
    def lines(self) -> Collection[int]:
        """The lines of the file that say something new."""
        return frozenset(self.line.tolist())

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
        both = self.joined(self.texts, [held, self])
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
        numbers = {name: getattr(self, name) for name in ("day", "units", "decimals", "recorded")}
        numbers |= {"account": account, "metric": metric, "source_row": self.line}
        numbers["import_id"] = np.full(len(self), run_id)
        rows = ArrayRows(first=next_id(session, SignalRow), numbers=numbers)
        insert_arrays(session, SignalRow, rows)


def _order(signals: Signals, place: Whole) -> Whole:
    """Order by account, metric and day, then by the moment of the statement, then by place."""
    return np.lexsort((place, signals.recorded, *(getattr(signals, name) for name in _SUBJECT)))


def _follows(signals: Signals, *names: str) -> Flags:
    """Tell of each whether the one before it is equal in some columns."""
    equal: Flags = ~begins(*(getattr(signals, name) for name in names))
    return equal
