"""Questions as a RevOps lead and a CFO type them: each is read, or refused with one that is."""

import pytest

from bot.errors import UsageError
from bot.questions.parsing import canonical_text, parse_question
from bot.questions.words import Vocabulary
from tests.bot.questions.test_sides import TODAY

LEDGER = Vocabulary(
    {
        "segment": ("enterprise", "mid-market", "smb"),
        "plan": ("starter", "business"),
        "industry": ("media", "retail"),
        "owner": ("tess.whitlock",),
        "acv_tier": ("under-25k", "25k-100k"),
        "value_tier": ("high", "mid", "long-tail"),
    },
    frozenset({"USD"}),
)
REVOPS = {
    "how are we doing": "2026-10",
    "what about enterprise": "segment:enterprise 2026-10",
    "and smb?": "segment:smb 2026-10",
    "is smb ok?": "segment:smb 2026-10",
    "worst segment": "2026-10 by segment",
    "which plan has the worst retention": "2026-10 by plan",
    "which segments are leaking?": "2026-10 by segment",
    "by customer size": "2026-10 by acv_tier",
    "retention by account manager": "2026-10 by owner",
    "industries ttm": "TTM-to-2026-10 by industry",
    "compare enterprise and smb": "segment:enterprise 2026-10 vs segment:smb",
    "difference between enterprise and smb": "segment:enterprise 2026-10 vs segment:smb",
    "how does smb compare to everyone else": "segment:smb 2026-10 vs rest",
    "smb yoy": "segment:smb 2026-10 vs 2025-10",
    "smb q3 and q2": "segment:smb 2026-Q3 vs 2026-Q2",
    "why is smb down": "why segment:smb 2026-10",
    "what happened in august": "why 2026-08",
    "top churn reasons": "why 2026-10",
    "what drove expansion last quarter": "why 2026-Q3",
    "reasons for churn in smb": "why segment:smb 2026-10",
    "churn rate smb q3": "full segment:smb 2026-Q3",
    "churn last month": "full 2026-10",
    "downgrades in smb": "full segment:smb 2026-10",
    "net new mrr": "full 2026-10",
    "biggest customers": "accounts 2026-10",
    "is it getting better": "trend 2025-11..2026-10 rolling-12m",
    "how is enterprise trending": "trend segment:enterprise 2025-11..2026-10 rolling-12m",
    "nrr trend last 2 years": "trend 2024-11..2026-10 rolling-12m",
    "smb since june": "segment:smb 2026-06..2026-10",
    "smb from jan to mar": "segment:smb 2026-01..2026-03",
    "'smb' nov-feb": "segment:smb 2025-11..2026-02",
    "smb in $": "segment:smb 2026-10 in USD",
    "this quarter so far": "2026-Q4-to-date",
    "is smb noise": "why segment:smb 2026-10",
    "how sure are we about smb": "full segment:smb 2026-10",
    "nrr without the largest account last quarter": "full 2026-Q3",
    "churn in the first 90 days": "cohorts 2023-10..2026-09 by-quarter",
    "who should we call first?": "at-risk",
    "who should I call in smb": "at-risk segment:smb",
    "which plan leaks": "2026-10 by plan",
    "expansion rate enterprise q3": "full segment:enterprise 2026-Q3",
    "where is the leaky bucket": "2026-10",
    "accounts without a segment": "accounts segment:(none) 2026-10",
    "which accounts have no plan": "accounts plan:(none) 2026-10",
    "smb missing plan q3": "segment:smb plan:(none) 2026-Q3",
    "who joined last quarter": "accounts-new 2026-Q3",
    "nrr of customers who joined in 2025": "cohorts 2025 by-quarter",
    "do new customers churn more": "cohorts 2023-10..2026-09 by-quarter",
    "how long do customers stay": "cohorts 2023-10..2026-09 by-quarter",
    "nrr by month": "trend 2025-12..2026-11 rolling-1m",
    "smb by month last 6 months": "trend segment:smb 2026-05..2026-10 rolling-1m",
    "trend by month by segment": "trend 2025-12..2026-11 by segment rolling-1m",
    "churn by month": "trend full 2025-12..2026-11 rolling-1m",
    "churn by reason": "why 2026-10",
    "why is smb below usual": "why segment:smb 2026-10",
    "who renews": "renewals 90d",
    "unsigned renewals smb": "renewals segment:smb 90d",
    "how much did enterprise expand in q3": "full segment:enterprise 2026-Q3",
    "biggest upgrade": "accounts-expanded 2026-10",
    "show the waterfall": "full 2026-10",
    "mrr movements in q3": "full 2026-Q3",
    "tess.whitlock's accounts": "accounts owner:tess.whitlock 2026-10",
    "enterprise's nrr": "segment:enterprise 2026-10",
    "accounts owned by tess.whitlock": "accounts owner:tess.whitlock 2026-10",
    "largest churns this year": "accounts-churned 2026-to-date",
    "reactivations in october": "accounts-returned 2026-10",
    "new business last quarter": "accounts-new 2026-Q3",
    "how's business": "2026-10",
    "give me the headline": "2026-10",
    "smb q3 vs the one before": "segment:smb 2026-Q3 vs 2026-Q2",
    "october vs the month before": "2026-10 vs 2026-09",
    "jan 2025 to march 2026": "2025-01..2026-03",
    "from q1 to q3": "2026-01..2026-09",
    "trailing 3 months": "2026-08..2026-10",
    "smb t3m": "segment:smb 2026-08..2026-10",
    "which plan grew fastest": "2026-10 by plan",
}
CFO = {
    "what is our net revenue retention": "2026-10",
    "gross retention ttm": "TTM-to-2026-10",
    "how much did we lose last quarter": "full 2026-Q3",
    "how many customers did we lose in q3": "full 2026-Q3",
    "how concentrated are we": "full 2026-10",
    "how does q3 compare to q2": "2026-Q3 vs 2026-Q2",
    "compare this year to last year": "2026-to-date vs 2025-01-01..2025-11-21",
    "retention by contract size": "2026-10 by acv_tier",
    "arr at the end of q3": "2026-Q3 arr",
    "are we improving": "trend 2025-11..2026-10 rolling-12m",
    "why is nrr so low": "why 2026-10",
    "what did the price increase cost": "why 2026-10",
    "which segment should we worry about": "2026-10 by segment",
    "H1 2026": "2026-01..2026-06",
    "smb q3 in arr": "segment:smb 2026-Q3 arr",
    "what is our arr": "full 2026-10 arr",
    "what is our mrr": "full 2026-10",
    "net revenue churn q3": "full 2026-Q3",
    "revenue growth last quarter": "full 2026-Q3",
    "arr growth rate yoy": "2026-10 vs 2025-10 arr",
    "nrr this year so far vs last year same time": "2026-to-date vs 2025-01-01..2025-11-21",
    "what share of revenue comes from the top 10 customers": "accounts 2026-10 top-10",
    "nrr for the year ended june 2026": "TTM-to-2026-06",
    "first half of 2026": "2026-01..2026-06",
}
REFUSED = {
    "nrr vs last year": "2025 vs 2024",
    "are we above 100%?": "ttm",
    "what would it take to get to 110%": "why 2026-10",
    "nrr in euros": "2026-10 in USD",
    "smb without starter": "segment:smb plan:starter 2026-10",
    "rule of 40": "ttm",
    "nrr of my accounts": "by owner last-quarter",
    "nrr in eur": "2026-10 in USD",
    "smb the month before": "segment:smb 2026-10 vs 2025-10",
    "q1-q3 2026": "2026-01..2026-09",
    "last 6 weeks": "2026-10-10..2026-11-20",
    "june 30 2026": "2026-06-30",
    "best month this year": "trend 2026-01..2026-11 rolling-1m",
    "nrr all time": "trend 2021-11..2026-10 rolling-12m",
    "since inception": "trend 2021-11..2026-10 rolling-12m",
    "expansion from seats": "why 2026-10",
    "seat utilisation": "ready-to-expand",
    "everyone but enterprise": "last-quarter",
    "what's signed for next quarter": "outlook next-quarter",
    "next page": "accounts 2026-10 page-2",
    "nrr vs budget": "ttm",
    "are we going to hit our goal": "ttm",
    "how does our nrr compare to public companies": "ttm",
    "nrr last 3 months annualised": "full 2026-08..2026-10",
    "nrr by quarter": "trend rolling-3m",
    "is october provisional": "last-month",
    "when was data last updated": "last-month",
    "enterprise and smb together": "segment:enterprise 2026-10 vs segment:smb",
    "everything except smb": "segment:smb 2026-10",
    "which customers shrank two months in a row": "accounts-contracted 2026-10",
    "top 20% of accounts": "accounts value-tier:high 2026-10",
    "biggest accounts without a renewal date": "renewals 90d",
    "which contracts end in december": "renewals 90d",
    "when does acme renew": "renewals 90d",
    "tell me when it drops": "last-month",
    "who pays in EUR": "accounts 2026-10 top-20",
    "accounts over $50k": "accounts 2026-10 top-20",
    "who left because of price": "why last-quarter",
    "average mrr of smb": "full segment:smb 2026-10",
}


def read(text: str) -> str:
    return canonical_text(parse_question(text, vocabulary=LEDGER, today=TODAY))


@pytest.mark.parametrize(("text", "asked"), [*REVOPS.items(), *CFO.items()])
def test_a_question_is_read_as_it_comes_to_mind(text: str, asked: str) -> None:
    assert read(text) == asked


@pytest.mark.parametrize(("text", "tried"), REFUSED.items())
def test_what_cannot_be_answered_ends_in_what_can(text: str, tried: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(text)

    assert str(refused.value).endswith(f"Try: {tried}")
    assert read(tried)
