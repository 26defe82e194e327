"""Usage that the ledger holds, with labels in the numbers of a file's texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.columns.arrays import NONE
from storage.columns.live import reversed_runs
from storage.columns.usage import has_usage, usage_counts
from storage.columns.usage_rows import UsageRows, read_usage_rows
from storage.importing.account_parts import numbers_of_accounts, renumbered
from storage.importing.contents import HeldRows
from storage.importing.labels import numbers_of_labels
from storage.importing.movements import NOTHING, FileTexts, Flags, Texts, Whole
from storage.store.statements import among, batches
from storage.tables.facts import AccountRow, Currency, Product
from storage.tables.ledger import ImportRun
from storage.tables.usage import UsageMovement


@dataclass(frozen=True, slots=True)
class HeldUsage:
    """Rows that count, in the order of the ledger, with the imports that they came by.

    ``keys`` are the ids of those that have one, by their number in the ledger, and ``sources`` the
    source of each import.
    """

    rows: HeldRows
    runs: Whole
    keys: Mapping[int, str]
    sources: Mapping[int, str]

    def of_source(self, source: str) -> HeldRows:
        """Pick the rows of a source."""
        return self.rows.pick(np.flatnonzero(self._is_of(source)))

    def unnamed(self, source: str) -> HeldRows:
        """Pick the rows of a source that have no id."""
        has_none = np.isin(self.rows.id, [*self.keys], invert=True)
        return self.rows.pick(np.flatnonzero(self._is_of(source) & has_none))

    def named(self, source: str) -> dict[str, int]:
        """Index the rows of a source by their ids."""
        places = np.flatnonzero(self._is_of(source)).tolist() if self.keys else []
        numbers = self.rows.id.tolist()
        return {self.keys[numbers[n]]: n for n in places if numbers[n] in self.keys}

    def _is_of(self, source: str) -> Flags:
        found: Flags = np.isin(self.runs, [run for run, of in self.sources.items() if of == source])
        return found


def held_usage(
    session: Session, texts: FileTexts, accounts: Iterable[str] | None = None
) -> HeldUsage:
    """Read the rows of some accounts, or of all, from every source."""
    if not has_usage(session):
        return HeldUsage(HeldRows.none(), np.zeros(0, np.int64), {}, {})
    rows = read_usage_rows(session).counting(reversed_runs(session))
    known = _accounts(session, texts.account, rows, accounts)
    rows = rows.pick(np.flatnonzero(np.isin(rows.account, [*known])))
    currency = numbers_of_labels(session, Currency, "code", texts.currency)
    product = numbers_of_labels(session, Product, "name", texts.product) | {NONE: NOTHING}
    number, day, amount, runs = (
        each.astype(np.int64) for each in (rows.id, rows.day, rows.amount, rows.import_id)
    )
    columns = {
        "account": renumbered(rows.account, known),
        "currency": renumbered(rows.currency, currency),
        "product": renumbered(rows.product, product),
        "driver": np.full(len(rows), NOTHING),
    }
    table = UsageMovement
    named = select(col(table.id), col(table.movement_id)).where(col(table.movement_id).is_not(None))
    return HeldUsage(
        HeldRows(id=number, day=day, amount=amount, **columns),
        runs,
        {n: key for n, key in session.execute(named) if key is not None},
        {n: of for n, of in session.execute(select(col(ImportRun.id), col(ImportRun.source))) if n},
    )


def _accounts(
    session: Session, texts: Texts, rows: UsageRows, accounts: Iterable[str] | None
) -> dict[int, int]:
    """Map the ledger's numbers of the accounts that are wanted to those of a file's texts."""
    if accounts is not None:
        return numbers_of_accounts(session, texts, accounts)
    cells = select(col(AccountRow.number), col(AccountRow.account_id))
    found: dict[int, int] = {}
    for some in batches(np.unique(rows.account).tolist()):
        these = session.execute(cells.where(col(AccountRow.number).in_(some)))
        found |= {number: texts[name] for number, name in these}
    return found


def usage_ids(session: Session, source: str, keys: Iterable[str]) -> set[str]:
    """Find which ids are those of usage that counts, of whatever account of a source."""
    if not has_usage(session):
        return set()
    row = col(UsageMovement.movement_id)
    statement = (
        select(row)
        .join(ImportRun, col(ImportRun.id) == col(UsageMovement.import_id))
        .where(col(ImportRun.source) == source, usage_counts(session))
    )
    found = (session.scalars(statement.where(among(session, row, some))) for some in batches(keys))
    return {key for some in found for key in some if key is not None}


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
