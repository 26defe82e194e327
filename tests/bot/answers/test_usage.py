"""Questions that count usage: every reply says so, and what is committed stays what it was."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import chain
from pathlib import Path

import pytest

from bot.access.visibility import EVERYTHING
from bot.answers.answers import Answers
from bot.answers.document import reply_json
from bot.answers.examples import examples_of
from bot.answers.posted_figures import figures_of
from bot.answers.reply import private_reply
from bot.answers.small_cohorts import TOGETHER, SmallCohortError
from storage.errors import NoUsageError
from storage.store.engine import Store
from tests.bot.help_lines import example_lines
from tests.bot.small_company import answers_from, small_company

HEADER = "account_id,date,amount,currency,usage,segment"
EVERY = [
    ("2026-Q3 incl. usage", "NRR incl. usage 103.1% · GRR 96.9% in Q3 2026"),
    ("full 2026-Q3 with usage", "NRR incl. usage 103.1% · GRR 96.9% in Q3 2026"),
    ("trend rolling-3m incl. usage", "3-month NRR incl. usage "),
    ("why 2026-Q3 vs 2026-Q2 incl. usage", "NRR incl. usage rose 3.1 points: "),
    ("smb vs segment:mid 2026-Q3 including usage", "NRR incl. usage: smb "),
    ("accounts 2026-Q3 incl. usage", "Accounts that moved NRR incl. usage in Q3 2026"),
]
"""Questions, and how their replies begin: 1,600 at the start of Q3, one gains 100, one loses 50."""


def rows() -> Iterator[str]:
    for number in range(10):
        yield f"s{number},2025-03-10,100,USD,no,smb"
        yield f"m{number},2025-03-10,50,USD,no,mid"
    yield "s0,2025-03-11,100,USD,yes,smb"
    yield "s0,2026-08-11,100,USD,yes,smb"
    yield "m0,2026-08-12,-50,USD,no,mid"


def company(folder: Path, lines: Iterable[str]) -> Store:
    return small_company(folder, "\n".join([HEADER, *lines, ""]))


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Answers]:
    opened = company(tmp_path, rows())
    yield answers_from(opened)
    opened.engine.dispose()


@pytest.mark.parametrize(("asked", "beginning"), EVERY)
def test_every_reply_says_that_usage_counts_in_words_and_in_json(
    answers: Answers, asked: str, beginning: str
) -> None:
    reply = answers.reply(asked)

    assert beginning in private_reply(reply, can_share=True, main_dimension="segment").text
    assert reply_json(reply)["basis"] == "with_usage"


def test_1600_become_1650_with_usage_and_1500_become_1450_without(answers: Answers) -> None:
    with_usage, committed = answers.ask("2026-Q3 incl. usage"), answers.ask("2026-Q3")

    assert (with_usage.retention.opening, with_usage.retention.closing) == (1600_00, 1650_00)
    assert (committed.retention.opening, committed.retention.closing) == (1500_00, 1450_00)
    assert "basis" not in reply_json(committed)


def test_committed_answers_are_what_they_are_without_any_usage(
    answers: Answers, tmp_path: Path
) -> None:
    (tmp_path / "plain").mkdir()
    plain = company(tmp_path / "plain", (row for row in rows() if ",yes," not in row))
    for asked in (
        "2026-Q3",
        "trend",
        "by segment 2026-Q3",
        "why 2026-Q3",
        "smb vs segment:mid 2026-Q3",
    ):
        assert reply_json(answers.reply(asked)) == reply_json(answers_from(plain).reply(asked))
    plain.engine.dispose()


@pytest.mark.parametrize(("users", "is_told"), [(0, True), (1, False), (4, False), (5, True)])
def test_people_without_account_detail_are_told_of_no_few_accounts_with_usage(
    tmp_path: Path, users: int, *, is_told: bool
) -> None:
    # what is committed is shown to them, too: what is more than that is the usage
    of_smb = [f"s{number},2026-07-10,10,USD,yes,smb" for number in range(users)]
    of_mid = [f"m{number},2025-03-11,10,USD,yes,mid" for number in range(6)]
    committed = (row for row in rows() if ",yes," not in row)
    store = company(tmp_path, chain(committed, of_smb, of_mid))
    opened, seen = answers_from(store), EVERYTHING.without_accounts()

    with nullcontext() if is_told else pytest.raises(SmallCohortError):
        opened.reply("smb 2026-Q3 incl. usage", visibility=seen)
    whole = opened.reply("by segment 2026-Q3 incl. usage", visibility=seen)
    store.engine.dispose()

    assert [part["value"] for part in reply_json(whole)["breakdown"]] == (
        ["smb", "mid"] if is_told else [TOGETHER]
    )


def test_digests_alerts_and_restatements_are_of_committed_mrr(answers: Answers) -> None:
    reply = answers.ask("2026-Q3 incl. usage")
    message = private_reply(reply, can_share=True, main_dimension="segment")

    assert "nrr_every_monday" not in str(message.blocks)
    assert "nrr_tell_me" not in str(message.blocks)
    assert figures_of(reply) == ()


def test_help_offers_it_where_there_is_usage(answers: Answers, tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    plain = answers_from(small_company(tmp_path / "plain"))

    assert "last-quarter incl. usage" in example_lines(examples_of(answers))
    assert "last-quarter incl. usage" not in example_lines(examples_of(plain))
    with pytest.raises(NoUsageError, match="the ledger has no usage: import rows with yes"):
        plain.ask("2026-Q3 incl. usage")
