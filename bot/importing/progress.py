"""Progress bars of an import: rows done, and the time that the rest may take."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars

from storage.importing.report import ImportPhase, Progress


@contextmanager
def import_bars(console: Console) -> Iterator[Progress]:
    """Show a bar for each phase of an import, in rows; nothing where no person looks on."""
    bars = Bars(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,  # a log file would fill with bars
        transient=True,  # the report alone stays on the screen
    )
    # A phase starts with its first row: the time left is counted from there.
    tasks = {phase: bars.add_task(phase, visible=False, start=False) for phase in ImportPhase}

    def show(phase: ImportPhase, *, done: int, total: int) -> None:
        if not bars.tasks[tasks[phase]].started:
            bars.start_task(tasks[phase])
        bars.update(tasks[phase], completed=done, total=total, visible=True)

    with bars:
        yield show
