import pytest

from bot.charts.values import Caption, Line, Panels
from tests.bot.charts.measuring import Measured
from tests.bot.charts.test_lines import MONTHS, line, rising, ys


def panels(*lines: Line) -> Panels:
    """Return small multiples to October 2026."""
    months = MONTHS[34 - len(lines[0].ratios) : 34]
    caption = Caption(title="12-month NRR 109.1% by industry", subtitle="NRR of twelve months")
    return Panels(caption=caption, months=months, lines=lines)


NINE = tuple(line(f"industry {at}", *rising(85 + 4 * at, 0.2), is_whole=at == 0) for at in range(9))
CASES = {
    "nine": panels(*NINE),
    "four": panels(*NINE[:4]),
    "one": panels(NINE[0]),
    "long-names": panels(*[line("W" * 90, *rising(100, 0.1)) for _ in range(9)]),
    "never-known": panels(line("a", None, None, None), line("b", 100, 101, 102)),
    "two-months": panels(line("a", 100, 101), line("b", 99, 98)),
    "huge": panels(line("a", 100, 10**6), line("b", 99, 98)),
}


@pytest.mark.parametrize("drawn", CASES.values(), ids=CASES)
def test_no_text_lies_on_another_or_is_cut_off(drawn: Panels) -> None:
    picture = Measured(drawn)

    assert picture.overlapping == []
    assert picture.cut_off == []


def test_every_series_has_a_panel_with_its_name_and_where_it_stands() -> None:
    texts = Measured(CASES["nine"]).texts

    assert {f"industry {at} {85 + 4 * at + 4.6}%" for at in range(9)} <= texts.keys()


def test_all_panels_have_one_scale_with_100_percent_in_it() -> None:
    axes = Measured(panels(*NINE[:2])).figure.axes

    [(low, high)] = {one.get_ylim() for one in axes}
    assert low < 85
    assert high > 100


def test_a_panel_has_its_own_line_before_the_others_in_grey() -> None:
    first, *_ = Measured(CASES["four"]).figure.axes

    widths = [one.get_linewidth() for one in first.lines if len(ys(one)) == 24]
    assert sorted(widths) == [0.8] * 4 + [2]
