"""Examination of a file against the ledger: its new rows, and every fault in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session

from storage.importing.accounts import AccountUpdates, account_updates, movement_accounts
from storage.importing.batch import ID_IN_USE, AccountGroup, Batch
from storage.importing.comparison import new_movements
from storage.importing.held import LedgerContents
from storage.importing.kinds import find_kinds
from storage.importing.movements import NOTHING, FileMovements, Whole
from storage.importing.report import RowFinding
from storage.importing.statements import StatementRows, new_statements


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRows:
    """Rows of a group that the ledger lacks, with the kind of each movement, unless it is wrong."""

    movements: FileMovements
    kinds: Whole
    statements: StatementRows
    accounts: AccountUpdates
    findings: Sequence[RowFinding]

    @property
    def count(self) -> int:
        """Number of the file's lines that say something new."""
        of_others = {*self.accounts.lines, *self.statements.line.tolist()}
        if not len(self.movements):
            return len(of_others)
        return len(self.movements) + len(of_others.difference(self.movements.line.tolist()))


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
        repeats=batch.repeats,
    )
    currency = contents.currency or batch.currency
    strange = _in_another(movements, currency)
    left_out = np.concatenate([comparison.conflicting, strange])
    names = movements.texts.account.names
    statements, contradictions = new_statements(
        session,
        group,
        old=comparison.old,
        recorded=batch.recorded,
        is_first=not contents.has_attributes,
    )
    accounts = (
        movement_accounts(session, movements)
        if len(movements)
        else account_updates(session, group.accounts, parents=group.parents, unreadable=unreadable)
    )
    kinds = find_kinds(
        session,
        movements,
        comparison,
        source=batch.file.source,
        is_first=not contents.has_movements,
        leave_out=unreadable.union(names[n] for n in movements.account[left_out].tolist()),
    )
    findings = [
        *_id_findings(movements, comparison.conflicting),
        *_currency_findings(movements, strange, currency),
        *contradictions,
        *accounts.findings,
        *kinds.findings,
    ]
    return NewRows(
        movements=movements.pick(comparison.fresh),
        kinds=kinds.by_row[comparison.fresh],
        statements=statements,
        accounts=accounts,
        findings=findings,
    )


def _in_another(movements: FileMovements, currency: str | None) -> Whole:
    known = movements.texts.currency
    return np.flatnonzero(movements.currency != known.get(currency or "", NOTHING))


def _id_findings(movements: FileMovements, places: Whole) -> Iterator[RowFinding]:
    lines = movements.line[places].tolist()
    return (RowFinding(line, f"movement_id {ID_IN_USE}") for line in lines)


def _currency_findings(
    movements: FileMovements, places: Whole, currency: str | None
) -> Iterator[RowFinding]:
    for place in places.tolist():
        yield RowFinding(
            int(movements.line[place]),
            f"currency is {movements.texts.currency.name(movements.currency[place])} where the"
            f" rest is {currency}: there is no conversion yet, so keep one currency to a store",
        )
