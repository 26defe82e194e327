"""Replies in the terminal: the same parts as in Slack, laid out for 80 columns."""

from pathlib import Path

from rich.console import Console

from bot.answers.answer import Reply
from bot.answers.faces import face_of
from bot.style.terminal import print_parts


def print_reply(reply: Reply, console: Console, *, chart: Path | None = None) -> None:
    """Print a reply; ``chart`` is where its picture was written, if it was."""
    print_parts(face_of(reply).printed(reply), console, chart)
