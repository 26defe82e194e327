"""What breaches a rule, and what ends it, exactly."""

from dataclasses import replace
from fractions import Fraction

import pytest

from metrics.alerts.rules import FLOOR, MASKING, SHOCK, SUSTAINED_DROP, AlertRule, Metric, RuleKind
from metrics.alerts.series import AccountLoss, ClosedMonth
from metrics.alerts.states import AlertState
from metrics.alerts.statuses import Phase
from metrics.alerts.verdicts import Half
from metrics.retention import NOTHING
from tests.metrics.alerts.months import (
    STEADY,
    Percent,
    closed,
    equal_accounts,
    evaluated,
    month,
    ratio,
)
from tests.metrics.alerts.own_rules import drops

POINTS = drops("3", rule_id="mine")
PERCENT = AlertRule(rule_id="mine", kind=RuleKind.PERCENT_DROP, threshold=ratio("5"))
NRR_FLOOR = replace(FLOOR, metric=Metric.NRR, threshold=ratio("105"))
WAVES = ("101", "103") * 6
"""Twelve months around 102 % whose standard deviation is 2 / 1.128 points."""


def after(rule: AlertRule, *months: Percent) -> AlertState:
    return evaluated(rule, months)[0]


def fires(rule: AlertRule, *months: Percent) -> bool:
    return after(rule, *months).status.phase is Phase.FIRING


@pytest.mark.parametrize(
    ("rule", "months", "expected"),
    [
        pytest.param(SUSTAINED_DROP, (*STEADY, "100", "100"), True, id="two-points-exactly"),
        pytest.param(SUSTAINED_DROP, (*STEADY, "100", "100.001"), False, id="just-less"),
        pytest.param(SUSTAINED_DROP, (*STEADY, "98"), False, id="one-month-is-not-enough"),
        pytest.param(SUSTAINED_DROP, (*STEADY, "98", "101", "98"), False, id="not-in-a-row"),
        pytest.param(SUSTAINED_DROP, (*WAVES, "99.35", "99.35"), False, id="within-1.5-deviations"),
        pytest.param(SUSTAINED_DROP, (*WAVES, "99.34", "99.34"), True, id="beyond-1.5-deviations"),
        pytest.param(SHOCK, (*WAVES, "96.69"), False, id="within-3-deviations"),
        pytest.param(SHOCK, (*WAVES, "96.68"), True, id="beyond-3-deviations"),
        pytest.param(SHOCK, STEADY, False, id="no-drop-is-no-shock-where-nothing-varies"),
        pytest.param(SHOCK, (*STEADY, "98.5"), True, id="three-and-a-half-points-exactly"),
        pytest.param(SHOCK, (*STEADY, "98.501"), False, id="just-less-though-nothing-ever-varied"),
        pytest.param(SHOCK, (*["100"] * 12, "99.999"), False, id="flat-then-one-cent"),
        pytest.param(SHOCK, (closed("101", cost="1"),), True, id="one-account-costs-a-point"),
        pytest.param(SHOCK, (closed("101", cost="0.99"),), False, id="one-account-costs-less"),
        pytest.param(
            SHOCK, (closed("101", cost="1", share="6"),), True, id="three-times-the-average-of-2%"
        ),
        pytest.param(
            SHOCK, (closed("101", cost="1", share="5.99"),), False, id="less-than-three-times"
        ),
        pytest.param(FLOOR, (closed("99", grr="89.999"),), True, id="grr-below-its-floor"),
        pytest.param(FLOOR, (closed("99", grr="90"),), False, id="grr-on-its-floor"),
        pytest.param(NRR_FLOOR, ("104.999",), True, id="nrr-below-a-threshold-of-ones-own"),
        pytest.param(NRR_FLOOR, ("105",), False, id="nrr-on-a-threshold-of-ones-own"),
        pytest.param(MASKING, (closed("100", grr="89"),), True, id="grr-hidden-by-nrr"),
        pytest.param(MASKING, (closed("99.9", grr="89"),), False, id="nothing-hides-grr"),
        pytest.param(MASKING, (closed("130", grr="70"),), True, id="the-guides-130-over-70"),
        pytest.param(FLOOR, (closed("130", grr="70"),), True, id="130-over-70-is-below-the-floor"),
        pytest.param(MASKING, (closed("110", grr="92"),), False, id="healthy-110-over-92"),
        pytest.param(FLOOR, (closed("110", grr="92"),), False, id="110-over-92-is-above-the-floor"),
        pytest.param(MASKING, (closed("105", grr="90"),), True, id="grr-of-90-exactly-is-hidden"),
        pytest.param(MASKING, (closed("140", grr="90.001"),), False, id="a-wide-gap-is-expansion"),
        pytest.param(POINTS, (*STEADY, "99"), True, id="three-points-exactly"),
        pytest.param(POINTS, (*STEADY, "99.001"), False, id="just-less-than-three-points"),
        pytest.param(POINTS, (*STEADY, "140", "99.5"), False, id="one-odd-month-is-no-baseline"),
        pytest.param(POINTS, (*STEADY, "96", "95", "93"), True, id="median-of-102-96-95"),
        pytest.param(POINTS, (*STEADY, None, "90"), False, id="one-of-the-three-is-missing"),
        pytest.param(POINTS, (*STEADY[:6], "90"), False, id="seven-months"),
        pytest.param(POINTS, (*STEADY[:7], "90"), True, id="eight-months"),
        pytest.param(PERCENT, (*["80"] * 8, "76"), True, id="five-percent-exactly"),
        pytest.param(PERCENT, (*["80"] * 8, "76.001"), False, id="just-less-than-five-percent"),
    ],
)
def test_a_rule_fires_exactly_at_its_threshold(
    rule: AlertRule, months: tuple[Percent, ...], *, expected: bool
) -> None:
    assert fires(rule, *months) is expected


