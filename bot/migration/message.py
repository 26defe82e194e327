"""Migration as parts: who moved, what that came to, and the matrix."""

from dataclasses import replace

from bot.migration.matrix import MigrationMatrix
from bot.migration.wording import (
    account_grid,
    amount_grid,
    finding,
    headline,
    left_line,
    matrix_grid,
    reading_line,
)
from bot.questions.buttons import FollowUp, accounts_of, full_answer, split_by
from bot.questions.question import View
from bot.style.grounds import footer, warnings
from bot.style.parts import Chart, Footer, Headline, Parts, Quiet, Said, Table


def follow_ups(matrix: MigrationMatrix) -> list[FollowUp]:
    """List the questions to ask after a matrix, as buttons in this order."""
    answered = replace(matrix.question, view=View.ANSWER, dimension=None)
    return [split_by(answered, matrix.dimension), accounts_of(answered), full_answer(answered)]


def matrix_parts(matrix: MigrationMatrix) -> Parts:
    """Compose a matrix."""
    return (*_opening(matrix), Table(matrix_grid(matrix)), Chart(None), *_closing(matrix))


def printed_matrix(matrix: MigrationMatrix) -> Parts:
    """Compose a matrix for a terminal, whose columns are too narrow for two figures."""
    tables = Table(account_grid(matrix)), Table(amount_grid(matrix))
    return (*_opening(matrix), *tables, *_closing(matrix))


def _opening(matrix: MigrationMatrix) -> Parts:
    return (
        Quiet(matrix.question.note, *warnings(matrix.grounds)),
        Headline(headline(matrix)),
        Said(finding(matrix), left_line(matrix)),
    )


def _closing(matrix: MigrationMatrix) -> Parts:
    return (Quiet(reading_line(matrix)), Footer(footer(matrix.grounds)))
