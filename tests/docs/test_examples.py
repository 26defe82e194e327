"""Every question that README.md and docs/questions.md suggest has an answer in the demo company."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answers.answers import Answers
from bot.demo.company import DemoPlan
from bot.demo.uses import QUESTION
from bot.questions.question import canonical_text
from tests.bot.demo_company import TODAY, demo_answers, demo_store
from tests.storage.stores import import_text

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
NO_QUESTIONS = {"help", "annualise 98%", "help example"}
RATES = "date,currency,rate\n2023-01-02,USD,1.10\n"


def questions_to_ask() -> set[str]:
    """The first column of each table of questions, and what `nrrbot ask` is shown with."""
    text = README + GUIDE
    rows = re.findall(r"(?m)^\| (`[^|]+`) \|", text)
    typed = {one for row in rows for one in re.findall(r"`([^`]+)`", row)}
    asked = set(re.findall(r'nrrbot ask "([^"]+)"', text)) | set(re.findall(r"`/nrr (.+?)`", text))
    found = (typed | asked) - NO_QUESTIONS  # what sets things up is in test_readme.py
    return {one for one in found if not one.startswith(("digest ", "alert ", "profile ", "goal "))}


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    with demo_store(DemoPlan(accounts=300)) as store:
        import_text(store, RATES, source="rates", today=TODAY)
        yield demo_answers(store)


@pytest.mark.parametrize("question", sorted(questions_to_ask()))
def test_a_question_that_is_suggested_has_an_answer(answers: Answers, question: str) -> None:
    assert canonical_text(answers.reply(question).question)


def test_questions_are_found() -> None:
    assert {QUESTION, "by channel ttm", "trend by segment 24m"} <= questions_to_ask()
    assert len(questions_to_ask()) > 12
