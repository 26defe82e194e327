import pytest

from bot.answers.job import QUESTIONS, answer_ahead
from storage.errors import StoreSlowError


def test_what_cannot_be_answered_now_is_passed_over() -> None:
    asked = []

    def ask(question: str) -> None:
        asked.append(question)
        raise StoreSlowError

    answer_ahead(ask)  # type: ignore[arg-type]

    assert tuple(asked) == QUESTIONS


def test_other_errors_are_the_scheduler_s_to_count() -> None:
    def ask(_question: str) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        answer_ahead(ask)  # type: ignore[arg-type]
