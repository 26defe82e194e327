from dataclasses import replace
from datetime import date
from fractions import Fraction

from metrics.change import Component
from metrics.lever import Lever, find_lever, worth_of_a_point
from metrics.periods import Period, parse_period
from metrics.retention import NOTHING, Retention
from tests.metrics.retentions import retention_of

TODAY = date(2026, 11, 21)


def went(expansion: int, contraction: int, churn: int) -> Retention:
    return retention_of(1_000, expansion=expansion, contraction=contraction, churn=churn)


def quarter(text: str) -> Period:
    return parse_period(text, today=TODAY)


EARLIER = {
    quarter("2026-Q2"): went(60, 10, 20),
    quarter("2026-Q1"): went(80, 5, 30),
    quarter("2025-Q4"): NOTHING,
}


def test_losses_come_first_while_grr_of_twelve_months_is_below_90_percent() -> None:
    lever = find_lever(went(10, 40, 30), went(500, 1, 100), EARLIER)

    # the floor is one of twelve months, and so is what they are below it by
    assert lever == Lever(component=Component.CHURN, ratio=Fraction(-3, 100))


def test_a_grr_of_90_percent_is_not_below_its_floor() -> None:
    lever = find_lever(went(70, 5, 40), went(0, 0, 100), EARLIER)

    assert lever is not None
    assert lever.best is not None


def test_else_the_component_comes_first_that_was_better_by_the_most() -> None:
    # expansion 7 % against 8 %, contraction at its best, churn 4 % against 2 %
    lever = find_lever(went(70, 5, 40), None, EARLIER)

    assert lever == Lever(
        component=Component.CHURN,
        ratio=Fraction(-4, 100),
        best=(quarter("2026-Q2"), Fraction(-2, 100)),
    )


def test_too_few_accounts_have_no_lever() -> None:
    few = replace(went(10, 40, 30), accounts_opening=9, accounts_retained=8)

    assert find_lever(few, went(500, 1, 100), EARLIER) is None


def test_a_base_at_its_best_has_no_lever() -> None:
    assert find_lever(went(80, 5, 20), None, EARLIER) is None
    assert find_lever(went(80, 5, 20), None, {}) is None


def test_a_point_is_a_hundredth_of_opening_mrr() -> None:
    assert worth_of_a_point(went(0, 0, 0)) == 10
