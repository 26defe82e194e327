"""Pages to print: a finding as the title, a chart in its own size, words and a table around it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from matplotlib import rcParams
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from bot.charts.lettering import drawable, narrowed, width_of, wrapped, write
from bot.charts.picture import draw
from bot.charts.sheet import FAINT, GRID, INK, WIDTH
from bot.charts.values import Chart
from bot.style.grid import Grid
from bot.style.names import UNNAMED

# Letters as letters, to be searched and copied. Of all that is drawn, only PDF files read this.
rcParams["pdf.fonttype"] = 42

A4 = (11.69, 8.27)  # inches, lying
EDGE, GAP = 0.6, 0.25
TITLE, TEXT, CELL, SMALL = 18.0, 11.5, 10.5, 8.0  # points
POINTS_PER_INCH = 72
MOST_LINES, MOST_ROWS = 6, 14
"""Lines of a sentence, and rows of a table, that a page has room for."""
_LEADING, _EMPTY, _ROW = 1.35, 0.5, 1.25
_UNDER = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: ``title`` states the finding; the lines stand beside the chart, the table below."""

    title: str
    lines: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Grid | None = None


def pdf(pages: tuple[Page, ...], *, name: str, source: str) -> bytes:
    """Print pages, with their numbers, as a PDF file; the same pages give the same bytes."""
    file = BytesIO()
    undated = {"Title": name, "CreationDate": None, "Producer": None, "Creator": None}
    with PdfPages(file, metadata=undated) as book:
        for number, page in enumerate(pages, 1):
            book.savefig(drawn(page, source=f"{source} · page {number} of {len(pages)}"))
    return file.getvalue()


def drawn(page: Page, *, source: str) -> Figure:
    """Draw a page."""
    inches = A4[0] - 2 * EDGE
    title = wrapped(plain(page.title), inches=inches, size=TITLE, bold=True)
    top = A4[1] - EDGE - len(title) * _height(TITLE) - GAP
    figure, chart_foot = _with_chart(page.chart, top)
    _write(figure, title, at=(EDGE, A4[1] - EDGE), size=TITLE, is_bold=True)
    left = EDGE if page.chart is None else EDGE + WIDTH + 2 * GAP
    said = _broken(page.lines, inches=A4[0] - EDGE - left)
    foot = _write(figure, said, at=(left, top), size=TEXT)
    if page.table is not None:
        _draw_table(figure, page.table, top=min(foot, chart_foot) - GAP)
    small = narrowed(source, inches=inches, size=SMALL)
    _write(figure, (small,), at=(EDGE, EDGE), size=SMALL, colour=FAINT)
    return figure


def plain(words: str) -> str:
    """Keep of words what the font of a page can write."""
    return " ".join(filter(None, map(drawable, words.split()))) or UNNAMED


def _with_chart(chart: Chart | None, top: float) -> tuple[Figure, float]:
    """Make the page of a chart's own figure: it is drawn in the size that it is made for."""
    if chart is None:
        return Figure(figsize=A4, facecolor="white"), top
    figure = draw(replace(chart, caption=replace(chart.caption, title="", source="")))
    width, height = (float(size) for size in figure.get_size_inches())
    foot = top - height

    def moved(x: float, y: float) -> tuple[float, float]:
        return (EDGE + x * width) / A4[0], (foot + y * height) / A4[1]

    boxes = [axes.get_position(original=True).bounds for axes in figure.axes]
    figure.set_size_inches(*A4)
    for text in figure.texts:
        text.set_position(moved(*text.get_position()))
    for axes, (x, y, wide, high) in zip(figure.axes, boxes, strict=True):
        axes.set_position((*moved(x, y), wide * width / A4[0], high * height / A4[1]))
    return figure, foot


def _broken(lines: Sequence[str], *, inches: float) -> tuple[str, ...]:
    """Break sentences into lines, with an empty one between two of them."""
    every = (wrapped(plain(line), inches=inches, size=TEXT, most=MOST_LINES) for line in lines)
    return tuple(part for parts in every for part in (*parts, ""))


def _write(
    figure: Figure,
    lines: Sequence[str],
    *,
    at: tuple[float, float],
    size: float,
    is_bold: bool = False,
    colour: str = INK,
) -> float:
    """Write lines below each other from a place on, in inches; return where they end."""
    x, y = at
    for line in lines:
        text = figure.text(x / A4[0], y / A4[1], line, va="top", fontsize=size, color=colour)
        write(text).set_fontweight("bold" if is_bold else "normal")
        y -= _height(size) * (1 if line else _EMPTY)
    return y


def _height(size: float) -> float:
    return size * _LEADING / POINTS_PER_INCH


def _draw_table(figure: Figure, grid: Grid, *, top: float) -> None:
    """Draw a table: the first column is of words, the others stand at the right of theirs."""
    rows = [tuple(map(plain_cell, row)) for row in (grid.header, *grid.rows[:MOST_ROWS])]
    ends = _column_ends(rows)
    for place, row in enumerate(rows):
        y = top - place * _height(TEXT) * _ROW
        for column, (cell, end) in enumerate(zip(row, ends, strict=True)):
            text = figure.text(end / A4[0], y / A4[1], cell, va="top", fontsize=CELL, color=INK)
            write(text).set_horizontalalignment("right" if column else "left")
            text.set_fontweight("normal" if place else "bold")
    y = (top - _height(TEXT) * _ROW + _UNDER) / A4[1]
    line = Line2D([EDGE / A4[0], max(ends) / A4[0]], [y, y], color=GRID, linewidth=1)
    figure.add_artist(line)


def plain_cell(words: str) -> str:
    """Keep of a cell what the font can write; an empty one stays empty."""
    return plain(words) if words.strip() else ""


def _column_ends(rows: Sequence[Sequence[str]]) -> list[float]:
    """Find the left end of the first column, and the right ends of the others, in inches."""
    widths = [
        max(width_of(cell, CELL, bold=True) for cell in column)
        for column in zip(*rows, strict=True)
    ]
    right, ends = EDGE + widths[0], [EDGE]
    for width in widths[1:]:
        right += width + GAP
        ends.append(right)
    return ends
