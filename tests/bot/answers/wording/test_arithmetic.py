"""Whoever adds up what an answer shows comes to what it shows."""

import re
from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from bot.answers.chart import bridge
from bot.answers.native_chart import change_chart
from bot.answers.wording.rows import AnswerDetail, breakdown_grid, terms_grid
from bot.answers.wording.sentences import notes
from bot.charts.values import Waterfall
from bot.style.figures import percent
from metrics.retention import Retention
from tests.bot.sample_answers import sample_answer, slices_of
from tests.bot.shown import retentions, tenths
from tests.metrics.retentions import retention_of


@given(retentions())
def test_the_terms_add_up_to_the_closing_and_the_losses_to_grr(terms: Retention) -> None:
    rows = terms_grid(sample_answer(retention=terms)).rows
    opening, expansion, contraction, churn, closing = (tenths(row[2]) for row in rows[:5])

    assert opening + expansion + contraction + churn == closing
    assert opening + contraction + churn == tenths(percent(terms.grr))


@given(retentions())
def test_the_bars_of_the_bridge_add_up_as_the_table_does(terms: Retention) -> None:
    answer = sample_answer(retention=terms)

    chart = bridge(answer)

    assert isinstance(chart, Waterfall)
    written = [*(tenths(step.label) for step in chart.steps), tenths(chart.closing.label)]
    assert written == [tenths(row[2]) for row in terms_grid(answer).rows[1:5]]


@given(retentions())
def test_slacks_own_bars_are_those_of_the_table(terms: Retention) -> None:
    chart = change_chart(sample_answer(retention=terms))
    rows = terms_grid(sample_answer(retention=terms)).rows[1:4]
    if chart is None:
        assert {tenths(row[2]) for row in rows} == {0}
        return

    [series] = chart["chart"]["series"]
    assert [round(bar["value"] * 10) for bar in series["data"]] == [tenths(row[2]) for row in rows]


@given(retentions())
def test_churn_is_what_the_ratios_lack_to_100_percent(terms: Retention) -> None:
    said = " ".join(notes(sample_answer(retention=terms)))
    gross, net = re.findall(r"churn ([^,]+|[\d,.]+%), net ([^;]+);", said)[0]

    assert tenths(gross) == 1000 - tenths(percent(terms.grr))
    assert tenths(net) == 1000 - tenths(percent(terms.nrr))


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=9), st.integers(1, 9))
def test_the_shares_of_a_split_add_up_to_100_percent(sizes: list[int], shown: int) -> None:
    parts = {f"v{at}": retention_of(size) for at, size in enumerate(sizes)}
    whole = retention_of(sum(sizes))
    answer = replace(sample_answer(retention=whole), breakdown=slices_of("industry", parts))

    grid = breakdown_grid(answer, AnswerDetail(slices=shown))

    assert grid is not None
    assert sum(tenths(row[1]) for row in grid.rows) == 1000


def test_three_equal_parts_are_100_percent() -> None:
    parts = {name: retention_of(1_000) for name in "abc"}
    answer = sample_answer(retention=retention_of(3_000), breakdown=slices_of("plan", parts))

    grid = breakdown_grid(answer)

    assert grid is not None
    assert [row[1] for row in grid.rows] == ["33.4%", "33.3%", "33.3%"]
    assert sum(part.weight for part in answer.breakdown) == Fraction(1)
