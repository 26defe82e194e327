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

from storage.importing.report import ImportPhase


@contextmanager
def import_bars(console: Console) -> Iterator["ImportBars"]:
    """Show a bar for each phase of an import, in rows; no bars where no person looks on."""
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
    with bars:
        yield ImportBars(bars)


class ImportBars:
    """Bars of an import, one for each of its phases; they hear of its progress."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        # A phase starts with its first row: the time left is counted from there.
        self._tasks = {
            phase: bars.add_task(phase, visible=False, start=False, total=None)
            for phase in ImportPhase
        }
        self._is_waited_for = False

    def __call__(self, phase: ImportPhase, *, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` rows are through a phase."""
        if phase is ImportPhase.WAITING:
            self._say_waiting()
            return
        task = self._tasks[phase]
        if not self._bars.tasks[task].started:
            self._bars.start_task(task)
        self._bars.update(task, completed=done, total=total or None, visible=True)

    def _say_waiting(self) -> None:
        """Say once why nothing moves, in a log file, too."""
        if not self._is_waited_for:
            self._is_waited_for = True
            self._bars.console.print("No answer yet: trying again for about two minutes.")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the bars off the screen, so that a person can be asked."""
        self._bars.stop()
        yield
        self._bars.start()
