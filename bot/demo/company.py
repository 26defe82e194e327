"""Demo company: a plan in, the rows of an importable movements file out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final, TypeAlias

from bot.demo.ahead import known_ahead
from bot.demo.calendar import Month, months_before
from bot.demo.chance import seeded
from bot.demo.contracts import DemoAccount, sign_up
from bot.demo.ledger import COLUMNS, MonthLedger
from bot.demo.lifecycle import Lifecycle
from bot.demo.renewals import open_renewals
from bot.demo.story import LOSS, LOSS_AT_MOST, odds_in
from bot.errors import UsageError

__all__ = ["COLUMNS", "DemoPlan", "DemoPlanError", "Row", "SampleCompany", "movements"]

Row: TypeAlias = tuple[str, ...]

MAX_ACCOUNTS: Final = 200_000
MAX_MONTHS: Final = 120

_OPENING_SHARE = 3
_MIN_ID_DIGITS = 4


class DemoPlanError(UsageError):
    """A demo company of that size cannot be made."""

    def __init__(self, what: str, *, most: int, given: int) -> None:
        super().__init__(f"a demo company has 1 to {most:,} {what}, not {given:,}")
        self.given = given


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPlan:
    """How large a demo company to make, and which one.

    Raises
    ------
    DemoPlanError
        If ``accounts`` is outside 1 to 200,000 or ``months`` outside 1 to 120.
    """

    accounts: int = 3_000
    months: int = 36
    seed: int = 7

    def __post_init__(self) -> None:
        if not 1 <= self.accounts <= MAX_ACCOUNTS:
            raise DemoPlanError("accounts", most=MAX_ACCOUNTS, given=self.accounts)
        if not 1 <= self.months <= MAX_MONTHS:
            raise DemoPlanError("months", most=MAX_MONTHS, given=self.months)


def movements(plan: DemoPlan, *, today: date) -> Iterator[Row]:
    """Yield the company's MRR movements, oldest first, then by account.

    Parameters
    ----------
    plan : DemoPlan
        Size, length and seed. The same plan in the same month gives the same rows everywhere.
    today : date
        The history is the complete months before it.

    Yields
    ------
    tuple of str
        One cell per name in `COLUMNS`. ``amount`` and ``mrr_after`` are USD in major units; an
        attribute cell is filled only where its value is new.

    Notes
    -----
    About a third of the accounts open with a balance in the first month; the rest are won over
    time, faster every month. Memory holds the accounts and one month of movements.
    """
    return SampleCompany(plan, today=today).movements()


class SampleCompany:
    """A company that is made while its movements are read; they can be read once."""

    def __init__(self, plan: DemoPlan, *, today: date) -> None:
        self._plan, self._today = plan, today
        self._random = seeded(plan.seed)
        self._life = Lifecycle(self._random)
        self._accounts: list[DemoAccount] = []

    def movements(self) -> Iterator[Row]:
        """Yield the movements as `movements` does."""
        number = 0
        for month in months_before(self._today, count=self._plan.months):
            ledger = MonthLedger(month)
            self._live(ledger)
            self._grow(ledger)
            for row in ledger.rows():
                number += 1
                yield (f"demo-{number:06d}", *row)

    def renewals(self) -> Iterator[Row]:
        """Yield what is up for renewal once all movements were read: see `open_renewals`."""
        return open_renewals(self._accounts, months=self._plan.months, today=self._today)

    def known_ahead(self) -> Iterator[Row]:
        """Yield what is known of the months ahead once all movements were read."""
        return known_ahead(self._accounts, today=self._today)

    def _live(self, ledger: MonthLedger) -> None:
        odds = odds_in(ledger.month)
        lost = _lost(self._accounts) if ledger.month.left == LOSS else None
        for account in self._accounts:
            if account is lost:
                self._life.lose(account, ledger)
            else:
                self._life.live(account, ledger, odds[account.attributes.segment])
        self._accounts = [account for account in self._accounts if not account.is_gone]

    def _grow(self, ledger: MonthLedger) -> None:
        for account, driver in _acquire(self._random, self._plan, ledger.month):
            self._life.begin(account, ledger, driver=driver)
            self._accounts.append(account)


def _lost(accounts: list[DemoAccount]) -> DemoAccount | None:
    """Find the largest customer whose loss is believable."""
    large = (one for one in accounts if 0 < one.books.balance <= LOSS_AT_MOST)
    return max(
        (one for one in large if one.attributes.segment == "enterprise"),
        key=lambda account: account.books.balance,
        default=None,
    )


def _acquire(random: Random, plan: DemoPlan, month: Month) -> Iterator[tuple[DemoAccount, str]]:
    """Yield the accounts won in ``month``, each with the driver of its first movement."""
    width = max(_MIN_ID_DIGITS, len(str(plan.accounts)))
    for number in range(_won_before(plan, month.index), _won_before(plan, month.index + 1)):
        opening = number < plan.accounts // _OPENING_SHARE
        account = sign_up(random, number=number + 1, width=width, month=month, opening=opening)
        yield account, "opening_balance" if opening else "new_logo"


def _won_before(plan: DemoPlan, index: int) -> int:
    """Count the accounts that the company ever had before month ``index``."""
    if index == 0:
        return 0
    opening = plan.accounts // _OPENING_SHARE
    return opening + (plan.accounts - opening) * _pace(index) // _pace(plan.months)


def _pace(months: int) -> int:
    """Return the sum of the monthly paces 40, 41, 42, ... of the first ``months`` months."""
    return months * (79 + months) // 2
