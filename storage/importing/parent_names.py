"""Parents that a list of accounts gives by name, as reports of sales systems do."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import select
from sqlmodel import Session, col

from storage.importing.batch import NewAccount, NewStatement
from storage.importing.parents import NO_PARENT
from storage.importing.report import RowFinding
from storage.store.statements import batches
from storage.tables.facts import AccountRow

_SHOWN = 3


def by_account(
    session: Session,
    parents: Sequence[NewStatement],
    accounts: Mapping[str, NewAccount],
    *,
    known: Collection[str],
) -> tuple[Sequence[NewStatement], Sequence[RowFinding]]:
    """Put the account in the place of each parent that is none, but the name of one.

    Parameters
    ----------
    accounts : mapping of account to NewAccount
        Those of the file.
    known : collection of str
        All accounts of the file and the ledger, and those of rows that could not be read.
    """
    ids = {*known, NO_PARENT}
    names = {said.value for said in parents if said.value not in ids}
    if not names:
        return parents, ()
    called = _called(session, names, accounts)
    findings = [
        RowFinding(said.line, _several(called[said.value]), "parent_id", said.value)
        for said in parents
        if len(called.get(said.value, ())) > 1
    ]
    return [_named(said, called.get(said.value, ())) for said in parents], findings


def _called(
    session: Session, names: Collection[str], accounts: Mapping[str, NewAccount]
) -> dict[str, list[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for key, account in accounts.items():
        if account.name is not None and account.name in names:
            found[account.name].add(key)
    columns = select(col(AccountRow.name), col(AccountRow.account_id))
    for some in batches(sorted(names)):
        for name, key in session.execute(columns.where(col(AccountRow.name).in_(some))):
            if accounts.get(key) is None or accounts[key].name in {None, name}:
                found[name].add(key)
    return {name: sorted(keys) for name, keys in found.items()}


def _named(said: NewStatement, keys: Sequence[str]) -> NewStatement:
    if len(keys) != 1:
        return said
    [key] = keys
    return said._replace(value=NO_PARENT if key == said.account_id else key)


def _several(keys: Sequence[str]) -> str:
    return f"is the name of {len(keys)} accounts: write the id of one, {', '.join(_some(keys))}"


def _some(keys: Sequence[str]) -> Iterator[str]:
    yield from keys[:_SHOWN]
    if len(keys) > _SHOWN:
        yield "…"
