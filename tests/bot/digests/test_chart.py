import pytest

from bot.digests.chart import digest_pictures
from storage.digests.subscriptions import ALL_SECTIONS, DigestSection
from tests.bot.sample_answers import HOSTILE_NAME, empty_answer
from tests.bot.sample_digests import (
    SEGMENTS,
    sample_digest,
    sample_request,
    split_answer,
    unchanged_digest,
)
from tests.bot.sample_trends import sample_trend

PNG = b"\x89PNG\r\n"


def test_a_digest_has_the_bridge_and_the_lines_each_with_its_words() -> None:
    bridge, lines = digest_pictures(sample_digest())

    assert bridge.png.startswith(PNG)
    assert lines.png.startswith(PNG)
    assert bridge.alt_text.startswith("NRR 101.5% in October 2026: ")
    assert "Line chart: The whole company 100.0% in September 2025" in lines.alt_text


def test_pictures_that_are_not_wanted_are_not_drawn() -> None:
    without = sample_request(sections=ALL_SECTIONS - {DigestSection.BRIDGE, DigestSection.TREND})

    assert digest_pictures(sample_digest(request=without)) == []


def test_what_cannot_be_drawn_is_left_out() -> None:
    assert digest_pictures(sample_digest(answer=empty_answer(), trend=None)) == []


def test_what_is_as_it_was_is_not_drawn_again() -> None:
    assert digest_pictures(unchanged_digest()) == []


@pytest.mark.parametrize("name", [HOSTILE_NAME, r"$\frac{1}$", "\u05d7\u05d1\u05e8\u05d4", "公司"])
def test_no_name_stops_a_picture(name: str) -> None:
    parts = {name: SEGMENTS["enterprise"], "smb": SEGMENTS["smb"]}
    percents = [100.0 + month for month in range(14)]
    digest = sample_digest(
        answer=split_answer(parts, scope=(("segment", name),)),
        trend=sample_trend(percents, dict.fromkeys(parts, percents), scope=(("segment", name),)),
    )

    assert [picture.png[:6] for picture in digest_pictures(digest)] == [PNG, PNG]


def test_the_same_digest_gives_the_same_bytes() -> None:
    only = sample_request(sections=frozenset({DigestSection.BRIDGE}))

    assert digest_pictures(sample_digest(request=only)) == digest_pictures(
        sample_digest(request=only)
    )
