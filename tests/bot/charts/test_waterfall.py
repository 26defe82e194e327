from fractions import Fraction

import pytest

from bot.charts.values import Caption, Level, Step, Tone, Waterfall
from tests.bot.charts.measuring import Measured

LONG = "NRR 93.1% of a segment with a name in Q3 2026: churn took 7.2 points, expansion brought 0.9"


def waterfall(*percents: float, title: str = LONG, source: str = "") -> Waterfall:
    """Return a waterfall from 100% by moves in points of opening MRR."""
    moves = [Fraction(str(percent)) / 100 for percent in percents]
    tones = (Tone.GAIN, Tone.CUT, Tone.LOSS)
    names = ("Expansion", "Contraction", "Churn")
    closing = sum(moves, start=Fraction(1))
    return Waterfall(
        caption=Caption(title=title, subtitle="Points of opening MRR", source=source),
        opening=Level(name="Opening", ratio=Fraction(1), label="100%"),
        steps=tuple(
            Step(name=name, change=move, label=f"{float(move * 100):+.1f}", note="$5k", tone=tone)
            for name, move, tone in zip(names, moves, tones, strict=True)
        ),
        closing=Level(name="Closing", ratio=closing, label=f"{float(closing * 100):.1f}%"),
    )


EXTREMES = {
    "a-quarter": (0.9, -0.6, -7.2),
    "tiny": (0.1, 0, -0.1),
    "huge": (900_000.0, -0.1, -20),
    "all-zero": (0, 0, 0),
    "only-churn": (0, 0, -0.4),
    "all-lost": (0, 0, -100),
    "below-zero": (0, -20, -110),
    "150-percent": (60, -0.3, -9.7),
}


@pytest.mark.parametrize("moves", EXTREMES.values(), ids=EXTREMES)
def test_no_text_lies_on_another_or_is_cut_off(moves: tuple[float, float, float]) -> None:
    picture = Measured(waterfall(*moves))

    assert picture.overlapping == []
    assert picture.cut_off == []


@pytest.mark.parametrize("moves", EXTREMES.values(), ids=EXTREMES)
def test_every_move_is_at_least_six_pixels_high_and_none_is_a_line(
    moves: tuple[float, float, float],
) -> None:
    picture = Measured(waterfall(*moves))

    heights = [picture.shown(bar.height) for bar in picture.bars[2:]]
    assert [height >= 6 for height in heights] == [abs(move) >= 0.05 for move in moves]


def test_the_moves_are_what_is_seen_and_drawn_to_scale() -> None:
    picture = Measured(waterfall(0.9, -0.9, -7.2))

    expansion, contraction, churn = (bar.height for bar in picture.bars[2:])
    assert picture.shown(churn) > 60
    assert churn / expansion == pytest.approx(8, rel=0.01)
    assert expansion == pytest.approx(contraction)


def test_bars_hang_on_each_other_from_the_opening_to_the_closing() -> None:
    opening, closing, expansion, contraction, churn = Measured(waterfall(5, -1, -3)).bars

    assert expansion.y0 == pytest.approx(opening.y1)
    assert contraction.y1 == pytest.approx(expansion.y1)
    assert churn.y1 == pytest.approx(contraction.y0)
    assert closing.y1 == pytest.approx(churn.y0)


def test_names_that_are_wider_than_their_bars_are_broken_in_their_middle() -> None:
    steps = tuple(
        Step(name=name, change=Fraction(-2, 100), label="−2.0", tone=Tone.LOSS)
        for name in ("More churn", "Less contraction", "Less expansion", "Mix")
    )
    ends = [
        Level(name=f"12 months to Oct {year}", ratio=ratio, label="92.0%")
        for year, ratio in ((2025, Fraction(1)), (2026, Fraction(92, 100)))
    ]
    picture = Measured(
        Waterfall(caption=Caption(title=LONG), opening=ends[0], steps=steps, closing=ends[1])
    )

    assert picture.overlapping == []
    assert {"More churn", "Less\ncontraction", "12 months\nto Oct 2025"} <= picture.texts.keys()


def test_a_cut_axis_has_a_visible_break_in_both_columns() -> None:
    cut, whole = (Measured(waterfall(*moves)) for moves in ((0.9, -0.6, -7.2), (0, 0, -100)))

    assert [len(picture.figure.axes[0].lines) for picture in (cut, whole)] == [4, 0]
    assert whole.figure.axes[0].get_ylim()[0] == 0


def test_what_hardly_moves_is_no_mountain() -> None:
    picture = Measured(waterfall(0.1, 0, -0.1))

    assert picture.shown(picture.bars[2].height) < 12
    assert picture.texts["100%"].y0 > picture.figure.bbox.height * 0.35
