"""An answer in the terminal: the same words as in Slack, laid out for 80 columns."""

from collections.abc import Iterator
from pathlib import Path

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from bot.answers import Answer
from bot.wording.figures import MINUS
from bot.wording.rows import Detail, Grid, activity_grid, breakdown_grid, part_grid
from bot.wording.sentences import footer, headline, identity, lead, notes, partial_note, sentence

GAIN, LOSS, WARNING, QUIET = "green", "red", "yellow", "dim"
LONG = Detail(slices=50, drivers=5)
"""A terminal scrolls; a message has a limit."""


def print_answer(answer: Answer, console: Console, *, chart: Path | None = None) -> None:
    """Print an answer; ``chart`` is where its picture was written, if it was.

    Names out of the ledger are printed as they are: ``[red]`` in one is no markup.
    """
    for part in _parts(answer):
        console.print(part)
    if chart is not None:
        console.print(Text(f"chart written to {chart}", style=QUIET), soft_wrap=True)


def _parts(answer: Answer) -> Iterator[RenderableType]:
    yield Text(headline(answer), style="bold")
    for line in lead(answer):
        yield Text.assemble((line.label, "bold"), f" {line.words}")
    if note := partial_note(answer):
        yield Text(note, style=WARNING)
    yield Text("")
    yield Text(sentence(answer))
    yield _table(part_grid(answer), figures=2)
    for line in (*(identity(answer) or ()), *notes(answer)):
        yield Text(line, style=QUIET)
    if breakdown := breakdown_grid(answer, LONG):
        yield from _titled(breakdown, figures=len(breakdown.header) - 1)
    if activity := activity_grid(answer, LONG):
        yield from _titled(activity, figures=1)
    yield Text("")
    yield Text(footer(answer), style=QUIET)


def _titled(grid: Grid, *, figures: int) -> Iterator[RenderableType]:
    yield Text(f"\n{grid.title}", style="bold")
    yield _table(grid, figures=figures)


def _table(grid: Grid, *, figures: int) -> Table:
    """Return a grid whose first cells are words, as many as told figures, and the rest words."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for place, heading in enumerate(grid.header):
        is_figure = 0 < place <= figures
        table.add_column(Text(heading), justify="right" if is_figure else "left", overflow="fold")
    for first, *cells in grid.rows:
        table.add_row(Text(first), *(Text(cell, style=_style(cell)) for cell in cells))
    return table


def _style(cell: str) -> str:
    """Return the colour of a signed figure; its sign says the same without one."""
    return {"+": GAIN, MINUS: LOSS}.get(cell[:1], "")
