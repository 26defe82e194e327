"""Accounts by name for what is said of their quality: who is in no list, who looks alike."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from storage.columns.arrays import NEVER
from storage.columns.chunks import fitted
from storage.columns.codec import Whole
from storage.columns.ledger_rows import read_numbers
from storage.columns.live import reversed_runs
from storage.columns.reading import ColumnReader
from storage.columns.trees import Tree
from storage.importing.folding import folded
from storage.quality.likeness import KnownCompanies
from storage.store.statements import batches, binary_rows
from storage.tables.facts import AttributeRow, DescriptionRow, MovementRow, ParentRow, SourceName
from storage.tables.ledger import ImportRun

LISTS = "accounts"
"""Source of the lists of accounts, as a sales system has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedAccount:
    """An account with its MRR in minor units of the workspace's currency."""

    account_id: str
    name: str | None
    mrr: int


@dataclass(frozen=True, slots=True)
class AlikePair:
    """Two accounts whose ids, or whose names, differ in case, marks or leading zeros alone."""

    one: ReviewedAccount
    other: ReviewedAccount

    @property
    def mrr(self) -> int:
        """MRR of both, in minor units."""
        return self.one.mrr + self.other.mrr


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """An account that pays, or paid, and is in no list; ``likely`` is the one of a list like it."""

    account: ReviewedAccount
    source: str
    likely: ReviewedAccount | None


@dataclass(frozen=True, slots=True)
class AccountBook:
    """All accounts by number, with what each pays by itself on a day.

    ``first_paid`` is the first day on which each closed with MRR.
    """

    labels: Sequence[tuple[str, str | None]]
    mrr: Whole
    first_paid: Whole
    tree: Tree

    @classmethod
    def of(cls, session: Session, columns: ColumnReader, mrr: Whole, tree: Tree) -> "AccountBook":
        """Read the accounts of the ledger."""
        rows = binary_rows(session, "SELECT account_id, name FROM account ORDER BY number")
        first_paid = fitted(columns.first_paid(), len(rows), fill=NEVER)
        return cls([(key, name) for key, name in rows], fitted(mrr, len(rows)), first_paid, tree)

    def named(self, number: int) -> ReviewedAccount:
        """Name an account."""
        account_id, name = self.labels[number]
        return ReviewedAccount(account_id=account_id, name=name, mrr=int(self.mrr[number]))

    @property
    def paid(self) -> Whole:
        """Numbers of the accounts that pay, or paid one day."""
        return np.flatnonzero(self.first_paid != NEVER)


def look_alike_pairs(book: AccountBook) -> tuple[AlikePair, ...]:
    """Pair accounts that paid, that look alike, and that no parent joins; the largest first."""
    numbers = book.paid.tolist()
    ids = [book.labels[number][0] for number in numbers]
    named = [number for number in numbers if book.labels[number][1]]
    names = [book.labels[number][1] or "" for number in named]
    pairs = dict.fromkeys((*_alike(numbers, ids), *_alike(named, names)))
    ends = np.array([*pairs], np.int64).reshape(len(pairs), 2)
    apart = book.tree.roots(ends[:, 0]) != book.tree.roots(ends[:, 1])
    found = [AlikePair(book.named(one), book.named(other)) for one, other in ends[apart].tolist()]
    return tuple(sorted(found, key=lambda pair: (-pair.mrr, pair.one.account_id)))


def _alike(numbers: Sequence[int], texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the first of those that look alike with each of the others."""
    keys = folded(texts)
    counts = Counter(keys)
    if len(counts) == len(keys):
        return
    firsts: dict[str, int] = {}
    for number, key in zip(numbers, keys, strict=True):
        if counts[key] > 1 and firsts.setdefault(key, number) != number:
            yield min(firsts[key], number), max(firsts[key], number)


def unmatched_accounts(session: Session, book: AccountBook) -> tuple[Unmatched, ...] | None:
    """List the accounts that are in no list, the largest first; None where no list was imported."""
    listed = _listed(session)
    if not listed.size:
        return None
    is_listed = np.zeros(len(book.labels), np.bool_)
    is_listed[listed] = True
    paid = book.paid
    alone = paid[~is_listed[paid] & ~is_listed[book.tree.roots(paid)]].tolist()
    if not alone:
        return ()
    known = KnownCompanies.of({number: _texts(book.labels[number]) for number in listed.tolist()})
    sources = _sources(session, alone)
    found = []
    for number in alone:
        likely = known.match(_texts(book.labels[number]))
        found.append(
            Unmatched(
                account=book.named(number),
                source=sources.get(number, ""),
                likely=None if likely is None else book.named(likely),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.account.mrr, one.account.account_id)))


def _texts(label: tuple[str, str | None]) -> list[str]:
    return [text for text in label if text]


def _listed(session: Session) -> Whole:
    """Find the accounts that a list of accounts, which was not reversed, says something of."""
    runs = select(col(ImportRun.id)).where(col(ImportRun.source) == LISTS)
    live = [run for run in session.scalars(runs) if run not in reversed_runs(session)]
    tables = (DescriptionRow, AttributeRow, ParentRow) if live else ()
    statements = (
        select(col(table.account)).where(col(table.import_id).in_(live)).distinct()
        for table in tables
    )
    found = [read_numbers(session, one)["account"] for one in statements]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)


def _sources(session: Session, accounts: Sequence[int]) -> dict[int, str]:
    statement = (
        select(col(MovementRow.account), col(SourceName.name))
        .join(SourceName, col(SourceName.number) == col(MovementRow.source))
        .distinct()
    )
    found: dict[int, str] = {}
    for some in batches(accounts):
        found.update(session.execute(statement.where(col(MovementRow.account).in_(some))).all())
    return found
