"""Examine what a file says against the ledger: what of it is new, and all that is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from storage.importing.accounts import AccountUpdates, account_updates
from storage.importing.batch import ID_IN_USE, AccountGroup, Batch, NewStatement
from storage.importing.comparison import new_movements, new_statements
from storage.importing.findings import RowFinding
from storage.importing.held import LedgerContents
from storage.importing.kinds import find_kinds
from storage.importing.movements import FileMovements


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRows:
    """What of a group the ledger lacks, with the kind of each new movement, unless it is wrong."""

    movements: FileMovements
    kinds: Sequence[str | None]
    statements: Sequence[NewStatement]
    accounts: AccountUpdates
    findings: Sequence[RowFinding]

    @property
    def rows(self) -> int:
        """How many rows of the file say something new."""
        of_others = self.accounts.lines | {said.line for said in self.statements}
        return len(self.movements) + len(of_others.difference(self.movements.line))


def examine(
    session: Session, batch: Batch, group: AccountGroup, contents: LedgerContents
) -> NewRows:
    """Return what is new in a group of a file, and everything that is wrong with it.

    Parameters
    ----------
    contents : LedgerContents
        What was in the ledger when the import began: other parts say nothing of these accounts.
    """
    movements = group.movements
    novelty = new_movements(
        session,
        movements,
        source=batch.source,
        recorded_at=batch.recorded_at,
        is_first=not contents.has_source,
    )
    currency = contents.currency or batch.currency
    strange = _others(movements.currency, currency)
    left_out = (movements.account_id[place] for place in (*novelty.conflicting, *strange))
    statements, contradictions = new_statements(
        session,
        group.statements,
        old=novelty.old_keys(movements),
        is_first=not contents.has_attributes,
    )
    accounts = account_updates(session, group.accounts, unreadable=batch.unreadable)
    kinds = find_kinds(
        session,
        movements,
        novelty,
        source=batch.source,
        contents=contents,
        leave_out=batch.unreadable.union(left_out),
    )
    findings = [
        *(_conflict(movements, place) for place in novelty.conflicting),
        *(_strange(movements, place, currency) for place in strange),
        *contradictions,
        *accounts.findings,
        *kinds.findings,
    ]
    return NewRows(
        movements=movements.pick(novelty.fresh),
        kinds=_pick(kinds.by_place, novelty.fresh),
        statements=statements,
        accounts=accounts,
        findings=findings,
    )


def _pick(kinds: Sequence[str | None], places: Sequence[int]) -> Sequence[str | None]:
    return kinds if len(places) == len(kinds) else [kinds[place] for place in places]


def _others(currencies: Sequence[str], currency: str | None) -> Sequence[int]:
    """Return the places of movements in another currency."""
    if not set(currencies) - {currency}:
        return ()
    return [place for place, stated in enumerate(currencies) if stated != currency]


def _conflict(movements: FileMovements, place: int) -> RowFinding:
    return RowFinding(movements.line[place], f"movement_id {ID_IN_USE}")


def _strange(movements: FileMovements, place: int, currency: str | None) -> RowFinding:
    return RowFinding(
        movements.line[place],
        f"currency is {movements.currency[place]} where the rest is {currency}:"
        " there is no conversion yet, so keep one currency to a store",
    )
