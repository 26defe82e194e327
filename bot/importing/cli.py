"""``nrrbot import``: a file lands behind a progress bar, and its report is printed."""

from pathlib import Path
from typing import Annotated

import typer

from bot.answers.workplace import Workplace
from bot.clock import today_in
from bot.console import AsJson, out, print_json, progress
from bot.errors import UsageError
from bot.importing.imports import (
    SOURCES,
    find_data_end,
    import_file,
    parse_closed_month,
    parse_covered_day,
    refusal_json,
    report_json,
)
from bot.importing.progress import import_bars
from bot.importing.wording import report_lines
from metrics.data_end import Declared
from storage.errors import UnreadableFileError
from storage.importing.report import SHOWN, ImportRefusedError, ImportStatus

imports = typer.Typer(no_args_is_help=True, add_completion=False)

File = Annotated[Path, typer.Argument(help="A CSV file in UTF-8 with a header.")]
ClosedThrough = Annotated[
    str | None, typer.Option(help="Declare every month through this one closed: YYYY-MM.")
]
Through = Annotated[
    str | None,
    typer.Option(help="Declare the data complete through this day, YYYY-MM-DD."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check everything and store nothing.")]


def run(
    context: typer.Context,
    file: File,
    *,
    closed_through: ClosedThrough = None,
    through: Through = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Import one file, or only check it, and print its report.

    Raises
    ------
    UsageError
        If nothing was imported, after the findings have been shown.
    """
    source = SOURCES[str(context.info_name)]  # one function behind each command: the name tells
    place = Workplace.with_own_ledger()
    today = today_in(place.settings.zone)
    # An empty text is refused: a script whose month came out empty would close none, unnoticed.
    declared = Declared(
        closed_through=(
            None if closed_through is None else parse_closed_month(closed_through, today=today)
        ),
        covered_through=None if through is None else parse_covered_day(through, today=today),
    )
    try:
        with import_bars(progress) as bars:
            report = import_file(
                place.store,
                place.settings,
                source.kind,
                file,
                today=today,
                declared=declared,
                dry_run=dry_run,
                progress=bars,
            )
    except (ImportRefusedError, UnreadableFileError) as error:
        # The findings are the result, on stdout; the one sentence goes to stderr as any error's.
        if as_json:
            print_json(refusal_json(error))
        elif isinstance(error, ImportRefusedError):
            show_findings(error)
        raise UsageError(f"the file {file.name or file}: {error}") from None
    data_end = find_data_end(place.answers, today=today)
    if as_json:
        print_json(report_json(report, data_end))
        return
    is_new = report.status is ImportStatus.IMPORTED
    for line in report_lines(report, data_end if is_new else None):
        out.print(line, highlight=False)


for name, kind in SOURCES.items():
    imports.command(name, help=kind.help)(run)


def show_findings(error: ImportRefusedError) -> None:
    """Print the findings of a refused file, line by line."""
    for finding in error.findings[:SHOWN]:
        out.print(f"line {finding.line}: {finding.sentence}", markup=False, highlight=False)
    if len(error.findings) > SHOWN:
        out.print(f"and {len(error.findings) - SHOWN:,} more")
