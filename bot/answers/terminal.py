"""Replies in the terminal: the same words as in Slack, laid out for 80 columns."""

from collections.abc import Iterator
from pathlib import Path

from rich.console import Console, RenderableType
from rich.text import Text

from bot.answers.answer import Answer, Reply
from bot.answers.wording.rows import Detail, activity_grid, breakdown_grid, part_grid
from bot.answers.wording.sentences import headline, identity, lead, notes, partial_note, sentence
from bot.style.lines import footer
from bot.style.terminal import QUIET, WARNING, lines_of, print_parts, table_of, titled
from bot.trends.terminal import trend_parts
from bot.trends.trend import Trend

LONG = Detail(slices=50, drivers=5)
"""A terminal scrolls; a message has a limit."""


def print_reply(reply: Reply, console: Console, *, chart: Path | None = None) -> None:
    """Print a reply of either kind, see `print_answer`."""
    print_parts(trend_parts(reply) if isinstance(reply, Trend) else _parts(reply), console, chart)


def print_answer(answer: Answer, console: Console, *, chart: Path | None = None) -> None:
    """Print an answer; ``chart`` is where its picture was written, if it was.

    Names out of the ledger are printed as they are: ``[red]`` in one is no markup.
    """
    print_parts(_parts(answer), console, chart)


def _parts(answer: Answer) -> Iterator[RenderableType]:
    yield Text(headline(answer), style="bold")
    yield from lines_of(lead(answer))
    if note := partial_note(answer):
        yield Text(note, style=WARNING)
    yield Text("")
    yield Text(sentence(answer))
    yield table_of(part_grid(answer), figures=2)
    for line in (*(identity(answer) or ()), *notes(answer)):
        yield Text(line, style=QUIET)
    if breakdown := breakdown_grid(answer, LONG):
        yield from titled(breakdown, figures=len(breakdown.header) - 1)
    if activity := activity_grid(answer, LONG):
        yield from titled(activity, figures=1)
    yield Text("")
    yield Text(footer(answer), style=QUIET)
