"""Replies in the terminal: the same words as in Slack, laid out for 80 columns."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from bot.answers.answer import Answer, Reply
from bot.answers.wording.rows import AnswerDetail, activity_grid, breakdown_grid, terms_grid
from bot.answers.wording.sentences import headline, identity, lead, notes, partial_note, sentence
from bot.style.grounds import footer
from bot.style.terminal import QUIET, WARNING, lines_of, print_all, table_of, titled
from bot.trends.terminal import trend_rows
from bot.trends.trend import Trend

LONG = AnswerDetail(slices=50, drivers=5)  # a terminal scrolls; a message has a limit


def print_reply(reply: Reply, console: Console, *, chart: Path | None = None) -> None:
    """Print an answer or a trend; ``chart`` is where its picture was written, if it was."""
    print_all(trend_rows(reply) if isinstance(reply, Trend) else _rows(reply), console, chart)


def _rows(answer: Answer) -> Iterator[RenderableType]:
    # Text and not str: Rich would read ``[red]`` in a name as markup.
    if answer.question.note:
        yield Text(answer.question.note, style=WARNING)
    yield Text(headline(answer), style="bold")
    yield from lines_of(lead(answer))
    if note := partial_note(answer):
        yield Text(note, style=WARNING)
    yield Text("")
    yield Text(sentence(answer))
    yield table_of(terms_grid(answer), figures=2)
    for line in (*(identity(answer) or ()), *notes(answer)):
        yield Text(line, style=QUIET)
    if breakdown := breakdown_grid(answer, LONG):
        yield from titled(breakdown, figures=len(breakdown.header) - 1)
    if activity := activity_grid(answer, LONG):
        yield from titled(activity, figures=1)
    yield Text("")
    yield Text(footer(answer.grounds), style=QUIET)
