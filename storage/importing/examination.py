"""Examination of a file against the ledger: its new rows, and every fault in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from storage.importing.accounts import AccountUpdates, account_updates
from storage.importing.batch import ID_IN_USE, AccountGroup, Batch, NewStatement
from storage.importing.comparison import new_movements, new_statements
from storage.importing.held import LedgerContents
from storage.importing.kinds import find_kinds
from storage.importing.movements import FileMovements
from storage.importing.report import RowFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRows:
    """Rows of a group that the ledger lacks, with the kind of each movement, unless it is wrong."""

    movements: FileMovements
    kinds: Sequence[str | None]
    statements: Sequence[NewStatement]
    accounts: AccountUpdates
    findings: Sequence[RowFinding]

    @property
    def count(self) -> int:
        """Number of the file's lines that say something new."""
        of_others = self.accounts.lines | {said.line for said in self.statements}
        return len(self.movements) + len(of_others.difference(self.movements.line))


def examine(
    session: Session, batch: Batch, group: AccountGroup, contents: LedgerContents
) -> NewRows:
    """Find the new rows of a group of accounts, and everything that is wrong with them.

    Parameters
    ----------
    contents : LedgerContents
        As the import began: groups that were stored since say nothing of these accounts.
    """
    movements, unreadable = group.movements, batch.problems.unreadable
    comparison = new_movements(
        session,
        movements,
        source=batch.file.source,
        recorded=batch.recorded,
        is_first=not contents.has_source,
    )
    currency = contents.currency or batch.currency
    strange = _in_another(movements.content.currency, currency)
    left_out = (movements.content.account_id[n] for n in (*comparison.conflicting, *strange))
    statements, contradictions = new_statements(
        session,
        group.statements,
        old=comparison.old_keys(movements),
        is_first=not contents.has_attributes,
    )
    accounts = account_updates(
        session, group.accounts, parents=group.parents, unreadable=unreadable
    )
    kinds = find_kinds(
        session,
        movements,
        comparison,
        source=batch.file.source,
        contents=contents,
        leave_out=unreadable.union(left_out),  # their balances would be wrong, and so findings
    )
    findings = [
        *_id_findings(movements, comparison.conflicting),
        *_currency_findings(movements, strange, currency),
        *contradictions,
        *accounts.findings,
        *kinds.findings,
    ]
    is_all_new = len(comparison.fresh) == len(movements)
    return NewRows(
        movements=movements.pick(comparison.fresh),
        kinds=kinds.by_row if is_all_new else [kinds.by_row[n] for n in comparison.fresh],
        statements=statements,
        accounts=accounts,
        findings=findings,
    )


def _in_another(currencies: Sequence[str], currency: str | None) -> Sequence[int]:
    if not set(currencies) - {currency}:  # one look at the set, for nearly every file
        return ()
    return [place for place, stated in enumerate(currencies) if stated != currency]


def _id_findings(movements: FileMovements, places: Sequence[int]) -> Iterator[RowFinding]:
    return (RowFinding(movements.line[place], f"movement_id {ID_IN_USE}") for place in places)


def _currency_findings(
    movements: FileMovements, places: Sequence[int], currency: str | None
) -> Iterator[RowFinding]:
    for place in places:
        yield RowFinding(
            movements.line[place],
            f"currency is {movements.content.currency[place]} where the rest is {currency}:"
            " there is no conversion yet, so keep one currency to a store",
        )
