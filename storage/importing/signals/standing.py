"""Signals of a file beside those that are held: what is new, and what there is to say of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.days import day_in_full
from metrics.listing import few_of
from storage.columns.ledger_rows import read_numbers
from storage.columns.live import reversed_runs
from storage.importing.account_parts import of_accounts, renumbered
from storage.importing.batch import AccountGroup
from storage.importing.labels import numbers_of_labels
from storage.importing.movements import NO_LINE, FileTexts
from storage.importing.report import RowFinding
from storage.importing.signals.rows import Signals
from storage.importing.spool import Spool
from storage.store.column_types import day_of
from storage.store.numbering import has_rows
from storage.store.statements import batches
from storage.tables.facts import AccountRow
from storage.tables.signals import SignalAccount, SignalMetric, SignalRow

_SHOWN = 3


class HeldSignals:
    """Reads held signals as a file's texts number them; those of reversed imports do not count."""

    def __init__(self, session: Session, texts: FileTexts) -> None:
        self._session, self._texts = session, texts
        self._gone = reversed_runs(session) if has_rows(session, SignalRow) else None

    def of(self, signals: Signals) -> Signals:
        """Read what is held of some signals' accounts and metrics, from first day to last."""
        texts, table, session = self._texts, SignalRow, self._session
        if self._gone is None:
            return Signals.none(texts)
        names = [texts.account.names[number] for number in np.unique(signals.account).tolist()]
        accounts = numbers_of_labels(session, SignalAccount, "account_id", texts.account, names)
        metrics = numbers_of_labels(
            session, SignalMetric, "name", texts.product, texts.product.names
        )
        numbers = ("id", "account", "metric", "day", "units", "decimals", "recorded")
        rows = select(*(col(getattr(table, name)) for name in numbers)).where(
            col(table.day).between(int(signals.day.min()), int(signals.day.max())),
            col(table.import_id).not_in(self._gone),
            col(table.metric).in_(metrics),
        )
        held = []
        for some in batches(accounts):
            cells = read_numbers(session, rows.where(of_accounts(some)))
            cells["account"] = renumbered(cells["account"], accounts)
            cells["metric"] = renumbered(cells["metric"], metrics)
            cells["line"] = np.full(cells["id"].size, NO_LINE)
            found = Signals.of(texts, [], [cells[name] for name in Signals.names()])
            held.append(found.pick(np.argsort(cells["id"])))
        return Signals.joined(texts, held)


@dataclass(slots=True)
class SignalsFile:
    """A file of signals as a whole, once it has been read.

    ``empty`` are rows without a value. ``notes`` are filled once all groups were compared.
    """

    spool: Spool[Signals]
    empty: int = 0
    notes: list[str] = field(default_factory=list)
    _days: list[int] = field(default_factory=list)
    _accounts: list[str] = field(default_factory=list)
    _repeated: int = 0

    def against(self, session: Session) -> Iterator[AccountGroup]:
        """Yield the groups with the signals that are new, then what is wrong with all of them."""
        held, first = HeldSignals(session, self.spool.texts), 0
        for signals in self.spool:
            if len(signals):
                first = first or int(signals.line[0])
                yield AccountGroup(beside=self._new(signals, held))
            del signals  # or this group would still be there while the next is read
        known, has_accounts = _known(session, self._accounts)
        if has_accounts and first and not known:
            yield AccountGroup(findings=[self._of_nobody(first)])
        self.notes[:] = self._sentences(known if has_accounts else set(self._accounts))

    def _new(self, signals: Signals, held: HeldSignals) -> Signals:
        used = np.unique(signals.account).tolist()  # no other group has a row about any of them
        self._accounts += [signals.texts.account.names[number] for number in used]
        self._days += [int(signals.day.min()), int(signals.day.max())]
        last, repeated = signals.last_said()
        self._repeated += repeated
        return last.pick(last.new_beside(held.of(last)))

    def _of_nobody(self, line: int) -> RowFinding:
        names = self._accounts
        others = f", nor is any other of the {len(names):,} here" if names[1:] else ""
        return RowFinding(
            line,
            f"is no account of the ledger{others}: name the column that has the ledger's ids with"
            " --map account_id=COLUMN, or import the accounts first",
            "account_id",
            names[0],
        )

    def _sentences(self, known: set[str]) -> Iterator[str]:
        if self._days:
            since, until = (day_in_full(day_of(each(self._days))) for each in (min, max))
            days = since if since == until else f"{since} to {until}"
            accounts = len(self._accounts)
            names = few_of(sorted(self.spool.texts.product.names), _SHOWN)
            yield (
                f"Signals: {names}; {accounts:,} account{'s' * (accounts != 1)}, {days}. They are"
                " kept beside the ledger and change no MRR."
            )
        missing = [name for name in self._accounts if name not in known]
        if missing:
            yield (
                f"{len(missing):,} of {len(self._accounts):,} accounts are not in the ledger"
                f" yet ({few_of(missing, _SHOWN)}): their signals are kept, and count once they"
                " are."
            )
        if self.empty:
            yield f"Rows without a value, which say nothing: {self.empty:,}."
        if self._repeated:
            yield (
                "Rows that give another value for the same account, day and metric as a later row,"
                f" which counts: {self._repeated:,}."
            )


def _known(session: Session, names: Sequence[str]) -> tuple[set[str], bool]:
    account = col(AccountRow.account_id)
    found: set[str] = set()
    for some in batches(names):
        found.update(session.scalars(select(account).where(account.in_(some))))
    return found, has_rows(session, AccountRow)
