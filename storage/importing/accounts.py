"""Accounts of a file against those of the ledger: their numbers, names, and parents by day."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy import func, select, update
from sqlmodel import Session, col

from metrics.listing import few_of
from storage.importing.batch import NewAccount, NewStatement
from storage.importing.descriptions import Description, store_descriptions
from storage.importing.movements import NO_LINE, FileMovements
from storage.importing.parent_names import by_account
from storage.importing.parents import NO_PARENT, NewParents, new_parents
from storage.importing.report import RowFinding
from storage.store.numbering import next_id
from storage.store.prepared import Prepared
from storage.store.statements import among, batches, bulk_insert
from storage.tables.facts import AccountRow, ParentRow

_SHOWN = 3  # accounts that a sentence names
_COUNT = Prepared(select(func.count()).select_from(AccountRow))


class _Row(NamedTuple):
    number: int
    account_id: str
    name: str | None
    created_on: date | None

    def said_over(self, old: "_Row | None") -> Description | None:
        """Find what is new of it; None if nothing is."""
        before = (None, None) if old is None else (old.name, old.created_on)
        name = self.name if self.name != before[0] else None
        day = self.created_on if self.created_on != before[1] else None
        return (self.number, name, day) if name or day else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUpdates:
    """Accounts that a batch adds or changes, and what it says of their parents.

    ``said`` is what is new of names and first days, ``numbers`` are those of all accounts that the
    batch names. ``lines`` are the lines of the file that say something new. ``strange`` is a
    sentence on accounts of which the ledger has none.
    """

    added: Collection[_Row] = ()
    changed: Collection[_Row] = ()
    said: Collection[Description] = ()
    parents: NewParents = field(default_factory=NewParents)
    numbers: Mapping[str, int] = field(default_factory=dict)
    lines: frozenset[int] = frozenset()
    strange: str = ""

    @property
    def notes(self) -> Sequence[str]:
        """Sentences on parents that empty cells do not end, and on a list of unknown accounts."""
        return [*filter(None, (self.strange, self._on_parents()))]

    def _on_parents(self) -> str:
        kept = [f"{account} under {above}" for account, above in self.parents.kept.items()]
        if not kept:
            return ""
        stay = "stays" if len(kept) == 1 else "stay"
        return (
            f"An empty parent_id changes nothing: {few_of(kept, _SHOWN)} {stay} there. Write - for"
            " an account that has no parent any more."
        )

    @property
    def findings(self) -> Sequence[RowFinding]:
        """The faults of the parents."""
        return self.parents.findings

    def apply(self, session: Session, run: int) -> None:
        """Write the new and changed accounts, then the parents, which refer to them."""
        columns = "number", "account_id", "name", "created_on"
        new = ((row.number, row.account_id, row.name, _text(row.created_on)) for row in self.added)
        bulk_insert(session, AccountRow, columns, new)
        if self.changed:
            rows = [
                {"number": row.number, "name": row.name, "created_on": row.created_on}
                for row in self.changed
            ]
            session.execute(update(AccountRow), rows)
        store_descriptions(session, self.said, run)
        self._store_parents(session, run)

    def _store_parents(self, session: Session, run: int) -> None:
        first = next_id(session, ParentRow)
        rows = ((number, *cells) for number, cells in enumerate(self.parent_cells(), start=first))
        columns = "id", "account", "parent", "valid_from", "recorded"
        bulk_insert(session, ParentRow, columns, rows, same={"import_id": run})

    def parent_cells(self) -> Iterator[tuple[int, int | None, int, int]]:
        """Yield the account, parent, day and moment of each new statement on a parent."""
        for said in self.parents.statements:
            above = None if said.value == NO_PARENT else self.numbers[said.value]
            yield self.numbers[said.account_id], above, said.valid_from, said.recorded


def account_updates(
    session: Session,
    accounts: Mapping[str, NewAccount],
    *,
    parents: Sequence[NewStatement] = (),
    unreadable: Collection[str] = (),
    is_first: bool = False,
) -> AccountUpdates:
    """Compare a list of accounts with those of the ledger; an empty cell changes nothing.

    Parameters
    ----------
    parents : sequence of NewStatement
        Statements on parents; `storage.importing.parents.NO_PARENT` says that there is none.
    unreadable : collection of str
        Accounts of rows with findings: they may be parents all the same.
    is_first : bool
        Whether the ledger had no account when the import began, and so knows none of these.
    """
    [(count,)] = _COUNT.rows(session)
    asked = {*(() if is_first else accounts), *(said.value for said in parents)}
    known = _known(session, asked if count else ())
    rows = _compared(accounts, known, count=count)
    named, above = _parents(session, accounts, parents, known={*known, *unreadable})
    is_strange = len(rows.added) == len(accounts) and count
    lines = {accounts[row.account_id].line for row in (*rows.added, *rows.changed)}
    every = (known | named | rows.wanted).items()
    return AccountUpdates(
        added=rows.added,
        changed=rows.changed,
        said=rows.said,
        parents=above,
        numbers={key: row.number for key, row in every},
        strange=_strange(session, rows.added) if is_strange else "",
        lines=frozenset(lines.union(said.line for said in above.statements)),
    )


class _Compared(NamedTuple):
    wanted: dict[str, _Row]
    added: list[_Row]
    changed: list[_Row]
    said: list[Description]


def _compared(
    accounts: Mapping[str, NewAccount], known: Mapping[str, _Row], *, count: int
) -> _Compared:
    """Find the rows of a batch's accounts as they shall be; new ones get the next numbers."""
    found = _Compared({}, [], [], [])
    for key, new in accounts.items():
        old = known.get(key)
        found.wanted[key] = row = _merged(new, old, number=count + len(found.added))
        if old is None:
            found.added.append(row)
        elif row != old:
            found.changed.append(row)
        if said := row.said_over(old):
            found.said.append(said)
    return found


