import pytest

from bot.digests.chart import digest_pictures
from bot.style.chart import narrowed, to_png
from bot.trends.panels import draw_panels, panels_png
from bot.trends.trend import Trend
from tests.bot.sample_answers import HOSTILE_NAME
from tests.bot.sample_digests import sample_digest
from tests.bot.sample_trends import RISING, many_values, sample_trend, split_trend

FIVE = dict.fromkeys(("a", "b", "c", "d", "e"), RISING)


def titles_of(trend: Trend) -> list[str]:
    return [axes.get_title("left") for axes in draw_panels(trend).axes if axes.axison]


def test_every_series_has_a_panel_with_its_name_and_where_it_stands() -> None:
    assert titles_of(split_trend()) == [
        *("The whole company 104.0%", "enterprise 112.0%", "mid-market 101.0%", "smb 92.0%")
    ]


def test_the_title_states_the_finding() -> None:
    title = draw_panels(split_trend()).get_suptitle()

    assert title == (
        "The whole company by segment: NRR (TTM) 104.0% in 2026-10, unchanged from 2026-05;"
        " the leak is smb: 92.0%, unchanged"
    )


def test_all_panels_have_the_same_scale_in_which_100_percent_is() -> None:
    panels = draw_panels(split_trend()).axes

    [limits] = {axes.get_ylim() for axes in panels}
    assert limits[0] <= 91
    assert limits[1] >= 112


def test_values_beyond_the_panels_are_counted() -> None:
    figure = draw_panels(many_values(40))

    assert len(titles_of(many_values(40))) == 12
    assert "Not drawn: 29 more with a smaller base." in figure.get_supxlabel()


def test_the_lowest_panel_of_each_column_has_the_years_below_it() -> None:
    panels = draw_panels(many_values(4, months=24)).axes

    assert [bool(axes.get_xticklabels()) for axes in panels[:5]] == [
        *(False, False, True, True, True)
    ]


def test_years_are_marked_where_they_begin_or_at_the_first_month() -> None:
    def marks(trend: Trend) -> list[str]:
        return [text.get_text() for text in draw_panels(trend).axes[3].get_xticklabels()]

    assert marks(many_values(4, months=24)) == ["2025", "2026"]
    assert marks(split_trend()) == ["2026"]


@pytest.mark.parametrize(
    "trend",
    [
        pytest.param(many_values(40, months=60, name="W" * 99), id="many-wide-names"),
        pytest.param(sample_trend(RISING, {HOSTILE_NAME: RISING}), id="hostile-name"),
        pytest.param(sample_trend(RISING, {r"$\frac{1}$": RISING}), id="no-formula"),
        pytest.param(sample_trend(RISING, {"製造業": RISING}), id="letters-that-the-font-lacks"),
        pytest.param(sample_trend((None,) * 3, {"a": (None,) * 3}), id="no-base"),
        pytest.param(sample_trend((100, 100), {"a": (None, 100)}), id="a-gap"),
        pytest.param(sample_trend(RISING, FIVE, window=1), id="a-month-that-is-not-over"),
    ],
)
def test_nothing_drawn_lies_outside_the_picture(trend: Trend) -> None:
    figure = draw_panels(trend)
    assert to_png(figure).startswith(b"\x89PNG")

    box = figure.get_tightbbox()
    assert 0 <= box.x0 < box.x1 <= figure.get_figwidth()
    assert 0 <= box.y0 < box.y1 <= figure.get_figheight()


def test_a_digest_of_many_segments_has_panels_and_one_of_few_has_lines() -> None:
    many = sample_trend(RISING, FIVE)

    assert digest_pictures(sample_digest(trend=many))[1].png == panels_png(many)
    assert digest_pictures(sample_digest(trend=split_trend()))[1].png != panels_png(split_trend())


@pytest.mark.parametrize(
    ("inches", "said"),
    [(9, "W" * 20), (1, "WWWWWWW…"), (0.01, "…")],
)
def test_a_name_is_as_long_as_there_is_room(inches: float, said: str) -> None:
    assert narrowed("W" * 20, inches=inches, size=9.5) == said
