"""A progress bar of work that goes through the ledger month by month."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from storage.columns.building import MonthDone


@contextmanager
def month_bar(words: str, console: Console) -> Iterator[MonthDone]:
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
