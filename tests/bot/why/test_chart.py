from dataclasses import replace
from fractions import Fraction

import pytest

from bot.answers.reply import reply_picture
from bot.charts.values import Tone, Waterfall
from bot.why.chart import explanation_alt_text, explanation_chart
from bot.why.explanation import ChangeContext, ChangeSides, Explanation
from metrics.activity import Activity
from metrics.retention import Retention
from tests.bot.charts.measuring import Measured
from tests.bot.sample_answers import period_of, sample_answer
from tests.metrics.retentions import retention_of

BEFORE = retention_of(1_000, expansion=43, contraction=26, churn=23)  # 99.4 %
NOW = retention_of(1_000, expansion=9, contraction=6, churn=72)  # 93.1 %


def explanation(before: Retention | None = BEFORE, now: Retention = NOW) -> Explanation:
    answer = sample_answer(scope=(("segment", "smb"),))
    return Explanation(
        question=answer.question,
        grounds=answer.grounds,
        dimension=None,
        sides=ChangeSides(
            period=period_of("2026-Q3"),
            now=now,
            before_period=period_of("2026-Q2"),
            before=before,
            values_now={},
            values_before={},
        ),
        surroundings=ChangeContext(earlier={}, year_period=period_of("ttm"), year=None),
        drivers=Activity(),
        accounts=None,
    )


def chart_of(one: Explanation) -> Waterfall:
    chart = explanation_chart(one)
    assert chart is not None
    return chart


def test_the_picture_goes_from_nrr_before_to_nrr_now_by_what_moved_it_most() -> None:
    chart = chart_of(explanation())

    # Churn 2.3 to 7.2 points, expansion 4.3 to 0.9, contraction 2.6 to 0.6: -4.9 -3.4 +2.0 = -6.3.
    assert [(step.name, step.label, step.tone) for step in chart.steps] == [
        ("More churn", "−4.9", Tone.LOSS),
        ("Less expansion", "−3.4", Tone.LOSS),
        ("Less contraction", "+2.0", Tone.GAIN),
    ]
    assert [(end.name, end.label) for end in (chart.opening, chart.closing)] == [
        ("Q2", "99.4%"),
        ("Q3 2026", "93.1%"),
    ]


def test_the_steps_add_up_to_the_difference_of_the_levels_as_they_are_shown() -> None:
    chart = chart_of(explanation())

    assert chart.opening.ratio + sum(step.change for step in chart.steps) == chart.closing.ratio
    assert chart.closing.ratio == Fraction(931, 1000)


def test_the_title_is_the_headline_and_the_words_have_every_figure() -> None:
    title = "NRR of smb fell 6.3 points: 99.4% in Q2, 93.1% in Q3 2026"

    assert chart_of(explanation()).caption.title == title
    assert explanation_alt_text(explanation()) == (
        f"{title}. Waterfall chart of NRR: 99.4% before, more churn −4.9 pts, less expansion"
        " −3.4 pts, less contraction +2.0 pts, 93.1% after."
    )


def test_where_nothing_moved_or_nothing_is_known_there_is_no_picture() -> None:
    for unmoved in (explanation(before=NOW), explanation(before=None)):
        assert explanation_chart(unmoved) is None
        assert reply_picture(unmoved) is None


@pytest.mark.parametrize("name", ["smb", "x" * 80, "製造業", "a long name of a segment"])
def test_no_text_lies_on_another_or_is_cut_off(name: str) -> None:
    one = explanation()
    named = replace(one, question=replace(one.question, scope=(("segment", name),)))

    picture = Measured(chart_of(named))

    assert picture.overlapping == []
    assert picture.cut_off == []


def test_without_a_period_before_there_are_words_and_no_chart() -> None:
    alone = explanation(before=None)

    assert explanation_chart(alone) is None
    assert explanation_alt_text(alone) == "NRR of smb was 93.1% in Q3 2026"
