"""Movements and stated days that the ledger holds of some accounts, by position."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from metrics.segments import NO_VALUE
from storage.columns.labels import read_currencies
from storage.columns.ledger_rows import read_numbers
from storage.columns.live import reversed_runs
from storage.importing.account_parts import numbers_of_accounts, of_accounts, renumbered
from storage.importing.labels import product_name
from storage.importing.levels.book import Book, Spans
from storage.importing.movements import NOTHING, FileTexts, Whole
from storage.importing.product_days import ProductStep, stated_steps
from storage.importing.usage.held import held_usage
from storage.store.numbering import Numbers
from storage.store.statements import batches
from storage.tables.facts import AccountRow, Currency, MovementRow, Product
from storage.tables.levels import LevelSpan

Position = tuple[int, int, int]
"""Numbers of an account, a product or `NOTHING`, and a currency in a file's texts."""
Unit = tuple[int, int]
"""Numbers of an account and a currency."""
Moved = tuple[Whole, Whole, Whole]
"""Positions, days and amounts of movements."""
Losses = dict[Unit, Sequence[ProductStep]]
"""Movements by unit, of those with losses that state no product."""


class HeldPositions(Numbers[Position]):
    """Positions of a group of accounts, numbered from 0, in the numbers of a file's texts."""

    def __init__(self, texts: FileTexts) -> None:
        super().__init__()
        self.texts = texts

    def of(self, account: int, product: str | None, currency: int) -> int:
        """Find the number of one position by the name of its product, if it has any."""
        has_none = product is None or product == NO_VALUE
        return self[account, NOTHING if has_none else self.texts.product[str(product)], currency]

    def number(self, account: Whole, product: Whole, currency: Whole) -> Whole:
        """Find the numbers of the positions of rows."""
        products, currencies = (int(one.max(initial=0)) + 2 for one in (product, currency))
        keys = (account * products + product + 1) * currencies + currency
        _, firsts, places = np.unique(keys, return_index=True, return_inverse=True)
        order = np.argsort(firsts)  # new ones are numbered as they come
        some = firsts[order]
        cells = zip(*(one[some].tolist() for one in (account, product, currency)), strict=True)
        numbers = np.empty(some.size, np.int64)
        numbers[order] = np.fromiter(map(self.__getitem__, cells), np.int64, some.size)
        return numbers[places]

    def columns(self) -> tuple[Whole, Whole, Whole]:
        """List the account, product and currency of each position, by its number."""
        account, product, currency = np.array([*self], np.int64).reshape(len(self), 3).T
        return account, product, currency


@dataclass(frozen=True, slots=True)
class HeldLevels:
    """Balances that the ledger holds of some accounts, and the days stated before.

    ``losses`` are there where products count.
    """

    book: Book
    covered: Spans
    losses: Losses = field(default_factory=dict)


_NONE: Whole = np.zeros(0, np.int64)
NOTHING_HELD = HeldLevels(Book.of(_NONE, _NONE, _NONE), Spans.of(_NONE, _NONE, _NONE))
"""The levels of an empty ledger."""


