"""Words of cohorts, migration, renewals and the outlook."""

from datetime import date

import pytest

from bot.errors import UsageError
from bot.questions.kinds import Kind
from bot.questions.parsing import CANONICAL_LENGTH, Question, canonical_text, parse_question
from bot.questions.question import View
from bot.questions.words import Vocabulary
from metrics.horizons import Horizon, HorizonError
from metrics.periods import PeriodUnit
from tests.bot.untyped import untyped

LEDGER = Vocabulary({"segment": ("enterprise", "smb"), "plan": ("starter", "growth")})
TODAY = date(2026, 11, 21)


def ask(text: str) -> Question:
    return parse_question(text, vocabulary=LEDGER, today=TODAY, max_length=CANONICAL_LENGTH)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("cohorts", "cohorts 2023-10..2026-09 by-quarter"),
        ("cohorts by month smb", "cohorts segment:smb 2025-11..2026-10 by-month"),
        ("sign-up cohorts by year", "cohorts 2020-01..2025-12 by-year"),
        ("cohorts 2026-Q3", "cohorts 2026-Q3 by-month"),
        ("plans last-quarter", "migration 2026-Q3"),
        ("migration by segment", "migration 2026-10 by segment"),
        ("renewals", "renewals 90d"),
        ("what is up for renewal in the next 60 days?", "renewals 60d"),
        ("renewals by month", "renewals 90d"),
        ("renewals next-quarter by plan", "renewals next-quarter by plan"),
        ("renewals next year", "renewals next-year"),
        ("outlook smb next year", "outlook segment:smb next-year"),
        ("outlook 30d smb", "outlook segment:smb 30d"),
        ("pending churn", "outlook 90d"),
    ],
)
def test_a_question_is_read_and_asks_itself_again(text: str, canonical: str) -> None:
    question = ask(text)

    assert canonical_text(question) == canonical
    assert untyped(ask(canonical)) == untyped(question)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "why by quarter",
            "accounts by year",
            "trend monthly by quarter",
            "90d",
            "smb next 30 days",
            "renewals last-quarter",
        ),
        *("outlook 2026-Q3", "renewals 30d 60d", "cohorts by month by year", "cohorts by segment"),
        *("outlook by segment", "plans incl. usage", "renewals vs smb", "trend cohorts"),
        *("cohorts renewals", "why outlook", "plans basis current", "at risk basis current"),
        *(
            "cohorts plans incl. usage",
            "trend plans incl. usage",
            "smb vs enterprise at risk basis current",
        ),
    ],
)
def test_words_that_do_not_go_together_are_refused_with_what_does(text: str) -> None:
    with pytest.raises(UsageError, match="Try: ") as refused:
        ask(text)

    ask(str(refused.value).rpartition("Try: ")[2])


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("plans smb 2026-Q3 incl. usage", "migration segment:smb 2026-Q3"),
        ("cohorts 2026-Q3 with usage", "cohorts 2026-Q3 by-month"),
        ("renewals smb 30d incl. usage", "renewals segment:smb 30d"),
        ("at risk smb basis current", "at-risk segment:smb"),
    ],
)
def test_without_a_basis_that_a_view_has_not_the_rest_of_the_question_is_left(
    text: str, left: str
) -> None:
    with pytest.raises(UsageError) as refused:
        ask(text)

    assert str(refused.value).endswith(f"out. Try: {left}")


@pytest.mark.parametrize("period", ["2026-09", "2026-12"], ids=["over", "to come"])
def test_what_looks_ahead_takes_days_from_today_and_no_period(period: str) -> None:
    with pytest.raises(UsageError) as refused:
        ask(f"renewals {period}")

    assert str(refused.value) == (
        "renewals looks ahead: type 30d, 90d, next-quarter or next-year instead of a period."
        " Try: renewals 90d"
    )


def test_cohorts_are_quarters_and_ninety_days_are_usual() -> None:
    assert ask("cohorts").options.cohort_unit is PeriodUnit.QUARTER
    assert ask("outlook").options.ahead == Horizon(days=90)
    assert ask("last-quarter").options.ahead is None
    assert not View.COHORTS.is_ahead


@pytest.mark.parametrize(
    ("text", "days"), [("renewals 0d", 0), ("outlook 9999 days", 9_999), ("99999 days", 99_999)]
)
def test_a_horizon_has_an_end(text: str, days: int) -> None:
    with pytest.raises(HorizonError, match=f"^1 to 731 days ahead .* such as 90d, not {days}$"):
        ask(text)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("smb early churn", Kind.EARLY),
        ("churn in the first 90 days", Kind.EARLY),
        ("cohorts", None),
    ],
)
def test_cohorts_know_whether_early_churn_is_asked_for(text: str, asked: Kind | None) -> None:
    question = ask(text)

    assert (question.view, question.words.asked) == (View.COHORTS, asked)
