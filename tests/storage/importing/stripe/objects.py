"""Objects in the shapes that docs.stripe.com/api publishes: only the fields that are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from metrics.contracts.terms import Term
from storage.importing.stripe.course import course_of
from storage.importing.stripe.objects import Json, Untold
from storage.importing.stripe.subscriptions import snapshot_of


@dataclass(frozen=True)
class Known:
    """Catalogue of what a test gives it, by kind and id."""

    objects: Mapping[tuple[str, str], Json] = field(default_factory=dict)
    untold: Untold = field(default_factory=Untold)

    def price(self, key: str) -> Json | None:
        return self.objects.get(("price", key))

    def product(self, key: str) -> Json | None:
        return self.objects.get(("product", key))

    def coupon(self, key: str) -> Json | None:
        return self.objects.get(("coupon", key))

    def discount(self, key: str) -> Json | None:
        return self.objects.get(("discount", key))

    def customer(self, key: str) -> Json | None:
        return self.objects.get(("customer", key))


def at(text: str) -> int:
    """Read a moment in UTC; noon where only a day is said."""
    return int(datetime.fromisoformat(f"{text} 12:00" if len(text) == 10 else text)
               .replace(tzinfo=UTC).timestamp())  # fmt: skip


def price(
    key: str = "price_basic",
    amount: str | None = "10000",
    recurring: Json | None = None,
    **said: object,
) -> dict[str, Any]:
    usual = {"interval": "month", "interval_count": 1, "usage_type": "licensed"}
    return {
        "id": key,
        "object": "price",
        "billing_scheme": "per_unit",
        "currency": "usd",
        "nickname": None,
        "product": "prod_" + key.removeprefix("price_"),
        "recurring": {**usual, **(recurring or {})},
        "unit_amount": None,
        "unit_amount_decimal": amount,
        **said,
    }


def item(one: Json, quantity: int | None = 1, **said: object) -> dict[str, Any]:
    return {"id": f"si_{one['id']}", "price": one, "quantity": quantity, "discounts": [], **said}


def subscription(
    *items: Json, period: tuple[str, str] = ("2026-01-10", "2026-02-10"), **said: object
) -> dict[str, Any]:
    """Build a subscription of today's shape: its items have the period."""
    begins, ends = (at(each) for each in period)
    of_items = {"current_period_start": begins, "current_period_end": ends}
    shown = items or (item(price()),)
    return {
        "id": "sub_1",
        "object": "subscription",
        "currency": "usd",
        "customer": "cus_acme",
        "discounts": [],
        "items": {"object": "list", "data": [{**one, **of_items} for one in shown]},
        "pause_collection": None,
        "start_date": at("2026-01-10"),
        "status": "active",
        **said,
    }


def course(*told: tuple[str, Json], catalogue: Known | None = None) -> list[Term]:
    """Work out what a subscription comes to that stood so at these moments."""
    known = catalogue or Known()
    snapshots = [snapshot_of(said, at(moment), known) for moment, said in told]
    return course_of([], snapshots, "sub_1")
