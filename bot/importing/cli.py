"""``nrrbot import``: the file lands behind a bar, and how it went is said in a sentence."""

from pathlib import Path

from bot.clock import today_in, utc_now
from bot.config import Settings
from bot.console import out, print_json, progress
from bot.errors import UsageError
from bot.importing.imports import SOURCES, Imports, parse_closed_month, refusal_json, report_json
from bot.importing.progress import import_bars
from storage.errors import UnreadableFileError
from storage.importing.findings import SHOWN, ImportRefusedError, ImportReport, ImportStatus
from storage.store.engine import Store


def import_and_tell(
    name: str,
    file: Path,
    *,
    settings: Settings,
    store: Store,
    closed_through: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import one file, or only check it, and say how it went.

    Raises
    ------
    UsageError
        If nothing was imported, after the findings have been shown.
    """
    today = today_in(settings.zone)
    use_case = Imports(
        store=store,
        tiers=settings.tiers,
        max_bytes=settings.max_import_bytes,
        clock=utc_now,
        today=lambda: today,
    )
    closed = parse_closed_month(closed_through, today=today) if closed_through else None
    try:
        with import_bars(progress) as bars:
            report = use_case.run(
                SOURCES[name], file, closed_through=closed, dry_run=dry_run, progress=bars
            )
    except (ImportRefusedError, UnreadableFileError) as error:
        if as_json:
            print_json(refusal_json(error))
        elif isinstance(error, ImportRefusedError):
            show_findings(error)
        raise UsageError(f"the file {file.name or file}: {error}") from None
    if as_json:
        print_json(report_json(report))
    else:
        out.print(summary(report), highlight=False)


def summary(report: ImportReport) -> str:
    """Return how an import went, in one sentence."""
    if report.status is ImportStatus.UNCHANGED:
        return f"Nothing new: the ledger holds all {report.rows:,} rows already."
    known = f", {report.known:,} were known" if report.known else ""
    if report.status is ImportStatus.DRY_RUN:
        return (
            f"Nothing is wrong: {report.imported:,} of {report.rows:,} rows would be"
            f" imported{known}; nothing was stored."
        )
    return (
        f"Imported {report.imported:,} of {report.rows:,} rows{known};"
        f" the ledger is at data version {report.data_version}."
    )


def show_findings(error: ImportRefusedError) -> None:
    """Print what is wrong, line by line."""
    for finding in error.findings[:SHOWN]:
        out.print(f"line {finding.line}: {finding.message}", markup=False, highlight=False)
    if len(error.findings) > SHOWN:
        out.print(f"and {len(error.findings) - SHOWN:,} more")
