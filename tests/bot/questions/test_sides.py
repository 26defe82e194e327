from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UsageError
from bot.questions.parsing import CANONICAL_LENGTH, Question, canonical_text, parse_question
from bot.questions.question import View
from bot.questions.words import Vocabulary
from metrics.data_end import DataEnd
from metrics.errors import MetricsError
from tests.bot.untyped import untyped

TODAY = date(2026, 11, 21)
LEDGER = Vocabulary(
    {
        "segment": ("enterprise", "mid-market", "smb"),
        "plan": ("starter", "growth", "Pay As You Go"),
        "acv_tier": ("under-25k",),
    }
)


def ask(text: str, *, through: date = TODAY + timedelta(days=1), max_length: int = 300) -> Question:
    return parse_question(
        text,
        vocabulary=LEDGER,
        today=TODAY,
        data_end=DataEnd(through=through),
        max_length=max_length,
    )


def refusal(text: str, *, through: date = TODAY + timedelta(days=1)) -> str:
    with pytest.raises(UsageError) as raised:
        ask(text, through=through)
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("why smb last-quarter", "why segment:smb 2026-Q3"),
        ("smb last-quarter why", "why segment:smb 2026-Q3"),
        ("why did smb fall in Q3?", "why segment:smb 2026-Q3"),
        ("Why has SMB dropped?", "why segment:smb 2026-10"),
        ("what moved smb in October", "why segment:smb 2026-10"),
        ("how are we doing?", "2026-10"),
        ("smb over time", "trend segment:smb 2025-11..2026-10 rolling-12m"),
        ("why", "why 2026-10"),
        ("full smb Q3 2026", "full segment:smb 2026-Q3"),
        ("smb in full", "full segment:smb 2026-10"),
        ("trend smb full", "trend full segment:smb 2025-11..2026-10 rolling-12m"),
        ("accounts smb last-quarter", "accounts segment:smb 2026-Q3"),
        ("which customers smb", "accounts segment:smb 2026-10"),
        ("biggest customers", "accounts 2026-10"),
        ("what happened in august", "why 2026-08"),
        ("top churn reasons", "why 2026-10"),
        ("why is churn up in smb", "why segment:smb 2026-10"),
        ("churn rate smb Q3", "full segment:smb 2026-Q3"),
        ("how many customers did we lose in Q3?", "full 2026-Q3"),
        ("is smb ok?", "segment:smb 2026-10"),
        ("is smb getting better?", "trend segment:smb 2025-11..2026-10 rolling-12m"),
        ("worst segment", "2026-10 by segment"),
        ("which segments are leaking?", "2026-10 by segment"),
        ("segments ttm", "TTM-to-2026-10 by segment"),
        ("nrr of the starter plan in Q3", "plan:starter 2026-Q3"),
        ("by customer size", "2026-10 by acv_tier"),
        ("smb since june", "segment:smb 2026-06..2026-10"),
        ("what changed in the last two quarters", "why 2026-04..2026-09"),
        ("smb qoq", "segment:smb 2026-Q3"),
        ("H1 2026", "2026-01..2026-06"),
        ("why smb by plan in arr", "why segment:smb 2026-10 by plan arr"),
    ],
)
def test_a_view_is_asked_for_by_a_word_anywhere(text: str, canonical: str) -> None:
    assert canonical_text(ask(text)) == canonical


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("enterprise vs smb", "segment:enterprise 2026-10 vs segment:smb"),
        ("enterprise vs. smb Q3", "segment:enterprise 2026-Q3 vs segment:smb"),
        ("Q3 enterprise compared to smb", "segment:enterprise 2026-Q3 vs segment:smb"),
        ("compare Q3 to Q2", "2026-Q3 vs 2026-Q2"),
        ("comparing smb October to September", "segment:smb 2026-10 vs 2026-09"),
        ("compare March 2026 to March 2025", "2026-03 vs 2025-03"),
        ("compare smb year to date", "segment:smb 2026-to-date"),
        (
            "compare enterprise with smb january through march",
            "segment:enterprise 2026-01..2026-03 vs segment:smb",
        ),
        ("enterprise Q3 vs smb Q3", "segment:enterprise 2026-Q3 vs segment:smb"),
        ("smb vs rest", "segment:smb 2026-10 vs rest"),
        ("smb vs the rest ttm", "segment:smb TTM-to-2026-10 vs rest"),
        ("smb vs company", "segment:smb 2026-10 vs company"),
        ("company vs smb", "company 2026-10 vs segment:smb"),
        ("smb vs starter", "segment:smb 2026-10 vs plan:starter"),
        (
            "smb starter vs growth",
            "segment:smb plan:starter 2026-10 vs plan:growth segment:smb",
        ),
        (
            "starter vs growth smb",
            "plan:starter segment:smb 2026-10 vs plan:growth segment:smb",
        ),
        ("why enterprise vs smb", "segment:enterprise 2026-10 vs segment:smb"),
        ("enterprise vs smb by plan", "segment:enterprise 2026-10 vs segment:smb by plan"),
        ("full enterprise vs smb", "full segment:enterprise 2026-10 vs segment:smb"),
        ("enterprise and smb", "segment:enterprise 2026-10 vs segment:smb"),
        ("compare enterprise, smb in Q3", "segment:enterprise 2026-Q3 vs segment:smb"),
        ("compare smb to enterprise", "segment:smb 2026-10 vs segment:enterprise"),
        ("difference between smb and enterprise", "segment:smb 2026-10 vs segment:enterprise"),
        ("churn of smb vs enterprise", "segment:smb 2026-10 vs segment:enterprise"),
    ],
)
def test_two_groups_of_accounts_are_compared_over_one_period(text: str, canonical: str) -> None:
    assert canonical_text(ask(text)) == canonical


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Q3 2026 vs Q2 2026", "2026-Q3 vs 2026-Q2"),
        ("Q3 2026 vs Q2 2026 smb", "segment:smb 2026-Q3 vs 2026-Q2"),
        ("smb Q3 vs smb Q2", "segment:smb 2026-Q3 vs 2026-Q2"),
        ("why smb Q3 2026 vs Q3 2025", "why segment:smb 2026-Q3 vs 2025-Q3"),
        ("why smb vs a year ago", "why segment:smb 2026-10 vs 2025-10"),
        ("why did smb fall vs Q2", "why segment:smb 2026-Q3 vs 2026-Q2"),
        ("ttm vs a year ago", "TTM-to-2026-10 vs TTM-to-2025-10"),
        ("smb Q3 and Q2", "segment:smb 2026-Q3 vs 2026-Q2"),
        ("how does Q3 compare to Q2?", "2026-Q3 vs 2026-Q2"),
        ("smb Q3 yoy", "segment:smb 2026-Q3 vs 2025-Q3"),
        ("ttm vs 2025", "TTM-to-2026-10 vs 2025"),
        ("Q2 vs Q3", "2026-Q2 vs 2026-Q3"),
        ("this-quarter vs last-quarter", "2026-Q4-to-date vs 2026-07-01..2026-08-21"),
        ("last-quarter vs this-quarter", "2026-07-01..2026-08-21 vs 2026-Q4-to-date"),
        ("qtd vs a year ago", "2026-Q4-to-date vs 2025-10-01..2025-11-21"),
        ("2026-09-01..2026-09-10 vs 2026-08-01..2026-08-10",) * 2,
    ],
)
def test_two_equally_long_periods_are_compared(text: str, canonical: str) -> None:
    assert canonical_text(ask(text)) == canonical


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "October vs Q2",
            (
                "October 2026 and Q2 2026 are not equally long: compare equal lengths."
                " Try: 2026-10 vs 2026-09"
            ),
        ),
        (
            "why smb Q3 vs last year",
            (
                "Q3 2026 and 2025 are not equally long: compare equal lengths."
                " Try: why segment:smb 2026-Q3 vs 2025-Q3"
            ),
        ),
        (
            "smb Q3 vs enterprise Q2",
            (
                "two groups of accounts or two periods can be compared, not both at once."
                " Try: segment:smb 2026-Q3 vs segment:enterprise"
            ),
        ),
        (
            "smb vs smb",
            "both sides of that comparison are the same. Try: segment:smb 2026-10 vs 2026-09",
        ),
        (
            "Q3 vs Q3",
            "Q3 2026 stands on both sides: name the other before vs. Try: 2026-Q3 vs 2026-Q2",
        ),
        (
            "vs rest",
            "nobody is left beside the whole company. Try: 2026-10 vs 2026-09",
        ),
        (
            "smb vs",
            (
                "vs stands between what is compared: two segments, one and the rest, or two"
                " periods. Try: last-quarter vs a year ago"
            ),
        ),
        (
            "accounts smb vs enterprise",
            "accounts is of one side alone: ask for each. Try: accounts segment:smb 2026-10",
        ),
        (
            "why accounts smb",
            "why and accounts are two questions: ask one. Try: accounts segment:smb 2026-10",
        ),
        (
            "why trend smb",
            "why is of one period, not of a trend. Try: why segment:smb TTM-to-2026-10",
        ),
        (
            "trend smb vs enterprise",
            "a trend has no other side: split it with by. Try: trend last-24-months",
        ),
        (
            "smb a year ago",
            "put vs before the period that is compared with. Try: segment:smb 2026-10 vs 2025-10",
        ),
        (
            "under-25k October vs Q3",
            (
                "October 2026 and Q3 2026 are not equally long: compare equal lengths."
                " Try: acv-tier:under-25k 2026-10 vs 2026-09"
            ),
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_question_mended(
    text: str, sentence: str
) -> None:
    assert refusal(text) == sentence
    ask(sentence.split("Try: ")[1])


def test_a_period_that_is_not_in_is_compared_with_nothing() -> None:
    assert refusal("October vs November", through=date(2026, 11, 1)) == (
        "November 2026 is not in yet. Try: 2026-10 vs 2026-09"
    )


@pytest.mark.parametrize("text", ["enterprise vs rest smb Q3", "enterprise vs smb rest Q3"])
def test_the_rest_is_of_the_whole_company(text: str) -> None:
    with pytest.raises(UsageError, match="everybody who is not named before vs") as error:
        ask(text)

    question = ask(str(error.value).split("Try: ")[1])
    assert question.scope == (("segment", "enterprise"),)
    assert question.versus is not None
    assert (question.versus.scope, question.versus.is_rest) == ((), True)


def test_the_left_side_is_another_period_where_it_is_not_in() -> None:
    question = ask("enterprise vs smb mtd", through=date(2026, 11, 1))

    assert canonical_text(question) == "segment:enterprise 2026-10 vs segment:smb"
    assert question.note == (
        "November 2026 is not in yet: the data ends 31 Oct. This is October 2026."
    )


WORDS = st.sampled_from(
    [
        *("why", "full", "accounts", "vs", "vs", "rest", "company", "a year ago", "by plan"),
        *("smb", "enterprise", "starter", "plan:growth", "Q3", "Q2 2026", "mtd", "last-month"),
        *("ttm", "2025", "qtd", "last-30-days", "2026-06-01..2026-06-30", "arr", "trend", "acv"),
    ]
)


@given(st.lists(WORDS, max_size=7).map(" ".join), st.dates(date(2026, 9, 2), date(2026, 11, 22)))
def test_every_comparison_and_view_has_a_text_that_asks_it_again(text: str, through: date) -> None:
    question = None
    with suppress(UsageError, MetricsError):
        question = ask(text, through=through)
    if question is None:
        return

    again = ask(canonical_text(question), through=through, max_length=CANONICAL_LENGTH)

    assert untyped(again) == untyped(question).with_stand_in(None)
    assert question.view is not View.WHY or len(question.scopes) == 1
