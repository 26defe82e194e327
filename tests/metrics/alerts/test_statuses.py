"""Months one after the other: windows, months in a row, and what recovers."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from metrics.alerts.rules import FLOOR, MASKING, SUSTAINED_DROP, AlertRule, Metric, Window
from metrics.alerts.series import ClosedMonth
from metrics.alerts.states import AlertState, StateName
from metrics.alerts.statuses import Health, MonthStatus, Phase, month_statuses, usual_before
from metrics.retention import NOTHING, Retention
from tests.metrics.alerts.months import STEADY, Percent, closed, evaluated, month, ratio, series
from tests.metrics.alerts.own_rules import drops

BELOW_105 = replace(FLOOR, metric=Metric.NRR, threshold=ratio("105"))


def statuses(rule: AlertRule, months: Sequence[Percent]) -> list[MonthStatus]:
    return [*month_statuses(rule, series(months)).values()]


def rows(rule: AlertRule, months: Sequence[Percent]) -> list[int]:
    """How many months in a row had breached as of each month."""
    return [status.breaches for status in statuses(rule, months)]


def with_windows(nrr: str, *, quarter: str, year: str) -> ClosedMonth:
    return replace(closed(nrr), quarter=closed(quarter).retention, year=closed(year).retention)


@pytest.mark.parametrize(
    ("window", "value", "phase"),
    [
        pytest.param(Window.MONTH, "101", Phase.FIRING, id="month"),
        pytest.param(Window.QUARTER, "104", Phase.FIRING, id="quarter"),
        pytest.param(Window.YEAR, "114", Phase.INACTIVE, id="twelve-months"),
    ],
)
def test_a_level_is_held_against_its_own_window_alone(
    window: Window, value: str, phase: Phase
) -> None:
    months = [with_windows("101", quarter="104", year="114")] * 3

    status = statuses(replace(BELOW_105, window=window), months)[-1]

    assert status.verdict is not None
    assert (status.verdict.value, status.verdict.window) == (ratio(value), window)
    assert status.phase is phase


def test_a_drop_is_looked_for_in_single_months_whatever_the_year_is() -> None:
    calm = with_windows("102", quarter="40", year="40")
    low = with_windows("98", quarter="140", year="140")

    phases = [status.phase for status in statuses(SUSTAINED_DROP, [*[calm] * 8, low, low])]

    assert phases == [*[Phase.INACTIVE] * 8, Phase.PENDING, Phase.FIRING]


def test_a_quarter_is_judged_when_it_is_closed_and_stays_as_it_is_meanwhile() -> None:
    quarterly = replace(BELOW_105, window=Window.QUARTER)
    fine, low = (with_windows("110", quarter=one, year="110") for one in ("106", "104"))

    found = statuses(quarterly, [fine, fine, low, fine, fine, fine])

    assert [status.phase for status in found] == [
        *[Phase.INACTIVE] * 2,
        *[Phase.FIRING] * 3,
        Phase.INACTIVE,
    ]
    assert [status.month for status in found] == [None, None, *[month(2)] * 3, month(5)]
    assert {status.health for status in found} == {Health.OK}


@pytest.mark.parametrize("rule", [FLOOR, MASKING, BELOW_105], ids=["floor", "masking", "own"])
@pytest.mark.parametrize("base", [None, NOTHING], ids=["before-the-ledger", "nobody-paid"])
def test_without_an_opening_base_twelve_months_back_a_level_says_so(
    rule: AlertRule, base: Retention | None
) -> None:
    state, transitions = evaluated(rule, [replace(closed("80"), year=base)] * 11)

    assert (state.name, state.status.verdict) == (StateName.NO_BASE, None)
    assert transitions == ()


def test_a_small_base_twelve_months_back_is_insufficient_whatever_the_month_has() -> None:
    many, few = closed("80", accounts=500), closed("80", accounts=9).retention

    assert evaluated(FLOOR, [replace(many, year=few)])[0].name is StateName.INSUFFICIENT
    assert evaluated(FLOOR, [replace(closed("80", accounts=9), year=many.year)])[0].name == "firing"


def test_being_below_at_the_first_evaluation_counts_as_crossing() -> None:
    state, transitions = evaluated(FLOOR, [closed("80")] * 14)

    assert [str(one.kind) for one in transitions] == ["fired"]
    assert state.status.breaches == 14


@pytest.mark.parametrize(
    ("rule", "months", "expected"),
    [
        pytest.param(BELOW_105, ["104"] * 33, [*range(1, 34)], id="beyond-thirteen"),
        pytest.param(
            BELOW_105,
            ["104", "105.2", "104", "104"],
            [1, 0, 1, 2],
            id="a-month-that-neither-breaches-nor-recovers-ends-the-row",
        ),
        pytest.param(BELOW_105, ["104", "104", None, "104"], [1, 2, 2, 1], id="a-hole-ends-it"),
        pytest.param(BELOW_105, ["104", "106", "104"], [1, 0, 1], id="a-recovery-ends-it"),
        pytest.param(
            replace(BELOW_105, window=Window.QUARTER),
            ["104"] * 9,
            [0, 0, 1, 1, 1, 2, 2, 2, 3],
            id="quarters",
        ),
        pytest.param(
            SUSTAINED_DROP,
            [*STEADY, "98", "98", "98", "98"],
            [*[0] * 8, 1, 2, 3, 4],
            id="after-a-drop-fired",
        ),
    ],
)
def test_months_in_a_row_are_counted_over_all_months(
    rule: AlertRule, months: list[Percent], expected: list[int]
) -> None:
    assert rows(rule, months) == expected


STILL = closed("106", has_movements=False)


@pytest.mark.parametrize("window", Window)
def test_a_level_recovers_only_in_a_month_with_movements(window: Window) -> None:
    rule = replace(BELOW_105, window=window)

    still = statuses(rule, [*["104"] * 3, *[STILL] * 3])[-1]
    moved = statuses(rule, [*["104"] * 3, STILL, STILL, "106"])[-1]

    assert (still.phase, still.breaches) == (Phase.FIRING, 0)
    assert moved.phase is Phase.INACTIVE


def test_a_quarter_recovers_by_a_movement_in_any_of_its_months() -> None:
    rule = replace(BELOW_105, window=Window.QUARTER)

    assert statuses(rule, [*["104"] * 3, "106", STILL, STILL])[-1].phase is Phase.INACTIVE


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(SUSTAINED_DROP, id="sustained-drop"),
        pytest.param(drops("3"), id="points"),
    ],
)
def test_a_drop_is_not_resolved_in_a_month_without_movements(rule: AlertRule) -> None:
    fallen = [*STEADY, "98", "98"]
    state, _ = evaluated(rule, fallen)

    state, silent = evaluated(rule, [*fallen, closed("102", has_movements=False)], state)
    state, told = evaluated(rule, [*fallen, closed("102", has_movements=False), "102"], state)

    assert silent == ()
    assert [str(one.kind) for one in told] == ["resolved"]


def test_a_state_is_the_same_whether_it_was_stored_or_not() -> None:
    state, _ = evaluated(BELOW_105, ["104"] * 5)
    later, _ = evaluated(BELOW_105, ["104"] * 9, state)

    assert later.status == evaluated(BELOW_105, ["104"] * 9, AlertState())[0].status


@pytest.mark.parametrize(
    ("place", "before"),
    [
        pytest.param(7, {7}, id="calm"),
        pytest.param(8, {8}, id="it-begins"),
        pytest.param(23, {8, 23}, id="it-lasts"),
        pytest.param(24, {8, 24}, id="it-recovers"),
        pytest.param(25, {25}, id="calm-again"),
    ],
)
def test_a_drop_is_held_against_what_was_usual_before_it_began(
    place: int, before: set[int]
) -> None:
    drop = drops("3")
    known = series([*STEADY, *["98"] * 16, "102", "102"])

    assert usual_before(drop, known, month(place)) == set(map(month, before))
