"""The alt text of a trend's chart."""

from bot.style.figures import percent
from bot.style.names import shortened
from bot.style.pictures import MAX_ALT_TEXT
from bot.trends.trend import Trend, TrendSeries
from bot.trends.wording.rows import FULL, TrendDetail, drawn, label
from bot.trends.wording.sentences import headline, running_line, series_name


def trend_alt_text(trend: Trend, detail: TrendDetail = FULL) -> str:
    """Describe the chart by where each line begins and ends, at most 1,000 characters."""
    lines = "; ".join(_ends(trend, series) for series in drawn(trend, detail))
    said = f"{headline(trend)}. Line chart: {lines}."
    running = running_line(trend)
    return shortened(f"{said} {running}" if running else said, MAX_ALT_TEXT)


def _ends(trend: Trend, series: TrendSeries) -> str:
    known = [point for point in series.complete if point.retention.nrr is not None]
    name = series_name(trend, series)
    if not known:
        return f"{name} {percent(None)}"
    ends = (f"{percent(point.retention.nrr)} in {label(point)}" for point in (known[0], known[-1]))
    return f"{name} {' to '.join(dict.fromkeys(ends))}"
