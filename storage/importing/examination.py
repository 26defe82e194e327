"""Examine what a file says against the ledger: what of it is new, and all that is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from storage.importing.accounts import AccountChanges, account_changes
from storage.importing.batch import ID_IN_USE, Batch, NewStatement, Part
from storage.importing.findings import Finding
from storage.importing.kinds import find_kinds
from storage.importing.movements import Movements
from storage.importing.novelty import new_movements, new_statements
from storage.importing.standing import Before


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What of a part the ledger lacks, with the kind of each new movement, unless it is wrong."""

    movements: Movements
    kinds: Sequence[str | None]
    statements: Sequence[NewStatement]
    accounts: AccountChanges
    findings: Sequence[Finding]

    @property
    def rows(self) -> int:
        """How many rows of the file say something new."""
        of_others = self.accounts.lines | {said.line for said in self.statements}
        return len(self.movements) + len(of_others.difference(self.movements.line))


def examine(session: Session, batch: Batch, part: Part, before: Before) -> News:
    """Return what is new in a part of a file, and everything that is wrong with it.

    Parameters
    ----------
    before : Before
        What was in the ledger when the import began: other parts say nothing of these accounts.
    """
    movements = part.movements
    novelty = new_movements(
        session,
        movements,
        source=batch.source,
        recorded_at=batch.recorded_at,
        is_first=not before.has_source,
    )
    currency = before.currency or batch.currency
    strange = _others(movements.currency, currency)
    left_out = (movements.account_id[place] for place in (*novelty.conflicting, *strange))
    statements, contradictions = new_statements(
        session,
        part.statements,
        old=novelty.old_keys(movements),
        is_first=not before.has_attributes,
    )
    accounts = account_changes(session, part.accounts, unreadable=batch.unreadable)
    kinds = find_kinds(
        session,
        movements,
        novelty,
        source=batch.source,
        before=before,
        leave_out=batch.unreadable.union(left_out),
    )
    findings = [
        *(_conflict(movements, place) for place in novelty.conflicting),
        *(_strange(movements, place, currency) for place in strange),
        *contradictions,
        *accounts.findings,
        *kinds.findings,
    ]
    return News(
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


def _conflict(movements: Movements, place: int) -> Finding:
    return Finding(movements.line[place], f"movement_id {ID_IN_USE}")


def _strange(movements: Movements, place: int, currency: str | None) -> Finding:
    return Finding(
        movements.line[place],
        f"currency is {movements.currency[place]} where the rest is {currency}:"
        " there is no conversion yet, so keep one currency to a store",
    )
