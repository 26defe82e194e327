"""Scenarios played at a stand-in of Stripe, synced at chosen moments, and what came of them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from http.client import HTTPConnection

import pytest
from sqlmodel import select

from bot.config import Settings
from bot.sources.configured import build_sources
from bot.sources.syncing import Syncing, SyncOutcome
from storage.sources.states import read_state
from storage.store.engine import Store
from storage.tables.sources import SourceStateRow
from storage.tables.views import MrrMovement
from tests.stripe.moments import at
from tests.stripe.scenarios.reading import Scenario, in_order, month_after, stock
from tests.stripe.server import FakeStripe
from tests.stripe.shapes import NEWEST

END = "2026-07-01"


class KilledSync(BaseException):
    """The process ended at this request."""


class Play:
    """Scenarios at a stand-in of Stripe, and a store that is synced with it."""

    def __init__(self, stripe: FakeStripe, store: Store, scenarios: Sequence[Scenario]) -> None:
        self.stripe = stripe
        self.store = store
        self.scenarios = scenarios
        self._left = in_order(scenarios)

    def now(self) -> datetime:
        """Return the moment it is at Stripe."""
        return datetime.fromtimestamp(self.stripe.account.now, UTC)

    def to(self, moment: str) -> None:
        """Let everything happen that does by a moment."""
        while self._left and self._left[0][0] <= at(moment):
            _, line = self._left.pop(0)
            self.stripe.story.tell(line)
        self.stripe.move_to(moment)

    def sync(self, store: Store | None = None) -> SyncOutcome:
        """Sync once, as a process would that was just started, perhaps with a store of its own."""
        store = store or self.store
        settings = Settings(
            _env_file=None,
            stripe_api_key=self.stripe.key,
            stripe_api_url=self.stripe.url,
        )
        [source] = build_sources(settings, store)
        syncing = Syncing(
            store=store, settings=settings, names=frozenset({"stripe"}), clock=self.now
        )
        return syncing.sync(source, today=self.now().date())

    def sync_on(self, days: Iterable[str]) -> None:
        """Sync on each of the days, at six in the morning."""
        for day in days:
            self.to(f"{day} 06:00")
            self.sync()

    def differences(self) -> list[str]:
        """Compare the ledger's month ends and drivers with those worked out by hand."""
        movements = self._movements()
        found = [*self._wrong_balances(movements), *self._wrong_drivers(movements)]
        known = {account for one in self.scenarios for account in one.mrr}
        return [*found, *(f"{one.account_id}?" for one in movements if one.account_id not in known)]

    def _movements(self) -> list[MrrMovement]:
        with self.store.read() as session:
            return list(session.scalars(select(MrrMovement)))

    def _wrong_balances(self, movements: Sequence[MrrMovement]) -> Iterator[str]:
        for scenario in self.scenarios:
            for account, by_month in scenario.mrr.items():
                own = [one for one in movements if one.account_id == account]
                for month, (currency, amount) in by_month.items():
                    held = _balance(own, month_after(month))
                    if held != ({currency: amount} if amount else {}):
                        yield f"{account} {month:%Y-%m}: {amount} {currency} and not {held}"

    def _wrong_drivers(self, movements: Sequence[MrrMovement]) -> Iterator[str]:
        for scenario in self.scenarios:
            for (account, month), driver in scenario.drivers.items():
                own = [one for one in movements if one.account_id == account]
                drivers = _drivers(own, month)
                if drivers != {driver}:
                    yield f"{account} {month:%Y-%m}: {driver} and not {drivers}"


@contextmanager
def playing(store: Store, scenarios: Sequence[Scenario], version: str = NEWEST) -> Iterator[Play]:
    """Start a stand-in that sells what the scenarios buy."""
    with FakeStripe(version=version) as stripe:
        stock(stripe.account)
        yield Play(stripe, store, scenarios)


def cursor_of(store: Store) -> str:
    """Return how far the store has read Stripe."""
    with store.read() as session:
        return read_state(session, "stripe").cursor


def wind_back(store: Store, cursor: str) -> None:
    """Let the store have read Stripe no further than it once had."""
    with store.write() as session:
        row = session.get_one(SourceStateRow, "stripe")
        row.cursor = cursor
        session.add(row)


@contextmanager
def killed_at(request: int) -> Iterator[None]:
    """End the process, as it were, when it is about to send its nth request."""
    sent = 0
    real = HTTPConnection.putrequest

    def put(self: HTTPConnection, *arguments: object, **named: object) -> None:
        nonlocal sent
        sent += 1
        if sent >= request:
            raise KilledSync
        real(self, *arguments, **named)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HTTPConnection, "putrequest", put)
        yield


def _balance(movements: Sequence[MrrMovement], before: date) -> dict[str, int]:
    held: defaultdict[str, int] = defaultdict(int)
    for one in movements:
        if one.effective_on < before:
            held[one.currency] += one.amount_minor
    return {currency: amount for currency, amount in held.items() if amount}


def _drivers(movements: Sequence[MrrMovement], month: date) -> set[str | None]:
    """Return the drivers of a month's movements, less what was reversed."""
    moved: defaultdict[tuple[date, str | None, str | None], int] = defaultdict(int)
    for one in movements:
        if month <= one.effective_on < month_after(month):
            moved[one.effective_on, one.product, one.driver] += one.amount_minor
    return {driver for (_, _, driver), amount in moved.items() if amount}
