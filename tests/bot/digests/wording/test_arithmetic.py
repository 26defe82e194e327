"""Whoever adds up what a digest shows comes to what it shows."""

import re

from hypothesis import given
from hypothesis import strategies as st

from bot.answers.answer import PeriodRetention
from bot.digests.native_chart import segment_chart
from bot.digests.wording.rows import DigestDetail, figure_grid, segment_grid
from bot.digests.wording.sentences import headline
from bot.style.figures import percent
from metrics.periods import previous
from metrics.retention import NOTHING, Retention
from tests.bot.sample_answers import retention_of
from tests.bot.sample_digests import sample_digest, split_answer
from tests.bot.shown import retentions, tenths


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=9), st.integers(1, 9))
def test_the_shares_of_the_segments_add_up_to_100_percent(sizes: list[int], shown: int) -> None:
    parts = {f"v{at}": retention_of(size) for at, size in enumerate(sizes)}
    digest = sample_digest(answer=split_answer(parts), trend=None)

    for grid in (segment_grid, figure_grid):
        found = grid(digest, DigestDetail(segments=shown))
        place = next(at for at, head in enumerate(found.header) if head.startswith("Share"))
        whole, *shares = (tenths(row[place]) for row in found.rows)
        assert sum(shares) == whole == 1000


@given(retentions(), retentions())
def test_the_change_is_that_of_the_two_figures_as_they_are_shown(
    now: Retention, was: Retention
) -> None:
    parts, before = {"smb": now}, {"smb": was}
    answer = split_answer(parts, before)
    earlier = split_answer(before, period=previous(answer.period), dimension="segment")
    digest = sample_digest(answer=answer, before=earlier)

    apart = tenths(percent(now.nrr)) - tenths(percent(was.nrr))

    assert [tenths(row[2]) for row in figure_grid(digest).rows] == [apart, apart]
    said = re.findall(r", (.+?) (?:on|from) 2026-09\.", headline(digest))
    assert [tenths(moved) for moved in said] == [apart]


@given(retentions(), retentions())
def test_slacks_own_bars_are_what_the_figures_have_above_100_percent(
    one: Retention, other: Retention
) -> None:
    answer = split_answer({"smb": one, "enterprise": other}, previous=None)
    chart = segment_chart(sample_digest(answer=answer, before=None), DigestDetail())

    assert chart is not None
    [series] = chart["chart"]["series"]
    assert [round(bar["value"] * 10) + 1000 for bar in series["data"]] == [
        tenths(percent(base.nrr)) for base in (answer.retention, one, other)
    ]


def test_there_is_no_figure_of_a_period_before_that_had_no_base() -> None:
    nothing = PeriodRetention(period=split_answer().period, retention=NOTHING)

    assert headline(sample_digest(answer=split_answer(previous=nothing))).endswith("in 2026-10.")
