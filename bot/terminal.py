"""An answer in the terminal: the same words as in Slack, laid out for 80 columns."""

from collections.abc import Iterator
from pathlib import Path

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from bot.answers import Answer
from bot.wording import (
    MINUS,
    Detail,
    Grid,
    activity_grid,
    breakdown_grid,
    footer,
    headline,
    identity,
    lead,
    notes,
    part_grid,
    partial_note,
    sentence,
)

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
    yield _table(part_grid(answer))
    for line in (*(identity(answer) or ()), *notes(answer)):
        yield Text(line, style=QUIET)
    for grid in (breakdown_grid(answer, LONG), activity_grid(answer, LONG)):
        if grid:
            yield Text("")
            yield Text(grid.title, style="bold")
            yield _table(grid)
    yield Text("")
    yield Text(footer(answer), style=QUIET)


def _table(grid: Grid) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    table.add_column(Text(grid.header[0]), overflow="fold")
    for heading in grid.header[1:]:
        table.add_column(Text(heading), justify="right", overflow="fold")
    for first, *figures in grid.rows:
        table.add_row(Text(first), *(Text(figure, style=_style(figure)) for figure in figures))
    return table


def _style(figure: str) -> str:
    """Return the colour of a signed figure; its sign says the same without one."""
    return {"+": GAIN, MINUS: LOSS}.get(figure[:1], "")
