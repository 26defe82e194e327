"""A ranked list as JSON: rules, accounts with all of their reasons, and how right it was."""

from datetime import date
from fractions import Fraction

from bot.accounts.ranking.ranking import AccountRanking
from bot.style.document import Json, grounds_json, money_json, ratio_json
from storage.ledger.ranked_accounts import RankedAccount, SignShown


def ranking_json(ranking: AccountRanking) -> Json:
    """Convert a ranked list; ``accounts`` is None for people who must not see single ones."""
    currency, past, listed = ranking.grounds.currency, ranking.hindsight, ranking.listed
    return {
        "question": {"text": ranking.question.words.text, "scope": dict(ranking.question.scope)},
        "currency": currency,
        "day": ranking.day.isoformat(),
        "view": ranking.question.view,
        "count": ranking.count,
        "mrr": money_json(ranking.mrr, currency),
        "by": [
            {
                "dimension": ranking.dimension,
                "value": one.value,
                "accounts": one.accounts,
                "mrr": money_json(one.mrr, currency),
            }
            for one in ranking.sums
        ],
        "rules": {
            "least": ranking.rules.least,
            "weights": {rule.sign: rule.weight for rule in ranking.rules.rules},
        },
        "hindsight": past
        and {
            "listed": past.listed,
            "right": past.listed_right,
            "precision": ratio_json(past.precision),
            "base_rate": ratio_json(past.base_rate),
        },
        "page": ranking.question.options.listing.page,
        "accounts": None if listed is None else [_account(one, currency) for one in listed],
        "play": ranking.play,
        **grounds_json(ranking.grounds),
    }


def _account(one: RankedAccount, currency: str) -> Json:
    return {
        "account_id": one.account_id,
        "name": one.name,
        "owner": one.attributes.get("owner"),
        "mrr": money_json(one.mrr, currency),
        "score": one.score,
        "reasons": [_reason(shown, currency) for shown in one.signs],
    }


def _reason(shown: SignShown, currency: str) -> Json:
    reason: Json = {"sign": shown.sign, "weight": shown.weight}
    match shown.detail:
        case Fraction():
            return reason | {"share": ratio_json(shown.detail)}
        case date():
            return reason | {"day": shown.detail.isoformat()}
        case int():
            return reason | {"amount": money_json(shown.detail, currency)}
        case _:
            return reason
