"""Columns of the ledger and the balances: they are too many for a Python object a row."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, Text, cast, func, select, type_coerce
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from metrics.tier_codes import Days, Whole
from storage.store.statements import batches
from storage.tables.ledger import Account, AccountAttribute, MonthBalance, MrrMovement

Partition = Sequence[Sequence[Any]]
_AT_ONCE = 500  # rows that are objects at the same time: Python looks through them for garbage
_DAY = np.dtype([("day", "S10"), ("comma", "S1")])


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """Rows of the ledger to read; all of them when nothing is given.

    They are those that change balances between two boundary dates: from ``since`` to before
    ``until``.
    """

    accounts: Collection[str] | None = None
    since: date | None = None
    until: date | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class MovementColumns:
    """Movements account by account.

    ``accounts`` has each account once and ``counts`` how many movements are its; ``days`` and
    ``amounts``, in minor units, have one cell a movement.
    """

    accounts: list[str]
    counts: Whole
    days: Days
    amounts: Whole


@dataclass(frozen=True, slots=True)
class StatementColumns:
    """Statements on attributes in columns; of two from one day on, the later one comes after."""

    accounts: list[str]
    days: Days
    values: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StoredMonth:
    """The stored balances at a month start in columns, in no order."""

    accounts: list[str]
    mrr_minor: Whole
    first_paid_on: Days
    attribute_sets: Whole


def read_children(session: Session) -> dict[str, str]:
    """Return the topmost account of each account that has another above it."""
    is_child = col(Account.account_id) != col(Account.root_id)
    statement = select(col(Account.account_id), col(Account.root_id)).where(is_child)
    return dict(session.execute(statement).all())


def read_movements(session: Session, excerpt: Excerpt) -> MovementColumns:
    """Read an excerpt's movements."""
    # The database joins an account's numbers into one text, which numpy reads in one go.
    account, day = col(MrrMovement.account_id), col(MrrMovement.effective_on)
    amount = cast(col(MrrMovement.amount_minor), Text)
    joined = (func.aggregate_strings(cells, ",") for cells in (_iso(session, day), amount))
    statement = select(account, func.count(), *joined).group_by(account)
    if excerpt.since is not None:
        statement = statement.where(day >= excerpt.since)
    if excerpt.until is not None:
        statement = statement.where(day < excerpt.until)
    if excerpt.as_of is not None:
        statement = statement.where(col(MrrMovement.recorded_at) <= excerpt.as_of)
    accounts: list[str] = []
    counts, days, amounts = [_numbers("")], [_days("")], [_numbers("")]
    for some in _excerpt(session, statement, account, excerpt.accounts):
        names, numbers, day_texts, amount_texts = zip(*some, strict=True)
        accounts += names
        counts.append(np.array(numbers, dtype=np.int64))
        days.append(_days(",".join(day_texts)))
        amounts.append(_numbers(",".join(amount_texts)))
    return MovementColumns(
        accounts, np.concatenate(counts), np.concatenate(days), np.concatenate(amounts)
    )


def read_statements(session: Session, excerpt: Excerpt) -> StatementColumns:
    """Read an excerpt's statements on attributes."""
    table = AccountAttribute
    account, day = col(table.account_id), col(table.valid_from)
    statement = select(
        account, type_coerce(day, Text), col(table.dimension), col(table.value), col(table.id)
    )
    if excerpt.since is not None:
        statement = statement.where(day >= excerpt.since)
    if excerpt.until is not None:
        statement = statement.where(day < excerpt.until)
    if excerpt.as_of is not None:
        statement = statement.where(col(table.recorded_at) <= excerpt.as_of)
    accounts, days, dimensions, values, ids = _columns(
        _excerpt(session, statement, account, excerpt.accounts), width=5
    )
    days = np.array(days, dtype="datetime64[D]")
    order = np.lexsort((np.array(ids, dtype=np.int64), days))  # by day, then as they landed
    pairs = list(zip(dimensions, values, strict=True))
    return StatementColumns([accounts[n] for n in order], days[order], [pairs[n] for n in order])


def read_month(session: Session, month: date) -> StoredMonth:
    """Read the stored balances at a month start."""
    statement = select(
        col(MonthBalance.account_id),
        col(MonthBalance.mrr_minor),
        type_coerce(col(MonthBalance.first_paid_on), Text),
        col(MonthBalance.attribute_set_id),
    ).where(col(MonthBalance.as_of) == month)
    accounts, mrr_minor, first_paid_on, sets = _columns(_rows(session, statement), width=4)
    return StoredMonth(
        accounts,
        np.array(mrr_minor, dtype=np.int64),
        np.array(first_paid_on, dtype="datetime64[D]"),
        np.array(sets, dtype=np.int64),
    )


def read_amounts(session: Session, month: date) -> tuple[Whole, Whole]:
    """Read the stored amounts at a month start and their attribute sets, without accounts."""
    columns = col(MonthBalance.mrr_minor), col(MonthBalance.attribute_set_id)
    joined = (func.aggregate_strings(cast(column, Text), ",") for column in columns)
    statement = select(*joined).where(col(MonthBalance.as_of) == month)
    amounts, sets = session.execute(statement).one()
    return _numbers(amounts or ""), _numbers(sets or "")


def _excerpt(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    account: Mapped[str],
    accounts: Collection[str] | None,
) -> Iterator[Partition]:
    if accounts is None:
        yield from _rows(session, statement)
        return
    for some in batches(sorted(accounts)):
        yield from _rows(session, statement.where(account.in_(some)))


def _rows(session: Session, statement: Select[*tuple[Any, ...]]) -> Iterator[Partition]:
    # As the driver has them: a session would make a new object of every row, all at once.
    connection = session.connection(bind_arguments={"clause": statement})
    yield from connection.execute(statement).partitions(_AT_ONCE)


def _columns(partitions: Iterator[Partition], *, width: int) -> list[Any]:
    columns: list[list[Any]] = [[] for _ in range(width)]
    for some in partitions:
        for column, cells in zip(columns, zip(*some, strict=True), strict=True):
            column.extend(cells)
    return columns


def _iso(session: Session, day: Mapped[date]) -> ColumnElement[str]:
    if session.get_bind(MrrMovement).dialect.name == "postgresql":
        return func.to_char(day, "YYYY-MM-DD")  # its own form depends on the DateStyle setting
    return type_coerce(day, Text)


def _numbers(text: str) -> Whole:
    return np.fromstring(text, dtype=np.int64, sep=",")


def _days(text: str) -> Days:
    # Fixed width, ten characters and a comma: read as records, not parsed one by one.
    cells = np.frombuffer(f"{text},".encode() if text else b"", dtype=_DAY)
    return cells["day"].astype("datetime64[D]")
