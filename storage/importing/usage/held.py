"""Usage that the ledger holds, with labels in the numbers of a file's texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import func, select
from sqlmodel import Session, col

from storage.columns.live import reversed_runs
from storage.columns.usage import has_usage, usage_counts
from storage.columns.usage_rows import UsageRows, read_usage_rows
from storage.importing.contents import HeldRows
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
    account = _accounts(session, texts.account, rows, accounts)
    some = np.flatnonzero(account[rows.account] != NOTHING)
    rows = rows.pick(some)
    currency = _numbers(_labels(session, Currency.number, Currency.code), texts.currency)
    product = _numbers(_labels(session, Product.number, Product.name), texts.product)
    number, day, amount, runs = (
        each.astype(np.int64) for each in (rows.id, rows.day, rows.amount, rows.import_id)
    )
    columns = {
        "account": account[rows.account],
        "currency": currency[rows.currency],
        "product": product[rows.product],
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
) -> Whole:
    """Find the number in a file's texts of each account of the ledger that is wanted."""
    cells = select(col(AccountRow.number), col(AccountRow.account_id))
    names: dict[int, str] = {}
    if accounts is None:
        for some in batches(np.unique(rows.account).tolist()):
            names |= dict(session.execute(cells.where(col(AccountRow.number).in_(some))).all())
    else:
        for wanted in batches(accounts):
            found = cells.where(col(AccountRow.account_id).in_(wanted))
            names |= dict(session.execute(found).all())
    return _numbers(names, texts, most=int(rows.account.max(initial=0)))


def _numbers(names: Mapping[int, str], texts: Texts, *, most: int = 0) -> Whole:
    """Map numbers of the ledger to those of texts; the last place is that of nothing."""
    found = np.full(max([most, *names]) + 2, NOTHING)
    for number, name in names.items():
        found[number] = texts[name]
    return found


def _labels(session: Session, number: int, label: str) -> Mapping[int, str]:
    return dict(session.execute(select(col(number), col(label))).all())


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
