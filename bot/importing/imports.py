"""Importing files: their kinds, the import itself, and its report as JSON."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.clock import utc_now
from bot.config import Settings
from bot.errors import UsageError
from bot.importing.agreeing import Agreement
from bot.questions.days import parse_day_of, parse_month_of
from bot.style.document import closed_month, ratio_json
from metrics.data_end import DataEnd, Declared
from metrics.period_grammar import ONE_DAY
from storage.access.audit import COMMAND_LINE, Entry, ledger_entry
from storage.errors import EmptyLedgerError
from storage.importing.asking import ImportAsksError
from storage.importing.importer import FileRequest, land_file, open_file, read_file
from storage.importing.landing import ImportOptions
from storage.importing.profiles.recognition import Recognised
from storage.importing.report import (
    SHOWN,
    ExampleRate,
    ImportRefusedError,
    ImportReport,
    Progress,
    unobserved,
)
from storage.importing.spool import Scratch
from storage.ledger.elsewhere import require_no_copy
from storage.ledger.totals import LedgerTotals
from storage.store.engine import Store
from storage.store.schema import require_head

USUAL = FileRequest()
OnRead = Callable[[Recognised, int], None]
"""Hears what a file is, and how many rows it has, once it has been read."""


Asking = Callable[[ImportAsksError, Agreement], Agreement]
"""Asks a person, and joins the answers with what was agreed before."""
NOTHING_AGREED = Agreement()


def unheard(file: Recognised, rows: int) -> None:
    """Drop it: nobody needs to be told what this file is."""
    del file, rows


def import_file(
    store: Store,
    settings: Settings,
    path: Path,
    *,
    today: date,
    request: FileRequest = USUAL,
    declared: Declared | None = None,
    dry_run: bool = False,
    agreement: Agreement = NOTHING_AGREED,
    ask: Asking | None = None,
    progress: Progress = unobserved,
    on_read: OnRead = unheard,
    clock: Callable[[], datetime] = utc_now,
    is_audited: bool = False,
) -> ImportReport:
    """Import one file by the settings: whole, or not at all; or with ``dry_run`` only check it.

    Parameters
    ----------
    agreement : Agreement
        What is agreed to before anything is asked.
    ask : callable, optional
        Asks a person; without it what would be asked is refused.
    is_audited : bool
        Enter the import in the audit, as what somebody has done.

    Raises
    ------
    UnreadableFileError, MappingError, ImportRefusedError, StorageError
        If nothing was stored, with what to do about it.
    """
    require_head(store)
    with store.read() as session:
        require_no_copy(session)  # before the file is read, which may take minutes
    options = ImportOptions(
        clock=clock,
        today=today,
        started_at=clock(),
        tiers=settings.tiers,
        declared=declared or Declared(),
        progress=progress,
        agreed=agreement.agreed,
        overlap=agreement.overlap,
    )
    with Scratch() as scratch:  # open until the batch has landed: its groups are read from there
        file = open_file(path, request, scratch=scratch, max_bytes=settings.max_import_bytes)
        while True:
            batch = read_file(file, request, options, scratch=scratch, store=store)
            on_read(file, batch.file.rows)
            try:
                return land_file(
                    store,
                    file,
                    batch,
                    options,
                    dry_run=dry_run,
                    entry=partial(_entry, at=options.started_at) if is_audited else None,
                )
            except ImportAsksError as error:
                if ask is None:
                    raise
                # No lock is held while a person thinks; then all of it is read and checked again.
                agreement = ask(error, agreement)
                options = replace(options, agreed=agreement.agreed, overlap=agreement.overlap)


def _entry(report: ImportReport, *, at: datetime) -> Entry:
    return ledger_entry(f"import {report.number}", report.data_version, actor=COMMAND_LINE, at=at)


def parse_closed_month(text: str, *, today: date) -> date:
    """Return the first day after the month ``YYYY-MM``, which must be over.

    Raises
    ------
    UsageError
        If it is no month or is not over yet.
    """
    month = parse_month_of("--closed-through", text, today=today)
    if month.end > today:
        raise UsageError(f"{month.label} is not over yet, so it cannot be closed")
    return month.end


def parse_covered_day(text: str, *, today: date) -> date:
    """Return the first day after the last covered one, which may be today.

    Raises
    ------
    UsageError
        If it is no day or lies after today.
    """
    day = parse_day_of("--through", text)
    if day > today:
        raise UsageError(f"--through {day} lies after today, {today}: nothing can cover it yet")
    return day + ONE_DAY


def find_data_end(store: Store, settings: Settings, *, today: date) -> DataEnd | None:
    """Find where the data of the store's own ledger ends by now; None in an empty one."""
    with suppress(EmptyLedgerError), store.read() as session:
        return LedgerTotals(session, tiers=settings.tiers).data_end(today)
    return None


def report_json(report: ImportReport, data_end: DataEnd | None) -> dict[str, Any]:
    """Return the document of ``--json`` about an import that landed or was rehearsed.

    Parameters
    ----------
    data_end : DataEnd, optional
        Where the data of the ledger as it is ends; None in an empty one.
    """
    late = report.closed_months
    return {
        "status": report.status,
        "rows": report.rows,
        "imported": report.imported,
        "known": report.known,
        "overruled": report.overruled,
        "data_version": report.data_version,
        "closed_through": closed_month(report.declared.closed_through),
        "covered_through": _last_covered_day(report.declared.covered_through),
        "data_through": data_end.through.isoformat() if data_end else None,
        "closed_months": {
            "rows": late.rows,
            "months": [f"{month:%Y-%m}" for month in late.months],
            "changes": [
                {
                    "month": f"{change.month:%Y-%m}",
                    "nrr_before": ratio_json(change.before),
                    "nrr_after": ratio_json(change.after),
                }
                for change in late.changes or ()
            ],
        },
        "example_rate": _example(report.example_rate),
        "notes": list(report.notes),
        "findings_total": 0,  # as in a refusal, so that both documents have these two keys
        "findings": [],
    }


def refusal_json(error: Exception, said: str) -> dict[str, Any]:
    """Return the document of ``--json`` about a refused file, with at most `SHOWN` findings."""
    findings = error.findings if isinstance(error, ImportRefusedError) else ()
    return {
        "status": "refused",
        "error": {"sentence": said},
        "findings_total": len(findings),
        "findings": [
            {
                "line": finding.line,
                "column": finding.column or None,
                "cell": finding.cell,
                "message": finding.sentence,
            }
            for finding in findings[:SHOWN]
        ],
    }


def recognised_json(file: Recognised, rows: int) -> dict[str, Any]:
    """Return the part of ``--json`` about a file that was read: its kind, and its columns."""
    return {
        "kind": file.profile.kind,
        "name": file.profile.name,
        "source": file.profile.source,
        "rows": rows,
        "notes": list(file.profile.remarks.notes),
        "columns": dict(file.renamed),
        "left_out": [{"column": each.column, "reason": each.reason} for each in file.left_out],
        "history": file.profile.remarks.history or None,
    }


def _example(rate: ExampleRate | None) -> dict[str, str] | None:
    if rate is None:
        return None
    return {
        "date": rate.day.isoformat(),
        "base": rate.base,
        "currency": rate.currency,
        "rate": rate.rate,
    }


def _last_covered_day(covered_through: date | None) -> str | None:
    return (covered_through - ONE_DAY).isoformat() if covered_through else None
