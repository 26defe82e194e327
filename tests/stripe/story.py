"""Stories: what happens to customers day by day, one line each, in words that a person reads.

``2026-01-10 09:00 subscribe acme basic seat:5 coupon=launch`` moves time on to that minute (noon
where none is said) and does it. `Story` has all verbs; who is not known yet is added first.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.stripe import catalog, changing, discounts, ending, invoices, renewing, subscribing
from tests.stripe.business import Business, RetryRules, items_of
from tests.stripe.changing import ItemChange, Proration
from tests.stripe.lines import single_line
from tests.stripe.moments import DAY, at
from tests.stripe.refusals import ImpossibleStoryError, JsonObject

LINE = re.compile(r"(\d{4}-\d\d-\d\d)(?: (\d\d:\d\d(?::\d\d)?))? +(.+)")
PRORATIONS: Mapping[str, Proration] = {
    "yes": "create_prorations",
    "at once": "always_invoice",
    "at_once": "always_invoice",
    "no": "none",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLine:
    """One line of a story: its verb, whom it is about, what else is named, and how."""

    verb: str
    who: str
    words: tuple[str, ...]
    options: Mapping[str, str]

    @classmethod
    def parse(cls, text: str) -> "StoryLine":
        """Read what stands after the moment."""
        verb, who, *rest = text.split()
        return cls(
            verb=verb,
            who=who,
            words=tuple(one for one in rest if "=" not in one),
            options=dict(one.split("=", 1) for one in rest if "=" in one),
        )


class Story:
    """Tells a business what happens."""

    def __init__(self, business: Business) -> None:
        self._business = business
        self._customers: dict[str, str] = {}

    def tell(self, *lines: str) -> None:
        """Let each line happen at its moment."""
        for line in lines:
            moment, said = parse_line(line)
            self._business.move_to(moment)
            with self._business.account.lock:
                self._verb(said.verb)(said)

    def _verb(self, name: str) -> Callable[[StoryLine], None]:
        verbs: Mapping[str, Callable[[StoryLine], None]] = {
            "subscribe": self._subscribe,
            "change": self._change,
            "cancel": self._cancel,
            "keep": self._keep,
            "pause": self._pause,
            "resume": self._resume,
            "discount": self._discount,
            "card": self._card,
            "charge": self._charge,
            "bill": self._bill,
            "refund": self._refund,
            "suspend": self._suspend,
            "take_up": self._take_up,
            "begin_anew": self._begin_anew,
            "extend_trial": self._extend_trial,
            "use": self._use,
            "rename": self._rename,
            "rename_product": self._rename_product,
            "label": self._label,
            "delete": self._delete,
            "retries": self._retries,
        }
        if name not in verbs:
            raise ImpossibleStoryError(f"nobody can {name}")
        return verbs[name]

    def _subscribe(self, said: StoryLine) -> None:
        business, options = self._business, said.options
        name = options.get("as", said.who)
        customer = self._customer(said.who)
        now = business.now
        order = subscribing.Order(
            name=name,
            customer=customer["id"],
            items=[_counted(one) for one in said.words],
            trial_end=now + int(options["trial"]) * DAY if "trial" in options else None,
            anchor=at(options["anchor"]) if "anchor" in options else None,
            has_proration=options.get("prorate", "yes") != "no",
            coupons=[options["coupon"]] if "coupon" in options else [],
            currency=options.get("currency"),
            tax=int(options.get("tax", "0")),
            tax_included=options.get("included", ""),
            at_trial_end=options.get("without_card", "create_invoice"),
        )
        renewing.plan_renewal(business, subscribing.subscribe(business, order))

    def _change(self, said: StoryLine) -> None:
        subscription = self._business.subscription(said.who)
        changes = [_item_change(one, subscription) for one in said.words]
        if said.options.get("at") == "period_end":
            changing.schedule(self._business, subscription, changes)
            return
        proration = PRORATIONS[said.options.get("prorate", "yes")]
        changing.change(self._business, subscription, changes, proration)

    def _cancel(self, said: StoryLine) -> None:
        subscription = self._business.subscription(said.who)
        when = said.options.get("at")
        if when is None:
            is_prorated = said.options.get("prorate") == "yes"
            ending.cancel_now(self._business, subscription, is_prorated=is_prorated)
        else:
            moment = None if when == "period_end" else at(when)
            ending.cancel_later(self._business, subscription, moment)

    def _keep(self, said: StoryLine) -> None:
        ending.keep(self._business, self._business.subscription(said.who))

    def _pause(self, said: StoryLine) -> None:
        until = said.options.get("until")
        renewing.pause(
            self._business,
            self._business.subscription(said.who),
            said.options.get("invoices", "void"),
            at(until) if until else None,
        )

    def _resume(self, said: StoryLine) -> None:
        renewing.resume(self._business, self._business.subscription(said.who))

    def _discount(self, said: StoryLine) -> None:
        subscription = self._business.subscription(said.who)
        with self._business.account.changing(subscription, "customer.subscription.updated"):
            if said.words == ("nothing",):
                discounts.take_all(self._business, subscription)
            else:
                item = _item(subscription, said.options["on"]) if "on" in said.options else None
                discounts.give(self._business, subscription, said.words[0], item)

    def _card(self, said: StoryLine) -> None:
        customer = self._customer(said.who)["id"]
        if said.words == ("fails",):
            self._business.failing.add(customer)
        else:
            renewing.pay_what_is_open(self._business, customer)

    def _charge(self, said: StoryLine) -> None:
        customer = self._customer(said.who)
        amount, *words = said.words
        line = single_line(self._business, customer, None, int(amount), " ".join(words) or "Once")
        item = changing.invoice_item(customer["id"], line)
        self._business.account.happened("invoiceitem.created", self._business.account.add(item))
        self._business.waiting[customer["id"]].append(line)

    def _bill(self, said: StoryLine) -> None:
        invoice = invoices.draft_alone(self._business, self._customer(said.who))
        invoices.finalise(self._business, invoice)
        invoices.settle(self._business, invoice)

    def _refund(self, said: StoryLine) -> None:
        account, (amount,) = self._business.account, said.words
        charge = {
            "id": account.new_id("ch"),
            "object": "charge",
            "amount_refunded": int(amount),
            "created": account.now,
            "customer": self._customer(said.who)["id"],
            "refunded": True,
        }
        account.happened("charge.refunded", charge, {"amount_refunded": 0, "refunded": False})

    def _suspend(self, said: StoryLine) -> None:
        renewing.suspend(self._business, self._business.subscription(said.who))

    def _take_up(self, said: StoryLine) -> None:
        renewing.take_up(self._business, self._business.subscription(said.who))

    def _begin_anew(self, said: StoryLine) -> None:
        changing.begin_anew(self._business, self._business.subscription(said.who))

    def _extend_trial(self, said: StoryLine) -> None:
        subscription = self._business.subscription(said.who)
        changing.extend_trial(self._business, subscription, int(said.words[0]))

    def _use(self, said: StoryLine) -> None:
        price, quantity = said.words
        item = _item(self._business.subscription(said.who), price)
        self._business.used[item["id"]] += int(quantity)

    def _rename(self, said: StoryLine) -> None:
        customer = self._customer(said.who)
        with self._business.account.changing(customer, "customer.updated"):
            customer["name"] = " ".join(said.words)

    def _rename_product(self, said: StoryLine) -> None:
        product = self._business.account.get("product", f"prod_{said.who}")
        with self._business.account.changing(product, "product.updated"):
            product["name"] = " ".join(said.words)

    def _label(self, said: StoryLine) -> None:
        """Write metadata on a customer, or on one of their subscriptions by ``on=``."""
        account, name = self._business.account, said.options.get("on")
        holder, kind = self._customer(said.who), "customer.updated"
        if name:
            holder, kind = self._business.subscription(name), "customer.subscription.updated"
        with account.changing(holder, kind):
            holder["metadata"][said.words[0]] = " ".join(said.words[1:])

    def _delete(self, said: StoryLine) -> None:
        ending.delete_customer(self._business, self._customer(said.who))

    def _retries(self, said: StoryLine) -> None:
        finally_, *days = said.words
        customer = self._customer(said.who)["id"]
        rules = RetryRules(days=tuple(int(one) for one in days), finally_=finally_)
        self._business.retries[customer] = rules

    def _customer(self, name: str) -> JsonObject:
        account = self._business.account
        if not account.has("customer", f"cus_{name}"):
            return catalog.add_customer(account, name)
        return account.get("customer", f"cus_{name}")


def parse_line(line: str) -> tuple[int, StoryLine]:
    """Return a line's moment and what is said of it."""
    found = LINE.fullmatch(" ".join(line.split()))
    if not found:
        raise ImpossibleStoryError(f"no line of a story: {line}")
    day, minute, rest = found.groups()
    return at(f"{day} {minute or '12:00'}"), StoryLine.parse(rest)


def _item(subscription: JsonObject, price: str) -> JsonObject:
    for item in items_of(subscription):
        if item["price"]["id"] == f"price_{price}":
            return item
    raise ImpossibleStoryError(f"{subscription['id']} has no item of {price}")


def _counted(word: str) -> tuple[str, int]:
    name, _, number = word.partition(":")
    return name, int(number or 1)


def _item_change(word: str, subscription: JsonObject) -> ItemChange:
    """Read ``old->new:5``, ``seat:7``, ``+new`` or ``-old``; no number keeps the quantity."""
    if word.startswith("-"):
        return ItemChange(old=word[1:], new=None)
    if word.startswith("+"):
        name, quantity = _counted(word[1:])
        return ItemChange(old=None, new=name, quantity=quantity)
    old, _, new = word.rpartition("->")
    name, _, number = new.partition(":")
    held = {item["price"]["id"]: item.get("quantity", 1) for item in items_of(subscription)}
    kept = held.get(f"price_{old or name}", 1)
    return ItemChange(old=old or name, new=name, quantity=int(number) if number else kept)
