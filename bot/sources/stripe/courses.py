"""Courses of subscriptions: what a shelf has of each, as terms of a contract."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from bot.sources.stripe.reading import StripeReading
from metrics.contracts.terms import Term
from storage.importing.stripe.course import course_of
from storage.importing.stripe.history import History
from storage.importing.stripe.lines import PaidLine
from storage.importing.stripe.objects import Json, day_of, inner, key_of
from storage.importing.stripe.ordering import in_order
from storage.importing.stripe.snapshots import Snapshot, Standing, snapshot_of
from storage.importing.stripe.untold import Untold

_CREATED = "customer.subscription.created"
_PAYMENT_FAILED = "invoice.payment_failed"


class SubscriptionCourse(NamedTuple):
    """Customer of a subscription, and its terms."""

    customer: str
    terms: Sequence[Term]


@dataclass(frozen=True, slots=True)
class StripeCourses:
    """Works out the course of one subscription after the other.

    ``since`` is the moment up to which the ledger knows those that it holds.
    """

    reading: StripeReading
    now: int
    since: int
    untold: Untold = field(default_factory=Untold)

    def course(self, subscription: str, held: Sequence[Term]) -> SubscriptionCourse | None:
        """Work out the course of a subscription; None if nothing tells what it is of."""
        shelf = self.reading.shelf
        events = [*in_order(shelf.about(subscription, "event"))]
        is_whole = bool(held) or any(one["type"] == _CREATED for one in events)
        if not is_whole and not shelf.about(subscription, "now"):
            self.reading.read_course(subscription)
        objects = [inner(one, "data", "object") for one in events if "data" in one]
        now = shelf.about(subscription, "now")[-1:]
        customers = [key_of(one.get("customer")) for one in (*now, *objects)]
        if not customers:
            return None
        self.reading.learn_discounts(subscription, [*now, *objects])
        snapshots = self._snapshots(subscription, events, now)
        after = self.since if held else 0
        known = [one for one in snapshots if one.moment >= after]
        return SubscriptionCourse(customers[0], course_of(held, known, subscription))

    def _snapshots(
        self, subscription: str, events: Sequence[Json], now: Sequence[Json]
    ) -> list[Snapshot]:
        told = [*self._of_events(events)]
        latest = [*self._as_they_stand(subscription, now)]
        first = min((one.moment for one in (*told, *latest)), default=self.now)
        past = [one for one in self._history(subscription, latest) if one.moment < first]
        return sorted([*past, *told, *latest], key=lambda one: one.moment)

    def _of_events(self, events: Sequence[Json]) -> Iterator[Snapshot]:
        """Yield how a subscription stood at each event, with the day of a payment that failed."""
        failed: date | None = None
        for event in events:
            moment = int(event["created"])
            if event["type"] == _PAYMENT_FAILED:
                failed = failed or day_of(moment)
                continue
            one = self._snapshot(event["data"]["object"], moment)
            if one.standing is Standing.PAID:
                failed = None
            is_back = inner(event, "data", "previous_attributes", "status") == "paused"
            back = day_of(moment) if is_back and not one.paused else one.resumes
            yield replace(one, failed=failed, resumes=back)

    def _as_they_stand(self, subscription: str, now: Sequence[Json]) -> Iterator[Snapshot]:
        payments = self.reading.shelf.about(subscription, "payment")
        paid = max((int(one["created"]) for one in payments if one["is_paid"]), default=0)
        failures = [
            int(one["failed"]) for one in payments if one["failed"] and int(one["created"]) > paid
        ]
        for said in now:
            failed = day_of(min(failures)) if failures else None
            yield replace(self._snapshot(said, self.now), failed=failed)

    def _history(self, subscription: str, latest: Sequence[Snapshot]) -> Iterator[Snapshot]:
        shelf, catalogue = self.reading.shelf, self.reading.catalogue
        lines = [
            PaidLine(**{**one, "discounts": tuple(one["discounts"])})
            for one in shelf.about(subscription, "line")
        ]
        history = History(lines, catalogue, self.untold)
        yield from history.snapshots()
        for one in latest:
            until = history.paid_until
            has_failed = one.standing is Standing.UNPAID or one.failed is not None
            if until is not None and not has_failed and day_of(until) < one.day:
                yield from history.unpaid()

    def _snapshot(self, said: Json, moment: int) -> Snapshot:
        return snapshot_of(said, moment, self.reading.catalogue, self.untold)
