from fractions import Fraction

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

from bot.charts.lines import crossings
from bot.charts.sheet import COLOURS
from bot.charts.values import Caption, Line, Lines, NamedBand, ReferenceLevel, Spot, Tone
from tests.bot.charts.measuring import Measured

MONTHS = tuple(
    f"{month} {year}"
    for year in (24, 25, 26)
    for month in (
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    )
)


def line(name: str, *percents: float | None, **changes: bool) -> Line:
    """Return a line through percentages, labelled with the last that is known."""
    ratios = tuple(None if one is None else Fraction(str(one)) / 100 for one in percents)
    known = [one for one in percents if one is not None]
    return Line(name=name, ratios=ratios, label=f"{known[-1]}%" if known else "", **changes)


def chart(*lines: Line, **changes: object) -> Lines:
    """Return lines over as many months as they have points, to October 2026."""
    count = len(lines[0].ratios)
    months = MONTHS[34 - count : 34]
    caption = Caption(
        title="12-month NRR 109.1%", subtitle="NRR of the twelve months to each month"
    )
    return Lines(caption=caption, months=months, lines=lines, **changes)  # type: ignore[arg-type]


def ys(drawn: Line2D) -> list[float]:
    return [float(level) for level in np.asarray(drawn.get_ydata())]


def rising(start: float, by: float, count: int = 24) -> list[float]:
    return [round(start + by * at, 1) for at in range(count)]


FOUR = (
    line("company", *rising(108, 0.1), is_whole=True),
    line("enterprise", *rising(112, 0.1)),
    line("mid-market", *rising(107.9, 0.1)),
    line("smb", *rising(95, -0.3)),
)
CASES = {
    "four": chart(*FOUR),
    "one-on-another": chart(*[line(f"line {at}", 101, 102, 103) for at in range(5)]),
    "all-at-100": chart(line("company", *[100] * 12)),
    "huge": chart(line("company", 100, 10**7)),
    "all-lost": chart(line("company", 0, 100)),
    "long-names": chart(line("W" * 99, 99, 98), line("M" * 99, 99, 98)),
    "two-months": chart(line("company", 99, 101)),
    "24-months": chart(line("company", *rising(90, 0.7))),
    "34-months": chart(line("company", *rising(90, 0.7, 34))),
    "so-far": chart(line("company", 101, 102, 90, is_running=True)),
    "ends-early": chart(line("company", 100, 101, 102), line("gone", 97, 96, None)),
    "floor": chart(
        line("Oct 26", *rising(93, -0.2), is_whole=True),
        has_par=False,
        marks=(ReferenceLevel(name="floor 90%", ratio=Fraction(9, 10)),),
        spots=(Spot(at=23, tone=Tone.LOSS), Spot(at=15, tone=Tone.LOSS, label="since Feb 26")),
        band=(Fraction(91, 100), Fraction(93, 100)),
    ),
    "peers": chart(
        line("enterprise", *rising(124, -0.4), is_whole=True),
        marks=(ReferenceLevel(name="goal 115%", ratio=Fraction(115, 100)),),
        named_bands=(
            NamedBand(name="GTM Engineer's guide", low=Fraction(11, 10), high=Fraction(115, 100)),
            NamedBand(name="sales-led guide", low=Fraction(11, 10), high=None),
        ),
    ),
    "peers-far-away": chart(
        line("company", 60, 61),
        named_bands=(
            NamedBand(name="GTM Engineer's guide", low=Fraction(13, 10), high=Fraction(15, 10)),
            NamedBand(name="sales-led guide", low=Fraction(12, 10), high=None),
        ),
    ),
}


@pytest.mark.parametrize("drawn", CASES.values(), ids=CASES)
def test_no_text_lies_on_another_or_is_cut_off(drawn: Lines) -> None:
    picture = Measured(drawn)

    assert picture.overlapping == []
    assert picture.cut_off == []


