"""A comparison as JSON: both sides, their difference, and its parts by value."""

from bot.comparing.comparison import Column, Comparison
from bot.findings.change_document import change_json
from bot.questions.document import head_json
from bot.style.document import Json, grounds_json, period_json, ratio_json, retention_json


def comparison_json(comparison: Comparison) -> Json:
    """Convert a comparison; the difference is left less right, and a share: 0.01 is a point."""
    currency = comparison.grounds.currency
    left, right = comparison.left.retention.nrr, comparison.right.retention.nrr
    change = comparison.change
    return {
        **head_json(comparison),
        "left": _column(comparison.left, currency),
        "right": _column(comparison.right, currency),
        "difference": ratio_json(None if left is None or right is None else left - right),
        "change": change and change_json(change, comparison.dimension),
        **grounds_json(comparison.grounds),
    }


def _column(side: Column, currency: str) -> Json:
    return {
        "scope": dict(side.scope),
        "rest": side.is_rest,
        "period": period_json(side.period),
        **retention_json(side.retention, currency),
        "trailing_twelve_months": side.year and retention_json(side.year, currency),
    }