def _parents(
    session: Session,
    accounts: Mapping[str, NewAccount],
    said: Sequence[NewStatement],
    *,
    known: Collection[str],
) -> tuple[dict[str, _Row], NewParents]:
    """Find the accounts that are named as parents by what they are called, and what is new."""
    ids = {*accounts, *known}
    parents, several = by_account(session, said, accounts, known=ids)
    named = _known(session, {one.value for one in parents}.difference(ids))
    if several:
        return named, NewParents(findings=tuple(several))
    unsaid = [key for key, new in accounts.items() if new.has_parent is False]
    return named, new_parents(session, parents, accounts=ids | named.keys(), unsaid=unsaid)


def movement_accounts(
    session: Session, movements: FileMovements, *, is_first: bool
) -> AccountUpdates:
    """Find the accounts of movements that the ledger lacks, in the order in which they come.

    Parameters
    ----------
    is_first : bool
        Whether the ledger had no account when the import began.
    """
    numbers, firsts = np.unique(movements.account, return_index=True)
    names = [movements.texts.account.names[n] for n in numbers[np.argsort(firsts)].tolist()]
    found = named_accounts(session, dict.fromkeys(names, NO_LINE), is_first=is_first)
    return replace(found, lines=frozenset())


def named_accounts(session: Session, lines: Mapping[str, int], *, is_first: bool) -> AccountUpdates:
    """Find the accounts that the ledger lacks of those that a file names.

    Parameters
    ----------
    lines : mapping of str to int
        The line of each account, in the order in which they come.
    is_first : bool
        Whether the ledger had no account when the import began.
    """
    known = {key: row.number for key, row in _known(session, () if is_first else lines).items()}
    [(count,)] = _COUNT.rows(session)
    new = [name for name in lines if name not in known]
    added = [_Row(count + place, name, None, None) for place, name in enumerate(new)]
    return AccountUpdates(
        added=added,
        numbers=known | {row.account_id: row.number for row in added},
        lines=frozenset(map(lines.__getitem__, new)),
    )


def _strange(session: Session, added: Sequence[_Row]) -> str:
    """Say that the ledger has none of the accounts, and whether it has some by their names."""
    none = f"None of the {len(added):,} accounts was in the ledger"
    by_name = len(_known(session, {row.name for row in added if row.name}))
    if not by_name:
        return f"{none}."
    return (
        f"{none}, but {by_name:,} of their names are: if the ledger knows them by name, reverse"
        " this import and map account_id to the column of names."
    )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _known(session: Session, accounts: Collection[str]) -> dict[str, _Row]:
    columns = select(*(col(getattr(AccountRow, name)) for name in _Row._fields))
    found: dict[str, _Row] = {}
    for some in batches(sorted(accounts)):
        these = among(session, col(AccountRow.account_id), some)
        for cells in session.execute(columns.where(these)):
            row = _Row(*cells)
            found[row.account_id] = row
    return found


def _merged(new: NewAccount, old: _Row | None, *, number: int) -> _Row:
    if old is None:
        return _Row(number, new.account_id, new.name or None, new.created_on)
    return old._replace(name=new.name or old.name, created_on=new.created_on or old.created_on)
