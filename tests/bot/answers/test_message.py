import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.answer import Answer
from bot.answers.reply import private_reply, shared_reply
from bot.answers.wording.pictures import answer_alt_text
from bot.message import Block, Message
from bot.questions.kinds import Kind
from bot.questions.question import StandIn, View
from metrics.activity import Activity
from metrics.benchmarks.expectations import Expectations, WorkspaceProfile
from metrics.benchmarks.tables import CompanyProfile, CompanyStage
from metrics.findings.finding import Cause, Finding, FindingKind, Findings, Force
from metrics.movements import MovementKind
from tests.bot.offered import offered
from tests.bot.sample_answers import (
    HOSTILE_NAME,
    broken_down_answer,
    empty_answer,
    many_slices,
    period_of,
    sample_answer,
    sample_question,
    slices_of,
)
from tests.bot.shown import kinds
from tests.bot.style.heights import height_of
from tests.metrics.retentions import GUIDE, retention_of
from tests.slack.block_kit import find_errors
from tests.slack.block_rules import characters, walk
from tests.slow import IS_SLOW

FILE = "F0123456789"
HIGHEST_ANSWER = 700  # pixels on a desktop
EXPECTED_JSON_CHARS = 10_000
REFUSED_JSON_CHARS = 13_200
ANSWERS = [
    pytest.param(sample_answer(), id="quarter"),
    pytest.param(sample_answer(period=period_of("2026-10"), retention=GUIDE), id="month"),
    pytest.param(sample_answer(period=period_of("qtd")), id="to-date"),
    pytest.param(sample_answer(period=period_of("2026-Q4")), id="not-over"),
    pytest.param(sample_answer(in_arr=True), id="arr"),
    pytest.param(sample_answer(currency="JPY"), id="yen"),
    pytest.param(sample_answer(as_of=datetime(2026, 7, 1, tzinfo=UTC)), id="as-of"),
    pytest.param(sample_answer(previous=None, trailing=None), id="young-ledger"),
    pytest.param(sample_answer(retention=retention_of(1_000)), id="nothing-changed"),
    pytest.param(broken_down_answer(), id="by-industry"),
    pytest.param(empty_answer(), id="empty-base"),
    pytest.param(empty_answer(activity=Activity()), id="empty-ledger"),
    pytest.param(sample_answer(breakdown=many_slices(200, name="x" * 200)), id="200-values"),
    pytest.param(
        sample_answer(
            scope=(("segment", HOSTILE_NAME),), breakdown=many_slices(200, name=HOSTILE_NAME)
        ),
        id="hostile-names",
    ),
]


def in_full(answer: Answer) -> Answer:
    return replace(answer, question=replace(answer.question, view=View.FULL))


def private(answer: Answer) -> Message:
    return private_reply(answer, can_share=True, main_dimension="segment")


def public(answer: Answer, *, file_id: str | None = FILE, shared_by: str = "U0123") -> Message:
    picture = (file_id, answer_alt_text(answer)) if file_id else None
    return shared_reply(answer, shared_by=shared_by, picture=picture, main_dimension="segment")


def full(answer: Answer) -> Message:
    return private(in_full(answer))


def versions(message: Message) -> tuple[list[Block], list[Block]]:
    assert message.plainer is not None
    return list(message.blocks), list(message.plainer)


def size(blocks: list[Block]) -> int:
    return len(json.dumps(blocks, ensure_ascii=False))


def shown(blocks: list[Block]) -> Iterator[str]:
    """Yield every text that a person sees in the blocks."""
    for _, thing in walk(blocks):
        if isinstance(thing.get("text"), str):
            yield thing["text"]


@pytest.mark.parametrize("build", [private, public, full])
@pytest.mark.parametrize("answer", ANSWERS)
def test_slack_accepts_every_message(answer: Answer, build: Any) -> None:  # noqa: ANN401
    message = build(answer)

    for blocks in versions(message):
        assert find_errors(blocks) == []
        assert size(blocks) <= EXPECTED_JSON_CHARS
        assert sum(characters(block) for block in blocks if block["type"] == "table") < 10_000
        assert kinds(blocks).count("data_visualization") <= 2
    assert len(message.text) <= 4_000


