from datetime import date
from pathlib import Path

import numpy as np
import pytest

from benchmarks.noise import __main__ as command
from benchmarks.noise.detectors import (
    DEFAULTS,
    DETECTORS,
    below_100,
    below_mean,
    of_months,
    two_below_100,
)
from benchmarks.noise.histories import BEFORE, WATCHED, Case, History, histories
from benchmarks.noise.measuring import Finding, measure
from benchmarks.noise.page import cells, page, verdicts

CALM = Case(level=102, deviation=0.2)


def history(*months: float) -> History:
    return np.array([round(percent * 100) for percent in months])


def places(months: np.ndarray) -> list[int]:
    return np.flatnonzero(months).tolist()


def found(case: Case, count: int = 5) -> dict[str, Finding]:
    [findings] = measure([case], count, seed=1)
    return {finding.detector: finding for finding in findings}


def finding(**others: object) -> Finding:
    usual = {
        "detector": DEFAULTS,
        "level": 102,
        "deviation": 1.0,
        "false_alarm_share": 0.04,
        "false_alarms": 0.04,
        "months_to_find": (*[2] * 19, None),
    }
    return Finding(**{**usual, **others})  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_histories() -> None:
    first, again = (np.array(list(histories(CALM, 3, seed=1))) for _ in range(2))
    [other] = histories(CALM, 1, seed=2)

    assert np.array_equal(first, again)
    assert not np.array_equal(first[0], other)


def test_a_history_that_falls_is_the_healthy_one_until_then_and_four_points_lower_after() -> None:
    falling = Case(level=102, deviation=0.2, falls=True)
    [healthy], [fallen] = histories(CALM, 1, seed=1), histories(falling, 1, seed=1)

    assert places(healthy != fallen) == list(range(BEFORE, BEFORE + WATCHED))
    assert set((healthy - fallen)[BEFORE:]) == {400}


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        pytest.param((101, 99, 99, 101, 99), [1, 4], id="each-stretch-is-one-alarm"),
        pytest.param((100, 100), [], id="100-is-not-below"),
    ],
)
def test_a_month_below_100_is_an_alarm(months: tuple[float, ...], expected: list[int]) -> None:
    assert places(of_months(below_100)(history(*months)).starts) == expected


def test_two_months_below_100_are_an_alarm_at_the_second() -> None:
    assert places(two_below_100(history(99, 101, 99, 99, 99, 101))) == [3, 4]


def test_a_mean_needs_twelve_months_and_looks_back_no_further() -> None:
    waves = [101, 103] * 6

    assert places(below_mean(history(50, *waves, 98))) == [13]
    assert places(below_mean(history(*waves[:11], 90))) == []


def test_a_lasting_fall_in_calm_weather_is_found_by_the_second_month_without_false_alarms() -> None:
    ours = found(CALM)["our sustained-drop alone"]

    assert ours.false_alarms == 0
    assert ours.months_to_find == (2,) * 5
    assert ours.median_months == 2


LEVELS = next(one for one in DETECTORS if one.name == "our floor and masking alone")
"""Of 97 % a month 69.4 % are left after a year, of 99.2 % 90.8 %."""


def test_a_year_is_the_product_of_its_months() -> None:
    low, fine = (LEVELS.watch(history(*[month] * 14)) for month in (97, 99.2))

    assert (places(low.starts), places(fine.starts)) == ([11], [])


def test_a_level_that_was_low_before_the_fall_does_not_find_it() -> None:
    before = LEVELS.watch(history(*[97] * (BEFORE + WATCHED)))
    # 0.96 to the power of three is 88.5 %.
    within = LEVELS.watch(history(*[100] * BEFORE, *[96] * WATCHED))

    assert places(before.is_on) == []
    assert places(within.is_on) == list(range(BEFORE + 2, BEFORE + WATCHED))


def test_all_detectors_are_measured_on_as_many_falls() -> None:
    findings = found(CALM, count=2)

    assert list(findings) == [detector.name for detector in DETECTORS]
    assert {len(one.months_to_find) for one in findings.values()} == {2}


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(finding(), (True, True), id="exactly-on-target"),
        pytest.param(finding(false_alarm_share=0.041), (False, True), id="too-loud"),
        pytest.param(finding(months_to_find=(2,) * 18 + (3, 3)), (True, False), id="too-slow"),
    ],
)
def test_targets_are_met_or_not(one: Finding, expected: tuple[bool, bool]) -> None:
    assert (one.is_quiet, one.is_quick) == expected


def test_a_target_that_is_missed_says_so() -> None:
    missed, met = verdicts([finding(false_alarm_share=0.2), finding(deviation=0.5)])

    assert "20.0 % of healthy histories" in missed
    assert missed.count("**missed**") == 1
    assert "missed" not in met


def test_wild_histories_and_other_detectors_have_no_target() -> None:
    assert list(verdicts([finding(deviation=2.0), finding(detector="mean")])) == []


def test_falls_that_are_mostly_not_seen_have_no_usual_time() -> None:
    assert cells(finding(months_to_find=(1, None, None)))[-1] == "not in 24"


def test_the_page_has_a_table_for_each_case() -> None:
    text = page(
        [finding(), finding(deviation=2.0)], count=7, command="python", on=date(2026, 11, 22)
    )

    assert text.count("| our defaults | 4.0 % | 0.04 | 0.0 % | 95.0 % | 95.0 % | 2 |") == 2
    assert "Measured 2026-11-22" in text


def test_the_page_says_whether_a_target_is_missed() -> None:
    met, missed = (
        page([finding(false_alarm_share=share)], count=7, command="python", on=date(2026, 11, 22))
        for share in (0.01, 0.2)
    )

    assert "**missed**" not in met
    assert "**missed**" in missed


def test_the_command_prints_and_writes_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "CASES", (CALM,))

    command.main(count=2, seed=1, out=tmp_path / "NOISE.md")

    assert "## 102 % (falls to 98 %), sd 0.2 points" in (tmp_path / "NOISE.md").read_text()
    assert "Written: NOISE.md." in capsys.readouterr().out
