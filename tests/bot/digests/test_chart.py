from collections.abc import Sequence

import pytest

from bot.digests.chart import digest_pictures, thread_pictures
from storage.delivery.parcels import Picture
from tests.bot.sample_answers import HOSTILE_NAME, empty_answer
from tests.bot.sample_digests import SEGMENTS, sample_digest, split_answer, unchanged_digest
from tests.bot.sample_trends import sample_trend

PNG = b"\x89PNG\r\n"


def starts(pictures: Sequence[Picture]) -> list[bytes]:
    return [picture.png[:6] for picture in pictures]


def test_a_digest_has_one_picture_and_its_thread_the_bridge() -> None:
    [course], [bridge] = digest_pictures(sample_digest()), thread_pictures(sample_digest())

    assert starts([course, bridge]) == [PNG, PNG]
    assert "101.5%" in bridge.alt_text
    assert "smb" in course.alt_text


def test_what_cannot_be_drawn_is_left_out() -> None:
    nothing = sample_digest(answer=empty_answer(), trend=None)

    assert (digest_pictures(nothing), thread_pictures(nothing)) == ((), ())


def test_where_nothing_closed_nothing_is_drawn() -> None:
    nothing = unchanged_digest()

    assert (digest_pictures(nothing), thread_pictures(nothing)) == ((), ())


@pytest.mark.parametrize("name", [HOSTILE_NAME, r"$\frac{1}$", "\u05d7\u05d1\u05e8\u05d4", "公司"])
def test_no_name_stops_a_picture(name: str) -> None:
    parts = {name: SEGMENTS["enterprise"], "smb": SEGMENTS["smb"]}
    percents = [100.0 + month for month in range(14)]
    digest = sample_digest(
        answer=split_answer(parts, scope=(("segment", name),)),
        trend=sample_trend(percents, dict.fromkeys(parts, percents), scope=(("segment", name),)),
    )

    assert starts((*digest_pictures(digest), *thread_pictures(digest))) == [PNG, PNG]


def test_the_same_digest_gives_the_same_bytes() -> None:
    assert digest_pictures(sample_digest()) == digest_pictures(sample_digest())
