"""Accounts of the demo company: attributes, contract, subscription items, and the first signing."""

from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import NamedTuple

from bot.demo.calendar import Month
from bot.demo.chance import happens, pick
from bot.demo.names import account_name
from bot.demo.profiles import (
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
from bot.demo.story import channels_in, segments_in

_LAST_BILLING_DAY = 28  # the last that every month has
_METERED_PERCENT = (6, 15)
_DISCOUNTS = (10, 15, 20)
_DISCOUNT_MONTHS = 12
_OLD = 12


@dataclass(slots=True, kw_only=True)
class SubscriptionItem:
    """One product of an account: units (seats, or thousands of calls) at a monthly price.

    ``booked`` is the MRR that the ledger holds for it, in cents; it follows `price` only when a
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


class Attributes(NamedTuple):
    """Attributes of an account, in the order of the file's columns."""

    segment: str = ""
    industry: str = ""
    channel: str = ""
    plan: str = ""
    region: str = ""
    owner: str = ""


@dataclass(slots=True, kw_only=True)
class Contract:
    """Term of an account's contract and the months, as `Month.index`, at which it changes."""

    since: int
    term_months: int
    renews_at: int
    billing_day: int
    discount_ends_at: int | None = None

    @property
    def is_monthly(self) -> bool:
        """Whether the account can leave every month."""
        return self.term_months == 1


@dataclass(frozen=True, slots=True)
class Comeback:
    """Month, as `Month.index`, in which an account pays again, and the driver of that movement."""

    at: int
    driver: str


@dataclass(slots=True, kw_only=True)
class Books:
    """Ledger's view of an account: its MRR in cents, and the attributes that were stated."""

    balance: int = 0
    has_paid: bool = False
    stated: Attributes = field(default_factory=Attributes)


@dataclass(slots=True, kw_only=True)
class DemoAccount:
    """One customer of the demo company."""

    account_id: str
    attributes: Attributes
    contract: Contract
    items: list[SubscriptionItem]
    comeback: Comeback | None = None
    books: Books = field(default_factory=Books)

    @property
    def main(self) -> SubscriptionItem:
        """The product the account landed with."""
        return self.items[0]

    @property
    def is_active(self) -> bool:
        """Whether it pays: the price of an item never falls to nothing before it is cleared."""
        return self.books.balance > 0

    @property
    def is_gone(self) -> bool:
        """Whether the account left for good."""
        return not self.is_active and self.comeback is None

    @property
    def churn_scale(self) -> int:
        """Churn against its segment's usual, in percent: by industry, channel and size."""
        industry, channel = self.attributes.industry, self.attributes.channel
        scale = CHURN_BY_INDUSTRY[industry] * CHURN_BY_CHANNEL[channel] // 100
        return scale // 2 if self.books.balance >= STRATEGIC_CENTS else scale

    def change(self, **attributes: str) -> None:
        """Give the account other attributes; the next row states them."""
        self.attributes = self.attributes._replace(**attributes)


def list_price(plan: str, product: str) -> int:
    """Return the list price of one unit of ``product`` on ``plan``, in cents a month."""
    return SEAT_PRICE[plan] * PRODUCT_PRICE[product] // 100


def sign_up(random: Random, *, number: int, width: int, month: Month, opening: bool) -> DemoAccount:
    """Make a customer that is about to pay for the first time in ``month``.

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
    # The order of the draws is the company: another order is another company for the same seed.
    name = pick(random, segments_in(month))
    profile = SEGMENTS[name]
    industry = pick(random, INDUSTRIES)
    plan = pick(random, profile.contract.plans)
    term = pick(random, profile.contract.terms)
    to_renewal = _months_to_renewal(random, profile, term, month) if opening else term
    account = DemoAccount(
        account_id=account_name(random, industry=industry, number=number, width=width),
        attributes=Attributes(
            segment=name,
            industry=industry,
            channel=pick(random, channels_in(month, segment=name)),
            plan=plan,
            region=pick(random, REGIONS),
            owner=pick(random, profile.contract.owners),
        ),
        contract=Contract(
            since=month.index - _OLD if opening else month.index,
            term_months=term,
            renews_at=month.index + to_renewal,
            billing_day=random.randint(1, _LAST_BILLING_DAY),
        ),
        items=[_landing_item(random, profile, plan)],
    )
    if happens(random, profile.contract.discounted):
        account.main.discount = random.choice(_DISCOUNTS)
        left = random.randint(1, _DISCOUNT_MONTHS) if opening else _DISCOUNT_MONTHS
        account.contract.discount_ends_at = month.index + left
    return account


def metered_item(random: Random, account: DemoAccount) -> SubscriptionItem:
    """Make a usage item worth 6 to 15 % of the account's MRR."""
    unit = list_price(account.attributes.plan, METERED)
    units = account.books.balance * random.randint(*_METERED_PERCENT) // 100 // unit
    return SubscriptionItem(product=METERED, units=max(1, units), unit_cents=unit)


def _months_to_renewal(random: Random, profile: SegmentProfile, term: int, month: Month) -> int:
    weights = tuple(
        (after, profile.seasons.renewal[month.number_after(after) - 1])
        for after in range(1, term + 1)
    )
    return pick(random, weights)


def _landing_item(random: Random, profile: SegmentProfile, plan: str) -> SubscriptionItem:
    low, high = random.choice(list(pairwise(profile.size.mrr_quantiles)))
    product = pick(random, LANDING_PRODUCTS)
    unit = list_price(plan, product)
    return SubscriptionItem(
        product=product, units=random.randint(low, high) * 100 // unit, unit_cents=unit
    )
