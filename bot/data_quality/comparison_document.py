"""Another system's totals beside the ledger's, as JSON."""

from bot.style.document import Json, money_json
from metrics.reconciliation import MonthComparison
from storage.quality.reconciling import Reconciliation


def reconciliation_json(found: Reconciliation) -> Json:
    """Give every month that was compared, with each account that differs."""
    return {
        "agrees": found.agrees,
        "months": [_month(one) for one in found.months],
        "segments": [{"segment": one.segment, **_month(one)} for one in found.by_segment],
        "not_over_here": [f"{month:%Y-%m}" for month in found.later],
        "not_in_the_file": [f"{month:%Y-%m}" for month in found.missing],
        "currencies_only_here": list(found.only_here),
    }


def _month(one: MonthComparison) -> Json:
    code = one.currency
    return {
        "month": f"{one.month:%Y-%m}",
        "currency": code,
        "agrees": one.agrees,
        "here": money_json(one.here, code),
        "there": money_json(one.there, code),
        "difference": money_json(one.difference, code),
        "accounts": [
            {
                "account_id": each.account,
                "here": money_json(each.here, code),
                "there": money_json(each.there, code),
                "difference": money_json(each.difference, code),
                "likely": each.cause,
            }
            for each in one.accounts
        ],
    }
