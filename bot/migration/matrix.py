"""A migration matrix, as a value that everything else shows."""

from dataclasses import dataclass

from bot.questions.question import Question
from bot.style.figures import Unit
from bot.style.grounds import Grounds
from metrics.migration import Migration
from metrics.retention import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationMatrix:
    """The reply to a question for migration; amounts are MRR in minor units.

    Rows and columns of ``migration`` are values of ``dimension``; the rows of the opening base come
    to ``retention``.
    """

    question: Question
    grounds: Grounds
    dimension: str
    retention: Retention
    migration: Migration

    @property
    def unit(self) -> Unit:
        """The unit that amounts are shown in."""
        return Unit(self.grounds.currency, self.question.in_arr)
