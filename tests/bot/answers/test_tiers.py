from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.answers.answers import Answers
from bot.benchmarks.tier_review import TierReview
from bot.digests.building import build_digest
from bot.digests.digest import DigestRequest
from bot.digests.message import digest_message
from bot.why.explanation import Explanation
from storage.digests.subscriptions import DigestContent
from tests.bot.small_company import TODAY, answers_from, small_company

HEAD = "account_id,date,amount,currency,segment\n"


def accounts(segment: str, count: int, *, first: str = "2024-01-10") -> str:
    return "".join(f"{segment}{n},{first},100.00,USD,{segment}\n" for n in range(count))


def changes(segment: str, count: int, day: str, amount: int) -> str:
    return "".join(f"{segment}{n},{day},{amount}.00,USD,\n" for n in range(count))


# large grows by half on 10 February 2026, mid stands still
LEDGER = (
    HEAD
    + accounts("large", 12)
    + accounts("mid", 12)
    + accounts("few", 3)
    + changes("large", 12, "2026-02-10", 50)
)


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Answers]:
    store = small_company(tmp_path, LEDGER)
    yield answers_from(store)
    store.engine.dispose()


def test_a_full_answer_and_why_review_tiers_by_the_last_two_quarter_ends(answers: Answers) -> None:
    full, why = answers.ask("full last-month"), answers.reply("why last-month")

    review = full.tier_review
    assert review is not None
    assert (review.apart.higher, review.apart.lower) == ("large", "mid")
    assert review.apart.of_higher.nrr == Fraction(150, 100)
    # of 2,700.00 when the twelve months opened
    assert (review.apart.weight_higher, review.apart.weight_lower) == (
        Fraction(12, 27),
        Fraction(12, 27),
    )
    assert review.ends == (date(2026, 7, 1), date(2026, 10, 1))
    assert isinstance(why, Explanation)
    assert why.tier_review == review
    assert answers.ask("last-month").tier_review is None  # the short answer does not look


def test_quarters_are_those_before_the_end_of_the_period(answers: Answers) -> None:
    # large was no further on 1 January 2026: apart at one quarter end only
    assert answers.ask("full 2026-Q1").tier_review is None
    second = answers.ask("full 2026-Q2").tier_review

    assert second is not None
    assert second.ends == (date(2026, 4, 1), date(2026, 7, 1))


def test_a_fiscal_year_has_its_own_quarter_ends(answers: Answers) -> None:
    fiscal = replace(answers, fiscal_start=2)

    review = fiscal.ask("full last-month").tier_review

    assert review is not None
    assert review.ends == (date(2026, 8, 1), date(2026, 11, 1))


def test_another_split_reviews_no_tiers(answers: Answers) -> None:
    assert answers.ask("full last-month by tenure").tier_review is None


def test_who_may_not_see_a_small_group_is_shown_no_segment_that_stands_in_for_it(
    answers: Answers,
) -> None:
    # the few are shown together with the next smallest, so that neither stands alone
    shown = answers.ask("full last-month", visibility=EVERYTHING.without_accounts())

    apart = {part.value for part in shown.breakdown}
    assert "few" not in apart
    review = shown.tier_review
    assert review is None or {review.apart.higher, review.apart.lower} <= apart


def test_a_digest_has_the_review_in_one_line(answers: Answers) -> None:
    request = DigestRequest(
        content=DigestContent(dimension="segment"),
        week="2026-W47",
        today=TODAY,
        names_shown=False,
        small_shown=True,
    )

    digest = build_digest(answers, request)

    assert isinstance(digest.body.tier_review, TierReview)
    [line] = [one for one in digest_message(digest).text.splitlines() if "Tier review" in one]
    assert "large 150.0% (44.4% of opening MRR) and mid 100.0% (44.4%)" in line
