"""Accounts by what they are called: those the most like a text, or a slip of the keyboard away."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    SQLColumnExpression,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
)
from sqlmodel import Session, col

from metrics.spelling import fold
from storage.columns.codec import Whole
from storage.store.messages import is_postgresql
from storage.tables.facts import AccountRow

Named = tuple[int, str, str | None]
"""An account's number, id and name."""

NUMBER, ID, NAME = col(AccountRow.number), col(AccountRow.account_id), col(AccountRow.name)
_NAMES = (ID, NAME)
_ESCAPE = "\\"
_SPECIAL = str.maketrans({sign: f"{_ESCAPE}{sign}" for sign in "\\%_"})
_APART = "-_ "
_LEVELS = range(4)
_HALVINGS = 3  # of a run of separators: one of eight becomes one
_SHORTEST = 4  # characters: with fewer any name is nearly like it
_SHORTEST_PART, _MOST_PARTS = 2, 4
_LETTERS_A_SLIP, _MOST_SLIPS = 8, 3
_FIGURES = re.compile("[0-9]+")


def named(session: Session, numbers: Collection[int]) -> list[Named]:
    """Read what accounts are called, by their numbers."""
    return _read(session, NUMBER.in_(numbers))


def alike(session: Session, text: str) -> Iterator[Whole]:
    """Find the numbers of the accounts that a text may mean, by likeness.

    Those with this id come first; then those with just this name; with this id or name in another
    case or without accents; that begin with the text; that hold it.
    """
    yield np.array([number for number, *_ in _read(session, ID.in_([text]))], np.int64)
    folded = fold(text)
    if not folded:
        return
    others: defaultdict[int | None, list[int]] = defaultdict(list)
    # A store folds the letters of English alone: names with others are looked at here.
    for row in _read(session, or_(*(_has_other_letters(session, name) for name in _NAMES))):
        others[_likeness(text, folded, row)].append(row[0])
    numbers, levels = _read_pairs(session, _ranked(session, text, folded))
    yield from (np.union1d(numbers[levels == each], others[each]).astype(int) for each in _LEVELS)


def _read_pairs(session: Session, rows: Select[tuple[int, int]]) -> tuple[Whole, Whole]:
    """Read two columns of whole numbers at once: a million rows would each take their time."""
    one, other = (func.aggregate_strings(cast(cell, Text), ",") for cell in rows.subquery().c)
    [found] = session.execute(select(one, other))
    first, second = (np.fromstring(cell or "", np.int64, sep=",") for cell in found)
    return first, second


def _holds(session: Session, name: SQLColumnExpression[Any], pattern: str) -> ColumnElement[bool]:
    """Build the condition that a name is like a pattern, in any case of English letters."""
    # SQLite's own has no case; to write each name in small letters takes twice as long.
    like = name.ilike if is_postgresql(session) else name.like
    return like(pattern, escape=_ESCAPE)


def _has_other_letters(session: Session, name: SQLColumnExpression[Any]) -> ColumnElement[bool]:
    """Build the condition that a name has letters beside the English ones."""
    if is_postgresql(session):
        return func.octet_length(name) != func.length(name)
    return func.length(cast(name, LargeBinary)) != func.length(name)


def _literally(text: str) -> str:
    """Write a text as a pattern that is like it alone."""
    return text.translate(_SPECIAL)


def _read(session: Session, condition: ColumnElement[bool]) -> list[Named]:
    statement = select(NUMBER, *_NAMES).where(condition)
    return [tuple(row) for row in session.execute(statement)]


def _ranked(session: Session, text: str, folded: str) -> Select[tuple[int, int]]:
    """Select the accounts that a text may mean, each with a rank as `_rank` has it."""
    plain, pattern = [_folded(name, folded) for name in _NAMES], _literally(folded)

    def any_holds(names: Sequence[SQLColumnExpression[Any]], pattern: str) -> ColumnElement[bool]:
        return or_(*(_holds(session, name, pattern) for name in names))

    is_same = or_(*(name == text for name in _NAMES))
    beginning = case((is_same, 0), (any_holds(plain, pattern), 1), else_=2)
    level = case((any_holds(plain, f"{pattern}%"), beginning), else_=3)
    found = any_holds(_NAMES, f"%{'%'.join(map(_literally, folded.split()))}%")
    if " " in folded:  # now that almost all are ruled out
        found = and_(found, any_holds(plain, f"%{pattern}%"))
    return select(NUMBER, level.label("level")).where(found)


def _folded(name: SQLColumnExpression[Any], typed: str) -> SQLColumnExpression[Any]:
    """Fold the separators of a name, as far as a text that was typed can tell the difference."""
    if " " in typed:
        for sign, plain in (("-", " "), ("_", " "), *[("  ", " ")] * _HALVINGS):
            name = func.replace(name, sign, plain)
    return func.trim(name, _APART)


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


def with_parts(session: Session, text: str) -> tuple[Whole, Whole]:
    """Find accounts by parts of a text in what they are called: numbers, and how many each has.

    A slip of the keyboard spoils a part, or two where they meet, and leaves the others. Names with
    other letters than the English ones are found by any part: accents spoil others.
    """
    parts = _parts(fold(text))
    called = func.coalesce(NAME, ID)
    held = (cast(_holds(session, called, f"%{_literally(part)}%"), Integer) for part in parts)
    count = sum(held, start=literal(0)).label("parts")
    least = case((_has_other_letters(session, called), 1), else_=max(len(parts) - 2, 1))
    counted = select(NUMBER, count, least.label("least")).subquery()
    found = select(counted.c.number, counted.c.parts).where(counted.c.parts >= counted.c.least)
    return _read_pairs(session, found)


def nearest(text: str, accounts: Iterable[Named]) -> list[Named]:
    """Keep the accounts that are called the most nearly like a text, or begin so."""
    typed = fold(text)
    most = min(1 + len(typed) // _LETTERS_A_SLIP, _MOST_SLIPS)
    slips = {account: _slips(typed, fold(account[2] or account[1]), most) for account in accounts}
    fewest = min(slips.values(), default=most)
    return [account for account, count in slips.items() if count == fewest <= most]


def _parts(typed: str) -> list[str]:
    if len(typed) < _SHORTEST:
        return []
    count = min(len(typed) // _SHORTEST_PART, _MOST_PARTS)
    ends = [len(typed) * each // count for each in range(count + 1)]
    return [typed[start:end] for start, end in pairwise(ends)]


def _slips(typed: str, name: str, most: int) -> int:
    """Count the letters that are wrong, too many, missing or swapped; no figure may be another."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - slow to load, and seldom needed

    beginning = " ".join(name.split()[: len(typed.split())])
    slips = {each: OSA.distance(typed, each, score_cutoff=most) for each in (name, beginning)}
    own = _figures(typed)
    return min(
        (count for each, count in slips.items() if count <= most and _figures(each) == own),
        default=most + 1,
    )


def _figures(text: str) -> list[int]:
    return [int(each) for each in _FIGURES.findall(text)]
