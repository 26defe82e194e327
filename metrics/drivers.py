"""Drivers of movements: the names that nrrbot gives to reasons, and how sources spell them."""

import re
from enum import StrEnum, unique
from typing import Final

_WORDS: Final = re.compile(r"\W+|_+")


@unique
class KnownDriver(StrEnum):
    """A reason of a movement, of which nrrbot knows what it means.

    Any other is kept as its source gives it, and means nothing more than its name.
    """

    # why an account comes, or is here
    NEW_LOGO = "new_logo"
    OPENING_BALANCE = "opening_balance"
    TRIAL_CONVERSION = "trial_conversion"
    WIN_BACK = "win_back"
    RESUME = "resume"
    RENEWAL = "renewal"
    # why one pays more
    UPSELL = "upsell"
    CROSS_SELL = "cross_sell"
    DISCOUNT_END = "discount_end"
    # why one pays more or less
    SEATS = "seats"
    USAGE = "usage"
    PRICE = "price"
    AMENDMENT = "amendment"
    # why one pays less, or leaves
    DOWNGRADE = "downgrade"
    DISCOUNT = "discount"
    SHRINK = "shrink"
    UNUSED = "unused"
    CONSOLIDATION = "consolidation"
    COMPETITOR = "competitor"
    PRODUCT_FIT = "product_fit"
    SERVICE = "service"
    CLOSED_DOWN = "closed_down"
    INVOLUNTARY = "involuntary"
    NOT_RENEWED = "not_renewed"
    PAUSE = "pause"
    # what is no commercial change
    TRANSFER = "transfer"
    CORRECTION = "correction"
    HANDOVER = "handover"
    SEGMENT_MOVE = "segment_move"


_SPELLINGS: Final = {
    KnownDriver.NEW_LOGO: "new, new business, new biz, new customer, new account, new sale",
    KnownDriver.OPENING_BALANCE: "opening, opening mrr",
    KnownDriver.TRIAL_CONVERSION: "trial converted, converted trial, trial to paid",
    KnownDriver.WIN_BACK: "winback, won back, reactivation, reactivated, return, returning",
    KnownDriver.RESUME: "resumed, unpause, unpaused, pause end, pause ended, end of pause",
    KnownDriver.RENEWAL: "renewed, renew, auto renewal, contract renewal",
    KnownDriver.UPSELL: "upsold, upgrade, upgraded, plan upgrade, tier upgrade, higher tier,"
    " higher plan",
    KnownDriver.CROSS_SELL: "crosssell, cross sold, cross selling, add on, addon, add ons, addons,"
    " new product, additional product, product added",
    KnownDriver.DISCOUNT_END: "discount ended, discount expired, end of discount, discount expiry,"
    " promo end, promo ended, promo expired, coupon expired, coupon end, coupon"
    " ended",
    KnownDriver.SEATS: "seat, seat change, seats added, seats removed, seat expansion,"
    " seat contraction, seat increase, seat decrease, seat reduction, added seats, removed seats,"
    " more seats, fewer seats, users, user count, license, licenses, licence, licences, license"
    " count, quantity, quantity change, headcount",
    KnownDriver.USAGE: "usage based, metered, overage, overages, consumption",
    KnownDriver.PRICE: "pricing, price change, price increase, price decrease, price rise, price"
    " uplift, uplift, escalator, indexation, price pressure, too expensive, cost, budget, budget"
    " cut, budget cuts",
    KnownDriver.AMENDMENT: "amended, contract amendment, contract change, mid term amendment",
    KnownDriver.DOWNGRADE: "downgraded, downsell, plan downgrade, tier downgrade, lower tier, lower"
    " plan",
    KnownDriver.DISCOUNT: "discounted, discount added, promo discount, coupon",
    KnownDriver.SHRINK: "shrinking, shrinkage, layoff, layoffs, downsizing, downsized, headcount"
    " reduction, company shrank, smaller team",
    KnownDriver.UNUSED: "not used, not using, no usage, low usage, low adoption, lack of adoption,"
    " lack of usage, lack of use, unused features, no longer needed, not needed, no need",
    KnownDriver.CONSOLIDATION: "consolidated, consolidate, tool consolidation, vendor"
    " consolidation, account consolidation",
    KnownDriver.COMPETITOR: "competition, competitive, competitor switch, lost to competitor,"
    " switched, switched to competitor, switched service, alternative",
    KnownDriver.PRODUCT_FIT: "missing feature, missing features, feature gap, feature gaps, lack of"
    " features, product gap, no fit, poor fit, too complex",
    KnownDriver.SERVICE: "customer service, support, poor support, poor service, service quality,"
    " low quality, bad experience",
    KnownDriver.CLOSED_DOWN: "closed, out of business, went out of business, business closed,"
    " company closed, bankrupt, bankruptcy, insolvent, insolvency, liquidation, shut down,"
    " shutdown",
    KnownDriver.INVOLUNTARY: "involuntary churn, payment failed, payment failure, failed payment,"
    " failed payments, card declined, card expired, expired card, delinquent, delinquency, dunning,"
    " non payment, nonpayment, not paid, unpaid, past due, passive churn",
    KnownDriver.NOT_RENEWED: "non renewal, nonrenewal, no renewal, did not renew, expired, contract"
    " end, contract ended, end of term, term ended",
    KnownDriver.PAUSE: "paused, on hold, hold, seasonal pause, freeze, frozen",
    KnownDriver.TRANSFER: "transferred, merge, merged, account merge, account transfer,"
    " account move",
    KnownDriver.CORRECTION: "corrected, adjustment, reversal, billing error, error, fix",
    KnownDriver.HANDOVER: "owner change, new owner, reassigned",
    KnownDriver.SEGMENT_MOVE: "segment change, segment moved, resegmented",
}


def plain_words(text: str) -> str:
    """Write words the way a name is written: small letters, joined by underscores.

    Examples
    --------
    >>> plain_words(" Cross-Sell ")
    'cross_sell'
    """
    return "_".join(word for word in _WORDS.split(text.casefold()) if word)


_KNOWN: Final = {name.value: name for name in KnownDriver} | {
    plain_words(spelling): name
    for name, spellings in _SPELLINGS.items()
    for spelling in spellings.split(",")
}


def find_driver(text: str) -> KnownDriver | None:
    """Find the driver that a source's word means; None for one that nrrbot does not know.

    Examples
    --------
    >>> find_driver("Payment failed").value
    'involuntary'
    >>> find_driver("Promo") is None
    True
    """
    return _KNOWN.get(plain_words(text))
