"""Expansion and contraction of an account: seats, plans, products, prices and usage."""

from random import Random

from bot.demo.chance import happens, pick
from bot.demo.contracts import DemoAccount, SubscriptionItem, list_price, metered_item
from bot.demo.ledger import MonthLedger
from bot.demo.profiles import (
    CONTRACTION_DRIVERS,
    METERED,
    PLANS,
    PRODUCT_PRICE,
    SEAT_PRICE,
    SEGMENTS,
)

_SEATS_ADDED = (4, 18)
_SEATS_DROPPED = (8, 35)
_CROSS_SELL = (10, 24)
_CONCESSIONS = (5, 10, 15)
_USAGE_DIFFERS = 6_000
_USAGE_PERCENT = (84, 118)


def grow(random: Random, account: DemoAccount, ledger: MonthLedger, *, day: int) -> None:
    """Sell the account more: seats, a larger plan, or a product it does not hold."""
    driver = pick(random, SEGMENTS[account.attributes.segment].growth)
    if driver == "upsell" and account.attributes.plan != PLANS[-1]:
        _change_plan(account, PLANS[PLANS.index(account.attributes.plan) + 1])
        ledger.settle(account, account.main, day=day, driver=driver)
        return
    missing = [
        name for name in PRODUCT_PRICE if name not in {item.product for item in account.items}
    ]
    if driver == "cross_sell" and missing:
        account.items.append(_add_on(random, account, random.choice(missing)))
        ledger.settle(account, account.items[-1], day=day, driver=driver)
        return
    main = account.main
    main.units += max(1, main.units * random.randint(*_SEATS_ADDED) // 100)
    ledger.settle(account, main, day=day, driver="seats")


def shrink(random: Random, account: DemoAccount, ledger: MonthLedger, *, day: int) -> None:
    """Let the account pay less: fewer seats, a smaller plan, one product less, or a concession."""
    driver = pick(random, CONTRACTION_DRIVERS)
    main = account.main
    if driver == "downgrade" and account.attributes.plan != PLANS[0]:
        _change_plan(account, PLANS[PLANS.index(account.attributes.plan) - 1])
    elif driver == "unused" and len(account.items) > 1:
        dropped = account.items.pop()
        dropped.units = 0
        ledger.settle(account, dropped, day=day, driver=driver)
        return
    elif driver == "price":
        main.unit_cents = main.unit_cents * (100 - random.choice(_CONCESSIONS)) // 100
    else:
        driver = "shrink"
        main.units -= main.units * random.randint(*_SEATS_DROPPED) // 100
    ledger.settle(account, main, day=day, driver=driver)


def reprice(account: DemoAccount, ledger: MonthLedger, *, percent: int) -> None:
    """Raise the price of every seat by ``percent``; usage keeps its rate."""
    for item in account.items:
        if item.product != METERED:
            item.unit_cents = item.unit_cents * (100 + percent) // 100
            ledger.settle(account, item, day=account.contract.billing_day, driver="price")


def swing_usage(random: Random, account: DemoAccount, ledger: MonthLedger) -> None:
    """Recognise the month's usage on its last day; most months differ from the one before."""
    for item in account.items:
        if item.product == METERED and happens(random, _USAGE_DIFFERS):
            item.units = max(1, item.units * random.randint(*_USAGE_PERCENT) // 100)
            ledger.settle(account, item, day=ledger.month.days, driver="usage")


def _change_plan(account: DemoAccount, plan: str) -> None:
    main = account.main
    main.unit_cents = main.unit_cents * SEAT_PRICE[plan] // SEAT_PRICE[account.attributes.plan]
    account.change(plan=plan)


def _add_on(random: Random, account: DemoAccount, product: str) -> SubscriptionItem:
    if product == METERED:
        return metered_item(random, account)
    unit = list_price(account.attributes.plan, product)
    units = account.books.balance * random.randint(*_CROSS_SELL) // 100 // unit
    return SubscriptionItem(product=product, units=max(1, units), unit_cents=unit)
