"""What every contender answers, in one form: eight figures of each segment over one period."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from benchmarks.ledgers import DIMENSIONS, LAST_CLOSE, month_starts
from metrics.period_sums import PeriodSums
from metrics.segments import Tiers
from storage.ledger.ledger import Ledger
from storage.store.engine import Store

Figures = dict[str, tuple[int, ...]]
"""By segment: accounts at the opening and retained, then in minor units opening, expansion,
contraction, churn, and of accounts outside the opening base new and returning."""

Measured = dict[str, tuple[Any, Any]]
"""By segment: retention, if there is any, and what is outside the opening base."""

SEGMENTS = DIMENSIONS["segment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A period ``[start, end)`` between two month starts."""

    start: date
    end: date

    @classmethod
    def ending(cls, end: date, *, months: int) -> Self:
        """Return so many months before ``end``."""
        before = end.year * 12 + end.month - 1 - months
        return cls(start=date(before // 12, before % 12 + 1, 1), end=end)


QUARTER = Span.ending(date(2026, 10, 1), months=3)
"""The one period that is asked about where one is."""

ALL_MONTHS = [
    Span(start=start, end=end)
    for start, end in zip(
        month_starts(Span.ending(LAST_CLOSE, months=24).start, 24),
        month_starts(Span.ending(LAST_CLOSE, months=23).start, 24),
        strict=True,
    )
]
"""The 24 months of a trend."""


def by_segment(sums: PeriodSums) -> Measured:
    """Return a period's retention by segment, and what is outside its opening base."""
    found = sums.by("segment")
    return {
        value: (found.get(value), sums.outside_cohort((("segment", value),))) for value in SEGMENTS
    }


def measured(store: Store, spans: Sequence[Span]) -> list[Measured]:
    """Ask a store's ledger for periods by segment, as an answer does; nothing is remembered."""
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        return [by_segment(ledger.sums(span.start, span.end)) for span in spans]


def of_ledger(found: list[Measured]) -> list[Figures]:
    """Return what `measured` found as figures."""
    return [
        {
            value: (*_cohort(retention), outside.new, outside.returning + outside.resumed)
            for value, (retention, outside) in period.items()
        }
        for period in found
    ]


def of_rows(rows: Iterable[Sequence[Any]]) -> Figures:
    """Return rows of a segment and its eight figures as figures; a segment may be missing."""
    found = {str(segment): tuple(map(int, figures)) for segment, *figures in rows}
    return {value: found.get(value, (0,) * 8) for value in SEGMENTS}


def _cohort(retention: Any) -> tuple[int, ...]:  # noqa: ANN401 - Retention, or None
    if retention is None:
        return (0,) * 6
    return (
        retention.accounts_opening,
        retention.accounts_retained,
        retention.opening,
        retention.expansion,
        retention.contraction,
        retention.churn,
    )
