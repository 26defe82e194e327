"""The demo company's months ahead: notices given, and changes that are signed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from bot.demo.contracts import DemoAccount
from bot.demo.ledger import CURRENCY, major_units
from metrics.period_grammar import shift_months

COLUMNS: Final = ("movement_id", "account_id", "date", "amount", "currency", "driver")


class _Plan(NamedTuple):
    """Of every so many customers of a segment one changes, by percent of what it pays."""

    segment: str
    every: int
    percent: int
    driver: str


_PLANS = (
    # The price rise goes on: small customers that have given notice.
    _Plan("smb", 45, -100, "price"),
    _Plan("smb", 60, 20, "seats"),
    _Plan("mid-market", 30, 15, "upsell"),
    _Plan("enterprise", 40, -20, "unused"),
    _Plan("enterprise", 25, 10, "seats"),
)


def known_ahead(accounts: Iterable[DemoAccount], *, today: date) -> Iterator[tuple[str, ...]]:
    """Yield movements that are dated in the two months after this one, the next one first.

    Parameters
    ----------
    accounts : iterable of DemoAccount
        The company's accounts at the end of its history.
    today : date
        The history ends before its month.

    Yields
    ------
    tuple of str
        One cell per name in `COLUMNS`. Each account changes once at most.
    """
    active = sorted((one for one in accounts if one.is_active), key=lambda one: one.account_id)
    rows = sorted(_changes(active, today))
    for number, (day, account_id, cents, driver) in enumerate(rows, 1):
        cells = account_id, day.isoformat(), major_units(cents), CURRENCY, driver
        yield (f"ahead-{number:03d}", *cells)


def _changes(active: Sequence[DemoAccount], today: date) -> Iterator[tuple[date, str, int, str]]:
    taken: set[str] = set()
    for plan in _PLANS:
        own = [one for one in active if one.attributes.segment == plan.segment]
        for number, account in enumerate(own[:: plan.every]):
            cents = account.books.balance * plan.percent // 100
            if account.account_id not in taken and cents:
                taken.add(account.account_id)
                ends = shift_months(today.replace(day=1), 2 + number % 2)
                day = ends - timedelta(days=1) if cents < 0 else ends
                yield day, account.account_id, cents, plan.driver
