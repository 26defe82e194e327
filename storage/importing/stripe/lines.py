"""Lines of invoices, in both shapes that Stripe has had, and prorations that no invoice has yet."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from storage.importing.stripe.objects import Json, day_of, inner, key_of, listed
from storage.importing.stripe.prices import price_of

_DETAILS = ("subscription_item_details", "invoice_item_details", "subscription_details")
_FIRST = "subscription_create"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidLine:
    """Line about an item of a subscription, for a stretch of time.

    ``said`` has its price and quantity as an item has them, its taxes, and in ``off`` what each of
    its discounts takes. A proration with an
    amount below zero gives back what an item would have cost from its start on. One that
    ``is_unasked`` is on no invoice that anybody was to pay. ``discounts`` are ids.
    """

    subscription: str
    item: str
    begins: int
    ends: int
    amount: int
    is_proration: bool
    said: Json
    discounts: tuple[str, ...] = ()
    is_unasked: bool = False

    @property
    def currency(self) -> str:
        """The code of what it is billed in; empty where it does not say so."""
        return str(self.said.get("currency") or "").upper()


_FIELDS = tuple(one.name for one in fields(PaidLine))


def kept(line: PaidLine) -> Json:
    """Write a line so that it can be kept."""
    return {name: getattr(line, name) for name in _FIELDS}


def paid_line(said: Json) -> PaidLine:
    """Take a line up again as it was kept."""
    return PaidLine(**{**said, "discounts": tuple(said["discounts"])})


def lines_of(invoice: Json) -> Iterator[PaidLine]:
    """Read the lines of an invoice that are about subscriptions.

    One that nobody is to pay is of a pause: given up before anybody tried to collect it, or a draft
    that stays a draft. It tells no more than what had changed in the period before.
    """
    is_asked = _is_asked(invoice)
    if not is_asked and invoice.get("billing_reason") == _FIRST:
        return
    whole = subscription_of(invoice)
    for line in listed(invoice.get("lines")):
        found = _line(line, whole)
        if found is not None and (is_asked or found.is_proration):
            yield replace(found, is_unasked=not is_asked)


def _is_asked(invoice: Json) -> bool:
    status = invoice.get("status")
    is_draft = status == "draft" and bool(invoice.get("auto_advance"))
    is_tried = status == "uncollectible" and bool(invoice.get("attempted"))
    return status in ("paid", "open") or is_draft or is_tried


def pending_line(item: Json) -> PaidLine | None:
    """Read an invoice item that waits for its invoice: a proration, or None."""
    found = _line(item, "") if _is_proration(item, _details(item)) else None
    return None if found is None else replace(found, is_unasked=True)


def lasting(lines: Sequence[PaidLine]) -> Iterator[PaidLine]:
    """Leave out what an item became and ceased to be within a second: lines have no order there."""
    some = [line for line in lines if line.is_proration]
    given = Counter(_sale(line) for line in some if line.amount > 0)
    back = Counter(_sale(line) for line in some if line.amount < 0)
    left = {is_back: Counter(given & back) for is_back in (False, True)}
    for line in lines:
        if line.is_proration and left[line.amount < 0][_sale(line)]:
            left[line.amount < 0][_sale(line)] -= 1
        else:
            yield line


def _sale(line: PaidLine) -> tuple[str, int, str, str, int]:
    price, quantity = key_of(price_of(line.said)), f"{line.said.get('quantity')}"
    return line.item, line.begins, price, quantity, abs(line.amount)


def subscription_of(invoice: Json) -> str:
    """Find the subscription of an invoice; empty without."""
    parent = inner(invoice, "parent", "subscription_details", "subscription")
    return key_of(invoice.get("subscription") or parent)


def _details(line: Json) -> Json:
    found = (inner(line, "parent", name) for name in _DETAILS)
    return next((one for one in found if isinstance(one, Mapping)), {})


def _is_proration(line: Json, details: Json) -> bool:
    return bool(line.get("proration") or details.get("proration"))


def _line(line: Json, whole: str) -> PaidLine | None:
    details = _details(line)
    is_proration = _is_proration(line, details)
    kind = line.get("type") or inner(line, "parent", "type")
    is_of_item = kind in ("subscription", "subscription_item_details") or is_proration
    subscription = key_of(line.get("subscription") or details.get("subscription")) or whole
    begins, ends = inner(line, "period", "start"), inner(line, "period", "end")
    if not is_of_item or not subscription or begins is None or ends is None:
        return None
    price = _price(line)
    item = key_of(line.get("subscription_item") or details.get("subscription_item"))
    return PaidLine(
        subscription=subscription,
        item=item or key_of(price),
        begins=int(begins),
        ends=int(ends),
        amount=int(line.get("amount") or 0),
        is_proration=is_proration,
        said={
            "price": price,
            "quantity": line.get("quantity"),
            "currency": line.get("currency"),
            "amount": line.get("amount"),
            "taxes": line.get("taxes", line.get("tax_amounts")),
            "off": [*_off(line)],
        },
        discounts=_discounts(line),
    )


def _discounts(line: Json) -> tuple[str, ...]:
    taken = (key_of(one.get("discount")) for one in listed(line.get("discount_amounts")))
    return tuple(dict.fromkeys((*taken, *map(key_of, listed(line.get("discounts"))))))


def _off(line: Json) -> Iterator[tuple[str, int]]:
    for one in listed(line.get("discount_amounts")):
        yield key_of(one.get("discount")), int(one.get("amount") or 0)


def _price(line: Json) -> Any:  # noqa: ANN401 - an object or its id
    if line.get("price") or line.get("plan"):
        return line.get("price") or {"plan": line["plan"]}
    return inner(line, "pricing", "price_details", "price")


def additions(said: Json, lines: Sequence[PaidLine]) -> Iterator[PaidLine]:
    """Yield a line for the time before the first invoice of each item that was added to others.

    One that took the place of another is left out: when that one went nothing tells. So is one that
    came within a trial.

    Parameters
    ----------
    said : dict
        The subscription, whose items know when they were added.
    lines : sequence of PaidLine
        All lines of the subscription, in any order.
    """
    for item in listed(said.get("items")):
        own = [line for line in lines if line.item == key_of(item)]
        first = min(own, key=lambda one: one.begins, default=None)
        added = int(item.get("created") or 0)
        if first is None or not first.amount or day_of(added) >= day_of(first.begins):
            continue
        then = [one for one in lines if one.begins <= added < one.ends]
        stays = {one.item for one in lines if one.begins <= first.begins < one.ends}
        if then and all(one.amount and one.item in stays for one in then):
            yield replace(first, begins=added, ends=first.begins, is_proration=True)
