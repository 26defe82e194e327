import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.reply import private_reply, shared_reply
from bot.message import Block, Message
from bot.questions.buttons import (
    BY_DIMENSION,
    EVERY_MONDAY,
    IN_FULL,
    ONE_PERIOD,
    PREVIOUS_PERIOD,
    SHARE,
    TELL_ME,
    WHY,
)
from bot.questions.question import View
from bot.style.framing import MAX_BLOCKS_JSON, MAX_TEXT
from bot.style.rendering import message_of
from bot.trends.message import trend_compositions
from bot.trends.trend import Trend, TrendSeries
from bot.trends.wording.pictures import trend_alt_text
from metrics.benchmarks.expectations import Expectations, WorkspaceProfile
from metrics.benchmarks.tables import CompanyProfile, CompanyStage
from tests.bot.offered import offered
from tests.bot.sample_answers import HOSTILE_NAME
from tests.bot.sample_trends import many_values, sample_trend, split_trend
from tests.bot.style.heights import height_of
from tests.slack.block_kit import find_errors
from tests.slack.block_rules import characters, walk

FILE = "F0123456789"
Build = Callable[[Trend], Message]


def aimed(trend: Trend) -> Trend:
    """Put the company's peers and a goal beside a trend."""
    latest = trend.whole.latest
    assert latest is not None
    wanted = Expectations(
        profile=WorkspaceProfile(company=CompanyProfile.USAGE_BASED, stage=CompanyStage.SERIES_B),
        goals={(): Fraction(98765, 100_000)},
    )
    beside = wanted.beside(latest.retention, (), main_dimension="segment", stage=None)
    return replace(trend, benchmarked=beside)


TRENDS = [
    pytest.param(sample_trend(), id="one-series"),
    pytest.param(split_trend(), id="by-segment"),
    pytest.param(sample_trend([100] * 60), id="60-months"),
    pytest.param(sample_trend([101.5] * 24, window=1), id="monthly"),
    pytest.param(sample_trend([101.5] * 20, window=3, in_arr=True), id="three-months-in-arr"),
    pytest.param(sample_trend((None, None)), id="no-base"),
    pytest.param(sample_trend((None, None), {}), id="split-into-nothing"),
    pytest.param(sample_trend((100, None, 101), {"late": (None, None, 99)}), id="gaps"),
    pytest.param(many_values(200, months=60, name="x" * 200), id="200-values"),
    pytest.param(many_values(40, name=HOSTILE_NAME), id="hostile-names"),
    pytest.param(sample_trend(scope=(("segment", HOSTILE_NAME),)), id="hostile-name"),
    pytest.param(sample_trend((1, 10**9)), id="huge"),
    pytest.param(aimed(sample_trend()), id="peers-and-goal"),
    pytest.param(aimed(split_trend()), id="by-segment-with-a-goal"),
]


def in_full(trend: Trend) -> Trend:
    return replace(trend, question=replace(trend.question, view=View.FULL))


def private(trend: Trend) -> Message:
    return private_reply(trend, can_share=True, main_dimension="segment")


def public(trend: Trend) -> Message:
    picture = (FILE, trend_alt_text(trend))
    return shared_reply(trend, shared_by="U0123", picture=picture, main_dimension="segment")


def unpictured(trend: Trend) -> Message:
    return shared_reply(trend, shared_by="U0123", main_dimension="segment")


def full(trend: Trend) -> Message:
    return private(in_full(trend))


def blocks_of(message: Message, kind: str) -> list[Block]:
    return [block for block in message.blocks if block["type"] == kind]


def chart_of(trend: Trend) -> Any:  # noqa: ANN401 - Block Kit
    [chart] = blocks_of(private(trend), "data_visualization")
    return chart


def shown(blocks: tuple[Block, ...]) -> Iterator[str]:
    for _, thing in walk(list(blocks)):
        if thing.get("type") != "button" and isinstance(thing.get("text"), str):
            yield thing["text"]