@pytest.mark.parametrize(
    ("rule", "fired", "still", "over"),
    [
        pytest.param(SUSTAINED_DROP, (*STEADY, "98", "98"), "100.499", "100.5", id="sustained"),
        pytest.param(SHOCK, (*WAVES, "90"), "97.1", "97.2", id="shock"),
        pytest.param(
            replace(SHOCK, threshold=ratio("0.1")),
            (*STEADY, "101.8"),
            "101.999",
            "102",
            id="never-above-the-baseline",
        ),
        pytest.param(POINTS, (*STEADY, "98"), "99.499", "99.5", id="points"),
        pytest.param(PERCENT, (*["100"] * 8, "94"), "95.499", "95.5", id="percent"),
        pytest.param(NRR_FLOOR, ("104",), "105.499", "105.5", id="floor"),
        pytest.param(
            MASKING,
            (closed("101", grr="89"),),
            closed("101", grr="90.499"),
            closed("101", grr="90.5"),
            id="hidden-grr",
        ),
    ],
)
def test_recovery_needs_half_a_point_more_than_the_threshold(
    rule: AlertRule, fired: tuple[Percent, ...], still: Percent, over: Percent
) -> None:
    assert fires(rule, *fired)
    assert fires(rule, *fired, still)
    assert not fires(rule, *fired, over)


@pytest.mark.parametrize(
    ("rule", "months", "expected"),
    [
        pytest.param(SUSTAINED_DROP, (*["102"] * 5, "98", "98"), False, id="seven-months"),
        pytest.param(SUSTAINED_DROP, (*["102"] * 6, "98", "98"), True, id="eight-months"),
        pytest.param(SHOCK, (*["102"] * 6, "90"), False, id="shock-of-seven-months"),
        pytest.param(SHOCK, (*["102"] * 7, "90"), True, id="shock-of-eight-months"),
    ],
)
def test_a_baseline_needs_eight_complete_months(
    rule: AlertRule, months: tuple[Percent, ...], *, expected: bool
) -> None:
    assert fires(rule, *months) is expected


