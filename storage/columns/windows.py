"""Sums of 1, 3 and 12 months that end at each month start, written together with the columns."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import itemgetter

import numpy as np

from metrics.period_grammar import shift_months
from storage.columns.codec import Key, Packed, pack
from storage.columns.period import Bridge
from storage.columns.plain_period import plain_sums
from storage.columns.reach import BuildReach
from storage.columns.reading import ColumnReader
from storage.columns.standings import Standings
from storage.columns.writing import Sink
from storage.store.column_types import day_number, day_of
from storage.tables.columns import WindowSum

LENGTHS = (1, 3, 12)
"""Months of the windows that trends, digests and alerts use."""


def windows_of(reach: BuildReach) -> Iterator[tuple[date, date]]:
    """Yield every window that ends after the start of a build's reach, by their ends."""
    for end in map(day_of, reach.months[1:]):
        starts = (shift_months(end, -months) for months in LENGTHS)
        yield from ((start, end) for start in starts if start >= day_of(reach.first))


def put_windows(stored: ColumnReader, standings: Standings, sink: Sink, reach: BuildReach) -> None:
    """Add up every window that a build changes, from the columns as it leaves them.

    A ledger of several currencies has none: its sums rest on the exchange rates of their day.
    """
    currency = stored.positions().currency
    if not currency.size or (currency != currency[0]).any():
        sink.put(WindowSum, {})  # those of before the second currency go
        return
    rows: dict[Key, Packed] = {}
    for end, windows in groupby(windows_of(reach), key=itemgetter(1)):
        starts = [start for start, _ in windows]
        stored.read_ends([*starts, end])
        for start in starts:
            usual = plain_sums(stored, start, end, table=standings.table)
            sums = (usual or Bridge(standings, start, end).sums()).sums
            key, numbers = (day_number(start), day_number(end)), np.flatnonzero(sums.any(axis=1))
            if sums.dtype != object:  # more than 64 bits: it is added up when it is asked for
                rows[key] = {"attribute_set": pack(numbers), "sums": pack(sums[numbers].ravel())}
    sink.put_some(WindowSum, rows)
