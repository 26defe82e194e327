"""Tables and lines in the terminal, laid out for 80 columns."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from bot.style.figures import MINUS
from bot.style.grid import Grid
from bot.style.lines import Line

GAIN, LOSS, WARNING, QUIET = "green", "red", "yellow", "dim"


def print_grid(grid: Grid, console: Console, *, figures: int) -> None:
    """Print one table; so many of its columns after the first are figures."""
    print_parts(titled(grid, figures=figures), console, None)


def print_parts(parts: Iterable[RenderableType], console: Console, chart: Path | None) -> None:
    """Print parts one below the other, and where the chart went."""
    for part in parts:
        console.print(part)
    if chart is not None:
        console.print(Text(f"chart written to {chart}", style=QUIET), soft_wrap=True)


def lines_of(lines: Iterable[Line]) -> Iterator[Text]:
    """Yield lines with their labels in bold."""
    for line in lines:
        yield Text.assemble((line.label, "bold"), f" {line.words}")


def titled(grid: Grid, *, figures: int) -> Iterator[RenderableType]:
    """Yield a table under its title."""
    yield Text(f"\n{grid.title}", style="bold")
    yield table_of(grid, figures=figures)


def table_of(grid: Grid, *, figures: int) -> Table:
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
