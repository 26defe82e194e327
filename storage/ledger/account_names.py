"""Accounts by what they are called: those that are the most like a text first."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, SQLColumnExpression, cast, func, or_, select
from sqlmodel import Session, col

from metrics.spelling import fold
from storage.store.messages import is_postgresql
from storage.tables.facts import AccountRow

Named = tuple[int, str, str | None]
"""An account's number, id and name."""

_ESCAPE = "\\"
_SPECIAL = str.maketrans({sign: f"{_ESCAPE}{sign}" for sign in "\\%_"})
_NAMES = (col(AccountRow.account_id), col(AccountRow.name))


def alike(session: Session, text: str) -> Iterator[list[Named]]:
    """Read the accounts that a text may mean, by likeness.

    Those with this id come first; then those with just this name; with this id or name in another
    case or without accents; that begin with the text; that hold it.
    """
    yield _read(session, col(AccountRow.account_id) == text)
    folded = fold(text)
    if not folded:
        return
    levels: defaultdict[int, list[Named]] = defaultdict(list)
    for row in _read(session, _may_hold(session, folded)):
        if (level := _likeness(text, folded, row)) is not None:
            levels[level].append(row)
    yield from (levels[level] for level in sorted(levels))


def _read(session: Session, condition: ColumnElement[bool]) -> list[Named]:
    statement = select(col(AccountRow.number), *_NAMES).where(condition)
    return [tuple(row) for row in session.execute(statement)]


def _may_hold(session: Session, folded: str) -> ColumnElement[bool]:
    words = (word.translate(_SPECIAL) for word in folded.split())
    pattern = f"%{'%'.join(words)}%"
    return or_(
        *(func.lower(name).like(pattern, escape=_ESCAPE) for name in _NAMES),
        # A store folds the letters of English alone: names with others are looked at here.
        *(_bytes(session, name) != func.length(name) for name in _NAMES),
    )


def _bytes(session: Session, name: SQLColumnExpression[Any]) -> ColumnElement[int]:
    if is_postgresql(session):
        return func.octet_length(name)
    return func.length(cast(name, LargeBinary))


def _likeness(text: str, typed: str, account: Named) -> int | None:
    """Rank how like a text, as it is and folded, an account's names are; None where neither is."""
    ranks = (_rank(text, typed, name) for name in account[1:] if name)
    return min((rank for rank in ranks if rank is not None), default=None)


def _rank(text: str, typed: str, name: str) -> int | None:
    folded = fold(name)
    place = folded.find(typed)
    if place < 0:
        return None
    if name == text:
        return 0
    return 1 if folded == typed else 2 if place == 0 else 3