@pytest.mark.parametrize("build", [private, public, full])
@pytest.mark.parametrize("answer", ANSWERS)
def test_the_text_carries_every_figure_of_the_blocks(answer: Answer, build: Any) -> None:  # noqa: ANN401
    message = build(answer)

    figures = {
        figure
        for blocks in versions(message)
        for text in shown([block for block in blocks if block["type"] != "actions"])
        for figure in re.findall(r"[+−]?[$¥]?\d[\d,.]*(?:%| pts)?", text)
    }
    assert {figure for figure in figures if figure not in message.text} == set()


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_fallback_has_no_chart_no_picture_and_no_table(answer: Answer) -> None:
    for message in (private(answer), public(answer), full(answer)):
        _, plainer = versions(message)

        assert not {"data_visualization", "image", "table"} & set(kinds(plainer))


def test_an_answer_is_its_level_twelve_months_what_moved_it_and_what_to_do_next() -> None:
    message = private(sample_answer())

    assert kinds(message.blocks) == [
        *("header", "section", "data_visualization", "actions", "context"),
    ]
    headline, said = shown(list(message.blocks[:2]))
    assert headline == "NRR 101.5% · GRR 96.5% in Q3 2026 · enterprise"
    assert said == "12 months: NRR 108.0%, GRR 92.0%."
    assert list(shown([message.blocks[-1]])) == ["Closed through Oct 2026 · definitions v2"]


def test_a_split_has_one_table() -> None:
    assert kinds(private(broken_down_answer()).blocks).count("table") == 1


def test_a_full_answer_has_every_part_to_the_cent() -> None:
    text = full(sample_answer(period=period_of("2026-10"), retention=GUIDE)).text

    assert "NRR 101.5% · GRR 96.5%" in text
    assert "$1,000,000.00 + $50,000.00 − $15,000.00 − $20,000.00 = $1,015,000.00" in text
    assert "119.6%: annualised run rate, not NRR" in text
    assert "$1,000,000.00" not in private(sample_answer()).text


def test_the_chart_draws_points_of_opening_mrr() -> None:
    [block] = [b for b in private(sample_answer()).blocks if b["type"] == "data_visualization"]

    assert block["title"] == "What moved NRR to 101.5%"
    [series] = block["chart"]["series"]
    assert [(point["label"], point["value"]) for point in series["data"]] == [
        ("Expansion", 5.0),
        ("Contraction", -1.5),
        ("Churn", -2.0),
    ]


@pytest.mark.parametrize("answer", [empty_answer(), sample_answer(retention=retention_of(1_000))])
def test_nothing_is_drawn_where_nothing_moved(answer: Answer) -> None:
    assert "data_visualization" not in kinds(private(answer).blocks)


NOT_IN = sample_answer(
    question=sample_question(
        period=period_of("2026-10"),
        stand_in=StandIn(
            sentence="November 2026 is not in yet: the data ends 31 Oct. This is October 2026.",
            asked=period_of("2026-11"),
        ),
    )
)


@pytest.mark.parametrize("message", [private(NOT_IN), public(NOT_IN)], ids=["private", "shared"])
def test_that_a_period_is_not_in_is_said_before_the_figures_of_another(message: Message) -> None:
    sentence = "November 2026 is not in yet: the data ends 31 Oct. This is October 2026."

    for blocks in versions(message):
        places = [
            place for place, block in enumerate(blocks) if sentence in "".join(shown([block]))
        ]
        assert places
        assert max(places) < kinds(blocks).index("header")
    assert message.text.index(sentence) < message.text.index("NRR")


def test_the_buttons_under_what_stands_in_ask_about_it() -> None:
    assert list(offered(private(NOT_IN)).values()) == [
        "why segment:enterprise 2026-10",
        "accounts-expanded segment:enterprise 2026-10",
        "2026-10 by segment",
        "full segment:enterprise 2026-10",
        *["segment:enterprise 2026-10"] * 3,
        "segment:enterprise 2026-09",
    ]


