"""``nrrbot db``: the store made, checked against the ledger, rebuilt, shown and copied."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.answers.workplace import Workplace
from bot.console import AsJson, Today, out, print_json, progress
from bot.doctor.month_view import month_json, month_rows
from bot.questions.days import parse_month_of, parse_today
from bot.style.terminal import print_all
from storage.columns.building import MonthDone
from storage.columns.derivation import Circumstances
from storage.columns.derived import differences, is_missing, rebuild
from storage.columns.showing import show_month
from storage.errors import ColumnsDifferError
from storage.ledger.elsewhere import require_no_copy
from storage.store import schema

db = typer.Typer(no_args_is_help=True, add_completion=False)


@db.command()
def upgrade() -> None:
    """Create the store, or bring it to this version after a copy of it."""
    place = Workplace()
    changed = schema.upgrade(place.store)
    with place.store.read() as session:
        is_incomplete = is_missing(session)
    if is_incomplete:
        _rebuild(place)
    out.print("The store is ready." if changed else "The store was ready already.")


@db.command()
def check() -> None:
    """Compare everything derived with the ledger it is derived from."""
    place = Workplace.with_own_ledger()
    schema.require_head(place.store)
    with place.store.read() as session, _month_bar("Checking", progress) as done:
        require_no_copy(session)
        found = differences(session, tiers=place.settings.tiers, month_done=done)
    if found:
        raise ColumnsDifferError(found[0].where, others=len(found) - 1)
    out.print("Everything derived is what the ledger says.")


@db.command("rebuild")
def rebuild_derived() -> None:
    """Drop everything derived and build it again from the ledger."""
    place = Workplace.with_own_ledger()
    schema.require_head(place.store)
    _rebuild(place)
    out.print("Everything derived is rebuilt from the ledger.")


@db.command()
def show(
    month: Annotated[str, typer.Argument(help="Which one: 2026-10.")],
    *,
    limit: Annotated[int, typer.Option(min=0, help="How many balances to show; 0 is all.")] = 20,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Show a month of what is derived: balances, attributes and movements, by account."""
    place = Workplace.with_own_ledger(parse_today(today))
    schema.require_head(place.store)
    # Of a month that has not begun, too: the columns may reach there all the same.
    asked = parse_month_of("`nrrbot db show`", month, today=place.today()).start
    with place.store.read() as session:
        require_no_copy(session)
        shown = show_month(session, asked, most=limit or None)
    if as_json:
        print_json(month_json(shown))
    else:
        print_all(month_rows(shown), out)


@db.command()
def backup(
    path: Annotated[Path, typer.Argument(help="Where to write the copy; must not exist.")],
) -> None:
    """Write a consistent copy of the store while it is in use."""
    schema.backup(Workplace().store, path)
    # Without markup, because a folder's name may hold brackets.
    out.print(f"The store is copied to {path}.", markup=False, highlight=False)


def _rebuild(place: Workplace) -> None:
    tiers, today = place.settings.tiers, place.today()
    with place.store.write() as session, _month_bar("Rebuilding", progress) as done:
        require_no_copy(session)
        rebuild(session, Circumstances(tiers=tiers, today=today, month_done=done))


@contextmanager
def _month_bar(words: str, console: Console) -> Iterator[MonthDone]:
    """Show a bar of months; nothing where no person looks on."""
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("months"),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,  # a log file would fill with bars
        transient=True,
    )
    task = bars.add_task(words, total=None)  # how many there are is known once rows are read

    def show(done: int, total: int) -> None:
        bars.update(task, completed=done, total=total)

    with bars:
        yield show
