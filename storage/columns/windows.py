"""Sums of 1, 3 and 12 months that end at each month start, written together with the columns."""

from collections.abc import Iterator
from datetime import date

import numpy as np

from metrics.period_grammar import shift_months
from storage.columns.arrays import day_number
from storage.columns.codec import pack
from storage.columns.period import Bridge
from storage.columns.plain_period import plain_sums
from storage.columns.reading import ColumnReader
from storage.columns.standings import Standings
from storage.columns.writing import Key, Packed, Sink
from storage.tables.columns import WindowSum

LENGTHS = (1, 3, 12)
"""Months of the windows that trends, digests and alerts use."""


def put_windows(stored: ColumnReader, standings: Standings, sink: Sink, *, since: date) -> None:
    """Add up every window that ends after a day, from the columns that are stored.

    A ledger of several currencies has none: its sums rest on the exchange rates of their day.
    """
    currency = stored.positions().currency
    if not currency.size or (currency != currency[0]).any():
        sink.put(WindowSum, {})  # those of before the second currency go
        return
    rows: dict[Key, Packed] = {}
    for start, end in _windows(stored, since):
        usual = plain_sums(stored, start, end, table=standings.table)
        sums = (usual or Bridge(standings, start, end).sums()).sums
        key, numbers = (day_number(start), day_number(end)), np.flatnonzero(sums.any(axis=1))
        if sums.dtype != object:  # more than 64 bits: it is added up when it is asked for
            rows[key] = {"attribute_set": pack(numbers), "sums": pack(sums[numbers].ravel())}
    sink.put_some(WindowSum, rows)


def _windows(stored: ColumnReader, since: date) -> Iterator[tuple[date, date]]:
    first = stored.first_month()
    end = max(first or date.max, since.replace(day=1))
    while (end := shift_months(end, 1)) <= stored.built_through:
        starts = [shift_months(end, -months) for months in LENGTHS]
        starts = [start for start in starts if first is not None and start >= first]
        stored.read_ends([*starts, end])
        yield from ((start, end) for start in starts)
