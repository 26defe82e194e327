from dataclasses import replace
from fractions import Fraction

import pytest
from matplotlib.colors import to_rgba

from bot.charts.picture import draw
from bot.charts.values import Caption, HeatCell, HeatMap, HeatRow


def heat_map(*rows: tuple[str, tuple[int | None, ...]]) -> HeatMap:
    """Return rows of a name and percentages."""
    return HeatMap(
        caption=Caption(title="Sign-ups of Q1 2026 keep 71.0% of MRR"),
        columns=("1 mo", "3 mo"),
        rows=tuple(
            HeatRow(
                name=name,
                note="12",
                cells=tuple(
                    None if one is None else HeatCell(share=Fraction(one, 100), label=f"{one}%")
                    for one in cells
                ),
            )
            for name, cells in rows
        ),
        head="accounts",
    )


def test_the_further_below_the_middle_the_stronger_is_the_colour() -> None:
    figure = draw(heat_map(("Q2 2026", (95, None)), ("Q1 2026", (60, 100))))

    [axes] = figure.axes
    strengths = [to_rgba(bar.get_facecolor())[3] for bar in axes.patches]
    assert strengths == pytest.approx([0.1, 0.8, 0.0])
    assert [text.get_text() for text in axes.texts if "%" in text.get_text()] == [
        "95%",
        "60%",
        "100%",
    ]


@pytest.mark.parametrize("name", ["Q1 2026", "W" * 60])
def test_names_and_cells_stay_on_the_sheet(name: str) -> None:
    figure = draw(heat_map((name, (101, 250)), (name, (0, 100))))

    [axes] = figure.axes
    figure.canvas.draw()
    edges = [text.get_window_extent() for text in axes.texts]
    assert min(edge.x0 for edge in edges) >= 0
    assert max(edge.x1 for edge in edges) <= figure.bbox.width


def test_heads_of_columns_are_broken_and_told_apart_before_they_are_cut() -> None:
    arrow = "\u2192\u00a0"
    plans = (f"{arrow}Professional plan with support {year}" for year in (2025, 2026))
    chart = heat_map(("Q1 2026", (60,) * 6))
    figure = draw(replace(chart, columns=(f"{arrow}mid market", *plans, *"abc")))

    [axes] = figure.axes
    figure.canvas.draw()
    heads = [text for text in axes.texts if text.get_position()[1] < 0]
    said = [text.get_text() for text in heads if text.get_text() not in {"accounts", *"abc"}]
    assert said == ["market", f"{arrow}mid", "2025", f"{arrow}Prof…", "2026", f"{arrow}Prof…"]
    top = min(text.get_window_extent().y1 for text in figure.texts)
    assert max(text.get_window_extent().y1 for text in heads) < top
