"""Accounts of a file and their parents; the topmost parent is the unit that metrics count."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from sqlalchemy import select, update
from sqlmodel import Session, col

from storage.importing.batch import NewAccount
from storage.importing.report import RowFinding
from storage.store.statements import batches, bulk_insert
from storage.tables.ledger import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    account_id: str
    name: str | None
    parent_id: str | None
    root_id: str
    created_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUpdates:
    """Accounts that a batch adds or changes.

    ``lines`` are the lines of the file that say so. ``moved`` are the topmost accounts, old and
    new, of known accounts that come under another one.
    """

    added: Collection[_Row] = ()
    changed: Collection[_Row] = ()
    lines: frozenset[int] = frozenset()
    moved: frozenset[str] = frozenset()
    findings: tuple[RowFinding, ...] = ()

    def apply(self, session: Session) -> None:
        """Write the new and changed accounts."""
        # Parents are set in a second pass: one may come after its children in the file.
        columns = "account_id", "name", "root_id", "created_on"
        new = ((row.account_id, row.name, row.root_id, _text(row.created_on)) for row in self.added)
        bulk_insert(session, Account, columns, new)
        rows = [*(row for row in self.added if row.parent_id), *self.changed]
        if rows:
            session.execute(update(Account), [asdict(row) for row in rows])


def account_updates(
    session: Session, accounts: Mapping[str, NewAccount], *, unreadable: Collection[str]
) -> AccountUpdates:
    """Compare a batch's accounts with those of the ledger; an empty cell changes nothing.

    Parameters
    ----------
    unreadable : collection of str
        Accounts of rows with findings: they may be parents all the same.
    """
    has_parents = any(new.parent_id for new in accounts.values())
    # A new parent can move accounts that the file does not name, so all are read then.
    known = _known(session, None if has_parents else accounts)
    wanted = {key: _merged(new, known.get(key)) for key, new in accounts.items()}
    if has_parents:
        tree = _Tree({**dict.fromkeys(unreadable), **_parents(known), **_parents(wanted)})
        findings = tuple(tree.findings(accounts))
        if findings:
            return AccountUpdates(findings=findings)
        wanted = {key: tree.placed(row) for key, row in {**known, **wanted}.items()}
    added = {key: row for key, row in wanted.items() if key not in known}
    changed = {key: row for key, row in wanted.items() if known.get(key, row) != row}
    said_anew = added.keys() | changed.keys()
    return AccountUpdates(
        added=added.values(),
        changed=changed.values(),
        lines=frozenset(new.line for key, new in accounts.items() if key in said_anew),
        moved=frozenset(_moved(known, changed)),
    )


@dataclass(frozen=True, slots=True)
class _Tree:
    """Parents of all accounts, None for a topmost one; ``_roots`` has None in a circle."""

    parents: Mapping[str, str | None]
    _roots: dict[str, str | None] = field(default_factory=dict)

    def findings(self, accounts: Mapping[str, NewAccount]) -> Iterator[RowFinding]:
        """Yield a finding for each parent of a batch that does not exist or leads in a circle."""
        for key, new in accounts.items():
            parent = self.parents[key]
            if parent is not None and parent not in self.parents:
                yield RowFinding(new.line, "parent_id is no account of this file or of the ledger")
            elif self._root(key) is None:
                yield RowFinding(new.line, "parent_id leads round in a circle")

    def placed(self, row: _Row) -> _Row:
        """Put an account under its topmost parent; needs a tree without findings."""
        return replace(row, root_id=self._root(row.account_id) or row.account_id)

    def _root(self, account: str) -> str | None:
        path: dict[str, None] = {}
        here = account
        while here not in self._roots and here not in path:  # each account is walked once
            path[here] = None
            here = self.parents.get(here) or here
        # A walk ends at an account without a parent, at a known one, or where it was: a circle.
        root = here if here in path and not self.parents.get(here) else self._roots.get(here)
        self._roots.update(dict.fromkeys(path, root))
        return root


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _parents(rows: Mapping[str, _Row]) -> dict[str, str | None]:
    return {key: row.parent_id for key, row in rows.items()}


def _moved(known: Mapping[str, _Row], changed: Mapping[str, _Row]) -> Iterator[str]:
    for key, row in changed.items():
        if known[key].root_id != row.root_id:
            yield from (known[key].root_id, row.root_id)


def _known(session: Session, accounts: Collection[str] | None) -> dict[str, _Row]:
    names = _Row.__slots__
    columns = select(*(col(getattr(Account, name)) for name in names))
    if accounts is None:
        statements = [columns]
    else:
        statements = [
            columns.where(col(Account.account_id).in_(some)) for some in batches(sorted(accounts))
        ]
    return {
        row[0]: _Row(**dict(zip(names, row, strict=True)))
        for statement in statements
        for row in session.execute(statement)
    }


def _merged(new: NewAccount, old: _Row | None) -> _Row:
    return _Row(
        account_id=new.account_id,
        name=new.name or (old.name if old else None),
        parent_id=new.parent_id or (old.parent_id if old else None),
        root_id=old.root_id if old else new.account_id,
        created_on=new.created_on or (old.created_on if old else None),
    )
