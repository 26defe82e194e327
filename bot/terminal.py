"""Replies in the terminal: the same words as in Slack, laid out for 80 columns."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from bot.answers import Answer, Reply
from bot.digests import Digest
from bot.trends import Trend
from bot.wording import digest as digests
from bot.wording import trends
from bot.wording.digest_rows import Detail as DigestDetail
from bot.wording.digest_rows import change_grid, segment_grid
from bot.wording.figures import MINUS
from bot.wording.rows import Detail, Grid, activity_grid, breakdown_grid, part_grid
from bot.wording.sentences import (
    Line,
    footer,
    headline,
    identity,
    lead,
    notes,
    partial_note,
    sentence,
)
from bot.wording.trend_rows import Detail as TrendDetail
from bot.wording.trend_rows import course_grid, course_tables, month_grid, series_grid
from metrics.trends import LENGTHS

GAIN, LOSS, WARNING, QUIET = "green", "red", "yellow", "dim"
LONG = Detail(slices=50, drivers=5)
"""A terminal scrolls; a message has a limit."""

ALL = TrendDetail(values=sys.maxsize, months=LENGTHS[-1])
WHOLE = DigestDetail(segments=50)
ABREAST = 5
"""How many series stand side by side in 80 columns."""


def print_reply(reply: Reply, console: Console, *, chart: Path | None = None) -> None:
    """Print a reply of either kind, see `print_answer`."""
    _print(_trend_parts(reply) if isinstance(reply, Trend) else _parts(reply), console, chart)


def print_answer(answer: Answer, console: Console, *, chart: Path | None = None) -> None:
    """Print an answer; ``chart`` is where its picture was written, if it was.

    Names out of the ledger are printed as they are: ``[red]`` in one is no markup.
    """
    _print(_parts(answer), console, chart)


def print_digest(digest: Digest, console: Console, *, charts: Iterable[Path] = ()) -> None:
    """Print a digest as its channel would get it, see `print_answer`."""
    _print(_digest_parts(digest), console, None)
    for chart in charts:
        _print((), console, chart)


def print_grid(grid: Grid, console: Console, *, figures: int) -> None:
    """Print one table; so many of its columns after the first are figures."""
    _print(_titled(grid, figures=figures), console, None)


def _print(parts: Iterable[RenderableType], console: Console, chart: Path | None) -> None:
    for part in parts:
        console.print(part)
    if chart is not None:
        console.print(Text(f"chart written to {chart}", style=QUIET), soft_wrap=True)


def _parts(answer: Answer) -> Iterator[RenderableType]:
    yield Text(headline(answer), style="bold")
    yield from _lines(lead(answer))
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


def _trend_parts(trend: Trend) -> Iterator[RenderableType]:
    yield Text(trends.headline(trend), style="bold")
    if trend.parts:
        yield from _titled(series_grid(trend, ALL), figures=4)
        tables = course_tables(trend, abreast=ABREAST)
    else:
        tables = (month_grid(trend, ALL),)
    yield from _titled(course_grid(trend, ALL), figures=0)
    for grid in tables:
        yield from _titled(grid, figures=len(grid.header) - 1)
    for line in trends.notes(trend):
        yield Text(line, style=QUIET)
    yield Text("")
    yield Text(footer(trend), style=QUIET)


def _digest_parts(digest: Digest) -> Iterator[RenderableType]:
    yield Text(digests.headline(digest), style="bold")
    yield from _lines(digests.lead_lines(digest))
    for note in digests.freshness(digest):
        yield Text(note, style=WARNING)
    if happened := digests.what_happened(digest):
        yield Text(f"\n{happened}")
    if restated := digests.restated_lines(digest):
        yield Text(f"\n{digests.restated_title(digest)}", style="bold")
        yield from _lines(restated)
    if digests.has_rows(digest):
        grid = segment_grid(digest, WHOLE)
        yield from _titled(grid, figures=len(grid.header) - 1)
    if changes := change_grid(digest):
        yield from _titled(changes, figures=2)
    if meaning := digests.diagnosis_lines(digest):
        yield Text("")
        yield from _lines(meaning)
    yield Text("")
    for line in (*digests.small_print(digest), footer(digest.answer)):
        yield Text(line, style=QUIET)


def _lines(lines: Iterable[Line]) -> Iterator[Text]:
    for line in lines:
        yield Text.assemble((line.label, "bold"), f" {line.words}")


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
