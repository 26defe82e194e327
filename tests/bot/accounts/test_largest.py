"""The largest accounts by MRR: ``top 10 customers``, whatever moved them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.accounts.moves import AccountMoves
from bot.accounts.wording import account_table
from bot.answers.answers import Answers
from bot.answers.behind import listed_accounts
from bot.answers.reply import private_reply
from bot.questions.question import canonical_text
from metrics.errors import ReconciliationError
from metrics.retention import NOTHING
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.bot.small_company import answers_from, reply_of, small_company


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("largest")
    store = small_company(folder / "company")
    yield store
    store.engine.dispose()


@pytest.fixture
def answers(company: Store) -> Answers:
    return answers_from(company)


def largest(answers: Answers, text: str) -> AccountMoves:
    return reply_of(AccountMoves, answers, text)


def test_they_are_those_that_pay_the_most_when_the_period_ends(answers: Answers) -> None:
    found = largest(answers, "top 3 customers Q3 2026")

    assert [(one.account_id, one.closing) for one in found.listed] == [
        *(("alpha", 120_000), ("beta", 45_000), ("zeta", 30_000)),
    ]
    assert (found.found.count, found.found.gained) == (5, 205_000)  # 2,050.00 in all
    assert canonical_text(found.question) == "accounts 2026-Q3 top-3"


def test_the_message_says_what_they_pay_of_all(answers: Answers) -> None:
    text = private_reply(
        largest(answers, "top 3 customers Q3 2026"), can_share=True, main_dimension="segment"
    ).text

    assert "Largest accounts at the end of Q3 2026" in text
    assert "The 3 largest of 5 accounts pay $1.95k of $2.05k MRR: 95.1%." in text
    assert text.index("alpha") < text.index("beta") < text.index("zeta")


@pytest.mark.parametrize(
    ("period", "when"),
    [
        ("2026-10-01..2026-10-15", "on 15 Oct 2026"),
        ("2026-07..2026-08", "at the end of August 2026"),
        ("ttm", "at the end of October 2026"),
    ],
)
def test_the_headline_says_on_which_day_they_paid_that(
    answers: Answers, period: str, when: str
) -> None:
    reply = largest(answers, f"top 3 customers {period}")

    text = private_reply(reply, can_share=True, main_dimension="segment").text
    assert text.startswith(f"Largest accounts {when}")


@pytest.mark.parametrize(
    ("asked", "lines"),
    [
        (
            "top 3 smb 2026-10",  # it paid as much before
            ["The largest of 1 account pays $40 of $40 MRR: 100.0%.", "delta: $40"],
        ),
        ("top 5 retail 2025-10", ["Nobody pays anything then."]),
        ("top 2 customers Q3 2026 page 2", ["There is no page 2: the list has 2 accounts."]),
    ],
)
def test_of_one_account_or_none_a_list_says_so(
    answers: Answers, asked: str, lines: list[str]
) -> None:
    said = private_reply(largest(answers, asked), can_share=True, main_dimension="segment").text

    assert said.split("\n")[1:-1] == lines


def test_a_terminal_has_what_they_pay_before_what_changed(answers: Answers) -> None:
    assert account_table(largest(answers, "top 2 customers Q3 2026"), ()).header[:3] == (
        *("Account", "After", "Change"),
    )


def test_a_scope_has_its_own(answers: Answers) -> None:
    found = largest(answers, "top 5 smb Q3 2026")

    assert [one.account_id for one in found.listed] == ["delta"]


def test_what_moved_is_still_listed_without_a_number(answers: Answers) -> None:
    found = largest(answers, "accounts Q3 2026")

    assert [one.account_id for one in found.listed] == ["alpha", "gamma", "beta"]
    assert not found.are_largest


def test_a_file_has_as_many_as_were_asked_for(answers: Answers) -> None:
    every = listed_accounts(answers, largest(answers, "top 3 customers Q3 2026")).listed

    assert [one.account_id for one in every] == ["alpha", "beta", "zeta"]


def test_a_list_that_does_not_come_to_the_ledgers_own_sum_is_not_told(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ledger, "retention", lambda *_: NOTHING)

    with pytest.raises(ReconciliationError):
        answers.reply("top 3 customers Q3 2026")
