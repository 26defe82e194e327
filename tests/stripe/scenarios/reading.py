"""Scenarios as they are written in the files beside this one."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tests.stripe import catalog
from tests.stripe.account import StripeAccount
from tests.stripe.story import parse_line

FOLDER = Path(__file__).parent
FILES = ("plans", "endings", "policies", "edges")
FIRST_MONTH, LAST_MONTH = date(2026, 1, 1), date(2026, 6, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What happens to some customers, and the MRR that each comes to by hand.

    ``mrr`` has by account what it has in which currency, in minor units, by each month's end;
    ``drivers`` the driver of the change of a month, where one is meant.
    """

    name: str
    lines: Sequence[str]
    mrr: Mapping[str, Mapping[date, tuple[str, int]]]
    drivers: Mapping[tuple[str, date], str]


@cache
def all_scenarios() -> tuple[Scenario, ...]:
    """Read all scenarios."""
    found = [one for file in FILES for one in _read(file)["scenario"]]
    return tuple(_scenario(**one) for one in found)


def stock(account: StripeAccount) -> None:
    """Offer in an account what the scenarios sell."""
    goods = _read("catalog")
    for price in goods["price"]:
        product = price.pop("product")
        if not account.has("product", f"prod_{product.lower()}"):
            catalog.add_product(account, product.lower(), title=product)
        tiers = [one | {"up_to": one["up_to"] or None} for one in price.pop("tiers", [])]
        catalog.add_price(account, product=product.lower(), tiers=tiers or None, **price)
    for coupon in goods["coupon"]:
        catalog.add_coupon(account, **coupon)


def in_order(scenarios: Sequence[Scenario]) -> list[tuple[int, str]]:
    """Return the lines of scenarios with their moments, as they happen."""
    lines = [(parse_line(line)[0], line) for one in scenarios for line in one.lines]
    return sorted(lines, key=lambda line: line[0])


def months() -> list[date]:
    """Return the first days of the months that scenarios say something of."""
    count = (LAST_MONTH.year - FIRST_MONTH.year) * 12 + LAST_MONTH.month - FIRST_MONTH.month + 1
    return [_month(FIRST_MONTH, number) for number in range(count)]


def month_after(month: date) -> date:
    """Return the first day after a month."""
    return _month(month, 1)


def _read(file: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{file}.toml").read_text(encoding="utf-8"))


def _scenario(
    *,
    name: str,
    story: str,
    mrr: Mapping[str, Mapping[str, str]],
    driver: Mapping[str, Mapping[str, str]] | None = None,
    currency: Mapping[str, str] | None = None,
) -> Scenario:
    named = currency or {}
    return Scenario(
        name=name,
        lines=story.strip().splitlines(),
        mrr={
            f"cus_{account}": _by_month(said, named.get(account, "USD"))
            for account, said in mrr.items()
        },
        drivers={
            (f"cus_{account}", date.fromisoformat(f"{month}-01")): word
            for account, said in (driver or {}).items()
            for month, word in said.items()
        },
    )


def _by_month(said: Mapping[str, str], currency: str) -> dict[date, tuple[str, int]]:
    held, known = 0, {}
    for month in months():
        text = said.get(f"{month:%Y-%m}")
        held = held if text is None else int(text.replace(".", ""))
        known[month] = (currency, held)
    return known


def _month(first: date, later: int) -> date:
    years, month = divmod(first.month - 1 + later, 12)
    return date(first.year + years, month + 1, 1)
