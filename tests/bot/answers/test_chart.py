from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.answer import Answer
from bot.answers.chart import answer_picture, bridge, bridge_picture, split
from bot.answers.wording.pictures import answer_alt_text
from bot.charts.values import Bars, Empty, Tone, Waterfall
from metrics.retention import Retention
from tests.bot.charts.measuring import Measured
from tests.bot.sample_answers import (
    HOSTILE_NAME,
    empty_answer,
    many_slices,
    period_of,
    sample_answer,
    slices_of,
)
from tests.bot.shown import retentions, tenths
from tests.metrics.retentions import retention_of

THREE = {
    # Of an opening base of 10,000: smb takes 2.0 points, mid-market 0.1; enterprise brings 3.5.
    "enterprise": retention_of(5_000, expansion=400, contraction=50),
    "mid-market": retention_of(3_000, churn=10),
    "smb": retention_of(2_000, expansion=50, churn=250),
}
WHOLE = retention_of(10_000, expansion=450, contraction=50, churn=260)


def waterfall(answer: Answer) -> Waterfall:
    chart = bridge(answer)
    assert isinstance(chart, Waterfall)
    return chart


def by_segment(**changes: object) -> Answer:
    changes = {"scope": (), "dimension": "segment", "retention": WHOLE} | changes
    return sample_answer(**{"breakdown": slices_of("segment", THREE)} | changes)


def bars(answer: Answer) -> Bars:
    chart = split(answer)
    assert isinstance(chart, Bars)
    return chart


def named(name: str) -> Answer:
    return sample_answer(scope=(("segment", name),))


def test_the_moves_are_points_of_opening_mrr_with_their_money() -> None:
    chart = waterfall(sample_answer())

    assert [(step.name, step.label, step.note, step.tone) for step in chart.steps] == [
        ("Expansion", "+5.0", "$50k", Tone.GAIN),
        ("Contraction", "−1.5", "$15k", Tone.CUT),
        ("Churn", "−2.0", "$20k", Tone.LOSS),
    ]
    assert (chart.opening.label, chart.closing.label) == ("100%", "101.5%")


def test_twelve_months_are_said_before_the_ratio() -> None:
    chart = waterfall(sample_answer(period=period_of("ttm")))

    assert chart.caption.title.startswith("12-month NRR 101.5% of enterprise to Oct 2026: ")


def test_what_did_not_move_has_no_money() -> None:
    chart = waterfall(sample_answer(retention=retention_of(1_000, churn=72)))

    assert [step.note for step in chart.steps] == ["", "", "$0.72"]


def test_the_title_says_what_moved_most_and_what_was_against_it() -> None:
    assert waterfall(sample_answer()).caption.title == (
        "NRR 101.5% of enterprise in Q3 2026: expansion brought 5.0 points, churn took 2.0"
    )


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        pytest.param(retention_of(1_000), "nothing moved by a tenth of a point", id="nothing"),
        pytest.param(retention_of(1_000, churn=72), "churn took 7.2 points", id="only-churn"),
        pytest.param(
            retention_of(10_000, contraction=26, churn=31), "churn took 0.3 points", id="the-larger"
        ),
        pytest.param(retention_of(1_000, expansion=9), "expansion brought 0.9 points", id="gain"),
    ],
)
def test_the_title_names_the_forces_that_are_seen(terms: Retention, said: str) -> None:
    assert waterfall(sample_answer(retention=terms)).caption.title.split(": ")[1] == said


def test_the_base_is_under_the_title_and_the_small_print_in_files_alone() -> None:
    caption = waterfall(sample_answer()).caption

    assert caption.subtitle == "Points of opening MRR, $1M from 120 accounts"
    assert caption.source == ""
    assert bridge(sample_answer(), source="Closed").caption.source == "Closed"
    assert "opening ARR, $12M" in waterfall(sample_answer(in_arr=True)).caption.subtitle


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("enterprise", "enterprise", id="plain"),
        pytest.param("🚀 Rocket", "Rocket", id="an-emoji-is-left-out"),
        pytest.param("製造業", "this segment", id="letters-that-the-font-lacks"),
        pytest.param("x" * 80, f"{'x' * 23}…", id="a-long-name"),
    ],
)
def test_a_title_has_a_name_that_can_be_drawn(name: str, said: str) -> None:
    assert f"of {said} in Q3 2026" in waterfall(named(name)).caption.title


