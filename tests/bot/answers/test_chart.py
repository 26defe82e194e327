from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from bot.answers.answer import Answer
from bot.answers.chart import draw_bridge
from bot.style.chart import CUT, GAIN, LEFT, TOTAL, to_png
from tests.bot.sample_answers import (
    HOSTILE_NAME,
    empty_answer,
    period_of,
    retention_of,
    sample_answer,
)

PARTS = {"expansion": 300, "contraction": 100, "churn": 200}


def axes_of(answer: Answer) -> Axes:
    [axes] = draw_bridge(answer).axes
    return axes


def bars_of(answer: Answer) -> list[Rectangle]:
    return [patch for patch in axes_of(answer).patches if isinstance(patch, Rectangle)]


def title_of(answer: Answer) -> str:
    return draw_bridge(answer).get_suptitle()


def named(name: str) -> Answer:
    return sample_answer(scope=(("segment", name),))


def test_bars_float_from_level_to_level() -> None:
    bars = bars_of(sample_answer(retention=retention_of(1_000, **PARTS)))

    spans = [(bar.get_y(), bar.get_y() + bar.get_height()) for bar in bars]
    assert spans == [(0, 1000), (1000, 1300), (1200, 1300), (1000, 1200), (0, 1000)]


def test_connectors_lie_at_the_level_that_each_bar_leaves() -> None:
    axes = axes_of(sample_answer(retention=retention_of(1_000, **PARTS)))

    lines = [lines for lines in axes.collections if isinstance(lines, LineCollection)]
    assert [line.get_segments()[0][0][1] for line in lines] == [1000, 1300, 1200, 1000]


def test_the_axis_begins_at_zero_and_leaves_room_for_labels() -> None:
    low, high = axes_of(sample_answer(retention=retention_of(1_000, **PARTS))).get_ylim()

    assert low == 0
    assert high > 1_300


def test_every_bar_is_labelled_with_money_and_points() -> None:
    labels = [text.get_text() for text in axes_of(sample_answer()).texts]

    assert labels == [
        "$1.00M\n100.0%",
        "+$50k\n+5.0 pts",
        "−$15k\n−1.5 pts",
        "−$20k\n−2.0 pts",
        "$1.02M\n101.5%",
    ]


def test_gains_and_both_losses_have_colours_of_their_own() -> None:
    colours = [to_hex(bar.get_facecolor()) for bar in bars_of(sample_answer())]

    assert colours == [TOTAL, GAIN, CUT, LEFT, TOTAL]


def test_arr_is_drawn_as_arr() -> None:
    axes = axes_of(sample_answer(in_arr=True))

    assert axes.texts[0].get_text() == "$12.0M\n100.0%"
    assert axes.get_xticklabels()[0].get_text() == "Opening ARR"
    assert axes.get_title("left") == "ARR in USD; points are shares of opening ARR"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("enterprise", "enterprise", id="plain"),
        pytest.param("🚀 Rocket", "Rocket", id="an-emoji-is-left-out"),
        pytest.param("製造業", "this segment", id="letters-that-the-font-lacks"),
        pytest.param("製造業 A", "this segment", id="never-a-part-of-a-name"),
        pytest.param("🚀", "this segment", id="nothing-left"),
        pytest.param("Ελλάδα", "Ελλάδα", id="greek"),
        pytest.param(r"$\frac{1}$", r"\$\frac{1}\$", id="no-formula"),
    ],
)
def test_the_title_states_the_finding_with_a_name_that_can_be_drawn(name: str, said: str) -> None:
    expected = f"{said} kept 101.5% of its MRR in 2026-Q3: expansion outweighed losses"

    assert title_of(named(name)) == expected


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(sample_answer(), id="quarter"),
        pytest.param(empty_answer(), id="empty-base"),
        pytest.param(sample_answer(period=period_of("qtd")), id="to-date"),
        pytest.param(sample_answer(retention=retention_of(100, churn=100)), id="all-lost"),
        pytest.param(sample_answer(retention=retention_of(1)), id="one-cent"),
        pytest.param(sample_answer(retention=retention_of(1, expansion=10**18)), id="huge"),
        pytest.param(sample_answer(currency="XOF"), id="a-currency-in-letters"),
        pytest.param(named("W" * 99), id="a-wide-name"),
        pytest.param(named(HOSTILE_NAME), id="hostile-name"),
        pytest.param(named(r"$\frac{1}$"), id="no-formula"),
        pytest.param(named(r"\$\frac{1}\$"), id="no-escaped-formula"),
        pytest.param(named("製造業 🚀 العربية हिन्दी"), id="every-script"),
    ],
)
def test_every_answer_can_be_drawn(answer: Answer) -> None:
    assert to_png(draw_bridge(answer)).startswith(b"\x89PNG")


@settings(max_examples=8)
@given(st.text(max_size=60))
def test_no_name_breaks_a_picture(name: str) -> None:
    assert to_png(draw_bridge(named(f"a{name}"))).startswith(b"\x89PNG")


def test_an_empty_base_is_said_plainly() -> None:
    [text] = axes_of(empty_answer()).texts

    assert text.get_text() == "n/a, no opening MRR"
    assert title_of(empty_answer()) == "enterprise, 2026-Q3: n/a, no opening MRR"


def test_nothing_drawn_lies_outside_the_picture() -> None:
    figure = draw_bridge(named("W" * 99))
    to_png(figure)

    box = figure.get_tightbbox()
    assert 0 <= box.x0 < box.x1 <= figure.get_figwidth()
    assert 0 <= box.y0 < box.y1 <= figure.get_figheight()


def test_threads_draw_the_same_picture_as_one() -> None:
    answers = [sample_answer(in_arr=number % 2 == 0) for number in range(4)]
    expected = [to_png(draw_bridge(answer)) for answer in answers]

    with ThreadPoolExecutor(max_workers=4) as pool:
        drawn = list(pool.map(lambda answer: to_png(draw_bridge(answer)), answers))

    assert drawn == expected
