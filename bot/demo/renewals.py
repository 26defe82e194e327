"""Renewals of the demo company that nobody has signed yet, as a list of contracts has them."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from operator import itemgetter
from typing import Final

from bot.demo.contracts import DemoAccount
from bot.demo.ledger import CURRENCY, major_units
from metrics.period_grammar import shift_months

COLUMNS: Final = (
    "contract_id", "account_id", "start", "end", "amount", "currency", "per", "status",
)  # fmt: skip

_AHEAD = 12


def open_renewals(
    accounts: Iterable[DemoAccount], *, months: int, today: date
) -> Iterator[tuple[str, ...]]:
    """Yield one row per contract whose term ends within twelve months, the next one first.

    Parameters
    ----------
    accounts : iterable of DemoAccount
        The company's accounts at the end of its history.
    months : int
        Length of the history.
    today : date
        The history ends before its month.

    Yields
    ------
    tuple of str
        One cell per name in `COLUMNS`. ``start`` is the day of the renewal, ``amount`` what the
        account pays now, per month. An unsigned row is no MRR.
    """
    due = [
        (_starts(account, months=months, today=today), account.account_id, account)
        for account in accounts
        if _is_due(account, before=months + _AHEAD)
    ]
    for start, account_id, account in sorted(due, key=itemgetter(0, 1)):
        end = shift_months(start, account.contract.term_months) - timedelta(days=1)
        yield (
            f"renewal-{account_id}",
            account_id,
            start.isoformat(),
            end.isoformat(),
            major_units(account.books.balance),
            CURRENCY,
            "month",
            "unsigned",
        )


def _is_due(account: DemoAccount, *, before: int) -> bool:
    contract = account.contract
    return account.is_active and not contract.is_monthly and contract.renews_at < before


def _starts(account: DemoAccount, *, months: int, today: date) -> date:
    first = today.replace(day=account.contract.billing_day)
    # Who has only just come back from a pause is due at once.
    return shift_months(first, max(account.contract.renews_at - months, 0))
