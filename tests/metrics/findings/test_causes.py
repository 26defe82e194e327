from fractions import Fraction

import pytest

from metrics.activity import Activity
from metrics.findings.causes import (
    concentration,
    is_of_more,
    only_one_left,
    with_account,
    with_outside,
    with_reasons,
)
from metrics.findings.finding import Finding, FindingKind, Force, SingleAccount
from metrics.findings.moves import find_move
from metrics.findings.years import find_year
from metrics.movements import MovementKind
from metrics.retention import OutsideCohort, Retention
from tests.metrics.findings.groups import course, group

EXPANSION, CONTRACTION, CHURN = (
    MovementKind.EXPANSION,
    MovementKind.CONTRACTION,
    MovementKind.CHURN,
)
NOTHING_HAPPENED = Activity()


def moved(now: Retention, before: Retention) -> Finding:
    found = find_move(course(now, before), (), (None, None))
    assert found is not None
    return found


def changes(**drivers: int) -> Activity:
    """Return what a base gained and lost, in dollars: kind and driver in one word."""
    split = {}
    for name, dollars in drivers.items():
        kind, _, driver = name.partition("_")
        split[MovementKind(kind), driver] = dollars * 100
    return Activity(by_driver=split)


def test_reasons_are_those_of_the_force_the_largest_first() -> None:
    fell = moved(group(10_000, gained=50, lost=400), group(10_000))
    found = with_reasons(
        fell,
        changes(churn_price=-100, churn_competitor=-300, expansion_seats=50),
        NOTHING_HAPPENED,
    )

    assert found.kind is FindingKind.MOVE
    assert list(found.cause.drivers.items()) == [("competitor", -30_000), ("price", -10_000)]


def test_reasons_of_less_expansion_are_those_that_brought_less() -> None:
    fell = moved(group(10_000, gained=100), group(10_000, gained=500))
    found = with_reasons(
        fell,
        changes(expansion_seats=60, expansion_upsell=40),
        changes(expansion_seats=450, expansion_upsell=30, expansion_usage=20),
    )

    assert found.cause.drivers == {"seats": -39_000, "usage": -2_000}  # upsell brought more


def test_a_price_that_is_half_of_all_expansion_is_a_price_rise() -> None:
    rose = moved(group(10_000, gained=200, lost=20), group(10_000))
    half = with_reasons(
        rose, changes(expansion_price=100, expansion_seats=100, churn_price=-20), None
    )
    less = with_reasons(
        rose, changes(expansion_price=99, expansion_seats=101, churn_price=-20), None
    )

    assert half.kind is FindingKind.PRICE_RISE
    assert (half.cause.gained_by_price, half.cause.lost_by_price) == (10_000, 2_000)
    assert less.kind is FindingKind.MOVE


def test_what_a_price_rise_brought_before_and_costs_now_is_told_by_its_losses() -> None:
    # 300 came by price before; now 200 leave by price, and there is less expansion, too.
    fell = moved(group(10_000, gained=20, lost=200), group(10_000, gained=320))
    assert fell.force is Force.EXPANSION

    found = with_reasons(
        fell,
        changes(expansion_seats=20, churn_price=-200),
        changes(expansion_price=300, expansion_seats=20),
    )

    assert (found.kind, found.force) == (FindingKind.PRICE_RISE, Force.CHURN)
    assert (found.cause.gained_by_price, found.cause.lost_by_price) == (30_000, 20_000)
    assert found.cause.drivers == {"price": -20_000}


def test_losses_to_price_of_under_half_a_point_are_no_price_rise() -> None:
    fell = moved(group(10_000, lost=200), group(10_000, gained=300))
    found = with_reasons(
        fell, changes(churn_price=-49, churn_unused=-151), changes(expansion_price=300)
    )

    assert found.kind is FindingKind.MOVE


@pytest.mark.parametrize(("paused", "kind"), [(50, FindingKind.PAUSES), (49, FindingKind.MOVE)])
def test_contraction_that_is_half_of_it_pauses_is_told_as_pauses(
    paused: int, kind: FindingKind
) -> None:
    fell = moved(group(10_000, cut=100), group(10_000))
    found = with_reasons(
        fell, changes(contraction_pause=-paused, contraction_seats=paused - 100), None
    )

    assert found.kind is kind


@pytest.mark.parametrize(
    ("lost", "kind"), [(150, FindingKind.ONE_ACCOUNT), (149, FindingKind.MOVE)]
)
def test_one_account_is_told_with_half_of_the_churn(lost: int, kind: FindingKind) -> None:
    fell = moved(group(10_000, lost=300), group(10_000))
    account = SingleAccount(name="Acme", change_minor=-lost * 100, has_left=True)

    found = with_account(fell, account, whole_minor=1_000_000)

    assert found.kind is kind


def test_one_account_of_less_than_a_third_of_the_move_is_not_what_moved_it() -> None:
    # 6 points down: 4.2 by less expansion and by contraction, 1.8 by churn of one account.
    fell = moved(group(10_000, cut=170, lost=180), group(10_000, gained=250))
    assert fell.force is Force.EXPANSION
    account = SingleAccount(name="Acme", change_minor=-18_000, has_left=True)

    assert with_account(fell, account, whole_minor=1_000_000).kind is FindingKind.MOVE


def test_an_account_that_gained_does_not_explain_a_fall() -> None:
    fell = moved(group(10_000, lost=300), group(10_000))
    account = SingleAccount(name="Acme", change_minor=20_000, has_left=False)

    assert with_account(fell, account, whole_minor=1_000_000) == fell


def test_who_is_the_only_one_to_have_left_follows_from_what_is_shown() -> None:
    alone = moved(group(10_000, lost=300, left=1), group(10_000))
    two = moved(group(10_000, lost=300, left=2), group(10_000))

    assert only_one_left(alone) == SingleAccount(name=None, change_minor=-30_000, has_left=True)
    assert only_one_left(two) is None


def test_a_base_that_shrank_by_less_than_others_brought_is_replaced() -> None:
    year = group(10_000, lost=300)
    shrank = find_year(course(year, year=year), ())
    assert shrank is not None

    more = with_outside(shrank, OutsideCohort(new=30_001))
    as_much = with_outside(shrank, OutsideCohort(new=30_000))

    assert (more.kind, more.won_minor, more.needed_minor) == (
        FindingKind.REPLACEMENT,
        30_001,
        30_000,
    )
    assert as_much.kind is FindingKind.LEAKY_BUCKET
    assert with_outside(shrank, None) == shrank


def test_concentration_counts_the_largest_and_those_that_doubled() -> None:
    members = [(400, 900), (100, 200), (300, 599), (200, 0)]
    found = concentration(members, largest_shown=True)

    assert (found.accounts, found.top_share, found.doubled_share) == (
        4,
        Fraction(4, 10),
        Fraction(1, 2),
    )
    assert concentration(members, largest_shown=False).top_share is None


def test_what_the_mix_moved_has_neither_a_driver_nor_grown() -> None:
    mix = Finding(
        kind=FindingKind.MIX, force=Force.MIX, points=Fraction(1), now=group(100), was=group(100)
    )

    assert with_reasons(mix, changes(churn_price=-5), None) is mix
    assert not is_of_more(mix)
