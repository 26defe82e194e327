"""What a month does to an account: renewal, growth, shrinking, pauses, leaving, coming back."""

from random import Random

from bot.demo.chance import Fate, happens, pick
from bot.demo.changes import grow, reprice, shrink, swing_usage
from bot.demo.contracts import DemoAccount, metered_line
from bot.demo.ledger import MonthLedger
from bot.demo.profiles import CHURN_DRIVERS, CHURN_DRIVERS_AFTER_PRICE_RISE, SEGMENTS, Chances
from bot.demo.story import (
    PRICE_RISE_PERCENT,
    PRICE_RISE_REACH,
    Odds,
    has_price_rise_behind_it,
    is_price_rise,
)

_WON_BACK = 1_600
_AWAY_MONTHS = (2, 9)
_WIN_BACK_SEATS_PERCENT = (65, 100)
_PAUSE_MONTHS = (1, 1, 2, 2, 3)
_HANDED_OVER = 60
_RAISED_AT_RENEWAL = 9_000
_UPLIFTS = (3, 4, 5, 6, 7)
_REVIEW_DAY = 28


class SegmentFates:
    """What decides, for the accounts of one segment, whose turn it is."""

    def __init__(self, random: Random) -> None:
        self.churn = Fate(random)
        self.contraction = Fate(random)
        self.pause = Fate(random)
        self.expansion = Fate(random)


class Lifecycle:
    """Lets accounts live month after month and posts what happens to them.

    One instance per company: it remembers how much has happened to each segment.
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._fates = {segment: SegmentFates(random) for segment in SEGMENTS}

    def begin(self, account: DemoAccount, ledger: MonthLedger, *, driver: str) -> None:
        """Book the account's first movement, and its first usage if it is metered."""
        account.active = True
        ledger.settle(account, account.main, day=account.billing_day, driver=driver)
        if happens(self._random, SEGMENTS[account.segment].metered):
            account.lines.append(metered_line(self._random, account))
            ledger.settle(account, account.lines[-1], day=ledger.month.days, driver="usage")

    def live(self, account: DemoAccount, ledger: MonthLedger, odds: Odds) -> None:
        """Let one month pass for an account that has paid before."""
        if not account.active:
            if account.returns_at == ledger.month.index:
                self._come_back(account, ledger)
            return
        self._meet_what_is_due(account, ledger)
        if ledger.month.opens_a_quarter:
            self._review(account)
        self._decide(account, ledger, odds)
        if account.active:
            _state_news(account, ledger)
            swing_usage(self._random, account, ledger)

    def _come_back(self, account: DemoAccount, ledger: MonthLedger) -> None:
        account.active = True
        account.returns_at = -1
        if account.returns_as == "win_back":
            del account.lines[1:]
            percent = self._random.randint(*_WIN_BACK_SEATS_PERCENT)
            account.main.units = max(1, account.main.units * percent // 100)
            account.renews_at = ledger.month.index + account.term_months
        for line in account.lines:
            ledger.settle(account, line, day=account.billing_day, driver=account.returns_as)

    def _meet_what_is_due(self, account: DemoAccount, ledger: MonthLedger) -> None:
        if 0 <= account.discount_ends_at <= ledger.month.index:
            account.discount_ends_at = -1
            account.main.discount = 0
            ledger.settle(account, account.main, day=account.billing_day, driver="discount_end")
        if (
            is_price_rise(account.segment, ledger.month)
            and account.term_months == 1
            and happens(self._random, PRICE_RISE_REACH)
        ):
            reprice(account, ledger, percent=PRICE_RISE_PERCENT)

    def _review(self, account: DemoAccount) -> None:
        segment = SEGMENTS[account.segment]
        least, most = segment.keeps
        if account.balance < least * 100:
            account.segment = segment.smaller
        elif account.balance > most * 100:
            account.segment = segment.larger
        elif not happens(self._random, _HANDED_OVER):
            return
        account.owner = pick(self._random, SEGMENTS[account.segment].owners)

    def _decide(self, account: DemoAccount, ledger: MonthLedger, odds: Odds) -> None:
        if account.term_months == 1:
            self._act(account, ledger, odds.monthly, day=account.billing_day)
        elif ledger.month.index >= account.renews_at:
            self._renew(account, ledger, odds.renewal)
        else:
            day = self._random.randint(account.billing_day, _REVIEW_DAY)
            self._act(account, ledger, odds.amendment, day=day)

    def _renew(self, account: DemoAccount, ledger: MonthLedger, chances: Chances) -> None:
        balance = account.balance
        self._act(account, ledger, chances, day=account.billing_day)
        account.renews_at = ledger.month.index + account.term_months
        raised = has_price_rise_behind_it(account.segment, ledger.month)
        uplift = _RAISED_AT_RENEWAL if raised else SEGMENTS[account.segment].uplift
        if account.active and account.balance >= balance and happens(self._random, uplift):
            reprice(account, ledger, percent=self._random.choice(_UPLIFTS))

    def _act(
        self, account: DemoAccount, ledger: MonthLedger, chances: Chances, *, day: int
    ) -> None:
        fates = self._fates[account.segment]
        if fates.churn.strikes(chances.churn * account.churn_scale // 100):
            self._churn(account, ledger, day=day)
        elif fates.contraction.strikes(chances.contraction):
            shrink(self._random, account, ledger, day=day)
        elif fates.pause.strikes(chances.pause):
            self._pause(account, ledger, day=day)
        elif fates.expansion.strikes(chances.expansion):
            grow(self._random, account, ledger, day=day)

    def _churn(self, account: DemoAccount, ledger: MonthLedger, *, day: int) -> None:
        late = has_price_rise_behind_it(account.segment, ledger.month)
        drivers = CHURN_DRIVERS_AFTER_PRICE_RISE if late else CHURN_DRIVERS
        ledger.clear(account, day=day, driver=pick(self._random, drivers))
        account.active = False
        if happens(self._random, _WON_BACK):
            account.returns_at = ledger.month.index + self._random.randint(*_AWAY_MONTHS)
            account.returns_as = "win_back"

    def _pause(self, account: DemoAccount, ledger: MonthLedger, *, day: int) -> None:
        ledger.clear(account, day=day, driver="pause")
        account.active = False
        account.returns_at = ledger.month.index + self._random.choice(_PAUSE_MONTHS)
        account.returns_as = "resume"


def _state_news(account: DemoAccount, ledger: MonthLedger) -> None:
    if account.attributes != account.said:
        moved = account.segment != account.said[0]
        ledger.note(account, day=_REVIEW_DAY, driver="segment_move" if moved else "handover")
