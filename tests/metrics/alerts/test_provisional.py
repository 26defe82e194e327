"""Drops in months that are not closed yet, and the month that has only begun."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from metrics.alerts.provisional import provisional
from metrics.alerts.rules import FLOOR, MASKING, SHOCK, SUSTAINED_DROP, AlertRule
from metrics.alerts.series import AccountLoss, ClosedMonth
from tests.metrics.alerts.months import STEADY, closed, month, ratio, series

NOW = month(len(STEADY))
NEXT = month(len(STEADY) + 1)


def whole(_: date) -> Fraction:
    return Fraction()


def rest(percent: str) -> Callable[[date], Fraction]:
    return lambda _: ratio(percent)


def found(
    rule: AlertRule,
    unclosed: Mapping[date, ClosedMonth],
    *,
    before: tuple[str, ...] = STEADY,
    usual_rest: Callable[[date], Fraction] = whole,
) -> list[date]:
    return [*provisional(rule, series(before), unclosed, usual_rest=usual_rest)]


def test_a_month_that_is_in_and_far_too_low_is_found_before_it_is_closed() -> None:
    assert found(SHOCK, {NOW: closed("98")}) == [NOW]  # 4.0 points, 3.5 are enough
    assert found(SHOCK, {NOW: closed("98.6")}) == []  # 3.4 points


def test_the_second_low_month_counts_though_only_the_first_is_closed() -> None:
    after_one = (*STEADY[1:], "98")

    assert found(SUSTAINED_DROP, {NOW: closed("98")}) == []
    assert found(SUSTAINED_DROP, {NOW: closed("98")}, before=after_one) == [NOW]
    assert found(SUSTAINED_DROP, {NOW: closed("98"), NEXT: closed("98")}) == [NEXT]


def test_a_drop_that_fires_in_closed_months_is_no_news() -> None:
    assert found(SUSTAINED_DROP, {NOW: closed("98")}, before=(*STEADY[2:], "98", "98")) == []


@pytest.mark.parametrize("rule", [FLOOR, MASKING], ids=["floor", "masking"])
def test_levels_of_twelve_months_say_nothing_before_the_close(rule: AlertRule) -> None:
    low = closed("105", grr="50")

    assert found(rule, {NOW: replace(low, year=low.retention)}) == []


def test_a_rule_that_is_off_finds_nothing() -> None:
    assert found(replace(SHOCK, enabled=False), {NOW: closed("90")}) == []


@pytest.mark.parametrize(
    ("nrr", "is_found"),
    [
        pytest.param("100", False, id="nothing-has-come-yet"),  # 102 when the usual 2 come
        pytest.param("97", False, id="99-at-the-end"),  # 3.0 below
        pytest.param("96.5", True, id="98.5-at-the-end"),  # 3.5 below
    ],
)
def test_a_month_that_has_only_begun_must_be_as_low_with_all_that_usually_still_comes(
    nrr: str, *, is_found: bool
) -> None:
    days = found(SHOCK, {NOW: closed(nrr)}, usual_rest=rest("2"))

    assert days == ([NOW] if is_found else [])


def test_the_figures_of_such_a_month_are_those_that_are_in() -> None:
    status = provisional(SHOCK, series(STEADY), {NOW: closed("95")}, usual_rest=rest("2"))[NOW]

    assert status.verdict is not None
    assert status.verdict.value == ratio("95")


def test_one_account_that_left_is_found_whatever_the_rest_of_the_month_brings() -> None:
    left = closed("101", grr="95", cost="3")
    large = AccountLoss(
        account="acme", lost_minor=left.losses[0].lost_minor, opening_minor=left.retention.opening
    )

    assert found(SHOCK, {NOW: replace(left, losses=(large,))}, usual_rest=rest("9")) == [NOW]


def test_a_base_that_left_as_a_whole_is_found_in_a_month_that_has_only_begun() -> None:
    gone = closed("98").retention
    nobody = replace(gone, accounts_retained=0, expansion=0, contraction=0, churn=gone.opening)

    assert found(SHOCK, {NOW: ClosedMonth(retention=nobody)}, usual_rest=rest("2")) == [NOW]


def test_what_usually_still_comes_is_not_asked_for_where_nothing_fires() -> None:
    def asked(_: date) -> Fraction:
        raise AssertionError

    assert found(SHOCK, {NOW: closed("102")}, usual_rest=asked) == []
    assert found(SHOCK, {}, usual_rest=asked) == []
