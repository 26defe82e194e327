"""Tables and labelled texts in the terminal, laid out for 80 columns."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import assert_never

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from bot.style.figures import MINUS
from bot.style.grid import Grid, LabelledText, WithPeople
from bot.style.parts import (
    Actions,
    Bullets,
    Chart,
    Footer,
    Headline,
    Item,
    Line,
    Part,
    Parts,
    Quiet,
    Said,
)
from bot.style.parts import Table as TablePart

GAIN, LOSS, WARNING, QUIET = "green", "red", "yellow", "dim"


def print_parts(parts: Parts, console: Console, chart: Path | None = None) -> None:
    """Print the parts of a message, and where its picture was written, if it was."""
    print_all((row for part in parts for row in _rows_of(part)), console, chart)


def print_all(rows: Iterable[RenderableType], console: Console, chart: Path | None = None) -> None:
    """Print renderables one below the other, and where the chart was written."""
    for row in rows:
        console.print(row)
    if chart is not None:
        console.print(Text(f"chart written to {chart}", style=QUIET), soft_wrap=True)


def titled(grid: Grid, *, figures: int, is_unbroken: bool = False) -> Iterator[RenderableType]:
    """Yield a table under its title; ``figures`` columns after the first are figures."""
    if grid.title:
        yield Text(f"\n{grid.title}", style="bold")
    yield table_of(grid, figures=figures, is_unbroken=is_unbroken)


def table_of(grid: Grid, *, figures: int, is_unbroken: bool = False) -> Table:
    """Lay a grid out: words in the first column, ``figures`` columns of figures, then words.

    ``is_unbroken`` keeps figures that hold spaces on one line, closer to each other.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    if is_unbroken:
        table.padding = (0, 1, 0, 0)
    for place, heading in enumerate(grid.header):
        is_figure = 0 < place <= figures
        # Folded, never cut: a name that is cut could be another account.
        table.add_column(
            Text(heading),
            justify="right" if is_figure else "left",
            overflow="fold",
            no_wrap=is_figure and is_unbroken,
        )
    for first, *cells in grid.rows:
        table.add_row(Text(first), *(Text(cell, style=_style(cell)) for cell in cells))
    return table


def _rows_of(part: Part) -> Iterator[RenderableType]:
    # Text and not str: Rich would read ``[red]`` in a name as markup.
    match part:
        case Headline(text):
            yield Text(text, style="bold")
        case Item(text):
            yield Text(text)
        case Said(lines):
            yield from map(_line, lines)
        case Quiet(lines):
            yield from (Text(str(line), style=QUIET) for line in lines)
        case TablePart(grid) | Bullets(grid) if grid.rows:
            yield from titled(grid, figures=part.columns_of_figures)
        case Chart(_, words) if words:
            yield _line(words)
        case Footer(text):
            yield Text("")
            yield Text(text, style=QUIET)
        case TablePart() | Bullets() | Chart() | Actions():  # nothing is clicked in a terminal
            return
        case never:
            assert_never(never)


def _line(line: Line) -> Text:
    if isinstance(line, LabelledText | WithPeople):
        return Text.assemble((line.label, "bold"), str(line).removeprefix(line.label))
    return Text(line)


def _style(cell: str) -> str:
    return {"+": GAIN, MINUS: LOSS}.get(cell[:1], "")  # the sign says the same without a colour
