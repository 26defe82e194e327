"""Reading of Stripe: all of an account, or what its events name since a moment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bot.sources.stripe.api import NotThereError, StripeApi
from bot.sources.stripe.catalogue import KINDS, StripeCatalogue
from bot.sources.stripe.customer_shelf import CustomerShelf
from bot.sources.stripe.events import TYPES, StripeEvents
from bot.sources.stripe.refusals import NotPermittedError
from bot.sources.stripe.shelf import Shelf
from storage.importing.stripe.attributes import SUBSCRIPTION
from storage.importing.stripe.failures import payment_of
from storage.importing.stripe.lines import PaidLine, kept, lines_of, pending_line, subscription_of
from storage.importing.stripe.objects import Json, inner

PENDING_UNREAD = (
    "Prorations that no invoice has yet could not be read: Stripe lets this key read no invoice"
    " items. A change of more than 30 days ago that only they tell counts from today."
)


@dataclass(frozen=True, slots=True)
class StripeReading:
    """Puts what Stripe has on a shelf, by subscription.

    ``count`` hears how many objects came with each page; ``customers`` has what is told of them;
    ``unread`` has sentences about what could not be read, and is no failure.
    """

    api: StripeApi
    shelf: Shelf
    catalogue: StripeCatalogue
    customers: CustomerShelf
    count: Callable[[int], None]
    unread: list[str] = field(default_factory=list)

    def read_all(self, since: int) -> None:
        """Read a whole account: lists, subscriptions, all invoices, and events since a moment."""
        for kind in KINDS:
            self.read_list(kind)
        wanted = {"status": "all", "expand": ["data.discounts"]}
        for page in self.api.pages("/v1/subscriptions", **wanted):
            for one in page:
                self._keep_now(one)
            self.count(len(page))
        self._read_invoices()
        self._read_pending()
        self.read_events(since)

    def read_list(self, kind: str) -> None:
        """Read all objects of a kind."""
        for some in self.catalogue.read_all(kind):
            self.count(some)

    def read_events(self, since: int) -> None:
        """Read the events that are about subscriptions since a moment, each once."""
        events = StripeEvents(self.api, self.shelf, self.catalogue, self.customers)
        wanted = {"types": [*TYPES], "created": {"gte": since}}
        for page in self.api.pages("/v1/events", **wanted):
            for event in page:
                events.keep(event)
            self.count(len(page))

    def read_customers(self) -> None:
        """Read all customers, and subscriptions where something is asked of them, as they stand."""
        self.read_list("customer")
        if SUBSCRIPTION in self.customers.holders:
            for page in self.api.pages("/v1/subscriptions", status="all"):
                for one in page:
                    self.customers.see(one)
                self.count(len(page))

    def read_course(self, subscription: str) -> None:
        """Read one subscription as it stands, and its invoices."""
        now = self.api.one(f"/v1/subscriptions/{subscription}", expand=["discounts"])
        if now is not None:
            self._keep_now(now)
            self._read_invoices(subscription=subscription)

    def read_taxes(self, subscription: str) -> None:
        """Read the newest invoices of a subscription, for the taxes on their lines alone."""
        pages = self.api.pages("/v1/invoices", subscription=subscription)
        for invoice in next(iter(pages), ()):
            for line in lines_of(invoice):
                self.shelf.add(subscription, "taxed", kept(line))

    def read_usage(self, subscription: str) -> None:
        """Read the metered lines of a subscription's invoices, and whether it is over."""
        for page in self._invoices(subscription=subscription):
            self.catalogue.learn_discounts(*page)
            for invoice in page:
                self._keep_lines(filter(self.catalogue.is_usage, lines_of(self._whole(invoice))))
        self.read_standing(subscription)

    def read_standing(self, subscription: str) -> None:
        """Read how a subscription stands, for what events leave open."""
        now = self.api.one(f"/v1/subscriptions/{subscription}")
        self.shelf.add(subscription, "standing", now or {})

    def learn_discounts(self, subscription: str, objects: list[Json]) -> None:
        """Look up the discounts that are named by an id alone: on the subscription, its invoices.

        Parameters
        ----------
        objects : list of dict
            The subscription at several moments.
        """
        catalogue, wanted = self.catalogue, {"expand": ["discounts", "items.data.discounts"]}
        if catalogue.unknown_discounts(*objects):
            now = self.api.one(f"/v1/subscriptions/{subscription}", **wanted)
            catalogue.learn_discounts(*filter(None, [now]))
        if catalogue.unknown_discounts(*objects):
            invoices = self._invoices(subscription=subscription)
            catalogue.learn_discounts(*next(iter(invoices), ()))
        for key in catalogue.unknown_discounts(*objects):
            self.shelf.miss("discount", key)

    def _read_pending(self) -> None:
        """Read what no invoice has yet; without it a change is dated later, and none is lost."""
        try:
            for page in self.api.pages("/v1/invoiceitems", pending="true"):
                for item in page:
                    self._keep_lines(filter(None, [pending_line(item)]))
                self.count(len(page))
        except (NotPermittedError, NotThereError):
            self.unread.append(PENDING_UNREAD)

    def _keep_now(self, one: Json) -> None:
        self.catalogue.learn_discounts(one)
        self.customers.see(one)
        if inner(one, "items", "has_more"):
            items = [*self.api.every("/v1/subscription_items", subscription=one["id"])]
            one = {**one, "items": {"data": items}}
        self.shelf.add(one["id"], "now", one)

    def _read_invoices(self, **wanted: object) -> None:
        for page in self._invoices(**wanted):
            for invoice in page:
                self._keep_invoice(invoice)
            self.count(len(page))

    def _invoices(self, **wanted: object) -> Iterable[Sequence[Json]]:
        return self.api.pages("/v1/invoices", expand=["data.discounts"], **wanted)

    def _keep_invoice(self, invoice: Json) -> None:
        self.catalogue.learn_discounts(invoice)
        subscription = subscription_of(invoice)
        if subscription:
            self.shelf.add(subscription, "payment", payment_of(invoice)._asdict())
        self._keep_lines(lines_of(self._whole(invoice)))

    def _whole(self, invoice: Json) -> Json:
        if not inner(invoice, "lines", "has_more"):
            return invoice
        lines = [*self.api.every(f"/v1/invoices/{invoice['id']}/lines")]
        return {**invoice, "lines": {"data": lines}}

    def _keep_lines(self, lines: Iterable[PaidLine]) -> None:
        for line in lines:
            kind = "usage" if self.catalogue.is_usage(line) else "line"
            self.shelf.add(line.subscription, kind, kept(line))
