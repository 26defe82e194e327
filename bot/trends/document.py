"""A trend as the JSON document of ``nrrbot ask --json``."""

from bot.benchmarks.document import beside_json
from bot.findings.document import findings_json
from bot.style.document import Json, grounds_json, period_json, ratio_json, retention_json
from bot.trends.trend import Trend, TrendPoint, TrendSeries
from bot.trends.wording.findings import setting_of


def trend_json(trend: Trend) -> Json:
    """Convert a trend: its points series by series, each the oldest first."""
    question = trend.question
    return {
        "question": {
            "text": question.words.text,
            "scope": dict(question.scope),
            "period": period_json(question.period),
            "trend": {"months": question.period.months, "window_months": trend.window},
        },
        "note": question.note,
        "finding": findings_json(trend.findings, setting_of(trend)),
        **beside_json(trend.benchmarked, trend.grounds.currency),
        "currency": trend.grounds.currency,
        "trend": [
            _point(series, point, trend.grounds.currency)
            for series in trend.series
            for point in series.points
            if point.is_in
        ],
        "year_before": [
            _point(series, series.year_before, trend.grounds.currency)
            for series in trend.series
            if series.year_before
        ],
        "chained": ratio_json(trend.chained),
        "months_left_out": trend.months_left_out,
        **grounds_json(trend.grounds),
    }


def _point(series: TrendSeries, point: TrendPoint, currency: str) -> Json:
    return {
        "period": period_json(point.period),
        "dimension": series.dimension,
        "value": series.value,
        **retention_json(point.retention, currency),
    }
