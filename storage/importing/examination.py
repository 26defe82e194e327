"""Examination of a file against the ledger: its new rows, and every fault in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from sqlmodel import Session

from storage.importing.accounts import AccountUpdates, account_updates, movement_accounts
from storage.importing.batch import ID_IN_USE, AccountGroup, Batch, SideRows
from storage.importing.comparison import Comparison, new_movements
from storage.importing.held import LedgerContents
from storage.importing.kinds import Kinds, find_kinds
from storage.importing.movements import NO_LINE, NOTHING, FileMovements, Whole
from storage.importing.products import product_findings
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
    beside: SideRows | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the ledger holds all of the group already."""
        parts = (self.movements, self.statements, self.accounts.lines, self.beside or ())
        return not any(map(len, parts))

    @property
    def count(self) -> int:
        """Number of the file's lines that say something new."""
        of_others = {*self.accounts.lines, *self.statements.line.tolist()}
        of_others.update(self.beside.lines if self.beside else ())
        lines = np.unique(self.movements.line)
        lines = lines[lines != NO_LINE]
        if not of_others:
            return int(lines.size)
        return int(lines.size) + len(of_others.difference(lines.tolist(), (NO_LINE,)))

    @property
    def moved(self) -> int:
        """All amounts of the movements without their signs, in minor units."""
        high, low = np.divmod(np.abs(self.movements.amount), 2**26)  # whose sums fit in 64 bits
        return int(high.sum()) * 2**26 + int(low.sum())


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
    comparison = (
        Comparison(np.arange(len(movements)))  # differences: equal ones are no repetition
        if batch.against
        else new_movements(
            session,
            movements,
            source=batch.file.source,
            recorded=batch.recorded,
            is_first=not contents.has_source,
            repeats=batch.repeats,
        )
    )
    names, wrong = movements.texts.account.names, movements.account[comparison.conflicting]
    statements, contradictions = new_statements(
        session,
        group,
        old=comparison.old,
        recorded=batch.recorded,
        is_first=not contents.has_attributes,
    )
    accounts = (
        account_updates(session, group.accounts, parents=group.parents, unreadable=unreadable)
        if group.accounts
        else movement_accounts(session, movements)
    )
    if accounts.note:
        batch.notes.append(accounts.note)
    kinds = find_kinds(
        session,
        movements,
        comparison,
        source=batch.file.source,
        is_first=not contents.has_movements,
        leave_out=unreadable.union(names[number] for number in wrong.tolist()),
    )
    findings = [
        *group.findings,
        *_id_findings(movements, comparison.conflicting),
        *contradictions,
        *accounts.findings,
        *kinds.findings,
        *product_findings(
            session,
            movements,
            _sound(movements, comparison.fresh, kinds),
            is_first=not contents.has_movements,
        ),
    ]
    return NewRows(
        movements=movements.pick(comparison.fresh),
        kinds=kinds.by_row[comparison.fresh],
        statements=statements,
        accounts=accounts,
        findings=findings,
        beside=group.beside,
    )


def _sound(movements: FileMovements, fresh: Whole, kinds: Kinds) -> Whole:
    """List the new movements of accounts with which nothing is wrong so far."""
    wrong = np.zeros(len(movements.texts.account.names) + 1, bool)
    wrong[movements.account[fresh[kinds.by_row[fresh] == NOTHING]]] = True
    sound: Whole = fresh[~wrong[movements.account[fresh]]]
    return sound


def _id_findings(movements: FileMovements, places: Whole) -> Iterator[RowFinding]:
    lines = movements.line[places].tolist()
    return (RowFinding(line, ID_IN_USE, "movement_id") for line in lines)
