"""Migration measured: a question for it becomes its matrix, from the ledger."""

from collections.abc import Mapping

from bot.errors import UsageError
from bot.migration.matrix import MigrationMatrix
from bot.questions.question import Question
from bot.style.grounds import Grounds
from bot.style.names import dimension_name
from metrics.segments import PRODUCT, DerivedDimension
from storage.ledger.ledger import Ledger

USUAL = "plan"
_PRODUCTS = (
    "an account can pay for several products at once, so none moves between them: by product has"
    " what was switched. Try: by product last-quarter"
)


def read_matrix(
    ledger: Ledger, question: Question, grounds: Grounds, *, values: Mapping[str, tuple[str, ...]]
) -> MigrationMatrix:
    """Read where accounts went between the values of a dimension: plans, if none is named.

    Raises
    ------
    UsageError
        If that is products, or the ledger has no plans.
    """
    dimension = question.dimension or USUAL
    if PRODUCT in (dimension, *dict(question.scope)):
        raise UsageError(_PRODUCTS)
    if dimension not in values:
        raise UsageError(_no_plans(values))
    return MigrationMatrix(
        question=question,
        grounds=grounds,
        dimension=dimension,
        retention=ledger.retention(*question.period.ends, question.scope),
        migration=ledger.migration(dimension, *question.period.ends, question.scope),
    )


def _no_plans(values: Mapping[str, tuple[str, ...]]) -> str:
    known = [name for name in values if name != PRODUCT]
    stored = [name for name in known if name not in set(map(str, DerivedDimension))]
    instead = next(iter((*stored, *known)))  # what nrrbot derives is always there
    said = "no file has brought plans: a column called plan has them"
    by = instead.replace("_", "-")
    others = f"Other dimensions have moves, too: {dimension_name(instead)}"
    return f"{said}. {others}. Try: migration by {by}"
