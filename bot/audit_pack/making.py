"""Makes the file of a pack, records it in the audit trail, and tells of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from bot.audit_pack import tables, tables_beside
from bot.audit_pack.book import PackedFigures, PackRequest, opened_book
from bot.audit_pack.packing import MEMBERS, Packed, pack_into
from bot.audit_pack.trail import record
from bot.clock import Clock
from bot.config import Settings
from bot.private_files import replacing
from bot.style.document import Json, period_json, ratio_json
from bot.style.figures import percent
from bot.style.grounds import warnings
from bot.style.names import period_name, plural, scope_name
from storage.store.engine import Store


@dataclass(frozen=True, slots=True)
class MadePack:
    """A pack that was written and recorded."""

    path: Path
    figures: PackedFigures
    packed: Packed

    def lines(self) -> Iterator[str]:
        """Tell of it: the figures, how much stands behind them, and the hash."""
        figures, kept, rows = self.figures, self.figures.retention, self.packed.rows
        named = f"{period_name(figures.period)}, {scope_name(figures.scope)}"
        levels = f"NRR {percent(kept.nrr)}, GRR {percent(kept.grr)}"
        yield f"Audit pack of {named}: {levels} of {plural(kept.accounts_opening, 'account')}."
        held = (
            plural(rows[tables.MOVEMENTS], "movement"),
            plural(rows[tables_beside.IMPORTS], "import"),
            plural(rows[tables_beside.POSTED], "posted figure"),
            plural(rows[tables_beside.TRAIL], "decision"),
        )
        yield f"Behind them: {', '.join(held)}."
        closed = figures.grounds.reach.closed_through
        if closed is None or closed < figures.period.end:
            yield "Not all months of it are closed: its figures may still change."
        yield from warnings(figures.grounds)
        yield f"Written to {self.path}; README.txt in it says how to work the figures out."
        yield "Hash of its manifest, which the audit trail keeps:"
        yield f"  {self.packed.sha256}"
        yield f"Check it anywhere: nrrbot audit verify {self.path.name}"

    def document(self) -> Json:
        """Give the same as JSON."""
        kept = self.figures.retention
        return {
            "file": str(self.path),
            "sha256": self.packed.sha256,
            "period": period_json(self.figures.period),
            "scope": [list(pair) for pair in self.figures.scope],
            "data_version": self.figures.grounds.data_version,
            "nrr": ratio_json(kept.nrr),
            "grr": ratio_json(kept.grr),
            "rows": self.packed.rows,
        }


def make_pack(
    path: Path,
    asked: PackRequest,
    *,
    store: Store,
    settings: Settings,
    now: Clock,
    console: Console,
) -> MadePack:
    """Write a pack that its owner alone may read: whole and recorded, or not at all.

    Raises
    ------
    UsageError, MetricsError, StorageError
        If there is no such period, or the file cannot be written.
    """
    with (
        opened_book(store, settings, asked, now=now()) as book,
        replacing(path) as file,
        _bar(console) as begun,
    ):
        packed = pack_into(file, book, begun=begun)
        figures = book.figures
        record(store, figures, packed.sha256, now=now)
    return MadePack(path, figures, packed)


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[str], None]]:
    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        console=console,
        disable=not console.is_terminal,  # a log file would fill with bars
        transient=True,
    )
    task = bars.add_task("", total=len(MEMBERS))

    def begun(name: str) -> None:
        bars.update(task, description=name, completed=MEMBERS.index(name))

    with bars:
        yield begun
