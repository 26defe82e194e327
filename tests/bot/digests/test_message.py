import json
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from bot.benchmarks.tier_review import TierReview
from bot.confidence.sureness import Sureness
from bot.digests.buttons import EDIT, PAUSE
from bot.digests.chart import thread_pictures
from bot.digests.digest import AlertNews, Digest, DigestThread
from bot.digests.document import digest_json
from bot.digests.message import digest_message, restatement_message, thread_message
from bot.message import Block, Message
from bot.style.framing import MAX_BLOCKS_JSON, MAX_TEXT
from bot.style.pictures import with_pictures
from metrics.activity import Activity
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import SHOCK
from metrics.alerts.states import AlertId, AlertState, Transition, TransitionKind
from metrics.benchmarks.comparing import BenchmarkedYear
from metrics.benchmarks.expectations import Expectations, WorkspaceProfile
from metrics.benchmarks.tables import CompanyProfile, CompanyStage
from metrics.benchmarks.tiers import tiers_apart
from metrics.confidence.confidence import Confidence, Interval
from metrics.retention import Retention
from metrics.rollup import Scope
from tests.bot.sample_answers import HOSTILE_NAME, empty_answer
from tests.bot.sample_digests import (
    SEGMENTS,
    digest_naming,
    restated_figure,
    restated_of,
    sample_digest,
    sample_request,
    split_answer,
    unchanged_digest,
)
from tests.bot.sample_outlooks import COURSES, sample_outlook
from tests.bot.shown import kinds
from tests.bot.style.heights import height_of
from tests.metrics.benchmarks.years import year_of
from tests.metrics.retentions import retention_of
from tests.slack.block_kit import find_errors

RTL_NAME = "\u05d7\u05d1\u05e8\u05d4 \u202e evil"
MATH_NAME = r"$\frac{1}$"
FEW = AlertNews(
    transition=Transition(
        kind=TransitionKind.INSUFFICIENT,
        alert=AlertId(fingerprint="f", rule_id="shock", scope=(("segment", "smb"),)),
        episode=0,
        n=1,
        period=None,
        verdict=None,
    ),
    alert=Alert(rule=SHOCK, state=AlertState()),
)
"""A segment has too few accounts to be watched."""


def many_segments(count: int, name: str = "segment with a name") -> Digest:
    parts = {
        f"{number:03} {name}": retention_of((count - number) * 100_000, churn=10_000)
        for number in range(count)
    }
    return sample_digest(answer=split_answer(parts, parts), trend=None)


def restated() -> Digest:
    return restated_of(sample_digest(), restated_figure("1", "0.8"))


EVERY = {
    "everything": sample_digest(),
    "restated": restated(),
    "nothing closed": unchanged_digest(),
    "undefined": sample_digest(answer=empty_answer(), trend=None, watched=None),
    "no trend": sample_digest(trend=None, watched=None),
    "many segments": many_segments(60),
    "many long names": many_segments(60, "x" * 200),
    "hostile": digest_naming(HOSTILE_NAME),
    "right to left": digest_naming(RTL_NAME),
    "mathematics": digest_naming(MATH_NAME),
}
every = pytest.mark.parametrize("digest", EVERY.values(), ids=EVERY.keys())


def messages(digest: Digest) -> list[Message]:
    return [one for one in (digest_message(digest), thread_message(digest)) if one]


def said_in(blocks: tuple[Block, ...]) -> str:
    return json.dumps(blocks, ensure_ascii=False)


@every
def test_slack_takes_it_with_and_without_its_picture(digest: Digest) -> None:
    for message in messages(digest):
        assert message.plainer is not None
        for blocks in (message.blocks, message.plainer):
            assert find_errors(list(blocks)) == []
            assert find_errors(list(with_pictures(blocks, [("F00000001", "words" * 200)]))) == []
            assert len(said_in(blocks)) <= MAX_BLOCKS_JSON
        assert len(message.text) <= MAX_TEXT


@every
def test_the_text_pings_nobody_and_formats_nothing(digest: Digest) -> None:
    for message in messages(digest):
        assert not set("<>*`~") & set(message.text)
        assert "\u202e" not in message.text


def test_it_is_a_headline_a_finding_a_table_what_to_watch_a_picture_buttons_and_a_footer() -> None:
    blocks = with_pictures(digest_message(restated()).blocks, [("F1", "NRR by segment")])

    assert kinds(blocks) == [
        *("header", "section", "table", "rich_text", "image", "actions", "context"),
    ]
    assert blocks[0]["text"]["text"] == "October 2026: NRR 101.5%, 12 months 108.0%"
    assert blocks[-1]["elements"][0]["text"] == "Closed through Oct 2026 · definitions v2"