@pytest.mark.parametrize("build", [private, public, unpictured, full])
@pytest.mark.parametrize("trend", TRENDS)
def test_slack_accepts_every_message(trend: Trend, build: Build) -> None:
    message = build(trend)
    assert message.plainer is not None

    for blocks in (list(message.blocks), list(message.plainer)):
        assert find_errors(blocks) == []
        assert len(json.dumps(blocks, ensure_ascii=False)) <= MAX_BLOCKS_JSON
        assert sum(characters(block) for block in blocks if block["type"] == "table") < 10_000
    assert len(message.text) <= MAX_TEXT


@pytest.mark.parametrize("build", [private, public, unpictured, full])
@pytest.mark.parametrize("trend", TRENDS)
def test_the_text_carries_every_figure_of_the_blocks(trend: Trend, build: Build) -> None:
    message = build(trend)

    figures = {
        figure
        for text in shown(message.blocks)
        for figure in re.findall(r"[+−]?[$]?\d[\d,.]*(?:%| pts)", text)
    }
    drawn = {
        f"{point['value']:,.1f}%"
        for chart in blocks_of(message, "data_visualization")
        for series in chart["chart"]["series"]
        for point in series["data"]
    }
    assert {figure for figure in figures | drawn if figure not in message.text} == set()


@pytest.mark.parametrize("trend", TRENDS)
def test_the_fallback_has_no_chart_and_no_picture(trend: Trend) -> None:
    for message in (private(trend), public(trend)):
        kinds = {block["type"] for block in message.plainer or ()}

        assert not kinds & {"data_visualization", "image"}


def test_a_split_has_its_goal_and_one_line_its_peers_too() -> None:
    assert "Usage-based peers: " in private(aimed(sample_trend())).text
    split = private(aimed(split_trend())).text

    assert "Goal 98.765%: met, 5.2 points over" in split
    assert "peers" not in split


def test_level_and_change_come_first_then_the_leak_then_the_chart() -> None:
    message = private(split_trend())

    assert [block["type"] for block in message.blocks] == [
        *("header", "section", "data_visualization", "actions", "context"),
    ]
    title, said, *_ = message.blocks
    assert title["text"]["text"].startswith("12-month NRR 104.0% in October 2026, unchanged")
    assert said["text"]["text"].startswith("The leak is smb: 92.0%")


@pytest.mark.parametrize("build", [private, public, unpictured])
@pytest.mark.parametrize("trend", TRENDS)
def test_a_trend_is_no_higher_than_a_screen(trend: Trend, build: Build) -> None:
    assert height_of(build(trend).blocks) <= 700


def test_the_table_is_behind_a_button() -> None:
    assert blocks_of(private(split_trend()), "table") == []
    [table] = blocks_of(full(split_trend()), "table")
    assert [cell["text"] for cell in table["rows"][2][:3]] == ["enterprise", "112.0%", "+1.0 pts"]
    assert "Table" not in str(full(split_trend()).blocks)


def test_the_chart_has_a_line_for_each_series_and_none_of_its_colours_at_100() -> None:
    chart = chart_of(split_trend())

    assert chart["title"] == "12-month NRR"
    assert chart["chart"]["type"] == "line"
    assert [series["name"] for series in chart["chart"]["series"]] == [
        *("company", "enterprise", "mid-market", "smb"),
    ]
    assert [point["value"] for point in chart["chart"]["series"][1]["data"]] == [
        *(108.0, 107.0, 109.0, 110.0, 111.0, 112.0),
    ]
    assert chart["chart"]["axis_config"]["categories"][-1] == "Oct 26"


def test_in_the_chart_the_running_month_is_marked() -> None:
    months = chart_of(sample_trend((101, 102, 103), window=1))["chart"]["axis_config"]["categories"]

    assert months == ["Sep 26", "Oct 26", "so far"]


def test_a_long_trend_is_drawn_over_its_whole_length() -> None:
    chart = chart_of(sample_trend([100] * 24))

    months = chart["chart"]["axis_config"]["categories"]
    assert (months[0], months[-1], len(months)) == ("Dec 24", "Oct 26", 12)


