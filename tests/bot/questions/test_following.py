from datetime import date
from functools import partial

import pytest

from bot.errors import UsageError
from bot.questions.following import go_on
from bot.questions.parsing import CANONICAL_LENGTH, canonical_text, parse_question
from bot.questions.words import Vocabulary

LEDGER = Vocabulary(
    {"segment": ("enterprise", "smb"), "plan": ("starter", "growth"), "region": ("emea",)},
    frozenset({"EUR", "USD"}),
)
read = partial(
    parse_question, vocabulary=LEDGER, today=date(2026, 11, 21), max_length=CANONICAL_LENGTH
)


def after(before: str, text: str) -> str:
    return canonical_text(go_on(text, read(before), read))


@pytest.mark.parametrize(
    ("before", "text", "asked"),
    [
        # which accounts, of the same period and view
        ("enterprise Q3 2026", "smb?", "segment:smb 2026-Q3"),
        ("why enterprise Q3 2026", "smb", "why segment:smb 2026-Q3"),
        ("enterprise by plan Q3 2026", "smb", "segment:smb 2026-Q3 by plan"),
        ("enterprise Q3 2026", "emea", "segment:enterprise region:emea 2026-Q3"),
        ("enterprise by plan Q3 2026", "starter", "segment:enterprise plan:starter 2026-Q3"),
        ("enterprise Q3 2026", "company", "2026-Q3"),
        ("accounts-churned enterprise Q3 2026 top-20 page-2", "smb",
         "accounts-churned segment:smb 2026-Q3 top-20"),
        ("at-risk enterprise", "smb", "at-risk segment:smb"),
        ("trend enterprise 2025-11..2026-10 rolling-12m", "smb",
         "trend segment:smb 2025-11..2026-10 rolling-12m"),
        # when
        ("enterprise ttm", "last quarter", "segment:enterprise 2026-Q3"),
        ("why enterprise Q2 2026", "last quarter", "why segment:enterprise 2026-Q3"),
        ("enterprise vs smb Q2 2026", "last quarter", "segment:enterprise 2026-Q3 vs segment:smb"),
        ("enterprise Q2 2026 vs Q1 2026", "last quarter", "segment:enterprise 2026-Q3"),
        ("trend enterprise", "last quarter", "segment:enterprise 2026-Q3"),
        ("renewals enterprise 90d", "last quarter", "segment:enterprise 2026-Q3"),
        ('account "Acme Ltd"', "last quarter", 'account "Acme Ltd" 2026-Q3'),
        ("enterprise Q3 2026", "the quarter before that?", "segment:enterprise 2026-Q2"),
        ("why enterprise Q1 2026", "previous quarter", "why segment:enterprise 2025-Q4"),
        ("enterprise vs smb Q2 2026", "the one before",
         "segment:enterprise 2026-Q1 vs segment:smb"),
        ("enterprise Q2 2026 vs Q1 2026", "previous period", "segment:enterprise 2026-Q1"),
        ("enterprise 2025", "previous quarter", "segment:enterprise 2026-Q3"),
        # how
        ("enterprise Q3 2026", "by plan", "segment:enterprise 2026-Q3 by plan"),
        ("enterprise by plan Q3 2026", "full", "full segment:enterprise 2026-Q3 by plan"),
        ("enterprise Q3 2026", "why?", "why segment:enterprise 2026-Q3"),
        ("enterprise Q3 2026 by plan", "why?", "why segment:enterprise 2026-Q3"),
        ("enterprise Q3 2026", "accounts churned", "accounts-churned segment:enterprise 2026-Q3"),
        ("enterprise Q3 2026 in EUR", "why", "why segment:enterprise 2026-Q3 in EUR"),
        ("enterprise Q3 2026", "in EUR", "segment:enterprise 2026-Q3 in EUR"),
        ("enterprise Q3 2026", "renewals", "renewals segment:enterprise 90d"),
        ("trend enterprise", "why", "why segment:enterprise 2026-10"),
        # as a file, which a list of accounts has a button for
        ("enterprise Q3 2026", "As a csv", "accounts segment:enterprise 2026-Q3"),
        ("trend enterprise", "have this as a spreadsheet?", "accounts segment:enterprise 2026-10"),
        ("accounts-churned enterprise Q3 2026 top-20", "export it",
         "accounts-churned segment:enterprise 2026-Q3 top-20"),
        ("at-risk enterprise", "the csv file", "at-risk segment:enterprise"),
        # beside what
        ("enterprise Q3 2026", "vs smb", "segment:enterprise 2026-Q3 vs segment:smb"),
        ("why enterprise Q3 2026", "compared to smb", "segment:enterprise 2026-Q3 vs segment:smb"),
        ("enterprise Q3 2026", "vs a year ago", "segment:enterprise 2026-Q3 vs 2025-Q3"),
        ("enterprise Q3 2026", "compared to the same quarter last year",
         "segment:enterprise 2026-Q3 vs 2025-Q3"),
        ("enterprise Q3 2026", "vs last quarter", "segment:enterprise 2026-Q3 vs 2026-Q2"),
        ("smb 2025", "vs last year", "segment:smb 2025 vs 2024"),
        ("enterprise Q3 2026", "vs rest", "segment:enterprise 2026-Q3 vs rest"),
        ("Q3 2026", "vs smb", "company 2026-Q3 vs segment:smb"),
        ("Q3 2026", "enterprise vs smb", "segment:enterprise 2026-Q3 vs segment:smb"),
        ("enterprise ttm", "Q3 2026 vs Q2 2026", "segment:enterprise 2026-Q3 vs 2026-Q2"),
        # nothing is left out
        ("why enterprise by plan Q3 2026", "smb Q2 2026", "segment:smb 2026-Q2"),
        ("enterprise Q3 2026", "account Initech", 'account "Initech"'),
        # the next page of a list, and the one before
        ("accounts-churned smb Q3 2026 top-20", "next page",
         "accounts-churned segment:smb 2026-Q3 top-20 page-2"),
        ("accounts-churned smb Q3 2026", "Next 10", "accounts-churned segment:smb 2026-Q3 page-2"),
        ("accounts smb Q3 2026 page-3", "show more.", "accounts segment:smb 2026-Q3 page-4"),
        ("accounts smb Q3 2026 page-3", "back", "accounts segment:smb 2026-Q3 page-2"),
        ("accounts-churned smb Q3 2026", "previous page", "accounts-churned segment:smb 2026-Q3"),
        ("at-risk smb", "more", "at-risk segment:smb page-2"),
        # a period of another length is compared with the one before it
        ("smb October 2026", "compared to last quarter?", "segment:smb 2026-Q3 vs 2026-Q2"),
        ("October 2026", "vs Q2 2026", "2026-Q2 vs 2026-Q1"),
        ("smb October 2026", "vs 2025", "segment:smb 2026-10 vs 2025-10"),
        # what is asked of all of us, or of a ratio itself, begins anew
        ("accounts-churned enterprise Q3 2026", "what is our NRR", "2026-10"),
        ("why smb Q3 2026", "how did we do in Q2 2026?", "2026-Q2"),
        ("why enterprise Q3 2026", "NRR Q2 2026", "segment:enterprise 2026-Q2"),
        ("full enterprise Q3 2026", "NRR Q2 2026", "full segment:enterprise 2026-Q2"),
        ("smb Q3 2026", "what should we do about it?", "why segment:smb 2026-Q3"),
        ("smb Q3 2026", "what should we do", "why 2026-10"),
        ("trend smb", "24 months", "trend segment:smb 2024-11..2026-10 rolling-12m"),
    ],
)  # fmt: skip
def test_what_a_question_leaves_out_is_taken_from_the_one_before(
    before: str, text: str, asked: str
) -> None:
    assert after(before, text) == asked


@pytest.mark.parametrize("text", ["qwertz", "vs qwertz", "smb enterprise"])
def test_what_is_no_question_is_none_there_either(text: str) -> None:
    with pytest.raises(UsageError):
        after("enterprise Q3 2026", text)
