"""Questions in the groups of today: every reply says so, and only who may see accounts gets one."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.answers.answers import Answers
from bot.answers.behind import base_accounts
from bot.answers.document import reply_json
from bot.answers.posted_figures import figures_of
from bot.answers.reply import private_reply
from bot.answers.small_cohorts import TodaysGroupsError
from storage.store.engine import Store
from tests.bot.small_company import answers_from, import_text, small_company

HEADER = "account_id,date,amount,currency,plan"
MOVED_UP = (
    "first,2026-01-01,100.00,USD,starter",
    "first,2026-08-01,100.00,USD,growth",
    "second,2026-01-01,150.00,USD,growth",
)
"""The two accounts of docs/definitions.md, "Segments"."""
SAID = "Accounts are in the groups of 31 Oct 2026, not in those of when a period opened."
EVERY = [
    ("2026-08 basis current", "NRR (today's groups) 140.0% · GRR 100.0% in August 2026"),
    ("full 2026-08 basis current", "NRR (today's groups) 140.0%"),
    ("trend rolling-3m basis current", "3-month NRR (today's groups) "),
    ("why 2026-08 vs 2026-07 basis current", "NRR (today's groups) rose 40.0 points: "),
    ("plan:growth vs company 2026-08 basis current", "NRR (today's groups): growth 140.0%"),
    ("accounts 2026-08 basis current", "Accounts that moved NRR (today's groups) in August 2026"),
    ("accounts expanded 2026-08 basis current", "1 account grew in August 2026"),
]


def company(folder: Path, *more: str) -> Store:
    return small_company(folder, "\n".join([HEADER, *MOVED_UP, *more, ""]))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = company(tmp_path)
    yield opened
    opened.engine.dispose()


def rows_of(answers: Answers, asked: str) -> dict[str, tuple[int, int]]:
    return {
        str(part.value): (part.retention.opening, part.retention.closing)
        for part in answers.ask(asked).breakdown
    }


def test_an_account_counts_where_it_is_now_and_otherwise_where_it_opened(answers: Answers) -> None:
    assert rows_of(answers, "2026-08 by plan") == {
        "starter": (100_00, 200_00),
        "growth": (150_00, 150_00),
    }
    assert rows_of(answers, "2026-08 by plan basis current") == {"growth": (250_00, 350_00)}


@pytest.mark.parametrize(("asked", "beginning"), EVERY)
def test_every_reply_says_so_in_words_and_in_json(
    answers: Answers, asked: str, beginning: str
) -> None:
    reply = answers.reply(asked)
    message = private_reply(reply, can_share=True, main_dimension="plan")

    assert beginning in message.text
    assert SAID in str(message.blocks)
    assert reply_json(reply)["basis"] == "current"


def test_usual_answers_say_nothing_of_it(answers: Answers) -> None:
    reply = answers.reply("2026-08")

    assert "groups" not in str(private_reply(reply, can_share=True, main_dimension="plan").blocks)
    assert "basis" not in reply_json(reply)


def test_a_later_move_is_in_the_next_answer_about_an_earlier_month(
    answers: Answers, store: Store
) -> None:
    before = rows_of(answers, "2026-08 by plan basis current")

    import_text(store, f"{HEADER}\nsecond,2026-10-20,50.00,USD,scale\n")

    assert before == {"growth": (250_00, 350_00)}
    assert rows_of(answers, "2026-08 by plan basis current") == {
        "growth": (100_00, 200_00),
        "scale": (150_00, 150_00),
    }


def test_a_move_after_the_data_ends_is_none_yet(tmp_path: Path) -> None:
    (tmp_path / "ahead").mkdir()
    ahead = company(tmp_path / "ahead", "second,2026-12-20,50.00,USD,scale")

    assert rows_of(answers_from(ahead), "2026-08 by plan basis current") == {
        "growth": (250_00, 350_00)
    }


def test_the_accounts_behind_an_answer_are_in_the_groups_of_the_day_that_it_was_asked_on(
    answers: Answers,
) -> None:
    answer = answers.ask("plan:starter 2026-06 basis current", today=date(2026, 7, 15))

    assert [one.account_id for one in base_accounts(answers, answer)] == ["first"]


def test_without_account_detail_the_groups_of_today_are_refused(answers: Answers) -> None:
    with pytest.raises(TodaysGroupsError, match="leave basis current out"):
        answers.reply("2026-08 basis current", visibility=EVERYTHING.without_accounts())


def test_digests_alerts_and_restatements_have_the_usual_groups(answers: Answers) -> None:
    reply = answers.ask("2026-08 basis current")
    message = private_reply(reply, can_share=True, main_dimension="plan")

    assert "nrr_every_monday" not in str(message.blocks)
    assert "nrr_tell_me" not in str(message.blocks)
    assert figures_of(reply) == ()
