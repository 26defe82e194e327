from collections.abc import Callable
from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from bot.alerts.telling.chart import alert_picture, alert_pictures, draw_alert
from bot.alerts.telling.details import NoticeDetails
from bot.alerts.telling.wording.titles import alert_alt_text
from bot.style.chart import GAIN, LEFT
from metrics.alerts.rules import Window
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


def axes_of(details: NoticeDetails) -> Axes:
    [axes] = draw_alert(details).axes
    return axes


def data_of(line: Line2D) -> list[tuple[float, float]]:
    return [(float(at), float(level)) for at, level in np.asarray(line.get_xydata())]


def levels(axes: Axes) -> list[float]:
    [course] = [line for line in axes.lines if len(data_of(line)) > 2]
    return [level for _, level in data_of(course)]


def names(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def with_gap(details: NoticeDetails, *places: int) -> NoticeDetails:
    course = tuple(
        replace(point, value=None) if at in places else point
        for at, point in enumerate(details.figures.history)
    )
    return with_figures(details, history=course)


def unknown(details: NoticeDetails) -> NoticeDetails:
    return with_gap(details, *range(len(details.figures.history)))


def test_the_last_thirteen_months_are_drawn_to_scale() -> None:
    axes = axes_of(sustained())

    drawn = levels(axes)
    assert len(drawn) == 13
    assert drawn[-2:] == pytest.approx([98.1, 98.0])
    low, high = axes.get_ylim()
    assert low < min(drawn) < max(drawn) < high


def test_what_is_usual_and_where_it_alerts_are_named_at_their_lines() -> None:
    axes = axes_of(sustained())

    assert names(axes) == ["Feb 2026: 98.0%", "alert from 100.0% down", "usual 102.0%"]
    first, second, *_ = (data_of(line) for line in axes.lines)
    assert [level for _, level in first] == pytest.approx([102, 102])
    assert [level for _, level in second] == pytest.approx([99.97, 99.97], abs=0.01)


def test_the_usual_range_is_shaded() -> None:
    [band] = [patch for patch in axes_of(sustained()).patches if isinstance(patch, Rectangle)]

    middle = band.get_y() + band.get_height() / 2
    assert middle == pytest.approx(102)
    assert band.get_height() == pytest.approx(2 * 1.354, abs=0.01)


@pytest.mark.parametrize(
    ("details", "said"),
    [
        pytest.param(below_floor, ["Jan 2026: 88.0%", "level 90.0%"], id="floor"),
        pytest.param(masked, ["Jan 2026: 85.0%", "level 90.0%", "NRR 105.0%"], id="masking"),
        pytest.param(
            of_one_account, ["Jan 2026: 101.2%", "without one account 104.4%"], id="one-account"
        ),
    ],
)
def test_other_rules_name_what_the_month_is_held_against(
    details: Callable[[], NoticeDetails], said: list[str]
) -> None:
    axes = axes_of(details())

    assert names(axes) == said
    assert not axes.patches


@pytest.mark.parametrize(
    ("details", "colour"),
    [(sustained, LEFT), (shocked, LEFT), (recovered, GAIN), (withdrawn, GAIN), (stale, GAIN)],
)
def test_the_month_is_marked_as_bad_only_while_it_is(
    details: Callable[[], NoticeDetails], colour: str
) -> None:
    [mark] = [line for line in axes_of(details()).lines if line.get_markersize() == 9]

    assert mark.get_color() == colour


def test_a_month_without_figures_is_a_gap() -> None:
    drawn = levels(axes_of(with_gap(sustained(), 4, 5)))

    assert [at for at, level in enumerate(drawn) if isnan(level)] == [4, 5]


def test_the_title_is_the_finding_and_the_subtitle_says_what_is_drawn() -> None:
    figure = draw_alert(sustained())

    assert figure.get_suptitle() == "Company NRR fell to 98.0% in February 2026"
    assert figure.axes[0].get_title(loc="left") == (
        "Monthly NRR of the company, closed months. Shaded: the usual range, one standard"
        " deviation either way."
    )


def test_the_words_say_every_month() -> None:
    words = alert_alt_text(with_gap(sustained(), 3))

    assert words.startswith("Company NRR fell to 98.0% in February 2026, 4.0 pts below its usual")
    assert "2025-04 100.8%, 2025-05 n/a, 2025-06 101.4%" in words
    assert words.endswith("2026-01 98.1%, 2026-02 98.0%.")


def test_a_briefing_has_the_picture_of_the_worst() -> None:
    [picture] = alert_pictures(briefing(sustained(), masked()))

    assert picture.alt_text == alert_alt_text(sustained())
    assert picture.png.startswith(PNG)


def test_where_there_is_no_line_there_is_no_picture() -> None:
    assert alert_pictures(briefing(with_gap(sustained(), *range(12)))) == []
    assert alert_pictures(briefing(with_figures(failed(), history=()))) == []


def test_what_cannot_be_drawn_says_so() -> None:
    assert names(axes_of(unknown(sustained()))) == ["n/a, no opening MRR"]
    assert alert_picture(with_figures(sustained(), history=())).png.startswith(PNG)


def test_without_a_verdict_the_months_are_drawn_alone() -> None:
    details = sustained()
    transition = replace(details.notice.transition, verdict=None)

    axes = axes_of(replace(details, notice=replace(details.notice, transition=transition)))

    assert names(axes) == ["Feb 2026: 98.0%"]


def test_a_month_that_is_missing_itself_has_no_label() -> None:
    assert names(axes_of(with_gap(sustained(), 12))) == ["alert from 100.0% down", "usual 102.0%"]


@pytest.mark.parametrize("name", [HOSTILE_NAME, r"$\frac{1}$ 👍", "公司", "x" * 300])
def test_no_name_stops_a_picture(name: str) -> None:
    details = sustained()
    named = replace(details, rule=details.rule.over((("segment", name), ("plan", name))))

    assert alert_picture(named).png.startswith(PNG)


def test_a_level_of_twelve_months_has_points_of_twelve_months_and_says_so() -> None:
    details = below_level()

    axes = axes_of(details)

    assert axes.get_ylabel() == "12-month NRR, %"
    assert axes.get_title(loc="left") == (
        "12-month NRR of enterprise, each point is the twelve months to that month."
    )
    assert "Line chart of 12-month NRR of the twelve months to each month" in alert_alt_text(
        details
    )
    assert levels(axes) == pytest.approx([101.2] * 13)


def test_quarters_are_named_under_their_points() -> None:
    axes = axes_of(below_level(window=Window.QUARTER))

    assert [text.get_text() for text in axes.get_xticklabels()][-2:] == ["2026\nQ3", "2026\nQ4"]
    assert names(axes) == ["Q4 2026: 101.2%", "level 105.0%"]


def test_a_month_that_is_not_closed_is_marked_as_so_far() -> None:
    axes = axes_of(provisional_drop())

    assert names(axes)[0] == "Jan 2026 so far: 92.0%"
    assert "closed months and the one that is not closed yet" in axes.get_title(loc="left")
