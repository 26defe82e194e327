"""A reply as the JSON document of ``nrrbot ask --json``: keys may be added, never renamed."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from bot.answers import Answer, Measured, Reply, Slice
from bot.trends import Point, Series, Trend
from metrics.activity import Activity
from metrics.money import round_half_up, to_major
from metrics.periods import Period
from metrics.retention import Retention, quick_ratio

Json = dict[str, Any]
_PLACES = 6


def reply_json(reply: Reply) -> Json:
    """Return the document; money and ratios are strings, what is undefined is None."""
    return trend_json(reply) if isinstance(reply, Trend) else answer_json(reply)


def answer_json(answer: Answer) -> Json:
    """Return the document of an answer about one period."""
    currency = answer.currency
    outside = answer.outside
    return {
        "question": {
            "text": answer.question.text,
            "scope": dict(answer.question.scope),
            "period": _period(answer.period),
        },
        "currency": currency,
        "result": _retention(answer.retention, currency),
        "memo": {
            "new": _money(outside.new, currency),
            "returning": _money(outside.returning, currency),
        },
        "trailing_twelve_months": _measured(answer.trailing, currency),
        "previous": _measured(answer.previous, currency),
        "comparison_periods": {
            "trailing_twelve_months": answer.trailing and _period(answer.trailing.period),
            "previous": answer.previous and _period(answer.previous.period),
        },
        "nrr_change": _ratio(answer.nrr_change),
        "annualised": _ratio(answer.annualised),
        "churn": {
            "gross_mrr_churn": _ratio(answer.retention.gross_mrr_churn),
            "net_mrr_churn": _ratio(answer.retention.net_mrr_churn),
            "logo_churn": _ratio(answer.retention.logo_churn),
        },
        "quick_ratio": _ratio(quick_ratio(answer.retention, outside)),
        "breakdown": [_slice(part, currency) for part in answer.breakdown],
        "activity": _activity(answer.activity, currency),
        **_grounds(answer),
    }


def trend_json(trend: Trend) -> Json:
    """Return the document of a trend: its points series by series, each the oldest first."""
    question = trend.question
    return {
        "question": {
            "text": question.text,
            "scope": dict(question.scope),
            "period": _period(question.period),
            "trend": {"months": question.period.months, "window_months": trend.window},
        },
        "currency": trend.currency,
        "trend": [
            _point(series, point, trend.currency)
            for series in trend.series
            for point in series.points
        ],
        "months_left_out": trend.months_left_out,
        **_grounds(trend),
    }


def closed_month(closed_through: date | None) -> str | None:
    """Return the last closed month, ``2026-10``, of the first day after it."""
    return f"{closed_through - timedelta(days=1):%Y-%m}" if closed_through else None


def _grounds(reply: Reply) -> Json:
    """Return what the figures rest on."""
    return {
        "definition": reply.definition,
        "data_as_of": _moment(reply.data_as_of),
        "as_of": reply.as_of and _moment(reply.as_of),
        "data_version": reply.data_version,
        "away_since": reply.away_since and _moment(reply.away_since),
        "closed_through": closed_month(reply.closed_through),
    }


def _point(series: Series, point: Point, currency: str) -> Json:
    return {
        "period": _period(point.period),
        "dimension": series.dimension,
        "value": series.value,
        **_retention(point.retention, currency),
    }


def _retention(retention: Retention, currency: str) -> Json:
    return {
        "accounts_opening": retention.accounts_opening,
        "accounts_retained": retention.accounts_retained,
        "opening_mrr": _money(retention.opening, currency),
        "expansion": _money(retention.expansion, currency),
        "contraction": _money(retention.contraction, currency),
        "churn": _money(retention.churn, currency),
        "closing_mrr": _money(retention.closing, currency),
        "nrr": _ratio(retention.nrr),
        "grr": _ratio(retention.grr),
        "logo_retention": _ratio(retention.logo_retention),
    }


def _measured(measured: Measured | None, currency: str) -> Json | None:
    return _retention(measured.retention, currency) if measured else None


def _slice(part: Slice, currency: str) -> Json:
    return {
        "dimension": part.dimension,
        "value": part.value,
        **_retention(part.retention, currency),
        "weight": _ratio(part.weight),
    }


def _activity(activity: Activity, currency: str) -> Json:
    return {
        "by_kind": {kind: _money(amount, currency) for kind, amount in activity.by_kind.items()},
        "by_driver": [
            {"kind": kind, "driver": driver, "amount": _money(amount, currency)}
            for (kind, driver), amount in activity.by_driver.items()
        ],
    }


def _period(period: Period) -> Json:
    return {
        "label": period.label,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "complete": period.complete,
    }


def _money(amount_minor: int, currency: str) -> str:
    return f"{to_major(amount_minor, currency):f}"


def _ratio(ratio: Fraction | None) -> str | None:
    return None if ratio is None else f"{round_half_up(ratio, _PLACES):f}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
