"""Names and first days of accounts: what imports say of them, and what counts of it."""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from storage.columns.live import reversed_runs
from storage.store.numbering import next_id
from storage.store.statements import batches, bulk_insert
from storage.tables.facts import AccountRow, DescriptionRow

Description = tuple[int, str | None, date | None]
"""Number of an account, its name and its first day; None says nothing."""


def store_descriptions(session: Session, said: Iterable[Description], run: int) -> None:
    """Keep what an import says that is new."""
    first = next_id(session, DescriptionRow)
    rows = (
        (number, account, name, None if day is None else day.isoformat())
        for number, (account, name, day) in zip(count(first), said, strict=False)
    )
    columns = "id", "account", "name", "created_on"
    bulk_insert(session, DescriptionRow, columns, rows, same={"import_id": run})


def describe_anew(session: Session, imports: Collection[int]) -> None:
    """Let count what holds of all that imports have said of the accounts that some imports name.

    Parameters
    ----------
    imports : collection of int
        Those that count no longer, or again.
    """
    gone = reversed_runs(session)
    table = DescriptionRow
    named = select(col(table.account)).where(col(table.import_id).in_(imports)).distinct()
    cells = select(*map(col, (table.account, table.name, table.created_on, table.import_id)))
    for some in batches(session.scalars(named).all()):
        rows: dict[int, dict[str, Any]] = {
            number: {"number": number, "name": None, "created_on": None} for number in some
        }
        ordered = cells.where(col(table.account).in_(some)).order_by(col(table.id))
        for account, name, day, run in session.execute(ordered):
            if run not in gone:
                rows[account]["name"] = name or rows[account]["name"]
                rows[account]["created_on"] = day or rows[account]["created_on"]
        session.execute(update(AccountRow), [*rows.values()])
