"""The ``ahead`` job: a warehouse is asked the usual questions before anybody asks them."""

from collections.abc import Callable
from contextlib import suppress

from bot.answers.answer import Reply
from metrics.errors import MetricsError
from storage.errors import StorageError

# Of the whole company: the windows that they fill answer for every segment, too.
QUESTIONS = ("last-month", "last-quarter", "ttm")


def answer_ahead(ask: Callable[[str], Reply]) -> None:
    """Ask the usual questions; only after new data, whose windows they fill, does it cost time."""
    for question in QUESTIONS:
        with suppress(MetricsError, StorageError):  # the person who asks is told
            ask(question)
