"""The findings of a trend, in words: its latest window beside the one twelve months before."""

from bot.findings.lines import lines_of
from bot.findings.setting import FindingSetting
from bot.trends.trend import Trend


def finding_lines(trend: Trend) -> tuple[str, ...]:
    """Write what a trend has to say first; nothing about a mere level, which it shows."""
    return lines_of(trend.findings, setting_of(trend), year_first=True)


def setting_of(trend: Trend) -> FindingSetting:
    """Gather what the sentences of a trend's findings need to know."""
    latest, before = trend.whole.latest, trend.whole.year_before
    return FindingSetting(
        dimension=trend.breakdown[0].dimension if trend.breakdown else None,
        period=latest.period if latest else trend.question.period,
        before=before.period if before else None,
        whole=(trend.whole.now, before.retention if before else None),
        unit=trend.unit,
    )
