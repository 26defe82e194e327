"""What is wrong comes first, with what to type; accounts are named by those who may see them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.config import Settings
from bot.data_quality.problems import Problem, problems
from bot.data_quality.reading import ReviewReader
from storage.quality.accounts import ReviewedAccount, Unmatched
from storage.quality.bridge import BridgeRow
from storage.quality.drivers import DriverCoverage
from storage.quality.feeds import Feed
from storage.quality.review import DataReview
from storage.store.engine import Store
from tests.bot.small_company import NOW, TODAY


@pytest.fixture
def review(company: Store) -> DataReview:
    return ReviewReader(store=company, settings=Settings(), now=lambda: NOW).read(TODAY)


def worst(review: DataReview, *, today: date = TODAY, names: bool = True) -> Problem:
    return problems(review, today=today, names=names)[0]


def off(month: int, minor: int) -> BridgeRow:
    return BridgeRow(
        month=date(2026, month, 1),
        segment="smb",
        currency="USD",
        opening=0,
        movements=0,
        closing=minor,
    )


@pytest.mark.parametrize(
    ("months", "names", "sentence"),
    [
        ([9], True, "Sep 2026 does not add up: smb is off by $0.09 in Sep 2026"),
        ([9, 8], False, "Aug 2026, Sep 2026 do not add up"),
        (
            [5, 6, 7, 8, 9],
            True,
            (
                "May 2026, Jun 2026, Jul 2026 and 2 more months do not add up:"
                " smb is off by $0.09 in Sep 2026"
            ),
        ),
    ],
)
def test_months_that_do_not_add_up_are_worse_than_all_else(
    review: DataReview, months: list[int], *, names: bool, sentence: str
) -> None:
    wrong = tuple(off(month, month) for month in months)

    found = worst(replace(review, bridge=wrong), names=names)

    assert found.sentence == sentence
    assert found.remedy.startswith("nrrbot db check")


@pytest.mark.parametrize(
    ("names", "remedy"),
    [(True, "line 7: acme is below zero"), (False, "nrrbot sync sql --once says why.")],
    ids=["with account detail", "without"],
)
def test_why_a_source_cannot_be_read_may_name_accounts(
    review: DataReview, *, names: bool, remedy: str
) -> None:
    feed = Feed(name="sql", at=NOW, covered_through=None, failure="line 7: acme is below zero")

    found = worst(replace(review, feeds=(feed,)), names=names)

    assert (found.sentence, found.remedy) == ("The source sql cannot be read", remedy)


def test_data_that_has_not_come_for_long_is_told_by_its_last_day(review: DataReview) -> None:
    found = worst(review, today=review.end + timedelta(days=46))

    last = review.end - timedelta(days=1)
    assert found.sentence == f"The data ends {last.day} {last:%b %Y}, 46 days ago"


def test_a_driver_without_a_known_meaning_is_told_with_how_to_say_it(review: DataReview) -> None:
    drivers = DriverCoverage(total=1000, unknown={"Promo 7": 900})

    found = worst(replace(review, drivers=drivers))

    assert found.sentence == '90.0% of what moved has a driver that is not known, "Promo 7" first'
    assert 'has "Promo 7" = "price"' in found.remedy


def test_accounts_that_no_list_has_are_counted_for_those_who_may_not_see_them(
    review: DataReview,
) -> None:
    account = ReviewedAccount(account_id="acme", name=None, mrr=review.paying.mrr)
    lacking = Unmatched(account=account, source="stripe", likely=None)
    alone = replace(review, unmatched=(lacking,), gaps=(), drivers=DriverCoverage())

    assert worst(alone, names=False).sentence == "1 account is in no list of accounts"
    assert worst(alone).sentence == '1 account is in no list of accounts: "acme" first'
