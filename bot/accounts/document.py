"""A list of accounts as JSON."""

from fractions import Fraction

from bot.accounts.moves import AccountMoves
from bot.questions.document import head_json
from bot.style.document import Json, grounds_json, money_json, ratio_json
from bot.style.document import retention_json as retention
from storage.ledger.account_changes import AccountChange


def accounts_json(moves: AccountMoves) -> Json:
    """Convert a list of accounts; ``sum`` is what all of them pay more, below zero for losses."""
    currency, opening = moves.grounds.currency, moves.retention.opening
    rows = [(one.change, account_json(one, opening, currency)) for one in moves.found.listed]
    return {
        **head_json(moves),
        "result": retention(moves.retention, currency),
        "moved": moves.moved,
        "count": moves.found.count,
        "sum": money_json(moves.found.change, currency),
        "page": moves.question.options.listing.page,
        "accounts": [row for _, row in rows],
        "losses": [row for change, row in rows if change < 0],
        "gains": [row for change, row in rows if change > 0],
        **grounds_json(moves.grounds),
    }


def account_json(account: AccountChange, opening: int, currency: str) -> Json:
    """Convert the change of an account; ``points`` is its share of an opening base."""
    return {
        "account_id": account.account_id,
        "name": account.name,
        "owner": account.attributes.get("owner"),
        "moved": account.moved,
        "before": money_json(account.opening, currency),
        "after": money_json(account.closing, currency),
        "change": money_json(account.change, currency),
        "points": ratio_json(Fraction(account.change, opening) if opening else None),
        "paused": account.is_paused,
        "drivers": {
            driver: money_json(amount, currency) for driver, amount in account.drivers.items()
        },
    }
