import json
from dataclasses import replace

import pytest

from bot.digests.chart import digest_pictures
from bot.digests.digest import Digest
from bot.digests.document import digest_json
from bot.digests.message import digest_message
from bot.message import Block, Message
from bot.style.framing import MAX_BLOCKS_JSON, MAX_TEXT
from bot.style.pictures import with_pictures
from storage.ledger.account_changes import AccountChanges
from tests.bot.sample_answers import HOSTILE_NAME, empty_answer, period_of, retention_of
from tests.bot.sample_digests import (
    BEFORE,
    GAIN,
    SEGMENTS,
    restated_figure,
    restated_of,
    sample_digest,
    split_answer,
    unchanged_digest,
)
from tests.bot.sample_trends import sample_trend
from tests.slack.block_kit import find_errors

RTL_NAME = "\u05d7\u05d1\u05e8\u05d4 \u202e evil"
MATH_NAME = r"$\frac{1}$"


def many_segments(count: int, name: str = "segment with a name") -> Digest:
    parts = {
        f"{number:03} {name}": retention_of((count - number) * 100_000, churn=10_000)
        for number in range(count)
    }
    percents = [90 + month / 3 for month in range(24)]
    return sample_digest(
        answer=split_answer(parts, parts),
        before=split_answer(parts, parts, period=period_of("2026-09")),
        trend=sample_trend(percents, dict.fromkeys(parts, percents)),
    )


def hostile(name: str) -> Digest:
    parts = {name: SEGMENTS["enterprise"], "smb": SEGMENTS["smb"]}
    account = replace(GAIN, name=name, attributes={"segment": name})
    return sample_digest(
        answer=split_answer(parts, {name: BEFORE["enterprise"], "smb": BEFORE["smb"]}),
        changes=AccountChanges(gains=(account,), losses=(account,)),
    )


def restated() -> Digest:
    return restated_of(sample_digest(), restated_figure("1", "0.8"))


EVERY = {
    "everything": sample_digest(),
    "restated": restated(),
    "nothing new": unchanged_digest(),
    "undefined": sample_digest(answer=empty_answer(), changes=None),
    "no trend": sample_digest(trend=None, before=None, diagnosis=None),
    "many segments": many_segments(60),
    "many long names": many_segments(60, "x" * 200),
    "hostile": hostile(HOSTILE_NAME),
    "right to left": hostile(RTL_NAME),
    "mathematics": hostile(MATH_NAME),
}
every = pytest.mark.parametrize("digest", EVERY.values(), ids=EVERY.keys())


def kinds(blocks: tuple[Block, ...]) -> list[str]:
    return [block["type"] for block in blocks]


def said_in(blocks: tuple[Block, ...]) -> str:
    return json.dumps(blocks, ensure_ascii=False)


@every
def test_slack_takes_it_with_and_without_pictures_and_charts(digest: Digest) -> None:
    message = digest_message(digest)
    shown = [("F00000001", "the bridge" * 100), ("F00000002", "the lines" * 100)]

    assert message.plainer is not None
    for blocks in (message.blocks, message.plainer):
        assert find_errors(list(blocks)) == []
        assert find_errors(list(with_pictures(blocks, shown))) == []
        assert len(blocks) < 48
        assert len(said_in(blocks)) <= MAX_BLOCKS_JSON
    assert len(message.text) <= MAX_TEXT


@every
def test_the_text_pings_nobody_and_formats_nothing(digest: Digest) -> None:
    text = digest_message(digest).text

    assert not set("<>*`~") & set(text)
    assert "\u202e" not in text


def test_it_opens_with_the_finding_and_ends_with_what_it_rests_on() -> None:
    blocks = digest_message(sample_digest()).blocks

    assert blocks[0]["text"]["text"].startswith("NRR of the whole company was 101.5%")
    assert blocks[-1]["elements"][0]["text"].startswith("definition v2 · data as of 2026-11-21")
    assert kinds(blocks) == [
        *("header", "rich_text", "section"),
        *("rich_text", "table", "data_visualization"),
        *("rich_text", "rich_text", "rich_text", "rich_text"),
        *("context", "context"),
    ]


