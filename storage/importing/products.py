"""Balances of an account's products: none may be below zero when a day closes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.days import day_in_full
from metrics.money import to_major
from metrics.runs import begins, ends
from metrics.segments import NO_VALUE
from storage.importing.held import Unit
from storage.importing.labels import product_name
from storage.importing.movements import NOTHING, FileMovements, Flags, Whole
from storage.importing.product_days import ProductStep, product_days
from storage.importing.report import RowFinding
from storage.store.column_types import day_of
from storage.store.numbering import has_rows
from storage.store.statements import batches
from storage.tables.facts import AccountRow, Currency, MovementRow, Product


def product_findings(
    session: Session, movements: FileMovements, fresh: Whole, *, is_first: bool
) -> list[RowFinding]:
    """Find new movements that take a product of an account below zero.

    Parameters
    ----------
    fresh : array of int
        New movements of accounts with which nothing else is wrong, in file order.
    is_first : bool
        Whether the ledger holds no movement yet, and so need not be asked.
    """
    has_products = any(name != NO_VALUE for name in movements.texts.product.names) or (
        not is_first and has_rows(session, Product)
    )
    if not has_products or not (movements.amount[fresh] < 0).any():
        return []
    suspects = _suspects(movements, fresh, is_first=is_first)
    if not suspects.any():
        return []
    new = _by_unit(movements, fresh[suspects[movements.account[fresh]]])
    held = {} if is_first else _held(session, {account for account, _ in new})
    found = (_fault(unit, [*held.get(unit, ()), *steps]) for unit, steps in new.items())
    return [finding for finding in found if finding]


def _suspects(movements: FileMovements, fresh: Whole, *, is_first: bool) -> Flags:
    """Tell, by number, which accounts have to be gone through day by day."""
    account, product = movements.account[fresh], movements.product[fresh]
    amount, day = movements.amount[fresh], movements.day[fresh]
    found = np.zeros(len(movements.texts.account.names) + 1, bool)
    found[account[amount < 0]] = True
    if not is_first:  # what the ledger holds of them is not known yet
        return found
    has_products = np.zeros(found.size, bool)
    has_products[account[product != NOTHING]] = True
    opened = np.zeros(found.size, bool)  # they have a decrease that is spread over products
    opened[account[(amount < 0) & (product == NOTHING)]] = True
    wrong = np.zeros(found.size, bool)
    kinds = len(movements.texts.product.names) + 1
    unit = (account * kinds + product + 1) * len(movements.texts.currency.names)
    unit += movements.currency[fresh]
    order = np.lexsort((day, unit))
    unit, day, sums = unit[order], day[order], np.cumsum(amount[order])
    starts = np.flatnonzero(begins(unit))
    counts = np.diff(np.append(starts, unit.size))
    before = np.repeat(sums[starts] - amount[order][starts], counts)
    wrong[account[order][ends(unit, day) & (sums < before)]] = True
    suspects: Flags = found & has_products & (opened | wrong)
    return suspects


def _by_unit(movements: FileMovements, rows: Whole) -> dict[Unit, list[ProductStep]]:
    found: defaultdict[Unit, list[ProductStep]] = defaultdict(list)
    for row in rows.tolist():
        product = movements.texts.product.name(int(movements.product[row]))
        day, amount, line = (
            int(column[row]) for column in (movements.day, movements.amount, movements.line)
        )
        found[movements.unit(row)].append(ProductStep(day, amount, product, line))
    return found


def _held(session: Session, accounts: Iterable[str]) -> dict[Unit, list[ProductStep]]:
    table = MovementRow
    held: defaultdict[Unit, list[ProductStep]] = defaultdict(list)
    statement = (
        select(
            *map(col, (AccountRow.account_id, Currency.code, table.day, table.amount_minor)),
            product_name(),
        )
        .join(AccountRow, col(AccountRow.number) == col(table.account))
        .join(Currency, col(Currency.number) == col(table.currency))
        .outerjoin(Product, col(Product.number) == col(table.product))
        .order_by(col(table.id))
    )
    for some in batches(sorted(accounts)):
        rows = session.execute(statement.where(col(AccountRow.account_id).in_(some)))
        for account, code, day, amount, product in rows:
            held[account, code].append(ProductStep(day, amount, product))
    return held


def _fault(unit: Unit, steps: Sequence[ProductStep]) -> RowFinding | None:
    """Run one account's movements of one currency, held ones first, and find the first fault."""
    if not {step.product for step in steps} - {None, NO_VALUE}:
        return None
    latest: ProductStep | None = None
    for day in product_days(steps):
        latest = next((step for step in reversed(day.steps) if step.line), latest)
        below = next((name for name, left in day.after.items() if left < 0), None)
        if below is not None and latest is not None:
            # As in `replay`: what it has before the last row, where that one is of the product.
            is_own = latest in day.steps and latest.product == below
            before = day.after[below] - latest.amount if is_own else day.before[below]
            has, would_be = (to_major(one, unit[1]) for one in (before, day.after[below]))
            what = f"amount takes {below} of {unit[0]} below zero on {day_in_full(day_of(day.day))}"
            return RowFinding(latest.line, f"{what}: has {has}, would be {would_be}")
    return None
