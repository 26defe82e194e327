from dataclasses import replace
from fractions import Fraction

import pytest

from bot.confidence.sureness import Sureness
from bot.confidence.wording import account_grid, short_line, sureness_lines
from bot.style.figures import Unit
from metrics.confidence.confidence import Confidence, Interval, SingleAccounts
from storage.ledger.account_changes import AccountChange

USD = Unit("USD", in_arr=False)
SINGLE = SingleAccounts(
    top_1=Fraction(31, 1000),
    top_5=Fraction(99, 1000),
    without_largest=Fraction(93, 100),
    median=Fraction(1),
)
SURE = Confidence(
    accounts=1_537,
    effective=Fraction(8_249, 20),
    nrr=Interval(0.9192, 0.9418),
    grr=Interval(0.91, 0.93149),
    single=SINGLE,
)
FLAGGED = Confidence(accounts=14, effective=Fraction(9), nrr=Interval(0.9, 1.1))
FEW = Confidence(accounts=7, effective=Fraction(6))
CONCENTRATED = Confidence(accounts=1_537, effective=Fraction(7, 2))
HIDDEN = Confidence(accounts=1_537, effective=None)
ALIKE = Confidence(accounts=40, effective=Fraction(30))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (SURE, "Interval 91.9–94.2% (1,537 accounts)."),
        (FLAGGED, "Interval 90.0–110.0% (14 accounts: read it with care)."),
        (FEW, "Only 7 accounts: too few to read a trend."),
        (
            CONCENTRATED,
            "1,537 accounts that weigh as much as 3 equal ones: too few to read a trend.",
        ),
        (HIDDEN, "1,537 accounts that weigh as much as few: too few to read a trend."),
        (ALIKE, "Every account moved alike (40 accounts): no interval."),
    ],
)
def test_an_explanation_has_it_in_a_few_words(found: Confidence, said: str) -> None:
    assert short_line(Sureness(confidence=found)) == said


def test_a_full_answer_has_both_intervals_and_what_single_accounts_weigh() -> None:
    assert list(map(str, sureness_lines(Sureness(confidence=SURE), "NRR"))) == [
        (
            "How sure? Exact for these 1,537 accounts, which weigh as much as 412 equal ones;"
            " others like them would give NRR 91.9–94.2% and GRR 91.0–93.1% (95% interval)."
        ),
        (
            "Single accounts: the largest has 3.1% of opening MRR, the five largest 9.9%; without"
            " the largest NRR is 93.0%. The account in the middle has NRR 100.0%."
        ),
    ]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (
            CONCENTRATED,
            (
                "How sure? 1,537 accounts that weigh as much as 3 equal ones: too few to read a"
                " trend."
            ),
        ),
        (ALIKE, "How sure? Every account moved alike (40 accounts): no interval."),
        (
            FLAGGED,
            (
                "How sure? Exact for these 14 accounts, which weigh as much as 9 equal ones; others"
                " like them would give NRR 90.0–110.0% (95% interval; 14 are few, read it with"
                " care)."
            ),
        ),
    ],
)
def test_what_it_is_not_sure_of_it_says(found: Confidence, said: str) -> None:
    assert list(map(str, sureness_lines(Sureness(confidence=found), "NRR"))) == [said]


def test_of_fewer_than_ten_accounts_the_finding_has_said_it() -> None:
    few = Sureness(confidence=replace(FEW, single=SINGLE))

    assert [line.label for line in sureness_lines(few, "NRR")] == ["Single accounts:"]
    assert sureness_lines(Sureness(confidence=FEW), "NRR") == ()


def account(number: int, opening: int, closing: int) -> AccountChange:
    return AccountChange(
        account_id=f"a{number}", name=None, opening=opening, closing=closing, attributes={}
    )


def test_too_few_accounts_are_listed_for_those_who_may_see_them() -> None:
    listed = (account(1, 100_00, 150_00), account(2, 50_00, 0))
    seven = account_grid(Sureness(confidence=FEW, accounts=listed), USD)
    two = Sureness(confidence=Confidence(accounts=2, effective=Fraction(9, 5)), accounts=listed)

    assert seven is not None
    assert seven.title == "The 2 largest of 7 accounts"
    assert seven.rows == (("a1", "$100.00", "$150.00", "150.0%"), ("a2", "$50.00", "$0.00", "0.0%"))
    assert getattr(account_grid(two, USD), "title", None) == "Its accounts"
    unseen = two.as_seen(hides_small=False, sees_accounts=False)
    assert account_grid(unseen, USD) is None


def test_nobody_without_account_detail_is_told_of_single_accounts() -> None:
    listed = (account(1, 100_00, 150_00),)
    sure = Sureness(confidence=SURE, accounts=listed)

    hidden = sure.as_seen(hides_small=True, sees_accounts=False)

    assert len(sureness_lines(hidden, "NRR")) == 1
    assert (hidden.confidence.single, hidden.accounts) == (None, None)
    assert (hidden.confidence.nrr, hidden.confidence.accounts) == (SURE.nrr, 1_537)
    # a company that shows its small groups to everybody still names nobody
    open_to_all = sure.as_seen(hides_small=False, sees_accounts=False)
    assert open_to_all == Sureness(confidence=SURE)