def test_a_period_that_is_not_over_is_marked_before_the_figures() -> None:
    blocks = list(private(sample_answer(period=period_of("qtd"))).blocks)

    assert kinds(blocks)[:3] == ["header", "context", "section"]
    assert "To date: through 21 Nov" in "".join(shown(blocks[1:2]))


def test_an_empty_base_is_undefined_and_still_shows_what_was_won() -> None:
    message = full(empty_answer())

    assert message.text.startswith("NRR n/a, no opening MRR in Q3 2026 · enterprise")
    assert "Outside NRR: new $5,000.00" in message.text
    assert "%" not in message.text


def test_what_is_not_shown_of_a_long_breakdown_is_summed() -> None:
    message = full(sample_answer(breakdown=many_slices(200, name="x" * 200)))

    for blocks in versions(message):
        assert any("and 185 more, together" in text for text in shown(blocks))


def crowded(**changes: Any) -> Answer:  # noqa: ANN401 - fields of Answer
    """Return an answer that is long wherever an answer can be; an ampersand is escaped."""
    drivers = {
        (kind, f"{number}{'&🚀' * 30}"): 10**17 for kind in MovementKind for number in range(9)
    }
    activity = Activity(by_kind=dict.fromkeys(MovementKind, 10**18), by_driver=drivers)
    slices = many_slices(200, name="&🚀" * 30)
    return sample_answer(**{"activity": activity, "breakdown": slices, **changes})


def test_a_message_that_would_be_too_long_shows_less() -> None:
    scope = tuple((f"d{number}", "&" * 40) for number in range(4))

    message = full(crowded(scope=scope))

    assert len(message.text) <= 4_000
    assert all(size(blocks) <= EXPECTED_JSON_CHARS for blocks in versions(message))
    assert "and 196 more, together" in message.text


def test_the_longest_message_is_still_one_that_slack_takes() -> None:
    """The last resort: buttons with the longest values there may be."""
    message = full(crowded(scope=(("industry", "x" * 1_950),), currency="XOF", in_arr=True))

    assert len(message.text) <= 4_000
    assert "actions" in kinds(message.blocks)
    for blocks in versions(message):
        assert find_errors(blocks) == []
        assert size(blocks) < REFUSED_JSON_CHARS


names = st.one_of(
    st.sampled_from([HOSTILE_NAME, "<!everyone>", "<@U0123>", "*b*", "`c`", ":tada:", "a|b"]),
    st.text(max_size=300),
)


@settings(max_examples=300 if IS_SLOW else 15)
@given(segment=names, value=names, dimension=names, driver=names)
def test_no_name_can_ping_link_or_format(
    segment: str, value: str, dimension: str, driver: str
) -> None:
    kind = MovementKind.CHURN
    answer = sample_answer(
        scope=(("segment", segment),),
        dimension=dimension,
        breakdown=many_slices(3, name=value),
        activity=Activity(by_kind={kind: -1}, by_driver={(kind, driver): -1}),
    )

    for message in (private(answer), public(answer), full(answer)):
        said = message.text.removeprefix("Shared by <@U0123>\n")
        assert not set("<>*~`") & set(said)
        for blocks in versions(message):
            assert find_errors(blocks) == []
            mrkdwn = [thing for _, thing in walk(blocks) if thing.get("type") == "mrkdwn"]
            assert all(thing["text"] == "Shared by <@U0123>" for thing in mrkdwn)
            plain = [thing for _, thing in walk(blocks) if thing.get("type") == "plain_text"]
            assert all(thing["emoji"] is False for thing in plain)


def test_a_shared_answer_says_by_whom_and_shows_the_picture() -> None:
    message = public(broken_down_answer())

    assert message.text.startswith("Shared by <@U0123>\nNRR 101.5%")
    assert message.blocks[0]["elements"] == [{"type": "mrkdwn", "text": "Shared by <@U0123>"}]
    [picture] = [block for block in message.blocks if block["type"] == "image"]
    assert picture["slack_file"] == {"id": FILE}
    assert picture["alt_text"].startswith("NRR 101.5% of enterprise by industry in Q3 2026")
    assert "table" not in kinds(message.blocks)  # the picture draws the split


