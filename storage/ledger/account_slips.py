"""Accounts that are called nearly like a text: somebody slipped on the keyboard."""

import re
from collections.abc import Iterable
from itertools import pairwise

from sqlalchemy import Integer, case, cast, func, literal, select
from sqlmodel import Session

from metrics.spelling import fold
from storage.columns.codec import Whole
from storage.ledger.account_names import (
    ID,
    NAME,
    NUMBER,
    Named,
    has_other_letters,
    holds,
    literally,
    read_pairs,
)

_SHORTEST = 4  # characters: with fewer any name is nearly like it
_SHORTEST_PART, _MOST_PARTS = 2, 4
_LETTERS_A_SLIP, _MOST_SLIPS = 8, 3
_FIGURES = re.compile("[0-9]+")


def with_parts(session: Session, text: str) -> tuple[Whole, Whole]:
    """Find accounts by parts of a text in what they are called: numbers, and how many each has.

    A slip of the keyboard spoils a part, or two where they meet, and leaves the others. Names with
    other letters than the English ones are found by any part: accents spoil others.
    """
    parts = _parts(fold(text))
    called = func.coalesce(NAME, ID)
    held = (cast(holds(session, called, f"%{literally(part)}%"), Integer) for part in parts)
    count = sum(held, start=literal(0)).label("parts")
    least = case((has_other_letters(session, called), 1), else_=max(len(parts) - 2, 1))
    counted = select(NUMBER, count, least.label("least")).subquery()
    found = select(counted.c.number, counted.c.parts).where(counted.c.parts >= counted.c.least)
    return read_pairs(session, found)


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
