"""Renewals as JSON: sums by month and by value, the rate, and the largest."""

from bot.questions.document import head_json
from bot.renewals.calendar import RenewalCalendar
from bot.style.document import Json, grounds_json, money_json, ratio_json
from metrics.period_grammar import ONE_DAY
from metrics.renewals import RenewalRate, RenewalSum


def renewals_json(calendar: RenewalCalendar) -> Json:
    """Convert a calendar of renewals."""
    currency, last = calendar.grounds.currency, calendar.end - ONE_DAY
    asked = {"from": calendar.first.isoformat(), "to": last.isoformat()}
    return {
        **head_json(calendar, asked),
        "balances_of": (calendar.day - ONE_DAY).isoformat(),
        "mrr": money_json(calendar.base, currency),
        "up_for_renewal": _sum(calendar.total, currency),
        "by_month": [
            {"month": f"{month:%Y-%m}", **_sum(one, currency)}
            for month, one in calendar.sums.months.items()
        ],
        "dimension": calendar.sums.dimension,
        "by_value": [
            {"value": value, **_sum(one, currency)} for value, one in calendar.sums.values.items()
        ],
        "hidden_months": calendar.sums.hidden,
        "unsigned_and_due": calendar.so_far.unsigned and _sum(calendar.so_far.unsigned, currency),
        "renewal_rate": calendar.so_far.rate and _rate(calendar.so_far.rate, currency),
        "largest": calendar.largest
        and [
            {
                "account_id": one.account_id,
                "name": one.name,
                "owner": one.owner,
                "renews_on": one.day.isoformat(),
                "mrr": money_json(one.minor, currency),
                "signed": one.is_signed,
            }
            for one in calendar.largest
        ],
        **grounds_json(calendar.grounds),
    }


def _sum(found: RenewalSum, currency: str) -> Json:
    return {"accounts": found.accounts, "mrr": money_json(found.minor, currency)}


def _rate(rate: RenewalRate, currency: str) -> Json:
    return {
        "terms": rate.terms,
        "renewed": rate.renewed,
        "mrr_before": money_json(rate.before, currency),
        "mrr_renewed": money_json(rate.kept, currency),
        "of_terms": ratio_json(rate.of_terms),
        "of_mrr": ratio_json(rate.of_mrr),
    }
