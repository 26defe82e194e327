"""The picture of migration: where the opening MRR of each value is at the close."""

from collections.abc import Sequence
from fractions import Fraction

from bot.charts.lettering import drawable
from bot.charts.picture import png
from bot.charts.values import Caption, Chart, Empty, HeatCell, HeatMap, HeatRow
from bot.migration.matrix import MigrationMatrix
from bot.migration.wording import HIDDEN, MOST_VALUES, columns_of, headline, place_name, rows_of
from bot.style.figures import NO_BASE, NO_BREAK_SPACE, percent
from bot.style.names import dimension_name, safe_name, shortened
from bot.style.pictures import MAX_ALT_TEXT
from metrics.migration import Beyond, Migration, Place
from storage.delivery.parcels import Picture

_OUT = (Beyond.LEFT, Beyond.PAUSED)


def matrix_picture(matrix: MigrationMatrix, *, source: str = "") -> Picture:
    """Draw a matrix, with its words; ``source`` is for a picture alone in a file."""
    return Picture(png(matrix_chart(matrix, source=source)), matrix_alt_text(matrix))


def matrix_chart(matrix: MigrationMatrix, *, source: str = "") -> Chart:
    """Chart the share of each value's opening MRR by where its accounts are at the close."""
    name = dimension_name(matrix.dimension)
    caption = Caption(
        title=_title(matrix),
        subtitle=f"Share of each {name}'s opening MRR by {name} at the close; blue pays more",
        source=source,
    )
    shown = matrix.migration.condensed(MOST_VALUES)
    rows = [row for row in rows_of(shown) if row is not Beyond.ARRIVED]
    if not rows:
        return Empty(caption=caption, reason=NO_BASE)
    columns = columns_of(shown)
    return HeatMap(
        caption=caption,
        columns=tuple(f"→{NO_BREAK_SPACE}{_drawn(column, columns)}" for column in columns),
        rows=tuple(
            HeatRow(
                name=_drawn(row, rows),
                note=f"{shown.opened[row].accounts:,}"
                if row in shown.opened and not shown.hidden
                else "",
                cells=tuple(_cell(shown, row, column) for column in columns),
            )
            for row in rows
        ),
        middle=Fraction(),
        head="" if shown.hidden else "accounts",
    )


def matrix_alt_text(matrix: MigrationMatrix) -> str:
    """Describe the picture with its figures, at most 1,000 characters."""
    moves = (
        f"{place_name(before)} to {place_name(after)} {flow.accounts:,}"
        for (before, after), flow in matrix.migration.moves
    )
    return shortened(f"{headline(matrix)}. Heat map of moves: {', '.join(moves)}.", MAX_ALT_TEXT)


def _title(matrix: MigrationMatrix) -> str:
    return drawable(headline(matrix)) or f"Moves by {dimension_name(matrix.dimension)}"


def _drawn(place: Place, among: Sequence[Place]) -> str:
    name = place.value if isinstance(place, Beyond) else safe_name(place)
    return drawable(name) or f"no. {among.index(place) + 1}"


def _cell(shown: Migration, row: Place, column: Place) -> HeatCell | None:
    cell = row, column
    if cell in shown.hidden:
        return HeatCell(share=Fraction(), label=HIDDEN)
    flow = shown.flows.get(cell)
    if flow is None or shown.hidden:  # beside a hidden cell a share would tell of it
        return None if flow is None else HeatCell(share=Fraction(), label=f"{flow.accounts:,}")
    share = Fraction(flow.opening, shown.opened[row].opening)
    # The moves are the subject: those that stayed have no colour.
    strength = Fraction() if row == column else share
    is_loss = column in _OUT or flow.change < 0
    return HeatCell(share=-strength if is_loss else strength, label=percent(share))
