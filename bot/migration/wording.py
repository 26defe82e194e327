"""The words of migration: who moved, what that brought and took, and the matrix."""

from collections.abc import Callable
from typing import Final

from bot.migration.matrix import MigrationMatrix
from bot.style.figures import NO_BREAK_SPACE
from bot.style.grid import Grid
from bot.style.names import capitalised, dimension_name, in_period, plural, safe_name, scope_name
from metrics.migration import Beyond, Cell, Flow, Migration, Place

MOST_VALUES: Final = 6
HIDDEN: Final = "·"
_NOBODY: Final = ""
_SPOKEN: Final = 3
_LONGEST: Final = 18
_BEYOND = (Beyond.OTHERS, Beyond.PAUSED, Beyond.LEFT)
_OUT = (Beyond.LEFT, Beyond.PAUSED)


def headline(matrix: MigrationMatrix) -> str:
    """Write how many accounts moved, and what that came to."""
    scope = matrix.question.scope
    of = f" · {scope_name(scope)}" if scope else ""
    name, when = dimension_name(matrix.dimension), in_period(matrix.question.period)
    moved = matrix.migration.total(_moved)
    if not moved.accounts:
        said = (
            "No account is shown that changed" if matrix.migration.hidden else "No account changed"
        )
        return f"{said} its {name} {when}{of}"
    who, change = plural(moved.accounts, "account"), matrix.unit.signed_short(moved.change)
    return f"{who} changed {name} {when}: {change} {matrix.unit.name}{of}"


def finding(matrix: MigrationMatrix) -> str | None:
    """Say which moves brought and took the most."""
    moves = matrix.migration.moves[:_SPOKEN]
    if not moves:
        return None
    said = (
        f"{place_name(before)} → {place_name(after)} {matrix.unit.signed_short(flow.change)}"
        f" ({plural(flow.accounts, 'account')})"
        for (before, after), flow in moves
    )
    return f"Largest moves: {', '.join(said)}."


def left_line(matrix: MigrationMatrix) -> str | None:
    """Say how many left, and from which value the most did."""
    lost = {
        cell[0]: flow for cell, flow in matrix.migration.flows.items() if cell[1] is Beyond.LEFT
    }
    if not lost or matrix.migration.hidden:
        return None
    gone = sum(flow.accounts for flow in lost.values())
    place, most = max(lost.items(), key=lambda item: (item[1].opening, item[1].accounts))
    base = plural(matrix.retention.accounts_opening, "account")
    return (
        f"{gone:,} of {base} left; the most MRR was lost from {place_name(place)}"
        f" ({matrix.unit.short(most.opening)})."
    )


def reading_line(matrix: MigrationMatrix) -> str:
    """Say how the matrix is read, and what its rows and columns come to."""
    retention = matrix.retention
    opens, closes = (matrix.unit.short(one) for one in (retention.opening, retention.closing))
    name = dimension_name(matrix.dimension)
    said = (
        f"Rows: {name} at the opening, {opens} {matrix.unit.name} together; columns: {name} at the"
        f" close, where the same accounts pay {closes}. A cell has accounts and their MRR then; of"
        " those that left or paused, what they paid before."
    )
    if matrix.migration.hidden:
        said += f" {HIDDEN}: left out, of fewer than five accounts or beside such."
    return said


def matrix_grid(matrix: MigrationMatrix) -> Grid:
    """Lay the matrix out: a row for each value before, a column for each value after."""
    return _grid(
        matrix,
        "",
        lambda cell, flow: f"{flow.accounts:,} · {matrix.unit.short(_worth(cell, flow))}",
    )


def account_grid(matrix: MigrationMatrix) -> Grid:
    """Lay out the accounts of each cell."""
    return _grid(matrix, "Accounts", lambda _, flow: f"{flow.accounts:,}")


def amount_grid(matrix: MigrationMatrix) -> Grid:
    """Lay out the MRR of each cell at the close, of those that left what they paid."""
    title = f"{matrix.unit.name} at the close; of those that left, when the period opened"
    return _grid(matrix, title, lambda cell, flow: matrix.unit.short(_worth(cell, flow)))


def _grid(matrix: MigrationMatrix, title: str, write: Callable[[Cell, Flow], str]) -> Grid:
    shown = matrix.migration.condensed(MOST_VALUES)
    rows, columns = rows_of(shown), columns_of(shown)

    def words(cell: Cell) -> str:
        if cell in shown.hidden:
            return HIDDEN
        flow = shown.flows.get(cell)
        return _NOBODY if flow is None else write(cell, flow)

    named = (f"→{NO_BREAK_SPACE}{place_name(one)}" for one in columns)
    header = (capitalised(dimension_name(matrix.dimension)), *named)
    return Grid(
        title=title,
        header=header,
        rows=tuple((place_name(row), *(words((row, one)) for one in columns)) for row in rows),
        named=True,
    )


def rows_of(migration: Migration) -> list[Place]:
    """List the rows: values by opening MRR, then what is beyond them."""
    found = {*migration.opened, *(before for before, _ in migration.hidden)}
    return _ordered(migration, found)


def columns_of(migration: Migration) -> list[Place]:
    """List the columns: values in the order of the rows, then what is beyond them."""
    found = {*migration.closed, *(after for _, after in migration.hidden)}
    return _ordered(migration, found)


def place_name(place: Place) -> str:
    """Name a value, or a place beyond the values."""
    return place.value if isinstance(place, Beyond) else safe_name(place, longest=_LONGEST)


def _ordered(migration: Migration, found: set[Place]) -> list[Place]:
    order = dict.fromkeys((*migration.opened, *migration.closed, *sorted(found, key=place_name)))
    values = [one for one in order if isinstance(one, str) and one in found]
    return [*values, *(one for one in (*_BEYOND, Beyond.ARRIVED) if one in found)]


def _worth(cell: Cell, flow: Flow) -> int:
    return flow.opening if cell[1] in _OUT else flow.closing


def _moved(cell: Cell) -> bool:
    return cell[0] != cell[1] and cell[0] is not Beyond.ARRIVED and cell[1] not in _OUT
