"""Replies in the terminal: the same parts as in Slack, laid out for 80 columns."""

from pathlib import Path

from rich.console import Console

from bot.answers.answer import Reply
from bot.answers.message import answer_parts, full_parts
from bot.answers.wording.rows import AnswerDetail
from bot.questions.question import View
from bot.style.parts import Parts
from bot.style.terminal import print_parts
from bot.trends.terminal import printed_parts
from bot.trends.trend import Trend

LONG = AnswerDetail(slices=50, drivers=99)  # a terminal scrolls; a message has a limit


def print_reply(reply: Reply, console: Console, *, chart: Path | None = None) -> None:
    """Print a reply; ``chart`` is where its picture was written, if it was."""
    print_parts(_parts(reply), console, chart)


def _parts(reply: Reply) -> Parts:
    if isinstance(reply, Trend):
        return printed_parts(reply)
    return full_parts(reply, LONG) if reply.question.view is View.FULL else answer_parts(reply)
