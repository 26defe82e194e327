"""A reply as the JSON document of ``nrrbot ask --json``: keys may be added, never renamed."""

from collections.abc import Callable, Mapping

from bot.accounts.card.card import AccountCard, AccountChoice
from bot.accounts.card.document import card_json, choice_json
from bot.accounts.document import accounts_json
from bot.accounts.moves import AccountMoves
from bot.accounts.ranking.document import ranking_json
from bot.accounts.ranking.ranking import AccountRanking
from bot.answers.answer import Answer, Reply, Slice
from bot.answers.wording.findings import setting_of
from bot.benchmarks.document import beside_json, tier_review_json
from bot.cohorts.document import cohorts_json
from bot.cohorts.table import CohortTable
from bot.comparing.comparison import Comparison
from bot.comparing.document import comparison_json
from bot.confidence.document import sureness_json
from bot.findings.document import findings_json
from bot.migration.document import migration_json
from bot.migration.matrix import MigrationMatrix
from bot.outlook.document import outlook_json
from bot.outlook.outlook import Outlook
from bot.renewals.calendar import RenewalCalendar
from bot.renewals.document import renewals_json
from bot.style.document import (
    Json,
    grounds_json,
    money_json,
    period_json,
    ratio_json,
    retention_json,
)
from bot.trends.document import trend_json
from bot.trends.trend import Trend
from bot.why.document import explanation_json
from bot.why.explanation import Explanation
from metrics.activity import Activity
from metrics.pauses import LapsedPauses
from metrics.retention import quick_ratio

_OUTSIDE = ("new", "returning", "resumed")


def reply_json(reply: Reply) -> Json:
    """Convert a reply; money and ratios are strings, undefined ratios are None.

    The reply to a question about a period that is not in stands under ``instead``: there is no
    result.
    """
    document = DOCUMENTS[type(reply)](reply)
    if not reply.question.is_on_usual_basis:
        document |= {"basis": reply.question.amounts.basis.value}
    stand_in = reply.question.words.stand_in
    if stand_in is None or stand_in.asked is None:
        return document
    return {
        "question": document["question"] | {"period": period_json(stand_in.asked)},
        "result": None,
        "note": stand_in.sentence,
        "instead": document | {"note": None},
        **grounds_json(reply.grounds),
    }


def answer_json(answer: Answer) -> Json:
    """Convert an answer about one period."""
    currency = answer.grounds.currency
    outside = answer.memo.outside
    previous, trailing = answer.comparisons.previous, answer.comparisons.trailing
    month = answer.comparisons.latest_month
    return {
        "question": {
            "text": answer.question.words.text,
            "scope": dict(answer.question.scope),
            "period": period_json(answer.period),
        },
        "note": answer.question.note,
        "finding": findings_json(answer.findings, setting_of(answer)),
        **beside_json(answer.benchmarked, currency),
        "tier_review": tier_review_json(answer.tier_review),
        "currency": currency,
        "result": retention_json(answer.retention, currency),
        "memo": {
            **{name: outside and money_json(getattr(outside, name), currency) for name in _OUTSIDE},
            "lapsed_pauses": _lapsed(answer.memo.lapsed, currency),
            "fx": _amount(answer.memo.fx, currency),
        },
        "trailing_twelve_months": trailing and retention_json(trailing.retention, currency),
        "latest_month": month
        and {"period": period_json(month.period), **retention_json(month.retention, currency)},
        "previous": previous and retention_json(previous.retention, currency),
        "comparison_periods": {
            "trailing_twelve_months": trailing and period_json(trailing.period),
            "previous": previous and period_json(previous.period),
        },
        "nrr_change": ratio_json(answer.nrr_change),
        "annualised": ratio_json(answer.annualised),
        "churn": {
            "gross_mrr_churn": ratio_json(answer.retention.gross_mrr_churn),
            "net_mrr_churn": ratio_json(answer.retention.net_mrr_churn),
            "logo_churn": ratio_json(answer.retention.logo_churn),
        },
        "quick_ratio": outside and ratio_json(quick_ratio(answer.retention, outside)),
        "breakdown": [_slice(each, currency) for each in answer.breakdown],
        **_product_split(answer, currency),
        **_confidence(answer),
        "activity": answer.memo.activity and _activity(answer.memo.activity, currency),
        **grounds_json(answer.grounds),
    }


def _lapsed(lapsed: LapsedPauses | None, currency: str) -> Json | None:
    if lapsed is None:
        return None
    return {"accounts": lapsed.accounts, "mrr": money_json(lapsed.mrr_minor, currency)}


def _product_split(answer: Answer, currency: str) -> Json:
    if answer.switched is None:
        return {}
    return {"switched": money_json(answer.switched, currency)}


def _confidence(answer: Answer) -> Json:
    if answer.sureness is None:
        return {}
    opening, currency = answer.retention.opening, answer.grounds.currency
    return {"confidence": sureness_json(answer.sureness, opening, currency)}


def _amount(minor: int | None, currency: str) -> str | None:
    return None if minor is None else money_json(minor, currency)


def _slice(each: Slice, currency: str) -> Json:
    return {
        "dimension": each.dimension,
        "value": each.value,
        **retention_json(each.retention, currency),
        "weight": ratio_json(each.weight),
        **beside_json(each.benchmarked, currency),
    }


def _activity(activity: Activity, currency: str) -> Json:
    return {
        "by_kind": {
            kind: money_json(amount, currency) for kind, amount in activity.by_kind.items()
        },
        "by_driver": [
            {"kind": kind, "driver": driver, "amount": money_json(amount, currency)}
            for (kind, driver), amount in activity.by_driver.items()
        ],
    }


DOCUMENTS: Mapping[type[Reply], Callable[..., Json]] = {
    Answer: answer_json,
    Trend: trend_json,
    Explanation: explanation_json,
    Comparison: comparison_json,
    AccountMoves: accounts_json,
    AccountCard: card_json,
    AccountChoice: choice_json,
    AccountRanking: ranking_json,
    CohortTable: cohorts_json,
    MigrationMatrix: migration_json,
    RenewalCalendar: renewals_json,
    Outlook: outlook_json,
}