def noted(digest: Digest) -> Digest:
    """Add all that there can be beside the table."""
    small = restated_figure("0.98", "0.9", label="2026-08")
    year = restated_figure("1.095", "1.089", scope=(), label="TTM to 2025-12")
    digest = restated_of(digest, restated_figure("1", "0.8"), small, year, year)
    known = datetime(2026, 11, 1, 6, tzinfo=UTC)
    grounds = replace(digest.answer.grounds, data_as_of=known)
    return replace(digest, answer=replace(digest.answer, grounds=grounds))


MAY_BE_CHANCE = Sureness(
    confidence=Confidence(accounts=1_290, effective=Fraction(900), nrr=Interval(0.995, 1.038))
)


def aimed(digest: Digest) -> Digest:
    """Add goals of all and of each segment, the peers of the whole, and a review of tiers."""
    answer, aims = digest.answer, Fraction(98765, 100_000)
    wanted = Expectations(
        profile=WorkspaceProfile(company=CompanyProfile.USAGE_BASED, stage=CompanyStage.SERIES_B),
        goals={(): aims, **{((one.dimension, one.value),): aims for one in answer.breakdown}},
    )

    def beside(year: Retention | None, scope: Scope) -> BenchmarkedYear | None:
        if year is None:
            return None
        return wanted.beside(year, scope, main_dimension="segment", stage=None)

    trailing = answer.comparisons.trailing
    parts = tuple(
        replace(one, benchmarked=beside(one.year, ((one.dimension, one.value),)))
        for one in answer.breakdown
    )
    whole = beside(trailing.retention if trailing else None, ())
    segments = {"enterprise": year_of(200, 0, 0), "mid-market": year_of(0, 0, 200)}
    apart = tiers_apart(segments, segments, opening=2_000)
    assert apart is not None
    review = TierReview(apart=apart, ends=(date(2026, 7, 1), date(2026, 10, 1)))
    return replace(
        digest,
        answer=replace(answer, benchmarked=whole, breakdown=parts),
        body=replace(digest.body, tier_review=review),
    )


def monthly() -> Digest:
    """Return the digest of October, with its outlook and after August."""
    request = replace(sample_request(month=date(2026, 8, 1)), month=date(2026, 10, 1))
    return sample_digest(request=request, outlook=sample_outlook(*COURSES))


TALLEST = {
    "peers, goals and tiers": aimed(sample_digest()),
    "peers, goals and what is restated": aimed(noted(sample_digest())),
    "peers, goals and tiers of many": aimed(many_segments(60)),
    "peers, goals and tiers of long names": aimed(many_segments(60, "x" * 200)),
    "three segments": sample_digest(),
    "everything": noted(sample_digest()),
    "many segments": noted(many_segments(60)),
    "long names": noted(many_segments(60, "x" * 200)),
    "five long names": noted(many_segments(8, "a long name of a segment")),
    "hostile": noted(digest_naming(HOSTILE_NAME)),
    "may be chance": noted(sample_digest(sureness=MAY_BE_CHANCE)),
    "a month": noted(monthly()),
    "a month, peers, goals and tiers": aimed(monthly()),
    "weeks missed": noted(sample_digest(request=sample_request(weeks_missed=("2026-W45",)))),
}


@pytest.mark.parametrize("digest", TALLEST.values(), ids=TALLEST.keys())
def test_a_digest_fits_its_height_with_its_picture(digest: Digest) -> None:
    picture = [("F00000001", "12-month NRR by segment")]

    assert height_of(with_pictures(digest_message(digest).blocks, picture)) <= 900


@pytest.mark.parametrize("digest", TALLEST.values(), ids=TALLEST.keys())
def test_a_thread_fits_a_screen_with_its_picture(digest: Digest) -> None:
    message = thread_message(digest)

    assert message is not None
    assert height_of(with_pictures(message.blocks, [("F00000001", "the bridge")])) <= 700


def test_where_nothing_closed_it_is_a_fifth_of_that() -> None:
    assert height_of(digest_message(unchanged_digest()).blocks) <= 200


def test_a_month_has_its_outlook_with_all_terms_renewed_too() -> None:
    line = "Outlook: NRR 95.2% by 19 Feb 2027 if nothing else moves, 98.6% with all renewals."

    assert line in digest_message(monthly()).text


def test_every_figure_of_the_message_is_in_its_text() -> None:
    text = digest_message(restated()).text

    for figure in (
        "October 2026: NRR 101.5%, 12 months 108.0%",
        "The leak is smb: 87.5% over twelve months, 4.0 points less than a year ago",
        "smb: 12 months (in a year) 87.5% (−4.0), Oct 2026 (vs Sep) 80.0% (−10.0)",
        *("churn −20.0", "Watch: media is at 95.6% over twelve months, GRR 83.5%."),
        "Restated since last week: smb Oct 100.0% → 80.0% (late data).",
    ):
        assert figure in text


