from datetime import date

import pytest

from bot.style.ratios import ratio_name, start_of, stretch_code, stretch_label, stretch_name
from metrics.alerts.rules import FLOOR, SUSTAINED_DROP, Window
from metrics.periods import parse_period

SEPTEMBER = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("window", "name", "code", "label", "start"),
    [
        pytest.param(
            *(Window.MONTH, "September 2026", "2026-09", "Sep 26", date(2026, 9, 1)), id="month"
        ),
        pytest.param(
            *(Window.QUARTER, "Q3 2026", "2026-Q3", "Q3 26", date(2026, 7, 1)), id="quarter"
        ),
        pytest.param(
            Window.YEAR,
            "the twelve months to September 2026",
            "ttm-to-2026-09",
            "Sep 26",
            date(2025, 10, 1),
            id="year",
        ),
    ],
)
def test_the_stretch_that_ends_with_a_month_is_named_and_asked_for(
    window: Window, name: str, code: str, label: str, start: date
) -> None:
    assert stretch_name(window, SEPTEMBER) == name
    assert stretch_label(window, SEPTEMBER) == label
    assert start_of(window, SEPTEMBER) == start
    assert stretch_code(window, SEPTEMBER) == code
    asked = parse_period(code, today=date(2026, 11, 28))
    assert (asked.start, asked.end) == (start, date(2026, 10, 1))


def test_a_ratio_of_twelve_months_says_so() -> None:
    assert ratio_name(FLOOR) == "12-month GRR"
    assert ratio_name(SUSTAINED_DROP) == "NRR"
