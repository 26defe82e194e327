"""The question of a message: on its own, or going on from the last one of its thread."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bot.access.visibility import Visibility
from bot.answers.answers import Answers
from bot.errors import UsageError
from bot.questions.following import go_on
from bot.questions.parsing import parse_question
from bot.questions.question import CANONICAL_LENGTH, Question, canonical_text
from metrics.errors import MetricsError
from storage.errors import StorageError


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
        with suppress(UsageError, MetricsError, StorageError), self.answers.reading() as reading:
            read = partial(
                parse_question,
                vocabulary=reading.vocabulary(visibility),
                today=reading.today,
                fiscal_start=reading.fiscal_start,
                data_end=reading.data_end,
            )
            asked_before = read(before, max_length=CANONICAL_LENGTH)

            def whole(part: str) -> Question:
                return read(part, max_length=CANONICAL_LENGTH)

            asked = canonical_text(go_on(text, asked_before, whole))
            whole(asked)  # what no view takes is asked by itself, and refused with a sentence
            return asked
        return None
