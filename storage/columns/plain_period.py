"""The sums of a period of the usual ledger, a chunk of accounts after the other."""

from collections.abc import Iterator
from datetime import date

from metrics.attribute_table import AttributeTable
from metrics.exact_sums import total_of
from metrics.period_columns import TwoEnds, add_up_parts
from metrics.period_sums import PeriodSums
from storage.columns.arrays import CHUNK
from storage.columns.reading import ColumnReader
from storage.store.column_types import day_number

_TOO_WIDE = 8  # bytes of an amount: of narrower ones 2**31 add up exactly


def plain_sums(
    columns: ColumnReader, start: date, end: date, *, table: AttributeTable
) -> PeriodSums | None:
    """Add up a period; None where `plain_parts` finds none."""
    parts = plain_parts(columns, start, end)
    if parts is None:
        return None
    return PeriodSums(
        table=table,
        sums=add_up_parts(parts, sets=len(table)),
        closing_total=sum(total_of(ends.closing) for ends in parts),
    )


def plain_parts(columns: ColumnReader, start: date, end: date) -> list[TwoEnds] | None:
    """Find a period between two month starts that are built, all in one currency, by chunk.

    Returns
    -------
    list of TwoEnds, or None
        None where it is no usual ledger: an account has several positions, is under another, or
        has ever paused. `storage.columns.period.Bridge` adds up any.
    """
    accounts = columns.lone_accounts()
    if accounts is None or len(columns.parents()) or len(columns.pauses()):
        return None
    parts = [*_parts(columns, start, end, accounts)]
    widths = {amounts.itemsize for ends in parts for amounts in (ends.opening, ends.closing)}
    return None if max(widths, default=_TOO_WIDE) >= _TOO_WIDE else parts


def _parts(columns: ColumnReader, start: date, end: date, accounts: int) -> Iterator[TwoEnds]:
    first_paid = columns.first_paid_chunks()
    amounts = [columns.amount_chunks(day) for day in (start, end)]
    places = [columns.place_chunks(day) for day in (start, end)]
    for chunk, before in enumerate(range(0, accounts, CHUNK)):
        size = min(accounts - before, CHUNK)
        opening, closing = (one.part(chunk, size) for one in amounts)
        opening_sets, closing_sets = (one.part(chunk, size) for one in places)
        yield TwoEnds(
            opening=opening,
            closing=closing,
            opening_sets=opening_sets,
            closing_sets=closing_sets,
            is_known=first_paid.part(chunk, size) < day_number(start),
        )
