"""JSON of money, ratios, periods and moments, the same in every document."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from bot.style.grounds import DEFINITION, Grounds
from metrics.money import round_half_up, to_major
from metrics.periods import Period
from metrics.retention import Retention

Json = dict[str, Any]
_PLACES = 6


def closed_month(closed_through: date | None) -> str | None:
    """Name the last closed month, ``2026-10``, by the first day after it."""
    return f"{closed_through - timedelta(days=1):%Y-%m}" if closed_through else None


def grounds_json(grounds: Grounds) -> Json:
    """Give the data and the definition that the figures rest on."""
    return {
        "definition": DEFINITION,
        "data_as_of": moment_json(grounds.data_as_of),
        "as_of": grounds.as_of and moment_json(grounds.as_of),
        "data_version": grounds.data_version,
        "away_since": grounds.away_since and moment_json(grounds.away_since),
        "closed_through": closed_month(grounds.reach.closed_through),
        "data_through": grounds.reach.data_through.isoformat(),
        "rates": grounds.rates,
    }


def retention_json(retention: Retention, currency: str) -> Json:
    """Give the parts and ratios of one opening base."""
    return {
        "accounts_opening": retention.accounts_opening,
        "accounts_retained": retention.accounts_retained,
        "opening_mrr": money_json(retention.opening, currency),
        "expansion": money_json(retention.expansion, currency),
        "contraction": money_json(retention.contraction, currency),
        "churn": money_json(retention.churn, currency),
        "closing_mrr": money_json(retention.closing, currency),
        "nrr": ratio_json(retention.nrr),
        "grr": ratio_json(retention.grr),
        "logo_retention": ratio_json(retention.logo_retention),
    }


def period_json(period: Period) -> Json:
    """Give a period by its label and its half-open days, the measured ones by ``through``."""
    return {
        "label": period.label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "through": period.measured_end.isoformat(),
        "complete": period.complete,
    }


def money_json(amount_minor: int, currency: str) -> str:
    """Give an amount in major units with the decimals of its currency."""
    return f"{to_major(amount_minor, currency):f}"  # text: a reader's float would lose cents


def ratio_json(ratio: Fraction | None) -> str | None:
    """Give a ratio with six decimals; None stays None."""
    return None if ratio is None else f"{round_half_up(ratio, _PLACES):f}"


def moment_json(moment: datetime) -> str:
    """Give an aware moment in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