def test_a_drop_of_some_months_is_held_against_the_three_before_it_began() -> None:
    rule = replace(POINTS, for_periods=2)

    assert fires(rule, *STEADY, "99", "99")
    assert fires(rule, *STEADY, "99", "96")
    assert not fires(rule, *STEADY, "99", "99.5")


def test_a_drop_of_ones_own_stays_against_what_was_before_it_for_years() -> None:
    verdict = after(POINTS, *STEADY, *["98"] * 30).status.verdict

    assert verdict is not None
    assert verdict.is_breach
    assert verdict.baseline == ratio("102")


def test_one_account_that_costs_a_point_is_named() -> None:
    loss = closed("98", cost="1.5", account="globex")

    verdict = after(SHOCK, *STEADY, loss).status.verdict

    assert verdict is not None
    assert (verdict.account, verdict.half) == ("globex", Half.DROP)
    assert (verdict.value, verdict.baseline) == (ratio("98"), ratio("102"))


def test_what_one_account_costs_is_held_against_the_month_without_its_loss() -> None:
    verdict = after(SHOCK, *STEADY, closed("100", cost="1.5")).status.verdict

    assert verdict is not None
    assert (verdict.half, verdict.account) == (Half.ACCOUNT, "acme")
    assert verdict.baseline == ratio("101.5")
    assert (verdict.threshold, verdict.drop) == (ratio("1"), ratio("1.5"))


def test_the_month_after_an_event_shows_the_whole_month_again() -> None:
    state = after(SHOCK, *STEADY, closed("101.9", cost="1.5"), "102.2")

    verdict = state.status.verdict
    assert verdict is not None
    assert (state.status.phase, verdict.half) == (Phase.INACTIVE, Half.DROP)
    assert (verdict.value, verdict.baseline) == (ratio("102.2"), ratio("102"))
    assert verdict.threshold == ratio("3.5")


def test_a_drop_that_goes_on_shows_the_whole_month_though_an_account_left_in_it() -> None:
    verdict = after(SHOCK, *STEADY, "98", closed("98.9", cost="1.5")).status.verdict

    assert verdict is not None
    assert (verdict.half, verdict.account, verdict.is_breach) == (Half.DROP, "acme", False)
    assert (verdict.baseline, verdict.threshold) == (ratio("102"), ratio("3.5"))


def test_the_costliest_large_account_is_named_though_a_small_one_cost_more() -> None:
    month_ = closed("101", cost="1.2", share="12")
    small = AccountLoss(
        account="small",
        lost_minor=int(month_.retention.opening * ratio("1.5")),
        opening_minor=int(month_.retention.opening * ratio("5.9")),
    )
    verdict = after(SHOCK, *STEADY, replace(month_, losses=(small, *month_.losses))).status.verdict

    assert verdict is not None
    assert verdict.account == "acme"
    assert verdict.drop == ratio("1.2")


@pytest.mark.parametrize(
    ("count", "gone", "growth", "expected"),
    [
        pytest.param(40, 1, "102", False, id="one-of-40-costs-2.55-points"),
        pytest.param(40, 2, "102", True, id="two-of-40-cost-5.1-points"),
        pytest.param(20, 1, "102", False, id="one-of-20-costs-5.1-points-and-is-like-the-others"),
        pytest.param(20, 1, "100", False, id="one-of-20-costs-5-points-and-is-like-the-others"),
        pytest.param(12, 1, "100", False, id="one-of-12-costs-8.3-points-and-is-like-the-others"),
        pytest.param(20, 2, "100", True, id="two-of-20"),
    ],
)
def test_one_account_like_the_others_that_leaves_is_no_shock(
    count: int, gone: int, growth: str, *, expected: bool
) -> None:
    calm = equal_accounts(count, gone=0, growth=growth)

    assert fires(SHOCK, *[calm] * 12, equal_accounts(count, gone=gone, growth=growth)) is expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [pytest.param("3", False, id="1.5-times-2%"), pytest.param("3.01", True, id="a-larger-one")],
)
def test_up_to_one_and_a_half_times_the_average_an_account_is_like_the_others(
    share: str, *, expected: bool
) -> None:
    low = closed("97", cost="3", share=share)

    assert fires(replace(SHOCK, threshold=ratio("2")), *["100"] * 12, low) is expected


