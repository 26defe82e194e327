"""Questions about one account: ``account Acme Ltd``, and the period that may follow its name."""

import re
from dataclasses import dataclass

from bot.errors import UsageError
from bot.questions.words import Sentence
from metrics.periods import is_period
from metrics.spelling import fold

WORDS = frozenset({"account", "customer"})
NEEDS_A_NAME = (
    "account needs the name or the id of one. accounts lists those that moved the most."
    " Try: accounts last-quarter"
)
_PERIOD = re.compile(r"[\w.-]*[\d-][\w.-]*")  # one word, and no name such as "May"


@dataclass(frozen=True, slots=True)
class NamedAccount:
    """The name or id of an account as typed, and the period after it; empty for none."""

    name: str
    period: str = ""


def read_account(sentence: Sentence) -> NamedAccount | None:
    """Read a question about one account; None where the sentence is another.

    Raises
    ------
    UsageError
        If it names none.
    """
    if not len(sentence) or fold(sentence.spelled(0, 1)) not in WORDS or sentence.is_separator(1):
        return None
    if len(sentence) == 1:
        raise UsageError(NEEDS_A_NAME)
    last = sentence.spelled(len(sentence) - 1, len(sentence))
    is_dated = len(sentence) > 2 and _PERIOD.fullmatch(last) and is_period(last)  # noqa: PLR2004
    end = len(sentence) - 1 if is_dated else len(sentence)
    name = sentence.spelled(1, end)
    if not name.strip():
        raise UsageError(NEEDS_A_NAME)
    return NamedAccount(name, last if is_dated else "")
