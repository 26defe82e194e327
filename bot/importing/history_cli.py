"""``nrrbot import list``, ``reverse`` and ``due``: what landed, taken back, and what waited."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot.answers.workplace import Workplace
from bot.console import AsJson, Today, agrees, out, print_json, say
from bot.errors import UsageError
from bot.questions.days import parse_today
from storage.store.schema import require_head

if TYPE_CHECKING:  # the type alone: what imports a file loads these commands, too
    from bot.importing.history import Imports

Number = Annotated[int, typer.Argument(help="Its number; `nrrbot import list` shows it.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


def list_all(*, as_json: AsJson = False) -> None:
    """List every import: its file, its kind, what it did to MRR, and the months it touched."""
    from bot.importing.history import imports_grid, imports_json  # noqa: PLC0415 - for this alone
    from bot.style.terminal import table_of  # noqa: PLC0415 - a file's report has no table

    found = _imports(None).listed()
    if as_json:
        print_json(imports_json(found))
    elif found:
        grid = imports_grid(found)
        words = 2  # what stands before them stays on its line
        figures = len(grid.header) - 1 - words
        out.print(table_of(grid, figures=figures, is_unbroken=True))
    else:
        say("Nothing was imported yet: `nrrbot import FILE` begins.")


def reverse(
    number: Number, *, yes: Yes = False, today: Today = None, as_json: AsJson = False
) -> None:
    """Take an import back by new rows; nothing is deleted, and `--as-of` still knows it."""
    from bot.importing.history import reversal_lines  # noqa: PLC0415 - for this alone

    imports = _imports(today)
    would = imports.rehearse(number)
    lines = [*reversal_lines(would, imports.one(number))]
    if not yes:
        _ask(number, " ".join(lines))
    report = imports.reverse(number)
    if as_json:
        print_json({"reversed": number, "data_version": report.data_version, "changes": lines})
        return
    for line in lines:
        say(line)
    say(f"Import {number} is reversed; the ledger is at data version {report.data_version}.")


def due(*, today: Today = None, as_json: AsJson = False) -> None:
    """Land the rows that waited for a day that has come; `serve` does it every hour."""
    from bot.importing.history import waiting_lines  # noqa: PLC0415 - for this alone

    findings = _imports(today).land_due()
    if as_json:
        print_json({"waiting": [{"row": one.line, "message": one.sentence} for one in findings]})
        return
    for line in waiting_lines(findings):
        say(line)
    if not findings:
        say("No row waits for a day that has come.")


def add_history(imports: typer.Typer) -> None:
    """Add the commands to those of ``nrrbot import``."""
    imports.command("list")(list_all)
    imports.command("reverse")(reverse)
    imports.command("due")(due)


def _imports(today: str | None) -> "Imports":
    from bot.importing.history import Imports  # noqa: PLC0415 - for these commands alone

    place = Workplace.with_own_ledger(parse_today(today))
    require_head(place.store)
    return Imports(place.store, place.settings, today=place.today())


def _ask(number: int, would: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError(f"nothing was reversed: {would} Say --yes to reverse import {number}")
    if not agrees(f"{would} Reverse import {number}?"):
        raise UsageError("nothing was reversed")
