"""Examination of a file against the ledger: its new rows, and every fault in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlmodel import Session

from storage.importing.accounts import (
    AccountUpdates,
    account_updates,
    movement_accounts,
    named_accounts,
)
from storage.importing.asking import Overlap
from storage.importing.batch import ID_IN_USE, AccountGroup, AccountLines, Batch, SideRows
from storage.importing.comparison import GroupComparison, new_movements
from storage.importing.contents import HeldRows
from storage.importing.held import LedgerContents
from storage.importing.identity.stated import compare_identities
from storage.importing.kinds import Kinds, Residue, find_kinds
from storage.importing.movements import NO_LINE, NOTHING, FileMovements, Whole
from storage.importing.products import product_findings
from storage.importing.report import RowFinding
from storage.importing.statement_rows import StatementRows
from storage.importing.statements import new_statements
from storage.importing.usage.comparison import ids_of_usage, new_usage
from storage.importing.usage.rows import NewUsage


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRows:
    """Rows of a group that the ledger lacks, with the kind of each movement, unless it is wrong.

    ``reverses`` are the ledger's rows that movements take back, 0 for the others, ``later`` those
    that wait for their day. ``found`` is how the group compared with what is held.
    """

    movements: FileMovements
    kinds: Whole
    reverses: Whole
    later: FileMovements
    found: GroupComparison
    residues: Sequence[Residue]
    statements: StatementRows
    accounts: AccountUpdates
    findings: Sequence[RowFinding]
    beside: SideRows | None = None
    usage: NewUsage | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the ledger holds all of the group already."""
        parts = (
            self.movements,
            self.statements,
            self.accounts.lines,
            self.beside or (),
            self.usage or (),
        )
        return not any(map(len, (*parts, self.later, self.found.withdrawn)))

    @property
    def count(self) -> int:
        """Number of the file's lines that say something new."""
        beside = self.beside.lines if self.beside else ()
        few = np.array([NO_LINE, *self.accounts.lines, *beside], np.int64)
        parts = [self.movements.line, self.later.line, self.statements.line, few]
        parts += [self.usage.rows.line] if self.usage else []
        lines = np.concatenate(parts)
        says_something = np.zeros(int(lines.max()) + 1, bool)
        says_something[lines] = True
        says_something[NO_LINE] = False
        return int(np.count_nonzero(says_something))

    @property
    def moved(self) -> int:
        """All amounts of the movements without their signs, in minor units."""
        high, low = np.divmod(np.abs(self.movements.amount), 2**26)  # whose sums fit in 64 bits
        return int(high.sum()) * 2**26 + int(low.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingContext:
    """Contents of the ledger as the import began, the day of today, and the answer on overlap.

    Groups that were stored since say nothing of a group's accounts.
    """

    contents: LedgerContents
    today: int
    overlap: Overlap | None = None


def examine(session: Session, batch: Batch, group: AccountGroup, by: LandingContext) -> NewRows:
    """Find the new rows of a group of accounts, and everything that is wrong with them."""
    return _Examination(session, batch, group, by).new_rows()


@dataclass(frozen=True, slots=True)
class _Examination:
    session: Session
    batch: Batch
    group: AccountGroup
    by: LandingContext

    def new_rows(self) -> NewRows:
        session, batch, group = self.session, self.batch, self.group
        movements, found, later = self._parted(self._compared())
        movements, found, reverses = self._with_reversals(movements, found)
        every = movements
        if group.usage:
            every = FileMovements.joined(movements.texts, [movements, group.usage])
        usage = new_usage(session, batch, group, self.by.overlap)
        statements, contradictions = new_statements(
            session,
            replace(group, movements=every),
            old=found.old if usage is None else found.old | usage.found.old,
            recorded=batch.recorded,
            is_first=not self.by.contents.has_attributes,
            kept=batch.kept,
        )
        accounts = self._accounts(every)
        identities = compare_identities(session, group.beside)
        batch.notes.extend((*accounts.notes, *identities.notes))
        kinds = self._kinds(movements, found, accounts.numbers)
        conflicts, sound = movements.line[found.conflicting], _sound(movements, found.fresh, kinds)
        is_first = not self.by.contents.has_movements
        return NewRows(
            movements=movements.pick(found.fresh),
            kinds=kinds.by_row[found.fresh],
            reverses=reverses[found.fresh],
            later=later,
            found=found,
            residues=kinds.residues,
            statements=statements,
            accounts=accounts,
            findings=[
                *group.findings,
                *(RowFinding(line, ID_IN_USE, "movement_id") for line in conflicts.tolist()),
                *ids_of_usage(session, batch, group),
                *contradictions,
                *accounts.findings,
                *identities.findings,
                *kinds.findings,
                *(usage.findings if usage is not None else ()),
                *product_findings(session, movements, sound, is_first=is_first),
            ],
            beside=identities.beside,
            usage=usage,
        )

    def _kinds(
        self, movements: FileMovements, found: GroupComparison, numbers: Mapping[str, int]
    ) -> Kinds:
        names, wrong = movements.texts.account.names, movements.account[found.conflicting].tolist()
        return find_kinds(
            self.session,
            movements,
            found,
            source=self.batch.file.source,
            numbers=numbers,
            is_first=not self.by.contents.has_movements,
            leave_out=self.batch.problems.unreadable.union(names[number] for number in wrong),
        )

    def _accounts(self, movements: FileMovements) -> AccountUpdates:
        accounts, is_first = self.group.accounts, not self.by.contents.has_accounts
        if not accounts:
            return movement_accounts(self.session, movements, is_first=is_first)
        if isinstance(accounts, AccountLines):
            return named_accounts(self.session, accounts, is_first=is_first)
        return account_updates(
            self.session,
            accounts,
            parents=self.group.parents,
            unreadable=self.batch.problems.unreadable,
            is_first=is_first,
        )

    def _compared(self) -> GroupComparison:
        batch, group = self.batch, self.group
        if batch.against or group.reverses is not None:
            every = np.arange(len(group.movements))  # differences: equal ones are no repetition
            return GroupComparison(every, withdrawn=group.withdrawn)
        found = new_movements(
            self.session,
            group.movements,
            source=batch.file.source,
            recorded=batch.recorded,
            is_first=not self.by.contents.has_source,
            repeats=batch.repeats,
            days=batch.days,
        )
        return found if batch.days else replace(found, missing=HeldRows.none())

    def _parted(
        self, found: GroupComparison
    ) -> tuple[FileMovements, GroupComparison, FileMovements]:
        """Part off the movements that have not happened yet; those that are held stay out of it."""
        movements = self.group.movements
        is_later = movements.day > self.by.today
        if self.group.reverses is not None or not is_later.any():
            return movements, found, FileMovements.none(movements.texts)
        place = np.cumsum(~is_later) - 1
        fresh, conflicting, known = (
            place[rows[~is_later[rows]]] for rows in (found.fresh, found.conflicting, found.known)
        )
        later = movements.pick(found.fresh[is_later[found.fresh]])
        parted = replace(found, fresh=fresh, conflicting=conflicting, known=known)
        return movements.pick(np.flatnonzero(~is_later)), parted, later

    def _with_reversals(
        self, movements: FileMovements, found: GroupComparison
    ) -> tuple[FileMovements, GroupComparison, Whole]:
        """Add what takes back the rows that the file does not have, where that is wanted."""
        if self.group.reverses is not None:
            return movements, found, self.group.reverses
        size = len(movements)
        if self.by.overlap is not Overlap.REPLACE or not len(found.missing):
            return movements, found, np.zeros(size, np.int64)
        back, reverses = found.missing.reversing(movements.texts)
        added = replace(
            found,
            fresh=np.append(found.fresh, np.arange(size, size + len(back))),
            withdrawn=[*found.withdrawn, *found.missing.waiting],
        )
        every = FileMovements.joined(movements.texts, [movements, back])
        return every, added, np.append(np.zeros(size, np.int64), reverses)


def _sound(movements: FileMovements, fresh: Whole, kinds: Kinds) -> Whole:
    """List the new movements of accounts with which nothing is wrong so far."""
    wrong = np.zeros(len(movements.texts.account.names) + 1, bool)
    wrong[movements.account[fresh[kinds.by_row[fresh] == NOTHING]]] = True
    sound: Whole = fresh[~wrong[movements.account[fresh]]]
    return sound
