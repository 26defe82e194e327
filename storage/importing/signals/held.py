"""Signals that are held of the accounts and days of a file."""

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from storage.columns.ledger_rows import read_numbers
from storage.columns.live import reversed_runs
from storage.importing.account_parts import of_accounts, renumbered
from storage.importing.labels import numbers_of_labels
from storage.importing.movements import NO_LINE, FileTexts
from storage.importing.signals.rows import Signals
from storage.store.numbering import has_rows
from storage.store.statements import batches
from storage.tables.signals import SignalAccount, SignalMetric, SignalRow


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
