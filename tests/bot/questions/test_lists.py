"""Questions for single accounts: lists by what became of them, one account, and ranked ones."""

import pytest

from bot.questions.parsing import canonical_text, parse_question
from bot.questions.question import Listing
from bot.questions.words import Vocabulary
from metrics.moved import Moved
from tests.bot.questions.test_sides import TODAY, ask, refusal
from tests.bot.untyped import untyped


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("accounts smb churned last-quarter", "accounts-churned segment:smb 2026-Q3"),
        ("who left smb in Q3?", "accounts-churned segment:smb 2026-Q3"),
        ("churned customers top 20", "accounts-churned 2026-10 top-20"),
        ("accounts new 2026-Q3 page 2", "accounts-new 2026-Q3 page-2"),
        ("top 5", "accounts 2026-10 top-5"),
        ("which accounts are at risk", "at-risk"),
        ("accounts at risk smb", "at-risk segment:smb"),
        ("ready to expand enterprise", "ready-to-expand segment:enterprise"),
        ("account Acme Ltd", 'account "Acme Ltd"'),
        ("account acme last-quarter", 'account "acme" 2026-Q3'),
        ("account acme Sep 2026", 'account "acme" 2026-09'),
        ("account Acme Ltd Q3 2026", 'account "Acme Ltd" 2026-Q3'),
        ('account "Studio 2026"', 'account "Studio 2026"'),
        ("account May 2026-09", 'account "May" 2026-09'),
        ("customer Theresa May", 'account "Theresa May"'),
    ],
)
def test_a_list_or_an_account_is_read_and_asked_again(text: str, canonical: str) -> None:
    question = ask(text)

    assert canonical_text(question) == canonical
    assert untyped(ask(canonical)) == untyped(question)


def test_a_value_that_is_called_like_an_outcome_wins_but_for_the_phrase_of_both() -> None:
    ledger = Vocabulary({"kind": ("new", "churned"), "role": ("account executive",)})
    named, listed, role = (
        parse_question(text, vocabulary=ledger, today=TODAY)
        for text in ("new", "accounts-new", "account executive")
    )

    assert named.scope == (("kind", "new"),)
    assert (listed.scope, listed.options.listing) == ((), Listing(moved=Moved.NEW))
    assert role.scope == (("role", "account executive"),)


def test_a_dimension_that_is_only_named_splits_no_list() -> None:
    assert canonical_text(ask("accounts with segment")) == "accounts 2026-10"


def test_words_behind_a_name_are_of_the_name() -> None:
    assert ask("account the north by sea").options.account == "the north by sea"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "accounts churned and expanded",
            "churned and expanded are two lists: ask for one. Try: accounts churned last-quarter",
        ),
        ("accounts top 0", "top takes a number from 1 to 1,000, as in top 20"),
        ("accounts page 2 page 3", "give one page, from page 1 on"),
        (
            "accounts churned by plan",
            (
                "accounts are listed one by one, not by plan: name one plan, or ask for the figures"
                " of each. Try: 2026-10 by plan"
            ),
        ),
        (
            "at risk by plan",
            "accounts are listed one by one, not by plan: name one plan. Try: at-risk",
        ),
        (
            "at risk last-quarter",
            "at-risk is of accounts as they stand: leave the period out. Try: at-risk",
        ),
        (
            "full churned",
            "full and accounts are two questions: ask one. Try: accounts-churned 2026-10",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(text: str, sentence: str) -> None:
    assert refusal(text) == sentence


def test_account_needs_a_name() -> None:
    for text in ("account", "account ''", 'account "  " 2026-10'):
        assert "account needs the name or the id of one" in refusal(text)


def test_a_list_has_one_length() -> None:
    assert refusal("top 3 customers top 5") == (
        "top 3 and top 5 are two lengths: give one. Try: accounts last-quarter top 3"
    )