def test_every_figure_of_the_message_is_in_its_text() -> None:
    text = digest_message(restated()).text

    for figure in (
        *("101.5%", "−2.0 pts", "96.5%", "$1,000,000.00", "$1,015,000.00"),
        *("103.5%", "$600,000.00", "60.0%", "80.0%", "−10.0 pts"),
        *("101.0%", "106.5%", "Acme, enterprise: +$12,000.00 (+1.2 pts)", "−$20,000.00"),
        *("NRR of smb in October 2026 100.0% → 80.0% (late data)", "57.1% churn ($20,000.00)"),
    ):
        assert figure in text


def test_without_charts_segments_are_a_list_that_says_the_same() -> None:
    plainer = digest_message(sample_digest()).plainer

    assert plainer is not None
    assert "data_visualization" not in kinds(plainer)
    assert "table" not in kinds(plainer)
    assert "103.5%" in said_in(plainer)


def test_the_chart_shows_who_is_above_100_percent_now_and_before() -> None:
    [chart] = (
        block["chart"]
        for block in digest_message(sample_digest()).blocks
        if block["type"] == "data_visualization"
    )

    assert [series["name"] for series in chart["series"]] == ["2026-09", "2026-10"]
    assert chart["series"][1]["data"] == [
        {"label": "All", "value": 1.5},
        {"label": "enterprise", "value": 3.5},
        {"label": "mid-market", "value": 4.7},
        {"label": "smb", "value": -20.0},
    ]


def test_the_chart_shows_the_period_alone_where_a_segment_is_new() -> None:
    digest = sample_digest(before=split_answer({"smb": BEFORE["smb"]}, period=period_of("2026-09")))
    charts = [
        block["chart"]
        for block in digest_message(digest).blocks
        if block["type"] == "data_visualization"
    ]

    assert [series["name"] for series in charts[0]["series"]] == ["2026-10"]


def test_names_that_would_be_alike_are_numbered() -> None:
    alike = {f"{'x' * 30} {name}": part for name, part in SEGMENTS.items()}
    digest = sample_digest(answer=split_answer(alike), before=None)
    [chart] = (
        block["chart"]
        for block in digest_message(digest).blocks
        if block["type"] == "data_visualization"
    )

    assert chart["axis_config"]["categories"] == [
        *("1. All", f"2. {'x' * 16}…", f"3. {'x' * 16}…", f"4. {'x' * 16}…")
    ]


def test_one_segment_is_no_chart() -> None:
    digest = sample_digest(answer=split_answer({"smb": SEGMENTS["smb"]}))

    assert "data_visualization" not in kinds(digest_message(digest).blocks)


def test_nothing_new_is_brief() -> None:
    message = digest_message(unchanged_digest())

    assert kinds(message.blocks) == ["header", "rich_text", "context", "context"]
    assert message.text.splitlines()[0].startswith("Nothing new since the last digest")
    assert len(message.text.splitlines()) == 5


def test_the_most_segments_that_fit_are_shown_and_the_rest_summed() -> None:
    text = digest_message(many_segments(60)).text

    assert "and 48 more, together" in text or "and 52 more, together" in text


def test_the_document_shares_its_forms_with_that_of_an_answer() -> None:
    digest = restated_of(sample_digest(), restated_figure("1", "0.8"))

    document = digest_json(digest, charts=["out/bridge.png"])

    assert document["restated"] == [
        {
            "scope": {"segment": "smb"},
            "period": {"label": "2026-10", "start": "2026-10-01", "end": "2026-11-01"},
            "posted": {"nrr": "1.000000", "grr": "0.900000"},
            "now": {"nrr": "0.800000", "grr": "0.900000"},
        }
    ]
    assert document["data_through"] == digest.answer.grounds.reach.data_through.isoformat()
    assert document["period"]["label"] == "2026-10"
    assert document["result"]["nrr"] == "1.015000"
    assert document["segments"][0]["value"] == "enterprise"
    assert document["segments"][0]["weight"] == "0.600000"
    assert document["blocks"] == list(digest_message(digest).blocks)
    assert document["charts"] == ["out/bridge.png"]
    assert json.loads(json.dumps(document)) == document


def test_a_message_is_the_same_every_time() -> None:
    assert digest_message(sample_digest()) == digest_message(sample_digest())
    assert isinstance(digest_message(sample_digest()), Message)
    assert digest_pictures(unchanged_digest()) == []
