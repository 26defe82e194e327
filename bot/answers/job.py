"""The ``ahead`` tick: the usual questions are answered before anybody asks them."""

from collections.abc import Callable
from contextlib import suppress

from bot.answers.answer import Reply
from metrics.errors import MetricsError
from storage.errors import StorageError

QUESTIONS = ("last-month", "last-quarter", "ttm")
"""Of the whole company: the windows that they fill answer for every segment, too."""


def answer_ahead(ask: Callable[[str], Reply]) -> None:
    """Ask the usual questions; after new data that fills their windows, else it costs nothing.

    What cannot be answered now is left to whoever asks.
    """
    for question in QUESTIONS:
        with suppress(MetricsError, StorageError):
            ask(question)