def test_without_a_picture_slack_draws_its_own_chart() -> None:
    assert "data_visualization" in kinds(public(sample_answer(), file_id=None).blocks)


@pytest.mark.parametrize("user", ["", "<!channel>", "U1> <!here", "u123", "U123\n", "B0123"])
def test_only_a_users_id_is_shown_as_who_shared(user: str) -> None:
    message = public(sample_answer(), shared_by=user)

    assert "Shared by" not in message.text
    assert kinds(message.blocks)[0] == "header"


def answered(**changes: Any) -> Answer:  # noqa: ANN401 - fields of Answer
    """Return an answer with two sentences about what happened, as most have."""
    return sample_answer(**{"findings": FOUND, **changes})


LEAK = Finding(
    kind=FindingKind.LEAK,
    points=Fraction(-25, 1000),
    segment="a segment whose name is rather long",
    force=Force.CHURN,
    now=retention_of(90_000_000, churn=11_250_000),
    was=retention_of(80_000_000, churn=6_800_000),
    cause=Cause(drivers={"price": -700_000_000, "competitor": -300_000_000}),
)
MOVE = replace(LEAK, kind=FindingKind.MOVE, points=Fraction(-63, 1000), segment=None)
FOUND = Findings(move=MOVE, year=LEAK)
TWELVE = slices_of(
    "segment", {f"a long name of number {n}": retention_of(1_000, churn=100 + n) for n in range(12)}
)
WANTED = Expectations(
    profile=WorkspaceProfile(company=CompanyProfile.USAGE_BASED, stage=CompanyStage.SERIES_B),
    goals={(): Fraction(95125, 100_000)},
)
BESIDE = WANTED.beside(
    retention_of(90_000_000, churn=12_345_678), (), main_dimension="segment", stage=None
)
OF_GRR = sample_question(scope=())
OF_GRR = replace(OF_GRR, words=replace(OF_GRR.words, asked=Kind.GRR))
HIGHEST = [
    pytest.param(answered(), id="segment"),
    pytest.param(answered(scope=(), breakdown=TWELVE[:3]), id="company"),
    pytest.param(answered(scope=(), dimension="segment", breakdown=TWELVE), id="many-segments"),
    pytest.param(
        answered(
            scope=(("segment", "x" * 200), ("plan", "y" * 200)),
            dimension="industry",
            breakdown=many_slices(9, name="long " * 40),
        ),
        id="long-names",
    ),
    pytest.param(answered(benchmarked=BESIDE), id="peers-and-goal"),
    pytest.param(
        answered(scope=(), benchmarked=BESIDE, breakdown=TWELVE), id="company-with-peers-and-goal"
    ),
    pytest.param(answered(question=OF_GRR, benchmarked=BESIDE, breakdown=TWELVE), id="grr-by-name"),
    pytest.param(answered(in_arr=True, breakdown=TWELVE[:4]), id="arr"),
    pytest.param(answered(currency="CHF", breakdown=TWELVE[:4]), id="currency"),
    pytest.param(
        answered(
            scope=(),
            question=sample_question(
                scope=(), period=period_of("qtd"), stand_in=StandIn(sentence="S" * 90, asked=None)
            ),
            breakdown=TWELVE,
            away_since=datetime(2026, 11, 20, tzinfo=UTC),
        ),
        id="note-and-warnings",
    ),
    pytest.param(
        answered(
            question=sample_question(stand_in=StandIn(sentence="S" * 90, asked=None)),
            benchmarked=BESIDE,
        ),
        id="note-and-peers",
    ),
]


def test_behind_grr_the_move_of_nrr_is_named() -> None:
    lines = private(answered(question=OF_GRR)).text.split("\n")

    assert lines[1].startswith("GRR ")
    assert lines[2].startswith("NRR: up ")


@pytest.mark.parametrize("build", [private, public])
@pytest.mark.parametrize("answer", HIGHEST)
def test_an_answer_is_no_higher_than_a_screen(answer: Answer, build: Any) -> None:  # noqa: ANN401
    message = build(answer)

    assert height_of(message.blocks) <= HIGHEST_ANSWER
