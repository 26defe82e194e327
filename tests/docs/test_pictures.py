"""Pictures and messages in docs/ are what the bot shows today, word for word."""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.answers.answers import Answers
from bot.answers.reply import private_reply
from storage.delivery.parcels import Picture
from tests.bot.demo_company import demo_answers, unclosed_demo_store
from tests.bot.style.heights import height_of
from tests.gallery.alerts import provisional_notice
from tests.gallery.messages import PAGE, QUESTIONS, page
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
FULL = "full last-month"
HIGHEST, HIGHEST_FULL = 700, 850  # pixels; lines as dense as a full answer's are drawn 50 px lower


@dataclass(frozen=True)
class Made:
    """What `make pictures` would write now."""

    answer: str
    digest: Picture
    page: str
    heights: dict[str, int]


@pytest.fixture(scope="module")
def made() -> Iterator[Made]:
    with unclosed_demo_store() as (store, close):
        early = provisional_notice(demo_answers(store))
        close()
        answers = demo_answers(store)
        heights = {one: _height(answers, one) for one in (*QUESTIONS.values(), FULL)}
        yield Made(answer_picture(answers), digest_picture(answers), page(store, early), heights)


def _height(answers: Answers, question: str) -> int:
    reply = answers.reply(question)
    said = private_reply(reply, can_share=True, main_dimension=answers.main_dimension)
    return height_of(said.blocks)


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


def test_every_reply_of_the_demo_company_fits_a_screen_and_a_full_one_little_more(
    made: Made,
) -> None:
    full = {one: height for one, height in made.heights.items() if one.startswith("full ")}

    assert len(full) > 1
    assert max(full.values()) <= HIGHEST_FULL
    assert max(height for one, height in made.heights.items() if one not in full) <= HIGHEST


def test_readme_says_of_its_pictures_what_they_show() -> None:
    alt_texts = re.findall(r"!\[(.+?)\]\(docs/pictures/", README)
    shown = words_of_svg(ANSWER.read_text(encoding="utf-8")) + words_of_png(DIGEST.read_bytes())

    assert len(alt_texts) == 2
    assert [one for one in alt_texts if one not in shown] == []
