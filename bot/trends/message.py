"""A trend as parts: level and change in a year first, then the chart; tables when asked for."""

from collections.abc import Iterator
from dataclasses import replace

from bot.benchmarks.wording import beside_line, goal_line
from bot.questions.buttons import ONE_PERIOD, FollowUp, full_answer, split_by, why
from bot.questions.question import View, ViewOptions
from bot.style.grid import Grid
from bot.style.grounds import footer, provenance, warnings
from bot.style.names import capitalised, short_period
from bot.style.parts import Chart, Footer, Headline, Parts, Quiet, Said, Table
from bot.trends.native_chart import trend_chart
from bot.trends.trend import Trend
from bot.trends.wording.findings import finding_lines
from bot.trends.wording.rows import (
    FULL,
    TrendDetail,
    course_lines,
    month_grid,
    more_line,
    series_grid,
)
from bot.trends.wording.sentences import course_sentence, headline, notes, running_line

DETAILS = (
    *(FULL, TrendDetail(values=8, drawn=5, months=24), TrendDetail(values=6, drawn=4, months=18)),
    *(TrendDetail(values=4, drawn=3, months=12), TrendDetail(values=2, drawn=1, months=6)),
)
"""Lengths of a long trend, the longest first: the first message that Slack takes is sent."""


def follow_ups(trend: Trend, main_dimension: str) -> list[FollowUp]:
    """List the questions to ask after a trend: why, a split, its table, its last window alone."""
    question, latest = trend.question, trend.whole.latest
    found, alone = [], None
    if latest is not None:
        plain = replace(question, options=ViewOptions(), view=View.ANSWER)
        alone = replace(plain, period=latest.period)
        found.append(why(alone))
    if question.dimension is None:
        found.append(split_by(question, main_dimension))
    if question.view is not View.FULL:
        found.append(full_answer(question, "Table"))
    if latest is not None and alone is not None:
        found.append(FollowUp(ONE_PERIOD, capitalised(short_period(latest.period)), alone))
    return found


def trend_compositions(trend: Trend) -> Iterator[Parts]:
    """Compose a trend as its question asks for it, with less and less of what is long."""
    is_full = trend.question.view is View.FULL
    for detail in DETAILS:
        chart = Chart(trend_chart(trend, detail), _course(trend, detail))
        yield (
            *opening(trend),
            chart,
            *(tables(trend, detail) if is_full else (Quiet(more_line(trend, detail)),)),
            ending(trend),
        )


def opening(trend: Trend) -> Parts:
    """Compose what a trend says first."""
    return (
        Said(trend.question.note),
        Headline(headline(trend)),
        Quiet(*warnings(trend.grounds)),
        Said(
            *finding_lines(trend),
            course_sentence(trend),
            _beside(trend),
        ),
        Quiet(running_line(trend)),
    )


def _beside(trend: Trend) -> str | None:
    """Write the goal, and the peers that are drawn behind one line: a split is about its values."""
    beside = trend.benchmarked
    if beside is None or not trend.breakdown:
        return beside_line(beside, trend.unit)
    return goal_line(beside.goal, trend.unit)


def tables(trend: Trend, detail: TrendDetail) -> Parts:
    """Compose the table behind a trend, and the notes that go with it."""
    figures = 4 if trend.breakdown else None  # the last column is a direction
    return Table(rows_of(trend, detail), figures), Quiet(more_line(trend, detail), *notes(trend))


def rows_of(trend: Trend, detail: TrendDetail) -> Grid:
    """Tabulate the series of a split trend, and the months of any other."""
    return series_grid(trend, detail) if trend.breakdown else month_grid(trend, detail)


def ending(trend: Trend) -> Footer:
    """Compose what a trend rests on."""
    is_full = trend.question.view is View.FULL
    return Footer(provenance(trend.grounds) if is_full else footer(trend.grounds))


def _course(trend: Trend, detail: TrendDetail) -> str:
    # Whoever hears the message gets the course that others see in the chart.
    return "\n".join(map(str, course_lines(trend, detail)))
