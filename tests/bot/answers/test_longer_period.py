"""A question that names no period is about a quarter where a month is of too few accounts."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.answers.answers import Answers
from bot.answers.small_cohorts import SmallCohortError
from tests.bot.small_company import answers_from, small_company

HEADER = "movement_id,account_id,date,amount,currency,driver,segment\n"
ALONE = EVERYTHING.without_accounts()


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    """One account of enterprise is new in October 2026, five of each segment are in Q3 2026."""
    begun = {"2025-06-15": 20, "2026-08-10": 5}
    days = [
        (segment, day, n)
        for segment in ("enterprise", "smb")
        for day, count in begun.items()
        for n in range(count)
    ]
    days.append(("enterprise", "2026-10-05", 0))
    rows = [
        f"{number},{segment}-{number},{day},100.00,USD,new_logo,{segment}"
        for number, (segment, day, _) in enumerate(days)
    ]
    folder: Path = tmp_path_factory.mktemp("longer") / "of"
    store = small_company(folder, HEADER + "\n".join(rows) + "\n")
    yield answers_from(store)
    store.engine.dispose()


@pytest.mark.parametrize("text", ["how is enterprise doing", "full enterprise", "why enterprise"])
def test_without_a_period_it_is_the_last_quarter_and_says_why(answers: Answers, text: str) -> None:
    question = answers.reply(text, visibility=ALONE).question

    assert question.period.label == "2026-Q3"
    assert question.note == (
        "October 2026 alone could tell of fewer than five accounts: this is Q3 2026."
    )


def test_a_month_that_is_named_is_refused(answers: Answers) -> None:
    for text in ("enterprise last-month", "enterprise October 2026", "enterprise 2026-10"):
        with pytest.raises(SmallCohortError):
            answers.reply(text, visibility=ALONE)


def test_whoever_may_see_single_accounts_is_answered_about_the_month(answers: Answers) -> None:
    assert answers.reply("enterprise").question.period.label == "2026-10"