def test_no_amount_of_a_digest_or_its_thread_has_cents() -> None:
    for message in messages(restated()):
        assert ".00" not in message.text


def test_where_nothing_closed_there_are_three_lines_and_no_table() -> None:
    message = digest_message(unchanged_digest())

    assert message.text.splitlines() == [
        "Nothing closed since the last digest",
        "October 2026 stands at NRR 101.5%, 12 months 108.0%.",
        "The next figures come once November 2026 is in.",
        "Closed through Oct 2026 · definitions v2",
    ]
    assert kinds(message.blocks) == ["header", "section", "actions", "context"]
    assert thread_message(unchanged_digest()) is None


def test_where_nothing_moved_the_thread_has_news_of_alerts_alone() -> None:
    still = DigestThread(drivers=Activity(by_kind={}, by_driver={}), accounts=None)
    news = sample_request(alerts=(FEW,))

    assert thread_message(sample_digest(thread=still)) is None
    assert thread_pictures(sample_digest(thread=still)) == ()
    told = thread_message(sample_digest(thread=still, request=news))
    assert told is not None
    assert told.text.splitlines() == ["New in alerts:", "Too few accounts for alerts: smb."]


def test_where_only_figures_were_restated_they_are_the_third_line() -> None:
    digest = restated_of(unchanged_digest(), restated_figure("0.998", "0.991", scope=()))

    assert digest_message(digest).text.splitlines()[2] == (
        "Restated since last week: Oct 99.8% → 99.1% (late data)."
    )


def menu_of(digest: Digest) -> list[str]:
    [actions] = [block for block in digest_message(digest).blocks if block["type"] == "actions"]
    menus = (one for one in actions["elements"] if one["type"] == "overflow")
    return [option["value"] for menu in menus for option in menu["options"]]


def test_the_menu_edits_and_pauses_the_digest_by_its_number() -> None:
    numbered = sample_digest(request=replace(sample_request(), number=7))

    assert menu_of(numbered) == [f"{EDIT} 7", f"{PAUSE} 7"]


def test_a_preview_of_no_subscription_has_no_menu() -> None:
    assert menu_of(sample_digest()) == []


def test_the_thread_is_what_moved_a_picture_the_drivers_and_the_news_of_alerts() -> None:
    message = thread_message(sample_digest(request=sample_request(alerts=(FEW,))))

    assert message is not None
    assert message.text.splitlines() == [
        "What moved October 2026",
        "Expansion +$50k: seats 100%.",
        "Churn −$20k: price 65%, win-back 35%.",
        "Contraction −$15k: not stated 100%.",
        "Largest single accounts: b-2 −$20k (−2.0 pts, left), Acme +$12k (+1.2 pts).",
        "New in alerts:",
        "Too few accounts for alerts: smb.",
    ]
    pictured = with_pictures(message.blocks, [("F1", "the bridge")])
    assert kinds(pictured)[:2] == ["header", "image"]


def test_a_notice_of_restated_figures_is_a_title_and_a_line_each() -> None:
    message = restatement_message([restated_figure("1", "0.8")])

    assert message.text.splitlines() == [
        "Restated since it was posted here",
        "NRR of smb in October 2026 100.0% → 80.0% (late data)",
    ]


def test_the_document_has_the_finding_and_both_messages() -> None:
    document = digest_json(sample_digest(), charts=["one.png"])

    assert document["headline"] == "October 2026: NRR 101.5%, 12 months 108.0%"
    assert document["thread"]["text"].startswith("What moved October 2026")
    assert document["result"]["nrr"] == "1.015000"
    assert document["charts"] == ["one.png"]
    assert [one["value"] for one in document["segments"]] == list(SEGMENTS)
    assert digest_json(unchanged_digest(), charts=[])["thread"] is None


def test_a_message_is_the_same_every_time() -> None:
    assert digest_message(sample_digest()) == digest_message(sample_digest())


def labels_of(digest: Digest) -> list[str]:
    [actions] = [block for block in digest_message(digest).blocks if block["type"] == "actions"]
    return [one["text"]["text"] for one in actions["elements"] if one["type"] == "button"]


def test_the_buttons_ask_why_for_all_of_it_and_for_the_accounts() -> None:
    assert labels_of(sample_digest()) == ["Why", "Full answer", "Accounts"]
    assert labels_of(unchanged_digest()) == ["Full answer"]
