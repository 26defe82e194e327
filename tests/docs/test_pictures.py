"""Pictures and messages in docs/ are what the bot shows today, word for word."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.delivery.parcels import Picture
from tests.bot.demo_company import demo_answers, unclosed_demo_store
from tests.gallery.alerts import provisional_notice
from tests.gallery.messages import PAGE, page
from tests.gallery.pictures import (
    ANSWER,
    DIGEST,
    answer_picture,
    digest_picture,
    with_words,
    words_of_png,
    words_of_svg,
)

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
STALE = "docs/ is stale: make pictures"


@dataclass(frozen=True)
class Made:
    """What `make pictures` would write now."""

    answer: str
    digest: Picture
    page: str


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    with unclosed_demo_store() as (store, close):
        early = provisional_notice(demo_answers(store))
        close()
        answers = demo_answers(store)
        yield Made(answer_picture(answers), digest_picture(answers), page(store, early))


def test_the_answer_is_the_one_of_today(made: Made) -> None:
    kept = words_of_svg(ANSWER.read_text(encoding="utf-8"))

    assert kept == words_of_svg(made.answer), STALE
    assert "NRR" in kept


def test_the_digests_chart_is_the_one_of_today(made: Made) -> None:
    kept, now = DIGEST.read_bytes(), made.digest

    assert words_of_png(kept) == now.alt_text, STALE
    assert struct.unpack_from(">II", kept, 16) == struct.unpack_from(">II", now.png, 16), STALE
    assert words_of_png(with_words(now)) == now.alt_text


def test_every_message_is_the_one_of_today(made: Made) -> None:
    assert PAGE.read_text(encoding="utf-8") == made.page, STALE


def test_readme_says_of_its_pictures_what_they_show() -> None:
    alt_texts = re.findall(r"!\[(.+?)\]\(docs/pictures/", README)
    shown = words_of_svg(ANSWER.read_text(encoding="utf-8")) + words_of_png(DIGEST.read_bytes())

    assert len(alt_texts) == 2
    assert [one for one in alt_texts if one not in shown] == []
