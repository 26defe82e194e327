from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.lettering import drawable
from bot.charts.picture import as_png, draw, png
from bot.charts.values import Caption, Chart, Empty
from tests.bot.charts.measuring import Measured
from tests.bot.charts.test_bars import DEMO, bars
from tests.bot.charts.test_lines import FOUR, chart
from tests.bot.charts.test_panels import NINE, panels
from tests.bot.charts.test_waterfall import waterfall

EVERY: tuple[Chart, ...] = (
    waterfall(0.9, -0.6, -7.2),
    bars(*DEMO),
    chart(*FOUR),
    panels(*NINE),
    Empty(caption=Caption(title="NRR of smb in Q3 2026"), reason="n/a, no opening MRR"),
)


@pytest.mark.parametrize("drawn", EVERY, ids=lambda drawn: type(drawn).__name__)
def test_the_same_chart_gives_the_same_bytes(drawn: Chart) -> None:
    first = as_png(draw(drawn))

    assert first.startswith(b"\x89PNG")
    assert as_png(draw(drawn)) == first


def test_threads_draw_the_same_pictures_as_one() -> None:
    expected = [as_png(draw(drawn)) for drawn in EVERY]

    png.cache_clear()
    with ThreadPoolExecutor(max_workers=4) as pool:
        assert list(pool.map(png, EVERY)) == expected


def test_a_picture_that_goes_to_many_is_drawn_once() -> None:
    assert png(bars(*DEMO)) is png(bars(*DEMO))
    assert png(bars(*DEMO[1:])) != png(bars(*DEMO))


def test_an_empty_chart_says_why() -> None:
    picture = Measured(EVERY[-1])

    assert list(picture.texts) == ["NRR of smb in Q3 2026", "n/a, no opening MRR"]


@settings(max_examples=8)
@given(st.text(max_size=60))
def test_no_title_breaks_a_picture(title: str) -> None:
    assert Measured(waterfall(1, -1, -1, title=f"a{drawable(title) or ''}")).cut_off == []
