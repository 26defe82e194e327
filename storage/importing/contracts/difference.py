"""A list of contracts against the ledger, group of accounts by group."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from sqlmodel import Session

from metrics.segments import NO_VALUE
from storage.importing.batch import AccountGroup, AccountLines
from storage.importing.contracts.account_difference import AccountDifference, compare
from storage.importing.contracts.held_terms import BalanceStep, HeldAccount, HeldContracts
from storage.importing.contracts.missing import MissingTerms
from storage.importing.contracts.named_contracts import NamedContracts
from storage.importing.contracts.plain_terms import PlainTerms
from storage.importing.contracts.storing import NewTerms, future_values, statements_of
from storage.importing.contracts.tally import TermTally
from storage.importing.contracts.term_rows import TermRow, TermRows
from storage.importing.contracts.unchanged import unchanged
from storage.importing.judging.totals import FileTotals
from storage.importing.movements import NO_LINE, NO_NUMBER, NOTHING, FileMovements, FileTexts, Whole
from storage.importing.spool import Spool
from storage.store.column_types import day_number

Change = tuple[BalanceStep, int, TermRow | None]
"""Step of a balance, its amount, and the row that says so."""


@dataclass(slots=True, kw_only=True)
class ListDifference:
    """Turns a list that was read into movements, once the ledger may be asked.

    ``named`` knows the contracts that the list names: what the ledger holds elsewhere has moved;
    ``totals`` what its rows come to.
    ``also`` are accounts that are compared although the list does not name them. ``missing`` ends
    what a complete list lacks. ``notes`` are told once it is done.
    """

    spool: Spool[TermRows]
    source: str
    recorded: int
    today: date
    named: NamedContracts = field(default_factory=NamedContracts)
    totals: FileTotals = field(default_factory=FileTotals)
    also: Sequence[str] = ()
    missing: MissingTerms | None = None
    notes: list[str] = field(default_factory=list)

    def add(self, rows: TermRows) -> None:
        """Take the next rows of the list."""
        self.named.add(rows)
        self.totals.add(rows.as_movements())
        self.spool.add(rows)

    def __call__(self, session: Session) -> Iterator[AccountGroup]:
        """Yield the movements and terms of each group of accounts."""
        held = HeldContracts(session, self.source, self.spool.texts)
        gone = self._gone(held)
        tally = TermTally()
        others = self._others(held)
        for number, listed in enumerate(self.spool):
            rows = self._completed(listed, held, others[number], gone)
            some = {name: ids for name, ids in gone.items() if self.spool.group_of(name) == number}
            yield _Group(self, held, tally).compared(rows, some)
        self.notes += tally.sentences()
        if self.missing is not None:
            self.notes += self.missing.sentences()

    def _others(self, held: HeldContracts) -> Mapping[int, Sequence[str]]:
        """List the accounts with contracts by their group, where those that lack are to end."""
        found = defaultdict[int, list[str]](list)
        if self.missing is not None and not held.is_empty:
            for name in held.accounts():
                found[self.spool.group_of(name)].append(name)
        return found

    def _completed(
        self,
        rows: TermRows,
        held: HeldContracts,
        accounts: Sequence[str],
        gone: Mapping[str, set[str]],
    ) -> TermRows:
        if self.missing is None or not accounts:
            return rows
        terms, names = held.terms(accounts), self.spool.texts.account.names
        stay = [
            contract not in gone.get(names[account], ())
            for account, contract in zip(terms.account.tolist(), terms.contract, strict=True)
        ]
        missing = self.missing.among(rows, terms.pick(np.flatnonzero(stay)))
        return TermRows.joined(self.spool.texts, [rows, missing])

    def _gone(self, held: HeldContracts) -> Mapping[str, set[str]]:
        """Find the contracts that accounts do not have any more: the list has them elsewhere."""
        gone = defaultdict[str, set[str]](set, {name: set() for name in self.also})
        if not held.is_empty:
            for account, contract in self.named.moved(held.contracts(), self.spool.texts):
                gone[account].add(contract)
        return gone


class _Group:
    def __init__(self, difference: ListDifference, held: HeldContracts, tally: TermTally) -> None:
        self._difference, self._held, self._tally = difference, held, tally
        self._texts = difference.spool.texts
        self._today = day_number(difference.today)
        self._found: dict[str, AccountDifference] = {}
        self._held_of: Mapping[str, HeldAccount] = {}
        self._worked_out: Whole = np.zeros(0, np.int64)
        self._gone: list[TermRow] = []

    def compared(self, rows: TermRows, gone: Mapping[str, set[str]]) -> AccountGroup:
        numbers, firsts = rows.accounts()
        listed = rows.pick(np.flatnonzero(rows.line != NO_LINE))
        names = [self._texts.account.names[number] for number in numbers.tolist()]
        lines = dict.fromkeys(gone, NO_LINE)
        lines |= zip(names, rows.line[firsts].tolist(), strict=True)
        plain = self._plain(rows, lines, gone)
        self._tally.add_rows(listed)
        self._compare_each(rows, gone)
        found = self._found.values()
        return AccountGroup(
            accounts=AccountLines(lines),
            movements=self._movements(numbers, plain),
            usage=_movements(self._texts, self._usage(), self._today),
            statements=statements_of(
                rows, numbers, today=self._today, recorded=self._difference.recorded
            ),
            beside=self._new_terms(plain.rows),
            findings=[
                *self._difference.totals.findings(listed.as_movements()),
                *(finding for one in found for finding in one.findings),
            ],
            withdrawn=[number for one in found for number in one.withdrawn],
        )

    def _plain(
        self, rows: TermRows, accounts: Collection[str], gone: Mapping[str, set[str]]
    ) -> PlainTerms:
        """Pass by accounts that are held as they are; work out all new plain ones together."""
        terms, names = self._held.terms(accounts), self._texts.account.names
        is_held = unchanged(rows, terms, self._accounts(gone))
        passed = np.unique(rows.account[is_held])
        known = {names[number] for number in passed.tolist()}
        self._held_of = self._held.read([name for name in accounts if name not in known], terms)
        busy = [*self._accounts(gone), *self._accounts(self._held_of), *passed.tolist()]
        plain = PlainTerms.of(rows, busy=busy, today=self._today)
        self._tally.add_renewals(plain.changes.renewed, plain.changes.renewed_alike)
        self._worked_out = np.append(passed, plain.rows.account)
        return plain

    def _accounts(self, names: Iterable[str]) -> Sequence[int]:
        known = self._texts.account
        return [known[name] for name in names if name in known]

    def _compare_each(self, rows: TermRows, gone: Mapping[str, set[str]]) -> None:
        is_plain = np.isin(rows.account, self._worked_out)
        by_account: defaultdict[str, list[TermRow]] = defaultdict(list)
        names, held = self._texts.account.names, self._held_of
        for row in rows.pick(np.flatnonzero(~is_plain)).rows():
            by_account[names[row.value("account")]].append(row)
        for name in dict.fromkeys((*by_account, *gone)):
            self._compare(name, by_account.get(name, ()), held.get(name), gone.get(name, ()))

    def _compare(
        self,
        name: str,
        rows: Sequence[TermRow],
        held: HeldAccount | None,
        gone: Collection[str],
    ) -> None:
        held = held or HeldAccount()
        today = self._difference.today
        found = compare(rows, held, self._texts, gone=gone, today=today)
        self._found[name] = found
        self._tally.add_renewals(found.schedule.renewed, found.schedule.renewed_alike)
        self._gone += {row.key: row for row in held.terms if row.contract in gone}.values()

    def _new_terms(self, plain: TermRows) -> NewTerms:
        found, texts = self._found.values(), self._texts
        changed = TermRows.of_rows(texts, [row for one in found for row in one.stored])
        gone = TermRows.of_rows(texts, self._gone)
        return NewTerms(
            self._difference.source,
            self._difference.recorded,
            TermRows.joined(texts, [plain, changed, gone.withdrawn()]),
            {*plain.line.tolist(), *(line for one in found for line in one.lines)},
        )

    def _usage(self) -> Mapping[str, Sequence[Change]]:
        return {name: one.usage for name, one in self._found.items() if one.usage}

    def _movements(self, numbers: Whole, plain: PlainTerms) -> FileMovements:
        """Join all movements, by account in the order in which the list names them."""
        found = {name: one.movements for name, one in self._found.items()}
        parts = [plain.movements(self._today), _movements(self._texts, found, self._today)]
        movements = FileMovements.joined(self._texts, parts)
        places = np.full(len(self._texts.account.names) + 1, numbers.size)
        places[numbers] = np.arange(numbers.size)
        return movements.pick(np.argsort(places[movements.account], kind="stable"))


def _movements(
    texts: FileTexts, found: Mapping[str, Sequence[Change]], today: int
) -> FileMovements:
    cells = [
        (
            NO_LINE if origin is None else origin.value("line"),
            texts.account[name],
            *_numbers(texts, moved, amount),
            *future_values(texts, moved.day, origin, today),
        )
        for name, changes in found.items()
        for moved, amount, origin in changes
    ]
    width = len(FileMovements.names()) + len(texts.values)
    columns = np.array(cells, np.int64).reshape(len(cells), width).T
    return FileMovements.of(texts, [[None] * len(cells)], [*np.ascontiguousarray(columns)])


def _numbers(texts: FileTexts, moved: BalanceStep, amount: int) -> Sequence[int]:
    product = texts.product[moved.product or NO_VALUE]
    driver = NOTHING if moved.driver is None else texts.driver[moved.driver]
    states_nothing = (NO_NUMBER, NOTHING, NO_NUMBER)
    return moved.day, amount, texts.currency[moved.currency], product, driver, *states_nothing