def test_every_line_is_named_at_its_end_with_its_latest_figure() -> None:
    texts = Measured(CASES["four"]).texts

    named = {"company 110.3%", "enterprise 114.3%", "mid-market 110.2%", "smb 88.1%"}
    assert named <= texts.keys()
    assert all(texts[text].x0 > texts["Oct 26"].x0 for text in named)


def test_a_line_goes_through_its_ratios_and_breaks_where_there_is_none() -> None:
    [axes] = Measured(chart(line("company", 101, None, 103.5))).figure.axes

    [course] = [one for one in axes.lines if one.get_marker() == "o"]
    levels = ys(course)
    assert (levels[0], levels[2]) == (101, 103.5)
    assert levels[1] != levels[1]


def test_each_band_has_a_bar_of_its_own_from_its_low_to_its_high_end() -> None:
    [axes] = Measured(CASES["peers"]).figure.axes

    upright = [one for one in axes.lines if np.unique(np.asarray(one.get_xdata())).size == 1]
    bars = [ys(one) for one in upright if len(ys(one)) == 2]
    (first_low, first_high), (second_low, second_high) = bars
    assert (first_low, second_low) == pytest.approx((110, 110))
    assert first_high == pytest.approx(115)
    assert second_high == pytest.approx(axes.get_ylim()[1])  # it is open


def test_lines_are_told_apart_by_colour_and_by_marker() -> None:
    [axes] = Measured(CASES["four"]).figure.axes

    courses = [one for one in axes.lines if one.get_marker() != "None"]
    assert len({to_hex(str(one.get_color())) for one in courses}) == 4
    assert len({str(one.get_marker()) for one in courses}) == 4


def test_the_line_of_100_percent_is_drawn_unless_it_means_nothing() -> None:
    for par, count in ((True, 1), (False, 0)):
        [axes] = Measured(chart(line("GRR", 88, 89), has_par=par)).figure.axes

        across = [one for one in axes.lines if set(ys(one)) == {100}]
        assert len(across) == count


def test_what_is_not_over_is_hollow_and_dashed() -> None:
    [axes] = Measured(CASES["so-far"]).figure.axes

    over, running = [one for one in axes.lines if one.get_marker() == "o"]
    assert (over.get_linestyle(), running.get_linestyle()) == ("-", "--")
    assert running.get_markerfacecolor() == "white"
    assert "company 90%" in Measured(CASES["so-far"]).texts


def test_a_floor_is_named_and_the_month_that_the_chart_is_about_is_marked() -> None:
    picture = Measured(CASES["floor"])
    [axes] = picture.figure.axes

    assert {"floor 90%", "since Feb 26"} <= picture.texts.keys()
    [last, began] = [one for one in axes.lines if one.get_markersize() == 8]
    assert to_hex(str(last.get_color())) == COLOURS[Tone.LOSS]
    assert np.asarray(began.get_xdata()).tolist() == [15]


@pytest.mark.parametrize(
    ("count", "named"),
    [
        (3, ["Aug 26", "Sep 26", "Oct 26"]),
        (12, ["Jan 26", "Apr 26", "Jul 26", "Oct 26"]),
        (24, ["Apr 25", "Oct 25", "Apr 26", "Oct 26"]),
        (34, ["Oct 24", "Oct 25", "Oct 26"]),
    ],
)
def test_months_are_named_as_there_is_room_and_the_last_always(
    count: int, named: list[str]
) -> None:
    texts = Measured(chart(line("company", *[100] * count))).texts

    assert [text for text in texts if text in MONTHS] == named


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        pytest.param(FOUR, 0, id="apart"),
        pytest.param((line("a", 1, 3, 1), line("b", 2, 2, 2)), 2, id="there-and-back"),
        pytest.param((line("a", 1, 2, 3), line("b", 3, 2, 1)), 1, id="through-a-common-point"),
        pytest.param((line("a", 1, None, 3), line("b", 2, 2, 2)), 1, id="over-a-gap"),
        pytest.param((line("a", 1, 1), line("b", 1, 1)), 0, id="the-same"),
    ],
)
def test_crossings_are_counted(lines: tuple[Line, ...], count: int) -> None:
    assert crossings(lines) == count
