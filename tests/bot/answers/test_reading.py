from dataclasses import replace
from pathlib import Path

import pytest

from bot.access.visibility import Visibility
from bot.answers import question_reading
from bot.answers.answers import Answers
from bot.errors import AccessDeniedError, UsageError
from bot.questions.parsing import CANONICAL_LENGTH, Question, canonical_text
from metrics.rollup import Scope
from tests.bot.small_company import answers_from, small_company

TEXT = "enterprise last-quarter by industry"
ENTERPRISE: Scope = (("segment", "enterprise"),)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return answers_from(small_company(tmp_path_factory.mktemp("company")))


@pytest.fixture
def question(answers: Answers) -> Question:
    return answers.ask(TEXT).question


def refusal(answers: Answers, asked: str | Question, visibility: Visibility) -> tuple[type, str]:
    with pytest.raises((UsageError, AccessDeniedError)) as caught:
        answers.reply(asked, max_length=CANONICAL_LENGTH, visibility=visibility)
    return caught.type, str(caught.value)


def test_a_typed_question_is_answered_without_reading_its_text(
    question: Question, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = answers_from(small_company(tmp_path))
    expected = answers.ask(TEXT)
    monkeypatch.delattr(question_reading, "read_question")

    assert answers.ask(question) == expected
    for scope in ((), (("industry", "(none)"),)):
        assert answers.ask(replace(question, scope=scope, dimension=None)).question.scope == scope


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"scope": (("segment", "planet"),)}, id="value"),
        pytest.param({"scope": (("planet", "enterprise"),)}, id="dimension-of-a-value"),
        pytest.param({"dimension": "planet"}, id="dimension"),
    ],
)
def test_a_name_that_is_gone_is_refused_as_if_it_were_typed(
    answers: Answers, question: Question, changes: dict[str, Scope | str]
) -> None:
    gone = replace(question, **changes)  # type: ignore[arg-type]
    everything = Visibility(frozenset({()}))

    assert refusal(answers, gone, everything) == refusal(answers, canonical_text(gone), everything)


def test_another_spelling_of_a_name_stands_for_it(answers: Answers, question: Question) -> None:
    answer = answers.ask(replace(question, scope=(("segment", "ENTERPRISE"),)))

    assert answer.question.scope == ENTERPRISE


@pytest.mark.parametrize("scope", [ENTERPRISE, ()], ids=["hidden", "company"])
def test_what_somebody_may_not_see_is_refused_as_if_it_were_typed(
    answers: Answers, question: Question, scope: Scope
) -> None:
    asked, theirs = replace(question, scope=scope), Visibility(frozenset({(("segment", "smb"),)}))

    assert refusal(answers, asked, theirs) == refusal(answers, canonical_text(asked), theirs)
