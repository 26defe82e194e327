"""Replies in the terminal: the same parts as in Slack, laid out for 80 columns."""

from pathlib import Path

from rich.console import Console

from bot.accounts.faces import AccountReply, printed_account
from bot.answers.answer import Answer, Reply
from bot.answers.message import answer_parts, full_parts
from bot.answers.table_views import printed_table
from bot.answers.wording.rows import AnswerDetail
from bot.comparing.comparison import Comparison
from bot.comparing.message import comparison_parts
from bot.questions.question import View
from bot.style.parts import Parts
from bot.style.terminal import print_parts
from bot.trends.terminal import printed_parts
from bot.trends.trend import Trend
from bot.why.explanation import Explanation
from bot.why.message import explanation_parts

LONG = AnswerDetail(
    slices=50, drivers=99, components=True
)  # a terminal scrolls; a message has a limit


def print_reply(reply: Reply, console: Console, *, chart: Path | None = None) -> None:
    """Print a reply; ``chart`` is where its picture was written, if it was."""
    print_parts(_parts(reply), console, chart)


def _parts(reply: Reply) -> Parts:
    if isinstance(reply, AccountReply):
        return printed_account(reply)
    match reply:
        case Answer():
            is_full = reply.question.view is View.FULL
            return full_parts(reply, LONG) if is_full else answer_parts(reply)
        case Trend():
            return printed_parts(reply)
        case Explanation():
            return explanation_parts(reply)
        case Comparison():
            return comparison_parts(reply)
        case _:
            return printed_table(reply)
