"""Rows of a file and of the ledger, compared for some accounts at a time."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import pairwise

import numpy as np
from sqlalchemy import TextClause, text
from sqlmodel import Session

from metrics.runs import begins
from storage.columns import codec
from storage.importing.labels import numbers_of_labels
from storage.importing.movements import Texts, Whole
from storage.store.statements import SIZE
from storage.tables.facts import AccountRow


def account_parts(account: Whole) -> Iterator[Whole]:
    """Part rows into all of some accounts each: their indexes, of an account in their order.

    Parameters
    ----------
    account : array of int
        The account of each row.
    """
    order = np.argsort(account, kind="stable")
    starts = np.flatnonzero(begins(account[order]))
    for first, end in pairwise([*starts[::SIZE].tolist(), order.size]):
        yield order[first:end]


def numbers_of_accounts(session: Session, texts: Texts, accounts: Iterable[str]) -> dict[int, int]:
    """Map the ledger's numbers of accounts that it has to those of a file's texts."""
    return numbers_of_labels(session, AccountRow, "account_id", texts, accounts)


def of_accounts(numbers: Collection[int]) -> TextClause:
    """Build the condition that a row is of accounts; as text, for there are thousands of them."""
    return text(f"account IN ({', '.join(map(str, numbers)) or 'NULL'})")


def renumbered(column: codec.Whole, numbers: Mapping[int, int]) -> Whole:
    """Put other numbers in the place of a column's."""
    used, places = np.unique(column, return_inverse=True)
    return np.array([numbers[number] for number in used.tolist()], np.int64)[places]


def numbers_in_ledger(texts: Texts, column: Whole, numbers: Mapping[str, int]) -> Whole:
    """Put the ledger's numbers of accounts in the place of a file's.

    Parameters
    ----------
    numbers : mapping of str to int
        Those of the accounts of the column; the file may have a thousand times as many.
    """
    is_used = np.zeros(len(texts.names), bool)
    is_used[column] = True
    used = np.flatnonzero(is_used)
    found = np.empty(is_used.size, np.int64)
    found[used] = [numbers[texts.names[number]] for number in used.tolist()]
    of_rows: Whole = found[column]
    return of_rows
