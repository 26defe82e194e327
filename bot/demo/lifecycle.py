"""Lifecycle of an account month by month: renewal, growth, contraction, pause, churn, return."""

from random import Random

from bot.demo.calendar import Month
from bot.demo.chance import Fate, happens, pick
from bot.demo.changes import grow, reprice, shrink, swing_usage
from bot.demo.contracts import Comeback, DemoAccount, metered_item
from bot.demo.ledger import MonthLedger
from bot.demo.profiles import SEGMENTS, Chances, Odds
from bot.demo.story import (
    PRICE_RISE_PERCENT,
    PRICE_RISE_REACH,
    SHORT_RENEWAL,
    WON_BACK_BY_CAMPAIGN,
    campaign_in,
    churn_drivers_in,
    early_churn_in,
    has_price_rise_behind_it,
    is_price_rise,
    short_terms_in,
)

_FATES = ("churn", "contraction", "pause", "expansion")
_WON_BACK = 1_600
_AWAY_MONTHS = (2, 9)
_WIN_BACK_SEATS_PERCENT = (65, 100)
_PAUSE_MONTHS = (1, 1, 2, 2, 3)
_HANDED_OVER = 60
_RAISED_AT_RENEWAL = 9_000
_UPLIFTS = (3, 4, 5, 6, 7)
_REVIEW_DAY = 28  # behind every billing day, so that rows of a month stay in order


