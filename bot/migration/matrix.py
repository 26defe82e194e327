"""A migration matrix, as a value that everything else shows."""

from dataclasses import dataclass

from bot.questions.grounded import GroundedReply
from metrics.migration import Migration
from metrics.retention import Retention


@dataclass(frozen=True, slots=True, kw_only=True)
class MigrationMatrix(GroundedReply):
    """The reply to a question for migration; amounts are MRR in minor units.

    Rows and columns of ``migration`` are values of ``dimension``; the rows of the opening base come
    to ``retention``.
    """

    dimension: str
    retention: Retention
    migration: Migration