def test_a_series_with_a_gap_is_left_out_of_the_chart_alone() -> None:
    gapped = sample_trend((100, 101), {"late": (None, 99), "smb": (98, 97)})
    message = private(gapped)

    [chart] = blocks_of(message, "data_visualization")
    names = [series["name"] for series in chart["chart"]["series"]]
    assert names == ["company", "smb"]
    assert "late: NRR Oct 2026 99.0%" in full(gapped).text


@pytest.mark.parametrize("trend", [sample_trend((None, 100)), sample_trend((None, None))])
def test_without_a_whole_line_there_is_no_chart(trend: Trend) -> None:
    assert blocks_of(private(trend), "data_visualization") == []


def test_names_that_are_alike_when_short_are_numbered() -> None:
    chart = chart_of(
        sample_trend((100, 100), {f"{'x' * 25}{end}": (100, 101) for end in ("a", "b")})
    )

    names = [series["name"] for series in chart["chart"]["series"]]
    assert names[1:] == [f"2. {'x' * 16}…", f"3. {'x' * 16}…"]


def test_a_picture_replaces_the_chart_and_is_described() -> None:
    message = public(split_trend())

    [image] = blocks_of(message, "image")
    assert image["slack_file"] == {"id": FILE}
    assert "enterprise 108.0% in May 2026 to 112.0% in October 2026" in image["alt_text"]
    assert blocks_of(message, "data_visualization") == []
    assert message.text.startswith("Shared by <@U0123>\n")


def test_each_button_carries_the_question_it_asks() -> None:
    fintech = sample_trend(scope=(("industry", "fintech"),))

    assert offered(private(fintech)) == {
        WHY: "why industry:fintech TTM-to-2026-10",
        BY_DIMENSION: "trend industry:fintech 2026-05..2026-10 by segment rolling-12m",
        IN_FULL: "trend full industry:fintech 2026-05..2026-10 rolling-12m",
        ONE_PERIOD: "industry:fintech TTM-to-2026-10",
        SHARE: "trend industry:fintech 2026-05..2026-10 rolling-12m",
        TELL_ME: "trend industry:fintech 2026-05..2026-10 rolling-12m",
        EVERY_MONDAY: "trend industry:fintech 2026-05..2026-10 rolling-12m",
        PREVIOUS_PERIOD: "trend industry:fintech 2025-11..2026-04 rolling-12m",
    }
    assert BY_DIMENSION not in offered(private(split_trend()))


def test_a_trend_with_nothing_over_has_no_last_window_to_ask_about() -> None:
    trend = sample_trend((101, 102), window=1)
    young = replace(trend, series=(TrendSeries(points=trend.whole.points[-1:]),))

    assert ONE_PERIOD not in offered(private(young))
    assert find_errors(list(public(young).blocks)) == []


def test_only_those_who_may_share_can() -> None:
    unshared = private_reply(sample_trend(), can_share=False, main_dimension="segment")

    assert SHARE not in offered(unshared)


def test_a_channel_is_offered_no_question_about_other_accounts() -> None:
    assert list(offered(public(split_trend()))) == [WHY, IN_FULL, ONE_PERIOD, PREVIOUS_PERIOD]
    assert BY_DIMENSION not in offered(public(sample_trend()))  # it leaves the shared accounts


@settings(max_examples=30)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_name_breaks_a_message(first: str, second: str) -> None:
    trend = sample_trend((100, 101), {f"a{first}": (99, 98), f"b{second}": (None, 98)})

    message = private(trend)

    assert find_errors(list(message.blocks)) == []
    assert not re.search(r"<(?!@U0123>)|>(?<!<@U0123>)", message.text)


def test_a_long_trend_is_told_shorter_and_shorter() -> None:
    lengths = [len(message_of(form).text) for form in trend_compositions(many_values(40))]

    assert lengths == sorted(lengths, reverse=True)
    assert lengths[-1] < lengths[0] / 2
