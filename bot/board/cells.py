"""Cells of a workbook as values: words, money, counts, ratios, and formulas with their results."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from string import ascii_uppercase

from bot.style.figures import NOT_DEFINED
from metrics.retention import Retention


class Form(StrEnum):
    """The form that a cell is shown in."""

    TEXT = "text"
    TITLE = "title"
    HEAD = "head"
    NOTE = "note"
    MONEY = "money"
    COUNT = "count"
    RATIO = "ratio"
    POINTS = "points"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A value and its form; money is in minor units, a ratio is 1 where it is shown as 100%.

    With a ``formula`` the value is its result; None is a ratio without a base.
    """

    value: str | int | Fraction | None
    form: Form = Form.TEXT
    formula: str = ""
    is_total: bool = False


Row = tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """A sheet: its rows, how many of them stay when the others scroll, and its first column.

    ``first`` and ``other`` are widths of columns in letters.
    """

    name: str
    rows: tuple[Row, ...]
    frozen: int = 0
    first: int = 30
    other: int = 16


RETENTION_HEAD = (
    *("Opening", "Expansion", "Contraction", "Churn", "Closing", "NRR", "GRR"),
    *("Accounts", "Retained", "Logo retention"),
)
"""The columns that `retention_cells` fills, from the second on."""


def words(*texts: str, form: Form = Form.TEXT) -> Row:
    """Fill cells with words."""
    return tuple(Cell(value=text, form=form) for text in texts)


def head(*texts: str) -> Row:
    """Fill the cells above columns."""
    return words(*texts, form=Form.HEAD)


def name_of(row: int, column: int) -> str:
    """Name a cell as formulas do; both are counted from 0.

    Examples
    --------
    >>> name_of(0, 0), name_of(11, 27)
    ('A1', 'AB12')
    """
    letters, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, len(ascii_uppercase))
        letters = ascii_uppercase[letter] + letters
    return f"{letters}{row + 1}"


def quotient(over: str, under: str, value: Fraction | None) -> Cell:
    """Divide two expressions, where the second is not nothing."""
    formula = f'=IF({under}=0,"{NOT_DEFINED}",({over})/{under})'
    return Cell(value=value, form=Form.RATIO, formula=formula)


def difference(cell: str, other: str, value: Fraction | None) -> Cell:
    """Subtract two ratios that are both defined; a cell without a value else."""
    if value is None:
        return Cell(value=None, form=Form.POINTS)
    return Cell(value=value, form=Form.POINTS, formula=f"={cell}-{other}")


def retention_cells(row: int, retention: Retention) -> Row:
    """Write the parts of a retention from the second column of a row on, with its ratios."""
    opening, expansion, contraction, churn, closing = (name_of(row, at) for at in range(1, 6))
    parts = (retention.opening, retention.expansion, retention.contraction, retention.churn)
    total = f"={opening}+{expansion}-{contraction}-{churn}"
    accounts, retained = name_of(row, 8), name_of(row, 9)
    return (
        *(Cell(value=part, form=Form.MONEY) for part in parts),
        Cell(value=retention.closing, form=Form.MONEY, formula=total),
        quotient(closing, opening, retention.nrr),
        quotient(f"{opening}-{contraction}-{churn}", opening, retention.grr),
        Cell(value=retention.accounts_opening, form=Form.COUNT),
        Cell(value=retention.accounts_retained, form=Form.COUNT),
        quotient(retained, accounts, retention.logo_retention),
    )


def sum_cells(row: int, first: int, last: int, retention: Retention) -> Row:
    """Write a retention as the sum of the rows from ``first`` to ``last``."""

    def summed(column: int, value: int, form: Form) -> Cell:
        over = f"=SUM({name_of(first, column)}:{name_of(last, column)})"
        return Cell(value=value, form=form, formula=over, is_total=True)

    cells = list(retention_cells(row, retention))
    for column, cell in enumerate(cells, 1):
        if cell is not None and not cell.formula and isinstance(cell.value, int):
            cells[column - 1] = summed(column, cell.value, cell.form)
    return tuple(cells)
