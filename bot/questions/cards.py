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
_PERIOD = re.compile(r"[\w.-]*[\d-][\w.-]*")  # how its last word looks: no name such as "May"


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
    end = _end_of_name(sentence)
    name = sentence.spelled(1, end)
    if not name.strip():
        raise UsageError(NEEDS_A_NAME)
    period = sentence.spelled(end, len(sentence)) if end < len(sentence) else ""
    return NamedAccount(name, period)


def _end_of_name(sentence: Sentence) -> int:
    """Find where the name ends: before "Sep 2026" or "2026-Q3", if another word is left for it."""
    if _PERIOD.fullmatch(sentence.spelled(len(sentence) - 1, len(sentence))):
        for end in range(max(2, len(sentence) - 2), len(sentence)):
            if is_period(sentence.spelled(end, len(sentence))):
                return end
    return len(sentence)
