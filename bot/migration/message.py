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
from bot.style.parts import Chart, Part, Parts, Quiet, Said, Table


def follow_ups(matrix: MigrationMatrix) -> list[FollowUp]:
    """List the questions to ask after a matrix, as buttons in this order."""
    answered = replace(matrix.question, view=View.ANSWER, dimension=None)
    return [split_by(answered, matrix.dimension), accounts_of(answered), full_answer(answered)]


def matrix_parts(matrix: MigrationMatrix) -> Parts:
    """Compose a matrix."""
    return _framed(matrix, Table(matrix_grid(matrix)), Chart(None))


def printed_matrix(matrix: MigrationMatrix) -> Parts:
    """Compose a matrix for a terminal, whose columns are too narrow for two figures."""
    return _framed(matrix, Table(account_grid(matrix)), Table(amount_grid(matrix)))


def _framed(matrix: MigrationMatrix, *shown: Part) -> Parts:
    said = Said(finding(matrix), left_line(matrix))
    return matrix.framed(headline(matrix), said, *shown, Quiet(reading_line(matrix)))
