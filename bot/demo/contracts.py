"""An account of the demo company, what it subscribes to, and how it signs its first contract."""

from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Final

from bot.demo.calendar import Month
from bot.demo.chance import happens, pick
from bot.demo.names import account_name
from bot.demo.profiles import (
    CHANNELS,
    CHURN_BY_CHANNEL,
    CHURN_BY_INDUSTRY,
    INDUSTRIES,
    LANDING_PRODUCTS,
    METERED,
    PRODUCT_PRICE,
    REGIONS,
    SEAT_PRICE,
    SEGMENTS,
    STRATEGIC_CENTS,
    SegmentProfile,
)

NOTHING_SAID: Final = ("",) * 6

_LAST_BILLING_DAY = 28
_METERED_PERCENT = (6, 15)
_DISCOUNTS = (10, 15, 20)
_DISCOUNT_MONTHS = 12


@dataclass(slots=True, kw_only=True)
class SubscriptionItem:
    """One product of an account: units (seats, or thousands of calls) at a monthly price.

    ``booked`` is what the ledger holds for it, in cents of MRR; it follows `price` only when a
    movement is posted.
    """

    product: str
    units: int
    unit_cents: int
    discount: int = 0
    booked: int = 0

    @property
    def price(self) -> int:
        """MRR after discount, in cents."""
        return self.units * self.unit_cents * (100 - self.discount) // 100


@dataclass(slots=True, kw_only=True)
class DemoAccount:
    """One customer: who it is, what it pays for and when its contract can change.

    Months are `Month.index`; ``returns_at`` and ``discount_ends_at`` are -1 when nothing is due.
    ``said`` holds the attributes that the ledger already knows.
    """

    account_id: str
    segment: str
    industry: str
    channel: str
    plan: str
    region: str
    owner: str
    term_months: int
    renews_at: int
    billing_day: int
    lines: list[SubscriptionItem]
    discount_ends_at: int = -1
    returns_at: int = -1
    returns_as: str = ""
    active: bool = False
    has_paid: bool = False
    balance: int = 0
    said: tuple[str, ...] = NOTHING_SAID

    @property
    def attributes(self) -> tuple[str, ...]:
        """Segment, industry, channel, plan, region and owner, in the order of the columns."""
        return (self.segment, self.industry, self.channel, self.plan, self.region, self.owner)

    @property
    def main(self) -> SubscriptionItem:
        """The product the account landed with."""
        return self.lines[0]

    @property
    def is_gone(self) -> bool:
        """Whether the account left for good."""
        return not self.active and self.returns_at < 0

    @property
    def churn_scale(self) -> int:
        """Churn against its segment's usual, in percent: by industry, channel and size."""
        scale = CHURN_BY_INDUSTRY[self.industry] * CHURN_BY_CHANNEL[self.channel] // 100
        return scale // 2 if self.balance >= STRATEGIC_CENTS else scale


def list_price(plan: str, product: str) -> int:
    """Return the list price of one unit of ``product`` on ``plan``, in cents a month."""
    return SEAT_PRICE[plan] * PRODUCT_PRICE[product] // 100


def sign_up(random: Random, *, number: int, width: int, month: Month, opening: bool) -> DemoAccount:
    """Return a customer about to pay for the first time in ``month``.

    Parameters
    ----------
    random : Random
        The company's one source of chance.
    number, width : int
        Running number of the account and how many digits its id gives it.
    month : Month
        The month of its first movement.
    opening : bool
        Whether it is an old customer, whose contract is already somewhere in its term.
    """
    name = pick(random, tuple((name, each.weight) for name, each in SEGMENTS.items()))
    segment = SEGMENTS[name]
    industry = pick(random, INDUSTRIES)
    plan = pick(random, segment.plans)
    term = pick(random, segment.terms)
    to_renewal = _months_to_renewal(random, segment, term, month) if opening else term
    account = DemoAccount(
        account_id=account_name(random, industry=industry, number=number, width=width),
        segment=name,
        industry=industry,
        channel=pick(random, CHANNELS),
        plan=plan,
        region=pick(random, REGIONS),
        owner=pick(random, segment.owners),
        term_months=term,
        renews_at=month.index + to_renewal,
        billing_day=random.randint(1, _LAST_BILLING_DAY),
        lines=[_landing_line(random, segment, plan)],
    )
    if happens(random, segment.discounted):
        account.main.discount = random.choice(_DISCOUNTS)
        left = random.randint(1, _DISCOUNT_MONTHS) if opening else _DISCOUNT_MONTHS
        account.discount_ends_at = month.index + left
    return account


def metered_line(random: Random, account: DemoAccount) -> SubscriptionItem:
    """Return a usage component worth 6 to 15 % of what the account pays."""
    unit = list_price(account.plan, METERED)
    units = account.balance * random.randint(*_METERED_PERCENT) // 100 // unit
    return SubscriptionItem(product=METERED, units=max(1, units), unit_cents=unit)


def _months_to_renewal(random: Random, segment: SegmentProfile, term: int, month: Month) -> int:
    weights = tuple(
        (after, segment.renewal_year[month.number_after(after) - 1]) for after in range(1, term + 1)
    )
    return pick(random, weights)


def _landing_line(random: Random, segment: SegmentProfile, plan: str) -> SubscriptionItem:
    low, high = random.choice(list(pairwise(segment.mrr_quantiles)))
    product = pick(random, LANDING_PRODUCTS)
    unit = list_price(plan, product)
    return SubscriptionItem(
        product=product, units=random.randint(low, high) * 100 // unit, unit_cents=unit
    )