def test_a_fall_of_all_accounts_is_a_shock_though_one_like_the_others_left() -> None:
    low = equal_accounts(20, gone=1, growth="97")

    assert fires(SHOCK, *[equal_accounts(20, gone=0)] * 12, low)


def test_an_account_that_costs_less_than_a_point_is_not_named() -> None:
    verdict = after(SHOCK, *STEADY, closed("95", cost="0.9")).status.verdict

    assert verdict is not None
    assert verdict.is_breach
    assert verdict.account is None


def test_a_floor_is_no_baseline() -> None:
    verdict = after(FLOOR, closed("99", grr="88")).status.verdict

    assert verdict is not None
    assert verdict.baseline is None
    assert (verdict.threshold, verdict.drop) == (ratio("90"), ratio("2"))


def test_a_first_month_drops_from_nothing() -> None:
    verdict = after(POINTS, "102").status.verdict

    assert verdict is not None
    assert verdict.drop == 0


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(replace(SUSTAINED_DROP, min_accounts=51), id="accounts"),
        pytest.param(replace(SUSTAINED_DROP, min_opening_minor=10**9), id="opening-mrr"),
    ],
)
def test_months_with_too_little_in_them_are_no_baseline(rule: AlertRule) -> None:
    large = closed("98", accounts=51)
    enough = replace(large, retention=replace(large.retention, opening=10**9, contraction=10**8))

    assert fires(SUSTAINED_DROP, *STEADY, enough, enough)
    assert not fires(rule, *STEADY, enough, enough)


def test_ten_accounts_are_enough_and_nine_are_not() -> None:
    nine, ten = (closed("99", grr="80", accounts=accounts) for accounts in (9, 10))

    assert fires(FLOOR, ten)
    assert not fires(FLOOR, nine)


def test_a_lower_level_with_too_few_known_months_is_not_usual_after_a_year() -> None:
    assert fires(SUSTAINED_DROP, *STEADY, "98", "98", *[None] * 10, "98")


def test_low_months_do_not_become_usual_while_the_alert_is_about_them() -> None:
    state = after(SUSTAINED_DROP, *STEADY, *["98"] * 11)

    assert state.status.phase is Phase.FIRING
    assert state.status.verdict is not None
    assert state.status.verdict.baseline == ratio("102")


def test_after_a_year_the_lower_level_is_the_usual_one() -> None:
    state = after(SUSTAINED_DROP, *STEADY, *["98"] * 13)

    assert state.status.phase is Phase.INACTIVE
    assert state.status.verdict is not None
    assert state.status.verdict.baseline == ratio("98")


def test_a_firing_drop_says_when_it_began_and_when_it_fired() -> None:
    run = after(SUSTAINED_DROP, *STEADY, "98", "98", "98").status.run

    assert run is not None
    assert (run.began, run.fired_in, run.through) == (month(8), month(9), month(10))


def test_a_rule_compares_exact_ratios() -> None:
    third = Fraction(2, 3)
    rule = replace(FLOOR, metric=Metric.NRR, threshold=third)
    on_it, below = (
        ClosedMonth(
            retention=NOTHING,
            year=replace(closed("60", grr="60").retention, opening=30, contraction=lost),
        )
        for lost in (10, 11)
    )

    assert not fires(rule, on_it)
    assert fires(rule, below)
