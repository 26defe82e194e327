"""Every month of the columns against rows that are added up one by one."""

from datetime import date

import numpy as np
from hypothesis import example, given
from sqlmodel import Session

from metrics.period_grammar import shift_months
from metrics.segments import Tiers
from storage.columns.arrays import NEVER
from storage.columns.chunks import fitted
from storage.columns.combinations import read_attribute_sets
from storage.columns.reading import ColumnReader
from storage.columns.standings import by_account
from storage.store.column_types import day_of
from storage.store.statements import binary_rows
from tests.storage.histories import File, Row, Standing, files, import_history, sweep
from tests.storage.stores import Template, fresh_store

TIERS = Tiers()
LIKE_LEVELS = File(
    tuple(
        Row(account, day, 10, "EMEA")
        for day in (date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1))
        for account in "ab"
    ),
    date(2026, 6, 1),
)
"""Nobody pays less, and all come again with what they pay."""


@sweep(examples=10)
@given(files)
@example([LIKE_LEVELS])
def test_every_month_holds_what_the_rows_before_it_come_to(
    template: Template, imports: list[File]
) -> None:
    with fresh_store(template) as store:
        history = import_history(store, imports, tiers=TIERS)
        with store.read() as session:
            reader = ColumnReader(session)
            months = months_of(reader)
            found = {month: standings(session, reader, month) for month in months}

    assert found == {month: history.standings(month, TIERS) for month in months}
    assert bool(months) == bool(history.rows)


@sweep(examples=8)
@given(files)
def test_every_pause_is_booked_with_its_return(template: Template, imports: list[File]) -> None:
    with fresh_store(template) as store:
        history = import_history(store, imports)
        with store.read() as session:
            ids, spells = account_ids(session), ColumnReader(session).pauses()

    found = {
        (ids[account], day_of(on), date.max if back == NEVER else day_of(back))
        for account, on, back in zip(
            spells.account.tolist(),
            spells.paused_on.tolist(),
            spells.back_on.tolist(),
            strict=True,
        )
    }
    assert found == {
        (account, on, back) for account in ids.values() for on, back in history.pauses(account)
    }


def months_of(reader: ColumnReader) -> list[date]:
    found, month = [], reader.first_month() or date.max
    while month <= reader.built_through:
        found.append(month)
        month = shift_months(month, 1)
    return found


def standings(session: Session, reader: ColumnReader, month: date) -> dict[str, Standing]:
    """Return what the columns hold of each topmost account that pays at a month start."""
    ids, sets, tree = account_ids(session), read_attribute_sets(session), reader.tree(month)
    own = by_account(reader.amounts(month), reader.positions(), len(ids))
    mrr = tree.rolled_up(own)
    first = tree.earliest(fitted(reader.first_paid(), len(ids), fill=NEVER))
    places = fitted(reader.places(month), len(ids))
    return {
        ids[account]: (
            int(mrr[account]),
            day_of(int(first[account])),
            {**sets[int(places[account])]},
        )
        for account in np.flatnonzero(mrr).tolist()
    }


def account_ids(session: Session) -> dict[int, str]:
    return dict(binary_rows(session, "SELECT number, account_id FROM account"))
