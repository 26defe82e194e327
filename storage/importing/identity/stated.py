"""Ids of sources as a list of accounts states them: which are new, and which cannot be."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from storage.columns.live import is_live
from storage.columns.usage import usage_counts
from storage.importing.batch import SideRows
from storage.importing.external_ids import source_name
from storage.importing.identity.held import read_identities
from storage.importing.report import RowFinding
from storage.importing.waiting import is_waiting
from storage.store.numbering import next_id
from storage.store.statements import batches, bulk_insert
from storage.tables.due import DueMovement
from storage.tables.facts import AccountRow, MovementRow
from storage.tables.identity import IdentityRow
from storage.tables.ledger import ImportRun
from storage.tables.usage import UsageMovement


class NewIdentity(NamedTuple):
    """A source knows an account by an id of its own."""

    line: int
    source: str
    external_id: str
    account_id: str


@dataclass(frozen=True, slots=True)
class StatedIdentities:
    """Ids of a list of accounts, to be stored with the accounts that they are of.

    ``recorded`` is the moment of the import.
    """

    said: Sequence[NewIdentity]
    recorded: int

    @property
    def lines(self) -> Collection[int]:
        """The lines of the file that state them."""
        return frozenset(one.line for one in self.said)

    def __len__(self) -> int:
        return len(self.said)

    def store(self, session: Session, run_id: int, accounts: Mapping[str, int]) -> None:
        """Insert them for an import."""
        first = next_id(session, IdentityRow)
        rows = (
            (number, one.source, one.external_id, accounts[one.account_id], self.recorded)
            for number, one in zip(count(first), self.said, strict=False)
        )
        columns = "id", "source", "external_id", "account", "recorded"
        bulk_insert(session, IdentityRow, columns, rows, same={"import_id": run_id})


@dataclass(frozen=True, slots=True)
class IdentityComparison:
    """Rows that land beside a group of accounts, what is wrong with them, and what to tell."""

    beside: SideRows | None
    findings: Sequence[RowFinding] = ()
    notes: Sequence[str] = ()


def compare_identities(session: Session, beside: SideRows | None) -> IdentityComparison:
    """Keep the ids that the ledger does not know yet; other rows beside accounts stay as they are.

    An id is one account's, and is never moved: rows may have landed by it. One that has movements
    as an account by itself is not merged with another account either.
    """
    if not isinstance(beside, StatedIdentities):
        return IdentityComparison(beside)
    firsts: dict[tuple[str, str], NewIdentity] = {}
    findings, new = list[RowFinding](), list[NewIdentity]()
    for one in beside.said:
        first = firsts.setdefault((one.source, one.external_id), one)
        if first.account_id != one.account_id:
            findings.append(_finding(one, f"is {first.account_id} on line {first.line} already"))
        elif first is one:
            new.append(one)
    held = {source: read_identities(session, source).accounts for source, _ in firsts}
    fresh = [one for one in new if one.external_id not in held[one.source]]
    findings += _moved(new, held)
    findings += _alive(session, fresh)
    notes = [*_notes(session, {one.source for one in fresh})]
    return IdentityComparison(replace(beside, said=fresh), findings, notes)


def _moved(
    new: Sequence[NewIdentity], held: Mapping[str, Mapping[str, str]]
) -> Iterator[RowFinding]:
    for one in new:
        known = held[one.source].get(one.external_id)
        if known not in (None, one.account_id):
            yield _finding(
                one,
                f"is {known} since another import: reverse that one first, `nrrbot import list` has"
                " its number",
            )


def _alive(session: Session, fresh: Sequence[NewIdentity]) -> Iterator[RowFinding]:
    others = [one for one in fresh if one.external_id != one.account_id]
    alive = with_movements(session, {one.external_id for one in others})
    for one in others:
        if one.external_id in alive:
            yield _finding(
                one,
                "is an account with movements of its own, which are never merged: leave it out"
                f" here, and a row with account_id {one.external_id}, parent_id {one.account_id}"
                f" and a valid_from lets it count under {one.account_id}",
            )


def with_movements(session: Session, accounts: Collection[str]) -> set[str]:
    """Find the accounts that have rows which were not reversed, or rows that wait for their day."""
    found: set[str] = set()
    for some in batches(sorted(accounts)):
        named = select(col(AccountRow.account_id)).where(col(AccountRow.account_id).in_(some))
        for table, counts in ((MovementRow, is_live()), (UsageMovement, usage_counts(session))):
            rows = named.join(table, col(table.account) == col(AccountRow.number))
            found.update(session.scalars(rows.where(counts).distinct()))
        waiting = select(col(DueMovement.account_id)).where(
            col(DueMovement.account_id).in_(some), is_waiting()
        )
        found.update(session.scalars(waiting))
    return found


def _notes(session: Session, sources: set[str]) -> Iterator[str]:
    runs = session.scalars(select(col(ImportRun.source)).distinct()) if sources else ()
    known = {source_name(source) for source in runs}
    for source in sorted(sources - known):
        yield (
            f"Nothing was imported from {source} yet: from now on its rows land on these accounts."
        )


def _finding(one: NewIdentity, message: str) -> RowFinding:
    return RowFinding(one.line, message, f"external_id:{one.source}", one.external_id)
