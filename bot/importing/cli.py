"""``nrrbot import``: a file lands behind a progress bar, and its report is printed."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperGroup

from bot.answers.workplace import Workplace
from bot.console import AsJson, Today, out, print_json, progress
from bot.errors import ReportedError, UsageError, is_expected, sentence
from bot.importing.agreeing import Agreement, ask_person, typed_agreement
from bot.importing.helping import ANY_HELP, KIND_HELP
from bot.importing.history_cli import add_history
from bot.importing.imports import (
    find_data_end,
    import_file,
    parse_closed_month,
    parse_covered_day,
    recognised_json,
    refusal_json,
    report_json,
)
from bot.importing.options import (
    STANDARD_INPUT,
    Append,
    ClosedThrough,
    ColumnMaps,
    Complete,
    CurrencyCode,
    Drivers,
    DryRun,
    Encoding,
    File,
    Held,
    Ignore,
    MappingFile,
    Only,
    Replaces,
    Sheet,
    Through,
    Yes,
    file_request,
    typed_wishes,
)
from bot.importing.wording import recognised_lines, report_lines
from bot.questions.days import parse_today
from bot.style.finding_words import finding_lines
from bot.style.import_bars import ImportBars, import_bars
from metrics.data_end import DataEnd, Declared
from storage.errors import UnreadableFileError
from storage.importing.asking import ImportAsksError
from storage.importing.importer import FileRequest
from storage.importing.profiles.driver_map import read_driver_map
from storage.importing.profiles.recognition import Recognised
from storage.importing.profiles.wishes import MappingError
from storage.importing.read_options import ReadOptions
from storage.importing.report import ImportRefusedError, ImportReport, ImportStatus
from storage.importing.tables.table import TableOptions

ANY_FILE = "any"
"""The command that tells by its header what a file is; it is not listed."""


class FileOrCommand(TyperGroup):
    """Commands of imports, of which the one for any file needs not be named."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Typer's own
        """Put the hidden command before what does not begin with a command."""
        if args and args[0] not in self.commands and self._means_file(args[0]):
            args = [ANY_FILE, *args]
        return super().parse_args(ctx, args)

    @staticmethod
    def _means_file(word: str) -> bool:
        # A single word that is no file is rather a command with a slip in it.
        return word not in ("--help", "-h") and (
            word.startswith("-") or not word.isidentifier() or Path(word).exists()
        )


imports = typer.Typer(
    cls=FileOrCommand, no_args_is_help=True, add_completion=False, epilog=ANY_HELP.epilog
)


