"""Errors at the bot's edge, and the words people see for every error of ours."""

from metrics.errors import MetricsError
from storage.errors import StorageError


class BotError(Exception):
    """Base of every error raised on purpose in this package; its text is for a person."""


class UsageError(BotError):
    """Someone typed something the bot cannot read; the message says what to type."""


class UnknownWordsError(UsageError):
    """Words of a question mean nothing to whoever asks: there is nothing of that name for them."""


class HiddenScopeError(UnknownWordsError):
    """There is something of that name, and the person may not know: it reads the same.

    ``scope`` are the pairs of dimension and value that were asked about.
    """

    def __init__(self, message: str, scope: tuple[tuple[str, str], ...]) -> None:
        super().__init__(message)
        self.scope = scope


class DataChangedError(UsageError):
    """There was an import between two reads that have to rest on the same data."""

    def __init__(self) -> None:
        super().__init__("the data has changed since the answer: ask again")


class SettingsError(BotError):
    """A setting is missing or cannot be read; the message names it, never its value."""


class AccessDeniedError(BotError):
    """The person may not see figures here; the message says who can change that."""


class DeliveryError(BotError):
    """Slack refused a message, or did not say whether it took it."""


def is_expected(error: BaseException) -> bool:
    """Tell whether an error is one of ours, whose text is written for people."""
    return isinstance(error, BotError | MetricsError | StorageError)


def sentence(error: BaseException) -> str:
    """Return the text of an error of ours as a sentence."""
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")


def user_message(error: BaseException, *, reference: str) -> str:
    """Return what to tell the person who asked; never an unexpected error's own text."""
    if is_expected(error):
        return sentence(error)
    return f"Something went wrong on our side. It has been logged as {reference}."
