"""Ids by which a source knows the accounts of the ledger, and a file's rows under our ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlmodel import Session, col

from storage.columns.live import reversed_runs
from storage.errors import StorageError
from storage.importing.batch import FileIdentity
from storage.importing.cells import plain_label
from storage.importing.external_ids import source_name
from storage.importing.tables.table import Chunk, NamedTable
from storage.store.numbering import has_rows
from storage.tables.facts import AccountRow
from storage.tables.identity import IdentityRow

_NAMING = ("account_id", "parent_id")
"""Columns whose cells are ids of accounts."""


class IdentitiesChangedError(StorageError):
    """Somebody said anew which ids are which accounts after the rows of a file were read."""

    def __init__(self, source: str) -> None:
        super().__init__(
            f"the ids of {source} have become those of other accounts meanwhile: import the file"
            " again"
        )


@dataclass(frozen=True, slots=True)
class Identities:
    """Accounts by the ids of one source; ``version`` tells whether they are still the same."""

    accounts: Mapping[str, str] = field(default_factory=dict)
    version: str = ""


def read_identities(session: Session, source: str) -> Identities:
    """Read which ids of a source are which accounts, by all imports that were not reversed."""
    if not has_rows(session, IdentityRow):  # most ledgers know accounts by one id alone
        return Identities()
    statement = (
        select(*map(col, (IdentityRow.id, IdentityRow.external_id, IdentityRow.import_id)))
        .add_columns(col(AccountRow.account_id))
        .join(AccountRow, col(AccountRow.number) == col(IdentityRow.account))
        .where(col(IdentityRow.source) == source_name(source))
        .order_by(col(IdentityRow.id))
    )
    rows = session.execute(statement).all()
    gone = reversed_runs(session) if rows else frozenset[int]()
    live = [(number, theirs, ours) for number, theirs, run, ours in rows if run not in gone]
    version = f"{len(live)} to {live[-1][0]}" if live else ""
    return Identities({theirs: ours for _, theirs, ours in live}, version)


def read_all_identities(session: Session) -> Mapping[str, str]:
    """Read which ids of any source are which accounts; an id of two accounts is left out."""
    statement = (
        select(col(IdentityRow.external_id), col(AccountRow.account_id), col(IdentityRow.import_id))
        .join(AccountRow, col(AccountRow.number) == col(IdentityRow.account))
        .order_by(col(IdentityRow.id))
    )
    rows, gone = session.execute(statement).all(), reversed_runs(session)
    found: dict[str, set[str]] = {}
    for theirs, ours, run in rows:
        if run not in gone:
            found.setdefault(theirs, set()).add(ours)
    return {theirs: ours.pop() for theirs, ours in found.items() if len(ours) == 1}


def require_same(session: Session, file: FileIdentity) -> None:
    """Check in the landing that the rows of a file were read under ids that still hold.

    Raises
    ------
    IdentitiesChangedError
        If they do not.
    """
    if read_identities(session, file.source).version != file.named_by:
        raise IdentitiesChangedError(file.source)


def under_our_ids(table: NamedTable, known: Identities) -> NamedTable:
    """Put the ids of accounts in the place of those that their source knows them by."""
    places = [place for place, name in enumerate(table.columns) if name in _NAMING]
    if not known.accounts or not places:
        return table
    accounts = known.accounts

    def renamed(row: Sequence[str]) -> Sequence[str]:
        ours = {place: accounts.get(plain_label(row[place].strip())) for place in places}
        if not any(ours.values()):
            return row
        return tuple(ours.get(place) or cell for place, cell in enumerate(row))

    def all_renamed(chunk: Chunk) -> Chunk:
        return replace(chunk, rows=[*map(renamed, chunk.rows)])

    return replace(table, source=lambda: map(all_renamed, table.chunks()))
