from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from bot.alerts.telling.chart import alert_chart, alert_picture, alert_pictures
from bot.alerts.telling.details import NoticeDetails
from bot.alerts.telling.wording.titles import alert_alt_text, title
from bot.charts.values import Empty, Lines, Tone
from metrics.alerts.rules import Window
from tests.bot.charts.measuring import Measured
from tests.bot.sample_alerts import (
    below_floor,
    below_level,
    briefing,
    failed,
    masked,
    of_one_account,
    provisional_drop,
    recovered,
    shocked,
    stale,
    sustained,
    with_figures,
    withdrawn,
)
from tests.bot.sample_answers import HOSTILE_NAME

PNG = b"\x89PNG\r\n"


def chart_of(details: NoticeDetails) -> Lines:
    chart = alert_chart(details)
    assert isinstance(chart, Lines)
    return chart


def a_year(details: NoticeDetails) -> NoticeDetails:
    """Keep thirteen months of the course, so that places can be counted."""
    return with_figures(details, history=details.figures.history[-13:])


def with_gap(details: NoticeDetails, *places: int) -> NoticeDetails:
    course = tuple(
        replace(point, value=None) if at in places else point
        for at, point in enumerate(a_year(details).figures.history)
    )
    return with_figures(details, history=course)


def test_the_course_is_drawn_up_to_the_month_that_the_alert_is_about() -> None:
    chart = chart_of(a_year(sustained()))

    [course] = chart.lines
    assert (chart.months[0], chart.months[-1]) == ("Feb 25", "Feb 26")
    assert (course.name, course.label) == ("Feb 26", "98.0%")
    assert course.ratios[-1] == Fraction(98, 100)
    assert not chart.has_par


def test_what_is_usual_and_where_it_alerts_are_named_at_their_lines() -> None:
    chart = chart_of(sustained())

    assert [mark.name for mark in chart.marks] == ["usual 102.0%", "alert below 100.0%"]
    assert [float(mark.ratio) for mark in chart.marks] == pytest.approx([1.02, 0.9997], abs=1e-4)


def test_the_usual_range_is_shaded() -> None:
    band = chart_of(sustained()).band

    assert band is not None
    low, high = map(float, band)
    assert (low + high) / 2 == pytest.approx(1.02)
    assert high - low == pytest.approx(2 * 0.01354, abs=1e-4)


@pytest.mark.parametrize(
    ("details", "said"),
    [
        pytest.param(below_floor, {"floor 90%": True}, id="floor"),
        pytest.param(masked, {"NRR 105.0%": False, "floor 90%": True}, id="masking"),
        pytest.param(of_one_account, {"without one account 104.4%": False}, id="one-account"),
    ],
)
def test_other_rules_name_what_the_month_is_held_against(
    details: Callable[[], NoticeDetails], said: dict[str, bool]
) -> None:
    chart = chart_of(details())

    assert {mark.name: mark.is_level for mark in chart.marks} == said
    assert chart.band is None


@pytest.mark.parametrize(
    ("details", "tone"),
    [
        (sustained, Tone.LOSS),
        (shocked, Tone.LOSS),
        (recovered, Tone.GAIN),
        (withdrawn, Tone.GAIN),
        (stale, Tone.GAIN),
    ],
)
def test_the_month_is_marked_as_bad_only_while_it_is(
    details: Callable[[], NoticeDetails], tone: Tone
) -> None:
    spots = chart_of(a_year(details())).spots

    assert {spot.tone for spot in spots} == {tone}
    assert spots[0].at == 12


def test_the_month_that_it_fired_is_marked_and_named() -> None:
    since_october = with_figures(a_year(below_floor()), in_a_row=4)

    last, began = chart_of(since_october).spots
    assert (last.label, began.label) == ("", "since Oct 25")
    assert last.at - began.at == 3
    assert len(chart_of(with_figures(a_year(below_floor()), in_a_row=2)).spots) == 1


def test_a_month_without_figures_is_a_gap() -> None:
    [course] = chart_of(with_gap(sustained(), 4, 5)).lines

    assert [at for at, ratio in enumerate(course.ratios) if ratio is None] == [4, 5]


def test_the_title_is_the_finding_of_the_message() -> None:
    assert chart_of(sustained()).caption.title == title(sustained())


def test_the_words_say_every_month() -> None:
    words = alert_alt_text(with_gap(sustained(), 3))

    assert words.startswith(title(sustained()))
    assert "Apr 25 100.8%, May 25 n/a, Jun 25 101.4%" in words
    assert words.endswith("Jan 26 98.1%, Feb 26 98.0%.")


def test_a_briefing_has_the_picture_of_the_worst() -> None:
    [picture] = alert_pictures(briefing(sustained(), masked()))

    assert picture.alt_text == alert_alt_text(sustained())
    assert picture.png.startswith(PNG)


def test_where_there_is_no_line_there_is_no_picture() -> None:
    assert alert_pictures(briefing(with_gap(sustained(), *range(12)))) == []
    assert alert_pictures(briefing(with_figures(failed(), history=()))) == []


def test_what_cannot_be_drawn_says_so() -> None:
    for course in ((), with_gap(sustained(), *range(13)).figures.history):
        chart = alert_chart(with_figures(sustained(), history=course))

        assert isinstance(chart, Empty)
        assert chart.reason == "n/a, no opening MRR"


def test_without_a_verdict_the_months_are_drawn_alone() -> None:
    details = sustained()
    transition = replace(details.notice.transition, verdict=None)

    chart = chart_of(replace(details, notice=replace(details.notice, transition=transition)))

    assert (chart.marks, chart.band) == ((), None)


def test_a_month_that_is_missing_itself_is_not_marked() -> None:
    chart = chart_of(with_gap(sustained(), 12))

    assert chart.spots == ()
    assert chart.lines[0].label == ""


@pytest.mark.parametrize("name", [HOSTILE_NAME, r"$\frac{1}$ 👍", "公司", "x" * 300])
def test_no_name_stops_a_picture(name: str) -> None:
    details = sustained()
    named = replace(details, rule=details.rule.over((("segment", name), ("plan", name))))

    assert Measured(alert_chart(named)).cut_off == []


@pytest.mark.parametrize(
    "details", [sustained, below_floor, masked, of_one_account, provisional_drop, recovered]
)
def test_no_alert_has_texts_that_overlap_or_are_cut_off(
    details: Callable[[], NoticeDetails],
) -> None:
    picture = Measured(alert_chart(details()))

    assert picture.overlapping == []
    assert picture.cut_off == []


def test_quarters_are_named_under_their_points() -> None:
    chart = chart_of(below_level(window=Window.QUARTER))

    assert chart.months[-2:] == ("Q3 26", "Q4 26")
    assert chart.lines[0].name == "Q4 26"


def test_a_month_that_is_not_closed_is_marked_as_so_far() -> None:
    assert chart_of(provisional_drop()).lines[0].name == "Jan 26 so far"


def test_a_picture_of_an_alert_is_drawn() -> None:
    assert alert_picture(sustained()).png.startswith(PNG)
