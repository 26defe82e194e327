"""A trend as a Slack message: headline, line chart, table of series and footer."""

from bot.message import Message
from bot.questions.buttons import ask_next, split
from bot.style.blocks import bold, context, header, labelled, table
from bot.style.framing import Frame, first_fitting, private_frame, public_frame
from bot.style.grid import Grid
from bot.style.grounds import footer
from bot.style.names import escaped
from bot.trends.buttons import in_full, trend_buttons
from bot.trends.native_chart import trend_chart
from bot.trends.trend import Trend
from bot.trends.wording.pictures import trend_alt_text
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


def trend_message(trend: Trend, *, can_share: bool, main_dimension: str) -> Message:
    """Lay a trend out for the person who asked, with buttons to go deeper."""
    buttons = trend_buttons(trend, can_share=can_share, main_dimension=main_dimension)
    return _fitting(trend, private_frame(buttons))


def shared_trend(
    trend: Trend, *, shared_by: str, file_id: str | None, main_dimension: str
) -> Message:
    """Lay a trend out for a channel: who shared it, a picture, and follow-up questions.

    Parameters
    ----------
    shared_by : str
        A Slack user's id; anything else is left out.
    file_id : str or None
        The uploaded chart; without one Slack draws its own.
    """
    is_split = trend.question.dimension is not None
    questions = (in_full(trend), None if is_split else split(trend.question, main_dimension))
    frame = public_frame(
        shared_by=shared_by,
        file_id=file_id,
        alt_text=trend_alt_text(trend),
        after=context(ask_next(question for question in questions if question)),
    )
    return _fitting(trend, frame)


def _fitting(trend: Trend, frame: Frame) -> Message:
    return first_fitting(_message(trend, frame, detail) for detail in DETAILS)


def _message(trend: Trend, frame: Frame, detail: TrendDetail) -> Message:
    verdicts = verdict_lines(trend, most=detail.values)
    rows = _rows(trend, detail)
    picture = frame.picture or trend_chart(trend, detail)  # Slack's own where none is uploaded
    opening = (
        *frame.before,
        header(headline(trend)),
        *((labelled(*verdicts),) if verdicts else ()),
    )
    closing = (
        *(bold(rows.title), table(rows)),
        *(context(*_small_print(trend, detail)), context(footer(trend.grounds))),
        *frame.after,
    )
    return Message(
        text=_spoken(trend, detail, first_line=frame.first_line),
        blocks=(*opening, *((picture,) if picture else ()), *closing),
        plainer=(*opening, *closing),
    )


def _rows(trend: Trend, detail: TrendDetail) -> Grid:
    return series_grid(trend, detail) if trend.parts else month_grid(trend, detail)


def _small_print(trend: Trend, detail: TrendDetail) -> tuple[str, ...]:
    more = more_line(trend, detail)
    return (*([more] if more else ()), *notes(trend))


def _spoken(trend: Trend, detail: TrendDetail, *, first_line: str) -> str:
    verdicts, rows = verdict_lines(trend, most=detail.values), _rows(trend, detail)
    lines = [headline(trend), *map(str, verdicts), rows.title, *map(str, rows.lines())]
    lines += [*map(str, course_lines(trend, detail)), *_small_print(trend, detail)]
    said = escaped("\n".join((*lines, footer(trend.grounds))))
    return f"{first_line}\n{said}" if first_line else said
