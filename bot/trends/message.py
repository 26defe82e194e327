"""A trend as a Slack message: headline, line chart, table of series and footer."""

from collections.abc import Iterator
from dataclasses import replace

from bot.message import Message
from bot.questions.buttons import IN_FULL, FollowUp, split_by
from bot.style.blocks import bold, context, header, labelled, section, table
from bot.style.framing import Frame, first_fitting, spoken
from bot.style.grid import Grid
from bot.style.grounds import footer
from bot.trends.native_chart import trend_chart
from bot.trends.trend import Trend
from bot.trends.wording.rows import (
    FULL,
    TrendDetail,
    course_lines,
    month_grid,
    more_line,
    series_grid,
)
from bot.trends.wording.sentences import headline, notes, verdict_lines

DETAILS = (
    *(FULL, TrendDetail(values=8, drawn=5, months=24), TrendDetail(values=6, drawn=4, months=18)),
    *(TrendDetail(values=4, drawn=3, months=12), TrendDetail(values=2, drawn=1, months=6)),
)
"""Lengths of a long trend, the longest first: the first message that Slack takes is sent."""


def follow_ups(trend: Trend, main_dimension: str) -> list[FollowUp]:
    """List the questions to ask after a trend: its last complete window alone, and a split."""
    found, latest = [], trend.whole.latest
    if latest is not None:
        alone = replace(trend.question, window=None, period=latest.period)
        found.append(FollowUp(IN_FULL, f"{latest.period.label} in full", alone))
    if trend.question.dimension is None:
        found.append(split_by(trend.question, main_dimension))
    return found


def trend_message(trend: Trend, frame: Frame) -> Message:
    """Lay a trend out in a frame, with as much of it as Slack takes."""
    return first_fitting(_message(trend, frame, detail) for detail in DETAILS)


def _message(trend: Trend, frame: Frame, detail: TrendDetail) -> Message:
    verdicts = verdict_lines(trend, most=detail.values)
    rows = _rows(trend, detail)
    picture = frame.picture or trend_chart(trend, detail)  # Slack's own where none is uploaded
    opening = (
        *frame.before,
        *((section(trend.question.note),) if trend.question.note else ()),
        header(headline(trend)),
        *((labelled(*verdicts),) if verdicts else ()),
    )
    closing = (
        *(bold(rows.title), table(rows)),
        *(context(*_small_print(trend, detail)), context(footer(trend.grounds))),
        *frame.after,
    )
    return Message(
        text=spoken(_spoken(trend, detail), frame),
        blocks=(*opening, *((picture,) if picture else ()), *closing),
        plainer=(*opening, *closing),
    )


def _rows(trend: Trend, detail: TrendDetail) -> Grid:
    return series_grid(trend, detail) if trend.breakdown else month_grid(trend, detail)


def _small_print(trend: Trend, detail: TrendDetail) -> tuple[str, ...]:
    more = more_line(trend, detail)
    return (*([more] if more else ()), *notes(trend))


def _spoken(trend: Trend, detail: TrendDetail) -> Iterator[str]:
    rows = _rows(trend, detail)
    if trend.question.note:
        yield trend.question.note
    yield headline(trend)
    yield from map(str, verdict_lines(trend, most=detail.values))
    yield from (rows.title, *map(str, rows.lines()))
    # Whoever hears the message gets the course that others see in the chart.
    yield from map(str, course_lines(trend, detail))
    yield from (*_small_print(trend, detail), footer(trend.grounds))