def test_a_split_draws_the_values_by_what_they_cost_the_whole() -> None:
    chart = bars(by_segment())

    assert [(row.name, row.label, row.note) for row in chart.rows] == [
        ("smb", "90.0%", "−2.0"),
        ("mid-market", "99.7%", "−0.1"),
        ("enterprise", "107.0%", "+3.5"),
        ("The whole company", "101.4%", "+1.4"),
    ]
    assert chart.rows[0].distance == Fraction(-1, 10)
    assert [row.is_total for row in chart.rows] == [False, False, False, True]


def test_the_title_of_a_split_names_who_took_and_who_brought() -> None:
    assert bars(by_segment()).caption.title == (
        "NRR 101.4% by segment in Q3 2026: enterprise brought 3.5 points, smb took 2.0"
    )


def test_a_long_split_counts_the_rest_and_still_adds_up() -> None:
    parts = many_slices(20)
    whole = retention_of(sum(part.retention.opening for part in parts), churn=200_000)

    rows = bars(by_segment(breakdown=parts, retention=whole)).rows

    assert [row.name for row in rows[7:]] == ["and 13 more", "The whole company"]
    assert sum(tenths(row.note) for row in rows[:-1]) == tenths(rows[-1].note)


@given(st.lists(retentions(largest=10**9), min_size=1, max_size=8))
def test_the_points_of_a_split_add_up_to_nrr_as_it_is_shown(parts: list[Retention]) -> None:
    names = {f"part {at}": part for at, part in enumerate(parts)}
    sums = {
        name: sum(getattr(part, name) for part in parts)
        for name in ("opening", "expansion", "contraction", "churn")
    }
    chart = bars(by_segment(breakdown=slices_of("segment", names), retention=retention_of(**sums)))

    *rows, whole = chart.rows
    assert sum(tenths(row.note) for row in rows) == tenths(whole.note)
    assert tenths(whole.note) + 1000 == tenths(whole.label)


def test_a_split_that_was_asked_for_is_the_picture_and_one_that_was_not_is_no() -> None:
    asked, unasked = by_segment(), by_segment(dimension=None)

    assert "Bar chart of NRR" in answer_picture(asked).alt_text
    assert "Waterfall chart" in answer_picture(unasked).alt_text
    assert answer_alt_text(asked) == answer_picture(asked).alt_text


def test_an_empty_base_is_said_plainly() -> None:
    chart = bridge(empty_answer())

    assert isinstance(chart, Empty)
    assert chart.reason == "n/a, no opening MRR"
    assert chart.caption.title == "NRR of enterprise in Q3 2026: n/a, no opening MRR"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(sample_answer(period=period_of("qtd")), id="to-date"),
        pytest.param(sample_answer(period=period_of("ttm")), id="twelve-months"),
        pytest.param(sample_answer(retention=retention_of(1, expansion=10**18)), id="huge"),
        pytest.param(sample_answer(currency="XOF", in_arr=True), id="a-currency-in-letters"),
        pytest.param(named("W" * 99), id="a-wide-name"),
        pytest.param(named(HOSTILE_NAME), id="hostile-name"),
        pytest.param(named("製造業 🚀 العربية हिन्दी"), id="every-script"),
        pytest.param(empty_answer(), id="no-base"),
    ],
)
def test_no_answer_has_texts_that_overlap_or_are_cut_off(answer: Answer) -> None:
    picture = Measured(bridge(answer))

    assert picture.overlapping == []
    assert picture.cut_off == []


@settings(max_examples=5)
@given(st.text(max_size=60))
def test_no_name_breaks_a_picture(name: str) -> None:
    assert bridge_picture(named(f"a{name}")).png.startswith(b"\x89PNG")
