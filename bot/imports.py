"""The use case behind ``nrrbot import``: read a file, land it, say how it went."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

from bot.answer_json import closed_month
from metrics.errors import MetricsError
from metrics.periods import parse_period
from metrics.segments import Tiers
from storage.engine import Store
from storage.importing.accounts_csv import read_accounts
from storage.importing.batch import Batch
from storage.importing.findings import SHOWN, ImportRefusedError, ImportReport
from storage.importing.landing import Circumstances, land
from storage.importing.movements_csv import read_movements
from storage.schema import require_head


class Source(Protocol):
    """Turns a file into a batch; what is wrong with its rows goes into the findings."""

    def __call__(self, path: Path, *, max_bytes: int, now: datetime, today: date) -> Batch:
        """Read ``path``; ``now`` and ``today`` bound what may be recorded and dated."""
        ...


SOURCES: dict[str, Source] = {"movements": read_movements, "accounts": read_accounts}
"""Every source that can be imported; a new one is a module in storage.importing and a line here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imports:
    """Imports files into one store."""

    store: Store
    tiers: Tiers
    max_bytes: int
    clock: Callable[[], datetime]
    today: Callable[[], date]

    def run(
        self, source: Source, path: Path, *, closed_through: date | None = None
    ) -> ImportReport:
        """Import one file: whole, or not at all.

        Raises
        ------
        UnreadableFileError, ImportRefusedError, StorageError
            If nothing was stored, with what to do about it.
        """
        require_head(self.store)
        started_at, today = self.clock(), self.today()
        batch = source(path, max_bytes=self.max_bytes, now=started_at, today=today)
        given = Circumstances(
            clock=self.clock,
            today=today,
            started_at=started_at,
            tiers=self.tiers,
            closed_through=closed_through,
        )
        with self.store.write() as session:
            return land(session, batch, given)


def parse_closed_month(text: str, *, today: date) -> date:
    """Return the first day after the month ``YYYY-MM``, which must be over.

    Raises
    ------
    MetricsError
        If it is no month or is not over yet.
    """
    month = parse_period(text, today=today)
    if not month.is_month:
        raise MetricsError("--closed-through takes a month: write it like 2026-10")
    if not month.complete:
        raise MetricsError(f"{month.label} is not over yet, so it cannot be closed")
    return month.end


def report_json(report: ImportReport) -> dict[str, Any]:
    """Return how an import went as the document of ``--json``."""
    return {
        "status": report.status,
        "rows": report.rows,
        "imported": report.imported,
        "known": report.known,
        "data_version": report.data_version,
        "closed_through": closed_month(report.closed_through),
        "findings_total": 0,
        "findings": [],
    }


def refusal_json(error: Exception) -> dict[str, Any]:
    """Return why nothing was imported as the document of ``--json``; at most `SHOWN` findings."""
    findings = error.findings if isinstance(error, ImportRefusedError) else ()
    return {
        "status": "refused",
        "error": str(error),
        "findings_total": len(findings),
        "findings": [
            {"line": finding.line, "message": finding.message} for finding in findings[:SHOWN]
        ],
    }
