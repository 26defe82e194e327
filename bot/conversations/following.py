"""The question of a message: on its own, or going on from the last one of its thread."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial

from bot.access.visibility import Visibility
from bot.answers.answers import Answers
from bot.errors import UsageError
from bot.questions.following import go_on
from bot.questions.parsing import parse_question
from bot.questions.question import (
    CANONICAL_LENGTH,
    COMPANY,
    Question,
    canonical_scope,
    canonical_text,
)
from metrics.errors import MetricsError
from storage.errors import StorageError

_IT = re.compile(r"(?:it|this|that)\b\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """Completes questions with the words that a person may know."""

    answers: Answers

    def completed(self, text: str, before: str, visibility: Visibility) -> str | None:
        """Write the whole question of a text that goes on from another; None where it does not.

        Parameters
        ----------
        before : str
            The question before, as `canonical_text` writes it.
        """
        # What cannot be read, or not by this person, is refused where it is asked by itself.
        with suppress(UsageError, MetricsError, StorageError), self._reader(visibility) as read:
            asked = canonical_text(go_on(text, read(before), read))
            read(asked)  # what no view takes is asked by itself, and refused with a sentence
            return asked
        return None

    def about(self, text: str, before: str, visibility: Visibility) -> str:
        """Name the accounts of the question before in a text that begins with "it"."""
        said = _IT.match(text)
        if said is None:
            return text
        with suppress(UsageError, MetricsError, StorageError), self._reader(visibility) as read:
            return f"{canonical_scope(read(before).scope) or COMPANY} {text[said.end() :]}"
        return text

    @contextmanager
    def _reader(self, visibility: Visibility) -> Iterator[Callable[[str], Question]]:
        with self.answers.reading() as reading:
            yield partial(
                parse_question,
                vocabulary=reading.vocabulary(visibility),
                today=reading.today,
                fiscal_start=reading.fiscal_start,
                data_end=reading.data_end,
                max_length=CANONICAL_LENGTH,
            )