class Lifecycle:
    """Lives through months with each account and posts its movements; one instance a company."""

    def __init__(self, random: Random) -> None:
        self._random = random
        # By segment, so that a small one has its share of churns as well.
        self._fates = {name: {what: Fate(random) for what in _FATES} for name in SEGMENTS}

    def begin(self, account: DemoAccount, ledger: MonthLedger, *, driver: str) -> None:
        """Book the account's first movement, and its first usage if it is metered."""
        ledger.settle(account, account.main, day=account.contract.billing_day, driver=driver)
        if happens(self._random, SEGMENTS[account.attributes.segment].contract.metered):
            account.items.append(metered_item(self._random, account))
            ledger.settle(account, account.items[-1], day=ledger.month.days, driver="usage")

    def live(self, account: DemoAccount, ledger: MonthLedger, odds: Odds) -> None:
        """Let one month pass for an account that has paid before."""
        if not account.is_active:
            if account.comeback is not None and account.comeback.at == ledger.month.index:
                self._come_back(account, account.comeback.driver, ledger)
            return
        self._meet_what_is_due(account, ledger)
        if ledger.month.opens_a_quarter:
            self._review(account)
        self._decide(account, ledger, odds)
        if account.is_active:
            _state_changes(account, ledger)
            swing_usage(self._random, account, ledger)

    def lose(self, account: DemoAccount, ledger: MonthLedger) -> None:
        """Let an account leave for a competitor, and for good."""
        ledger.clear(account, day=account.contract.billing_day, driver="competitor")

    def _come_back(self, account: DemoAccount, driver: str, ledger: MonthLedger) -> None:
        account.comeback = None
        if driver == "win_back":  # with less than before, and under a new contract
            del account.items[1:]
            percent = self._random.randint(*_WIN_BACK_SEATS_PERCENT)
            account.main.units = max(1, account.main.units * percent // 100)
            account.contract.renews_at = ledger.month.index + account.contract.term_months
        for item in account.items:
            ledger.settle(account, item, day=account.contract.billing_day, driver=driver)

    def _meet_what_is_due(self, account: DemoAccount, ledger: MonthLedger) -> None:
        ends_at = account.contract.discount_ends_at
        if ends_at is not None and ends_at <= ledger.month.index:
            account.contract.discount_ends_at = None
            account.main.discount = 0
            ledger.settle(
                account, account.main, day=account.contract.billing_day, driver="discount_end"
            )
        if (
            is_price_rise(account.attributes.segment, ledger.month)
            and account.contract.is_monthly
            and happens(self._random, PRICE_RISE_REACH)
        ):
            reprice(account, ledger, percent=PRICE_RISE_PERCENT)

    def _review(self, account: DemoAccount) -> None:
        segment, size = account.attributes.segment, SEGMENTS[account.attributes.segment].size
        least, most = size.keeps
        if account.books.balance < least * 100:
            segment = size.smaller
        elif account.books.balance > most * 100:
            segment = size.larger
        elif not happens(self._random, _HANDED_OVER):
            return
        owner = pick(self._random, SEGMENTS[segment].contract.owners)
        account.change(segment=segment, owner=owner)

    def _decide(self, account: DemoAccount, ledger: MonthLedger, odds: Odds) -> None:
        if account.contract.is_monthly:
            self._act(account, ledger, odds.monthly, day=account.contract.billing_day)
        elif ledger.month.index >= account.contract.renews_at:
            self._renew(account, ledger, odds.renewal)
        else:
            day = self._random.randint(account.contract.billing_day, _REVIEW_DAY)
            self._act(account, ledger, odds.amendment, day=day)

    def _renew(self, account: DemoAccount, ledger: MonthLedger, chances: Chances) -> None:
        balance = account.books.balance
        self._act(account, ledger, chances, day=account.contract.billing_day)
        account.contract.renews_at = ledger.month.index + self._term(account, ledger.month)
        raised = has_price_rise_behind_it(account.attributes.segment, ledger.month)
        uplift = _RAISED_AT_RENEWAL if raised else SEGMENTS[account.attributes.segment].uplift
        if account.is_active and account.books.balance >= balance and happens(self._random, uplift):
            reprice(account, ledger, percent=self._random.choice(_UPLIFTS))

    def _term(self, account: DemoAccount, month: Month) -> int:
        short = short_terms_in(month, segment=account.attributes.segment)
        if short and happens(self._random, SHORT_RENEWAL):
            return self._random.choice(short)
        return account.contract.term_months

    def _act(
        self, account: DemoAccount, ledger: MonthLedger, chances: Chances, *, day: int
    ) -> None:
        fates = self._fates[account.attributes.segment]
        if fates["churn"].strikes(chances.churn * _churn_scale(account, ledger.month) // 100):
            self._churn(account, ledger, day=day)
        elif fates["contraction"].strikes(chances.contraction):
            shrink(self._random, account, ledger, day=day)
        elif fates["pause"].strikes(chances.pause):
            self._pause(account, ledger, day=day)
        elif fates["expansion"].strikes(chances.expansion):
            grow(self._random, account, ledger, day=day)

    def _churn(self, account: DemoAccount, ledger: MonthLedger, *, day: int) -> None:
        month, segment = ledger.month, account.attributes.segment
        reasons = churn_drivers_in(month, segment=segment)
        ledger.clear(account, day=day, driver=pick(self._random, reasons))
        away = campaign_in(month, segment=segment)
        if away is None or not happens(self._random, WON_BACK_BY_CAMPAIGN):
            away = self._random.randint(*_AWAY_MONTHS) if happens(self._random, _WON_BACK) else None
        if away is not None:
            account.comeback = Comeback(month.index + away, "win_back")

    def _pause(self, account: DemoAccount, ledger: MonthLedger, *, day: int) -> None:
        ledger.clear(account, day=day, driver="pause")
        away = self._random.choice(_PAUSE_MONTHS)
        account.comeback = Comeback(ledger.month.index + away, "resume")


def _churn_scale(account: DemoAccount, month: Month) -> int:
    age = month.index - account.contract.since
    early = early_churn_in(month, channel=account.attributes.channel, age=age)
    return account.churn_scale * early // 100


def _state_changes(account: DemoAccount, ledger: MonthLedger) -> None:
    stated = account.books.stated
    if account.attributes != stated:  # no movement has carried them, so a row without money does
        moved = account.attributes.segment != stated.segment
        ledger.note(account, day=_REVIEW_DAY, driver="segment_move" if moved else "handover")
