"""Errors of the bot, and the sentence that people see for each of ours."""

import re
from collections.abc import Mapping
from typing import Any

from metrics.errors import MetricsError
from storage.errors import OutOfOrderError, StorageError

_OUT_OF_ORDER = (
    "I cannot get at the figures just now: try again in a few minutes. If that does not help, tell"
    " whoever runs me: `nrrbot doctor` says what is wrong."
)
_FILE_NAME = re.compile(r"\w+\.[a-z]+\b")


class BotError(Exception):
    """Base of every error raised on purpose in this package; its text is for a person."""


class UsageError(BotError):
    """The bot cannot read what was typed; the message says what to type."""


class ReportedError(UsageError):
    """A user's error of which ``--json`` says more than the sentence: a document of its own."""

    def __init__(self, message: str, document: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.document = document


class UnknownWordsError(UsageError):
    """Words of a question name nothing that the asker may know of."""


class HiddenScopeError(UnknownWordsError):
    """Words name a scope that the asker may not know of: the message must not tell."""

    def __init__(self, message: str, scope: tuple[tuple[str, str], ...]) -> None:
        super().__init__(message)
        self.scope = scope  # for the audit alone


class PeriodsError(UsageError):
    """More than one period, where they cannot be asked about together."""


class DataChangedError(UsageError):
    """An import landed between two reads that have to rest on the same data."""

    def __init__(self) -> None:
        super().__init__("the data has changed since the answer: ask again")


class SettingsError(BotError):
    """A setting is missing or cannot be read; the message names it, never its value."""


class AccessDeniedError(BotError):
    """The person may not see figures here; the message says who can change that."""


class ExplainedDenialError(AccessDeniedError):
    """A refusal for a reason, in words that fit the person; the reason is for the audit."""

    def __init__(self, reason: str, said: str) -> None:
        super().__init__(reason)
        self._said = said

    def __str__(self) -> str:
        """Write what the person is told."""
        return self._said


class DeliveryError(BotError):
    """Slack refused a message, or did not say whether it took it."""


def is_expected(error: BaseException) -> bool:
    """Tell whether an error is one of ours, whose text is written for people."""
    return isinstance(error, BotError | MetricsError | StorageError)


def sentence(error: BaseException) -> str:
    """Write an error of ours as a sentence; a file's name that it begins with stays as it is."""
    text = str(error)
    is_name = bool(_FILE_NAME.match(text))
    begun = text if is_name else f"{text[:1].upper()}{text[1:]}"
    return begun + ("" if text.endswith((".", "?", "!")) else ".")


def told(error: BaseException) -> str:
    """Write an error of ours as a sentence for people in Slack, who set nothing up."""
    return _OUT_OF_ORDER if isinstance(error, OutOfOrderError) else sentence(error)


def user_message(error: BaseException, *, reference: str) -> str:
    """Write an error for the person who asked; an unexpected one only by its log reference."""
    if is_expected(error):
        return told(error)
    return f"Something went wrong on our side. It has been logged as {reference}."
