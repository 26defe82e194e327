"""Cohorts for people who may see less: no group of so few accounts, nor a difference of so few."""

from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING, Visibility
from bot.answers.small_cohorts import SmallCohortError
from bot.answers.small_sign_ups import CohortLengthError
from bot.cohorts.table import CohortTable
from bot.errors import AccessDeniedError, UsageError
from metrics.rates import MissingRateError
from tests.bot.small_company import answers_from, small_company

HEAD = "movement_id,account_id,date,amount,currency,driver,segment\n"
COMPANY = EVERYTHING.without_accounts()


def ledger(*signed: tuple[int, str, str]) -> str:
    """Write so many accounts of a day and a segment, each with 100.00."""
    every = [(day, segment) for count, day, segment in signed for _ in range(count)]
    return HEAD + "".join(
        f"m{at},a{at},{day},100.00,USD,new_logo,{segment}\n"
        for at, (day, segment) in enumerate(every)
    )


SIGNED = ledger(
    (9, "2025-03-10", "smb"),
    (12, "2025-05-10", "smb"),
    (6, "2025-05-12", "mid"),
    (4, "2025-08-10", "smb"),
    (20, "2025-11-10", "smb"),
    (3, "2025-11-11", "mid"),
)


def cohorts(folder: Path, asked: str, visibility: Visibility = COMPANY) -> list[str]:
    reply = answers_from(small_company(folder, SIGNED)).reply(asked, visibility=visibility)
    assert isinstance(reply, CohortTable)
    return [f"{one.start:%Y-%m}" for one in reply.cohorts]


def test_a_cohort_of_four_is_left_out_and_one_of_eighteen_shown(tmp_path: Path) -> None:
    assert cohorts(tmp_path, "cohorts") == ["2025-04", "2025-10"]
    assert cohorts(tmp_path / "all", "cohorts", EVERYTHING) == ["2025-04", "2025-07", "2025-10"]


def test_a_cohort_is_left_out_where_it_leaves_three_of_the_company(tmp_path: Path) -> None:
    # smb is 20 of 23 in Q4 2025: with the company's cohort it would tell of three of mid
    assert cohorts(tmp_path, "cohorts smb") == ["2025-04"]


def test_where_no_cohort_is_large_enough_that_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SmallCohortError):
        cohorts(tmp_path, "cohorts 2025-Q3 by quarter")


@pytest.mark.parametrize("asked", ["cohorts by month", "cohorts by year"])
def test_other_lengths_would_tell_the_difference(tmp_path: Path, asked: str) -> None:
    with pytest.raises(CohortLengthError, match="ask cohorts by-quarter"):
        cohorts(tmp_path, asked)


def test_a_segment_that_may_not_be_seen_is_not_known(tmp_path: Path) -> None:
    only = Visibility(frozenset({(("segment", "smb"),)}))

    with pytest.raises(UsageError, match="I don't know"):
        cohorts(tmp_path, "cohorts mid", only)
    assert cohorts(tmp_path / "own", "cohorts", only) == ["2025-04", "2025-10"]


def test_what_was_known_at_a_past_moment_takes_account_detail(tmp_path: Path) -> None:
    answers = answers_from(small_company(tmp_path, SIGNED))
    with answers.reading() as reading:
        moment = reading.ledger.state().data_as_of

    with pytest.raises(AccessDeniedError):
        answers.reply("cohorts", as_of=moment, visibility=COMPANY)
    assert isinstance(answers.reply("cohorts", as_of=moment), CohortTable)


def test_cohorts_are_of_accounts_and_of_no_product(tmp_path: Path) -> None:
    text = SIGNED.replace(",driver,", ",product,").replace("new_logo", "core")
    answers = answers_from(small_company(tmp_path, text))

    with pytest.raises(UsageError, match="which pay for several products"):
        answers.reply("cohorts product:core")


def test_cohorts_name_the_currency_that_has_no_rate_instead_of_being_none(tmp_path: Path) -> None:
    text = SIGNED + "m99,a99,2025-11-12,100.00,EUR,new_logo,mid\n"
    answers = answers_from(small_company(tmp_path, text))

    with pytest.raises(MissingRateError, match="no exchange rate for EUR"):
        answers.reply("cohorts")
