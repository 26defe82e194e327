"""Accounts and their parents; the topmost parent is the unit that metrics count."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session, col

from storage.importing.batch import NewAccount
from storage.importing.findings import Finding
from storage.models import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    account_id: str
    name: str | None
    parent_id: str | None
    root_id: str
    created_on: date | None


@dataclass(frozen=True, slots=True)
class AccountChanges:
    """How a batch changes the accounts; ``moved`` are roots, old and new, of accounts that move."""

    rows: Mapping[str, _Row] = field(default_factory=dict)
    added: frozenset[str] = frozenset()
    moved: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()

    def apply(self, session: Session) -> None:
        """Write the changes; a parent may come after its children in the file."""
        rows = [{name: getattr(row, name) for name in _Row.__slots__} for row in self.rows.values()]
        added = [{**row, "parent_id": None} for row in rows if row["account_id"] in self.added]
        if added:
            session.execute(insert(Account), added)
        changed = [
            {"key": row.pop("account_id"), **row}
            for row in rows
            if row["parent_id"] or row["account_id"] not in self.added
        ]
        if changed:
            values: dict[str, object] = {
                name: bindparam(name) for name in _Row.__slots__ if name != "account_id"
            }
            statement = update(Account).where(col(Account.account_id) == bindparam("key"))
            session.connection().execute(statement.values(values), changed)


def account_changes(session: Session, accounts: Mapping[str, NewAccount]) -> AccountChanges:
    """Compare a batch's accounts with those the ledger knows; an empty cell changes nothing."""
    known = _known(session)
    wanted = {
        key: _merged(new, known.get(key))
        for key, new in accounts.items()
        if new.parent_id or new.name or new.created_on or key not in known
    }
    everyone = {**known, **wanted}
    tree = {key: row.parent_id for key, row in everyone.items()}
    findings = [
        Finding(accounts[key].line, problem) for key in wanted if (problem := _problem(key, tree))
    ]
    if findings:
        return AccountChanges(findings=tuple(findings))
    if any(row.parent_id for row in wanted.values()):
        placed = {key: _root(key, tree) for key in tree}
    else:
        placed = {key: known[key].root_id if key in known else key for key in wanted}
    rows = {key: replace(everyone[key], root_id=root) for key, root in placed.items()}
    changed = {key: row for key, row in rows.items() if known.get(key) != row}
    moved = {
        root
        for key, row in changed.items()
        if key in known and known[key].root_id != row.root_id
        for root in (known[key].root_id, row.root_id)
    }
    return AccountChanges(changed, frozenset(changed.keys() - known.keys()), frozenset(moved))


def _known(session: Session) -> dict[str, _Row]:
    names = _Row.__slots__
    statement = select(*(col(getattr(Account, name)) for name in names))
    return {
        row[0]: _Row(**dict(zip(names, row, strict=True))) for row in session.execute(statement)
    }


def _merged(new: NewAccount, old: _Row | None) -> _Row:
    return _Row(
        account_id=new.account_id,
        name=new.name or (old.name if old else None),
        parent_id=new.parent_id or (old.parent_id if old else None),
        root_id=old.root_id if old else new.account_id,
        created_on=new.created_on or (old.created_on if old else None),
    )


def _problem(account: str, tree: Mapping[str, str | None]) -> str | None:
    seen = {account}
    while parent := tree[account]:
        if parent not in tree:
            return "parent_id is no account of this file or of the ledger"
        if parent in seen:
            return "parent_id leads back to the account itself"
        seen.add(parent)
        account = parent
    return None


def _root(account: str, tree: Mapping[str, str | None]) -> str:
    while parent := tree[account]:
        account = parent
    return account
