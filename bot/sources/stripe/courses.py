"""Courses of subscriptions: what a shelf has of each, as terms of a contract."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from bot.sources.stripe.reading import StripeReading
from metrics.contracts.terms import Term
from storage.importing.stripe.agreement import contradicts
from storage.importing.stripe.course import course_of
from storage.importing.stripe.discounts import GivenDiscount
from storage.importing.stripe.failures import (
    Payment,
    Stretch,
    dated,
    unpaid_stretches,
    with_failures,
)
from storage.importing.stripe.history import LineHistory
from storage.importing.stripe.lines import PaidLine, additions, paid_line
from storage.importing.stripe.objects import Json, day_before, day_of, inner, key_of, listed
from storage.importing.stripe.ordering import has_returns, in_order
from storage.importing.stripe.snapshots import PayState, Snapshot
from storage.importing.stripe.standings import FAILED
from storage.importing.stripe.subscriptions import shown_discounts, snapshot_of
from storage.importing.stripe.taxes import Rates, may_be_told_by_lines, rates_of
from storage.importing.stripe.usage import usage_terms, without_later

_CREATED = "customer.subscription.created"
_RESUMED = "customer.subscription.resumed"
_PAYMENT_FAILED = "invoice.payment_failed"


class SubscriptionCourse(NamedTuple):
    """Customer of a subscription, and its terms."""

    customer: str
    terms: Sequence[Term]


class _ToldCourse(NamedTuple):
    history: Sequence[Snapshot]
    snapshots: Sequence[Snapshot]


@dataclass(frozen=True, slots=True)
class StripeCourses:
    """Works out the course of one subscription after the other.

    ``since`` is the moment up to which the ledger knows those that it holds, ``rates`` are of the
    taxes that the prices of one include.
    """

    reading: StripeReading
    now: int
    since: int
    rates: Rates = field(default_factory=dict)

    def course(
        self, subscription: str, held: Sequence[Term], account: str = ""
    ) -> SubscriptionCourse | None:
        """Work out the course of a subscription; None if nothing tells what it is of.

        Parameters
        ----------
        account : str
            The account that what is held is of.
        """
        shelf, billed = self.reading.shelf, self.reading.shelf.about(subscription, "billed")
        committed = [one for one in held if not one.is_usage]
        events = self._events(subscription)
        is_whole = bool(committed) or any(one["type"] == _CREATED for one in events)
        if not is_whole and not shelf.about(subscription, "now"):
            self.reading.read_course(subscription)
        objects = [inner(one, "data", "object") for one in events if "data" in one]
        now = shelf.about(subscription, "now")[-1:]
        known = (*(key_of(one.get("customer")) for one in (*now, *objects, *billed)), account)
        if not any(known):
            return None
        if now or objects:
            self.reading.learn_discounts(subscription, [*now, *objects])
            told = self._told(subscription, events, now)
            committed = course_of(*self._going_on(committed, told), subscription)
        newest = [*now, *reversed(objects)][:1]
        usage = self._usage(subscription, held, newest, is_billed=bool(billed))
        return SubscriptionCourse(next(filter(None, known)), [*committed, *usage])

    def _events(self, subscription: str) -> Sequence[Json]:
        """List the events of a subscription in order, which how it stands may tell."""
        shelf = self.reading.shelf
        events, now = shelf.about(subscription, "event"), shelf.about(subscription, "now")
        if not now and has_returns(events):
            self.reading.read_standing(subscription)
            now = shelf.about(subscription, "standing")
        return [*in_order(events, now[-1] if now else None)]

    def _going_on(
        self, held: Sequence[Term], told: _ToldCourse
    ) -> tuple[Sequence[Term], Sequence[Snapshot]]:
        """Choose the terms to go on with, and from when: none that invoices contradict."""
        before = [one for one in told.history if one.moment < self.since]
        if not held or contradicts(held, before):
            return (), told.snapshots
        return held, [one for one in told.snapshots if one.moment >= self.since]

    def _usage(
        self, subscription: str, held: Sequence[Term], newest: Sequence[Json], *, is_billed: bool
    ) -> Iterator[Term]:
        """Yield what invoices have billed of usage, or else what is held of it."""
        shelf = self.reading.shelf
        is_read = bool(shelf.about(subscription, "payment"))
        if is_billed and not is_read:
            self.reading.read_usage(subscription)
            is_read = True
        terms = [one for one in held if one.is_usage]
        if is_read:
            lines = map(paid_line, shelf.about(subscription, "usage"))
            terms = [*usage_terms(lines, subscription, self.reading.catalogue)]
        known = (*newest, *shelf.about(subscription, "standing"))
        ended = [day_before(int(one["ended_at"])) for one in known if one.get("ended_at")]
        return without_later(terms, min(ended, default=None))

    def _told(self, subscription: str, events: Sequence[Json], now: Sequence[Json]) -> _ToldCourse:
        """Read a subscription's lines, and the taxes that its prices include, for its course."""
        about = self.reading.shelf.about
        lines = [paid_line(one) for one in about(subscription, "line")]
        said = [*(one["data"]["object"] for one in events if "data" in one), *now]
        rates = self._rates(subscription, (*now, *reversed(said))[0], lines)
        lines += additions(said[0], lines)
        payments = (Payment(**one) for one in about(subscription, "payment"))
        stretches = unpaid_stretches(payments)
        return replace(self, rates=rates)._snapshots(lines, events, now, stretches)  # noqa: SLF001

    def _snapshots(
        self,
        lines: Sequence[PaidLine],
        events: Sequence[Json],
        now: Sequence[Json],
        stretches: Sequence[Stretch],
    ) -> _ToldCourse:
        """Read a subscription's history, and its snapshots: history, events, and now."""
        told = [*self._of_events(events)]
        latest = [self._snapshot(said, self.now) for said in now]
        first = min((one.moment for one in (*told, *latest)), default=self.now)
        given = self._given(events, now)
        history = with_failures([*self._history(lines, latest, given)], stretches)
        past = [one for one in history if one.moment <= first]
        known = sorted([*told, *latest], key=lambda one: one.moment)
        return _ToldCourse(history, [*past, *(dated(one, stretches) for one in known)])

    def _of_events(self, events: Sequence[Json]) -> Iterator[Snapshot]:
        """Yield how a subscription stood at each event, with the day of a payment that failed."""
        failed: date | None = None
        for event in events:
            moment = int(event["created"])
            if event["type"] == _PAYMENT_FAILED:
                failed = failed or day_of(moment)
                continue
            one = self._snapshot(event["data"]["object"], moment)
            if one.standing is PayState.PAID:
                failed = None
            before = inner(event, "data", "previous_attributes", "status")
            is_back = event["type"] == _RESUMED or before == "paused"
            back = day_of(moment) if is_back and not one.paused else one.resumes
            yield replace(one, failed=failed, resumes=back)

    def _rates(self, subscription: str, said: Json, lines: Sequence[PaidLine]) -> Rates:
        """Find the taxes that prices include; what only invoices tell is asked of them."""
        shelf, items = self.reading.shelf, listed(said.get("items"))
        if not shelf.about(subscription, "payment") and any(
            may_be_told_by_lines(said, one) for one in items
        ):
            self.reading.read_taxes(subscription)
        return rates_of(said, [*lines, *map(paid_line, shelf.about(subscription, "taxed"))])

    def _given(self, events: Sequence[Json], now: Sequence[Json]) -> Mapping[str, GivenDiscount]:
        """Read the discounts of the subscription as it is first told, where invoices end."""
        of_events = [
            (one["data"]["object"], int(one["created"])) for one in events if "data" in one
        ]
        told = [*of_events, *((one, self.now) for one in now)][:1]
        return shown_discounts(*told[0], self.reading.catalogue) if told else {}

    def _history(
        self,
        lines: Sequence[PaidLine],
        latest: Sequence[Snapshot],
        given: Mapping[str, GivenDiscount],
    ) -> Iterator[Snapshot]:
        catalogue = self.reading.catalogue
        history = LineHistory(lines, catalogue, given, self.rates)
        yield from history.snapshots()
        for one in latest:
            until = history.paid_until
            has_failed = one.standing is PayState.UNPAID or one.ending.reason == FAILED
            if until is not None and not has_failed and day_of(until) < one.day:
                yield from history.unpaid()

    def _snapshot(self, said: Json, moment: int) -> Snapshot:
        return snapshot_of(said, moment, self.reading.catalogue, self.rates)