def run(
    context: typer.Context,
    file: File,
    *,
    maps: ColumnMaps = None,
    only: Only = None,
    ignore: Ignore = None,
    mapping: MappingFile = None,
    currency: CurrencyCode = None,
    encoding: Encoding = None,
    sheet: Sheet = None,
    closed_through: ClosedThrough = None,
    through: Through = None,
    complete: Complete = False,
    drivers: Drivers = None,
    append: Append = False,
    held: Held = False,
    replaces: Replaces = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Import one file, or only check it, and print its report.

    Raises
    ------
    UsageError
        If nothing was imported, after the findings have been shown.
    """
    # One function behind each command: the name tells, of all but one, the kind of file.
    kind = None if context.info_name == ANY_FILE else str(context.info_name)
    seen: list[tuple[Recognised, int]] = []
    with _refusals(file, seen, as_json=as_json):
        place = Workplace.with_own_ledger(parse_today(today))
        day = place.today()
        order = _Order(
            file=file,
            today=day,
            declared=_declared(closed_through, through, today=day),
            request=file_request(
                file,
                typed_wishes(kind, maps, only, ignore, currency),
                mapping,
                table=TableOptions(encoding, sheet),
                reading=ReadOptions(is_complete=complete, drivers=_drivers(drivers)),
            ),
            agreement=typed_agreement(yes=yes, append=append, held=held, replaces=replaces),
            dry_run=dry_run,
        )
        report = _imported(place, order, seen, can_ask=_can_ask(file, as_json=as_json))
        data_end = find_data_end(place.store, place.settings, today=day)
    if as_json:
        print_json(_recognised(seen) | report_json(report, data_end))
    else:
        _print_report(seen, report, data_end)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """Everything that was typed about one import, read."""

    file: Path
    today: date
    declared: Declared
    request: FileRequest
    agreement: Agreement
    dry_run: bool


def _imported(
    place: Workplace, order: _Order, seen: list[tuple[Recognised, int]], *, can_ask: bool
) -> ImportReport:
    with import_bars(progress) as bars:
        return import_file(
            place.store,
            place.settings,
            order.file,
            today=order.today,
            request=order.request,
            declared=order.declared,
            dry_run=order.dry_run,
            agreement=order.agreement,
            ask=partial(_ask, bars, seen) if can_ask else None,
            progress=bars,
            on_read=lambda *found: seen.append(found),
            is_audited=True,
        )


def _drivers(file: Path | None) -> Mapping[str, str]:
    return {} if file is None else read_driver_map(file)


def _declared(closed_through: str | None, through: str | None, *, today: date) -> Declared:
    # An empty text is refused: a script whose month came out empty would close none, unnoticed.
    return Declared(
        closed_through=(
            None if closed_through is None else parse_closed_month(closed_through, today=today)
        ),
        covered_through=None if through is None else parse_covered_day(through, today=today),
    )


def _print_report(
    seen: Sequence[tuple[Recognised, int]], report: ImportReport, data_end: DataEnd | None
) -> None:
    _print_recognised(seen)
    is_new = report.status is ImportStatus.IMPORTED
    is_of_mrr = seen[-1][0].profile.kind != "signals"  # of the ledger's end those say nothing
    for line in report_lines(report, data_end if is_new and is_of_mrr else None):
        out.print(line, markup=False, highlight=False)


imports.command(ANY_FILE, help=ANY_HELP.text, hidden=True)(run)
for name, kind_help in KIND_HELP.items():
    imports.command(name, help=kind_help.text)(run)
add_history(imports)


def _can_ask(file: Path, *, as_json: bool) -> bool:
    # Of a pipe the answers would be rows of the file, and a script has nobody to ask.
    return file != STANDARD_INPUT and sys.stdin.isatty() and not as_json


def _ask(
    bars: ImportBars, seen: list[tuple[Recognised, int]], error: ImportAsksError, before: Agreement
) -> Agreement:
    with bars.paused():
        _print_recognised(seen)
        return ask_person(error, before)


@contextmanager
def _refusals(
    file: Path, seen: Sequence[tuple[Recognised, int]], *, as_json: bool
) -> Iterator[None]:
    """Show why nothing was imported: findings on stdout, and as any error one sentence on stderr.

    Raises
    ------
    ReportedError
        With that sentence.
    """
    try:
        yield
    except Exception as error:
        if not is_expected(error):
            raise
        is_of_file = isinstance(
            error, ImportAsksError | ImportRefusedError | UnreadableFileError | MappingError
        )
        said = f"{_named(file)}: {error}" if is_of_file else str(error)
        if isinstance(error, ImportRefusedError) and not as_json:
            _print_recognised(seen)
            show_findings(error)
        document = _recognised(seen) | refusal_json(error, sentence(UsageError(said)))
        raise ReportedError(said, document) from None


def _named(file: Path) -> str:
    return "standard input" if file == STANDARD_INPUT else f"the file {file.name or file}"


def _recognised(seen: Sequence[tuple[Recognised, int]]) -> dict[str, Any]:
    return {"recognised": recognised_json(*seen[-1]) if seen else None}


def _print_recognised(seen: Sequence[tuple[Recognised, int]]) -> None:
    for found in seen[-1:]:
        for line in recognised_lines(*found):
            out.print(line, markup=False, highlight=False)


def show_findings(error: ImportRefusedError) -> None:
    """Print the findings of a refused file, line by line."""
    for line in finding_lines(error):
        out.print(line, markup=False, highlight=False)
