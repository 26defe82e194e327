"""Progress bars of an import: rows done, and the time that the rest may take."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from rich.console import Console

from storage.importing.report import ImportPhase

if TYPE_CHECKING:  # the type alone: where no person looks on there are no bars
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


@contextmanager
def import_bars(console: Console) -> Iterator["ImportBars"]:
    """Show a bar for each phase of an import, in rows; no bars where no person looks on."""
    with ExitStack() as shown:
        # A log file would fill with bars.
        bars = shown.enter_context(_bars(console)) if console.is_terminal else None
        yield ImportBars(console, bars)


def _bars(console: Console) -> "Bars":
    from rich import progress  # noqa: PLC0415 - for who looks on alone

    return progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TaskProgressColumn(),
        progress.TimeRemainingColumn(),
        console=console,
        transient=True,  # the report alone stays on the screen
    )


def _tasks(bars: "Bars") -> "dict[ImportPhase, TaskID]":
    return {
        phase: bars.add_task(phase, visible=False, start=False, total=None) for phase in ImportPhase
    }


class ImportBars:
    """Bars of an import, one for each of its phases, or none; they hear of its progress."""

    def __init__(self, console: Console, bars: "Bars | None") -> None:
        self._console, self._bars = console, bars
        # A phase starts with its first row: the time left is counted from there.
        self._tasks = {} if bars is None else _tasks(bars)
        self._is_waited_for = False

    def __call__(self, phase: ImportPhase, *, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` rows are through a phase."""
        if phase is ImportPhase.WAITING:
            self._say_waiting()
        elif self._bars:
            task = self._tasks[phase]
            if not self._bars.tasks[task].started:
                self._bars.start_task(task)
            self._bars.update(task, completed=done, total=total or None, visible=True)

    def _say_waiting(self) -> None:
        """Say once why nothing moves, in a log file, too."""
        if not self._is_waited_for:
            self._is_waited_for = True
            self._console.print("No answer yet: trying again for about two minutes.")

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Take the bars off the screen, so that a person can be asked."""
        if self._bars:
            self._bars.stop()
        yield
        if self._bars:
            self._bars.start()
