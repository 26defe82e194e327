"""Usage that the ledger holds, with labels in the numbers of a file's texts."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from storage.columns.usage import has_usage, usage_counts
from storage.importing.contents import HeldRows
from storage.importing.movements import NOTHING, FileTexts
from storage.store.statements import batches
from storage.tables.facts import AccountRow, Currency, Product
from storage.tables.ledger import ImportRun
from storage.tables.usage import UsageMovement


@dataclass(frozen=True, slots=True)
class HeldUsage:
    """Rows that count, in the order of the ledger, with their ids and sources."""

    rows: HeldRows
    keys: tuple[str | None, ...]
    sources: tuple[str, ...]

    def unnamed(self, source: str) -> HeldRows:
        """Pick the rows of a source that have no id."""
        own = zip(self.keys, self.sources, strict=True)
        return self.rows.pick(np.flatnonzero([key is None and of == source for key, of in own]))

    def named(self, source: str) -> dict[str, int]:
        """Index the rows of a source by their ids."""
        cells = enumerate(zip(self.keys, self.sources, strict=True))
        return {key: place for place, (key, of) in cells if key is not None and of == source}


def held_usage(
    session: Session, texts: FileTexts, accounts: Iterable[str] | None = None
) -> HeldUsage:
    """Read the rows of some accounts, or of all, from every source."""
    found: list[tuple[tuple[int, ...], str | None, str]] = []
    if has_usage(session):
        statement = _ROWS.where(usage_counts(session))
        for some in [None] if accounts is None else batches(accounts):
            found += _read(session, statement, texts, some)
    cells = [row[0] for row in found]
    return HeldUsage(
        HeldRows.of(cells), tuple(row[1] for row in found), tuple(row[2] for row in found)
    )


def count_unnamed(session: Session, source: str, days: tuple[int, int]) -> int:
    """Count the rows of a source without an id from a first to a last day."""
    row = UsageMovement
    statement = (
        select(func.count(col(row.id)))
        .join(ImportRun, col(ImportRun.id) == col(row.import_id))
        .where(col(ImportRun.source) == source, col(row.movement_id).is_(None))
        .where(col(row.day).between(*days), usage_counts(session))
    )
    return session.scalar(statement) or 0


_ROWS = (
    select(
        *map(col, (UsageMovement.id, AccountRow.account_id, UsageMovement.day)),
        *map(col, (UsageMovement.amount_minor, Currency.code, Product.name)),
        *map(col, (UsageMovement.movement_id, ImportRun.source)),
    )
    .join(AccountRow, col(AccountRow.number) == col(UsageMovement.account))
    .join(Currency, col(Currency.number) == col(UsageMovement.currency))
    .join(ImportRun, col(ImportRun.id) == col(UsageMovement.import_id))
    .outerjoin(Product, col(Product.number) == col(UsageMovement.product))
    .order_by(col(UsageMovement.id))
)


def _read(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    texts: FileTexts,
    some: Collection[str] | None,
) -> Iterator[tuple[tuple[int, ...], str | None, str]]:
    if some is not None:
        statement = statement.where(col(AccountRow.account_id).in_(some))
    for number, name, day, amount, code, product, key, source in session.execute(statement):
        label = NOTHING if product is None else texts.product[product]
        cells = number, texts.account[name], day, int(amount), texts.currency[code], label
        yield (*cells, NOTHING), key, source
