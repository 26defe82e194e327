"""``nrrbot db``: the store made, checked against the ledger, rebuilt from it and copied."""

from pathlib import Path
from typing import Annotated

import typer

from bot.answers.workplace import Workplace
from bot.clock import today_in
from bot.console import out, progress
from storage.columns.derived import differences, is_missing, rebuild
from storage.errors import StorageError
from storage.store import schema
from storage.warehouse.copy import require_no_copy

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
    with place.store.read() as session, progress.status("Checking …"):
        require_no_copy(session)
        found = differences(session, tiers=place.settings.tiers)
    for table, days in found.items():  # the first is enough: a rebuild mends all
        where = f" at {', '.join(day.isoformat() for day in days[:12])}" if days else ""
        raise StorageError(
            f"the {table}{where} are not what the ledger says: run `nrrbot db rebuild`"
        )
    out.print("Everything derived is what the ledger says.")


@db.command("rebuild")
def rebuild_derived() -> None:
    """Drop everything derived and build it again from the ledger."""
    place = Workplace.with_own_ledger()
    schema.require_head(place.store)
    _rebuild(place)
    out.print("Everything derived is rebuilt from the ledger.")


@db.command()
def backup(
    path: Annotated[Path, typer.Argument(help="Where to write the copy; must not exist.")],
) -> None:
    """Write a consistent copy of the store while it is in use."""
    schema.backup(Workplace().store, path)
    # Without markup, because a folder's name may hold brackets.
    out.print(f"The store is copied to {path}.", markup=False, highlight=False)


def _rebuild(place: Workplace) -> None:
    tiers, today = place.settings.tiers, today_in(place.settings.zone)
    with progress.status("Rebuilding …"), place.store.write() as session:
        require_no_copy(session)
        rebuild(session, tiers=tiers, today=today)