@dataclass(frozen=True, slots=True)
class LevelsReader:
    """Reads what the ledger holds, with positions in the numbers of a file's texts.

    Parameters
    ----------
    by_product : bool
        Whether products count; else an account's balances in a currency are one.
    is_usage : bool
        Whether it is the second series that is read, which spreads no losses.
    """

    session: Session
    texts: FileTexts
    by_product: bool
    is_usage: bool = False

    def read(self, accounts: Iterable[str], positions: HeldPositions) -> HeldLevels:
        """Read movements of all sources, and spans; positions that are new get a number."""
        gone = reversed_runs(self.session)
        spans = _SPANS.where(
            col(LevelSpan.import_id).not_in(gone), col(LevelSpan.is_usage) == int(self.is_usage)
        )
        losses: Losses = {}
        moved: list[Moved] = []
        stated: list[tuple[int, int, int]] = []
        for some in batches(accounts):
            if self.is_usage:
                moved.append(self._used(some, positions))
            elif self.by_product:
                moved.append(_columns([*self._moved_by_product(some, positions, losses)]))
            else:
                moved.append(self._moved_together(some, positions))
            stated += self._stated(spans, some, positions)
        for since, until in self.of_all():
            stated += ((position, since, until) for position in positions.values())
        parts = zip(_columns([]), *moved, strict=True)
        book = Book.of(*(np.concatenate(part) for part in parts))
        return HeldLevels(book, Spans.of(*_columns(stated)), losses)

    def of_all(self) -> list[tuple[int, int]]:
        """List the days for which files with all accounts that pay were imported."""
        spans = select(col(LevelSpan.since), col(LevelSpan.until)).where(
            col(LevelSpan.account).is_(None),
            col(LevelSpan.is_usage) == int(self.is_usage),
            col(LevelSpan.import_id).not_in(reversed_runs(self.session)),
        )
        return [(since, until) for since, until in self.session.execute(spans)]

    def moved(self, *, paying: bool) -> Iterator[str]:
        """List the accounts that have movements, or only those that pay by the last of them."""
        if self.is_usage:
            yield from self._using()
            return
        account, amount = col(AccountRow.account_id), col(MovementRow.amount_minor)
        sums = (
            select(account)
            .join(MovementRow, col(MovementRow.account) == col(AccountRow.number))
            .group_by(account)
        )
        yield from self.session.scalars(sums.having(func.sum(amount) > 0) if paying else sums)

    def _moved_together(self, accounts: Sequence[str], positions: HeldPositions) -> Moved:
        table, texts = MovementRow, self.texts
        known = numbers_of_accounts(self.session, texts.account, accounts)
        columns = map(col, (table.account, table.currency, table.day, table.amount_minor))
        cells = read_numbers(self.session, select(*columns).where(of_accounts(known)))
        codes = read_currencies(self.session)
        used = np.unique(cells["currency"]).tolist()
        currency = renumbered(
            cells["currency"], {number: texts.currency[codes[number]] for number in used}
        )
        account = renumbered(cells["account"], known)
        position = positions.number(account, np.full(account.size, NOTHING), currency)
        return position, cells["day"], cells["amount_minor"]

    def _moved_by_product(
        self, accounts: Sequence[str], positions: HeldPositions, losses: Losses
    ) -> Iterator[tuple[int, int, int]]:
        units: defaultdict[Unit, list[ProductStep]] = defaultdict(list)
        found = _MOVEMENTS.where(col(AccountRow.account_id).in_(accounts))
        for name, product, code, day, amount, _ in self.session.execute(found):
            account, currency = self.texts.account[name], self.texts.currency[code]
            units[account, currency].append(ProductStep(day, int(amount), product))
        for (account, currency), steps in units.items():
            if any(step.product is None and step.amount < 0 for step in steps):
                losses[account, currency] = steps
            for step in stated_steps(steps):
                yield positions.of(account, step.product, currency), step.day, step.amount

    def _used(self, accounts: Sequence[str], positions: HeldPositions) -> Moved:
        rows = held_usage(self.session, self.texts, accounts).rows
        product = rows.product if self.by_product else np.full(rows.product.size, NOTHING)
        return positions.number(rows.account, product, rows.currency), rows.day, rows.amount

    def _using(self) -> Iterator[str]:
        texts = FileTexts()  # not the file's: it does not name them
        held_usage(self.session, texts)
        yield from texts.account.names

    def _stated(
        self, spans: Select[*tuple[Any, ...]], accounts: Sequence[str], positions: HeldPositions
    ) -> Iterator[tuple[int, int, int]]:
        texts, found = self.texts, spans.where(col(AccountRow.account_id).in_(accounts))
        for account, product, currency, since, until in self.session.execute(found):
            own = product if self.by_product else None
            unit = texts.account[account], own, texts.currency[currency]
            yield positions.of(*unit), since, until


_KEYS = (AccountRow.account_id, MovementRow.product, Product.name, Currency.code, MovementRow.day)
_FIRST = func.min(col(MovementRow.id))
_MOVEMENTS = (
    select(
        col(AccountRow.account_id),
        product_name(),
        *map(col, (Currency.code, MovementRow.day)),
        func.sum(col(MovementRow.amount_minor)),
        _FIRST,
    )
    .join(AccountRow, col(AccountRow.number) == col(MovementRow.account))
    .join(Currency, col(Currency.number) == col(MovementRow.currency))
    .outerjoin(Product, col(Product.number) == col(MovementRow.product))
    .group_by(*map(col, _KEYS))
    .order_by(_FIRST)
)
_SPANS = select(
    *map(col, (AccountRow.account_id, LevelSpan.product, LevelSpan.currency)),
    *map(col, (LevelSpan.since, LevelSpan.until)),
).join(AccountRow, col(AccountRow.number) == col(LevelSpan.account))


def _columns(rows: Sequence[tuple[int, int, int]]) -> Moved:
    first, second, third = np.array(rows, np.int64).reshape(len(rows), 3).T
    return first, second, third
