"""The ``sweep`` tick, once an hour: what is old goes, what was lost is noticed, and a sign of life.

Slack may not have told us that a channel was archived, or that somebody left: so it is asked.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from urllib.request import Request, urlopen

from bot.delivery.notices import Notices
from bot.delivery.outcomes import DIGEST, NOTICE
from bot.delivery.payloads import Payload, pack
from bot.delivery.permissions import is_final
from bot.delivery.verdicts import Verdict
from bot.message import Message
from storage import outbox, subscriptions
from storage.engine import Store
from storage.outbox import Parcel, State
from storage.outbox_figures import count_by_state, count_sent
from storage.outbox_pictures import give_up_pictures
from storage.subscriptions import Subscription, SubscriptionState

KEPT = timedelta(days=30)
"""How long what was said is kept; that it was said is kept for ever."""
WEEK = timedelta(days=7)
STUCK = frozenset({State.DEAD, State.NEEDS_ATTENTION})
PING_SECONDS = 10

log = logging.getLogger("nrrbot.sweep")


class AsksOfSubscriptions(Protocol):
    """Says whether a subscription's channel may have figures."""

    def of_subscription(self, subscription: Subscription) -> Verdict | None:
        """Return why not; None if it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Does what need not be done at once.

    Attributes
    ----------
    ping : callable, optional
        Tells a dead man's switch outside that the bot is alive.
    """

    store: Store
    team_id: str
    permissions: AsksOfSubscriptions
    notices: Notices
    now: Callable[[], datetime]
    ping: Callable[[], None] | None = None

    def run(self) -> None:
        """Do all of it; what fails is done again in an hour."""
        self._forget()
        for subscription in self._active():
            self.check(subscription)
        self._say_alive()
        if self.ping is not None:
            self.ping()

    def _forget(self) -> None:
        now = self.now()
        with self.store.write(ledger=False) as session:
            outbox.blank_payloads(session, before=now - KEPT)
            give_up_pictures(session, now=now)

    def _active(self) -> list[Subscription]:
        with self.store.read() as session:
            active = subscriptions.list_active(session)
        return [each for each in active if each.team_id == self.team_id]

    def check(self, subscription: Subscription) -> bool:
        """Tell whether a channel may have figures; suspend its subscription if it never will."""
        verdict = self.permissions.of_subscription(subscription)
        if verdict is not None and is_final(verdict):
            self._suspend(subscription, verdict.code)
        return verdict is None

    def _suspend(self, subscription: Subscription, code: str) -> None:
        """Suspend a subscription and say so once, whoever else finds out at the same time."""
        now, number = self.now(), subscription.id
        parcels = self.notices.parcels(
            self.notices.suspended(subscription.channel_id, code),
            key=f"suspended:{number}:{subscription.changed_at.isoformat()}",
            team_id=self.team_id,
            owner_id=subscription.owner_id,
            now=now,
        )
        with self.store.write(ledger=False) as session:
            if subscriptions.get(session, number) != subscription:
                return
            suspended = SubscriptionState.SUSPENDED
            subscriptions.set_state(session, number, suspended, reason=code, now=now)
            outbox.suspend_waiting(session, number, error=code)
            for parcel in parcels:
                outbox.enqueue(session, parcel, now=now)
        log.warning("subscription suspended", extra={"result": code})

    def _say_alive(self) -> None:
        """Enqueue the week's sign of life; its key makes it one, however often this runs."""
        channel_id = self.notices.admin_channel
        if channel_id is None:
            return
        now = self.now()
        year, week, _ = now.isocalendar()
        with self.store.write(ledger=False) as session:
            count = count_sent(session, kind=DIGEST, since=now - WEEK)
            stuck = sum(
                number
                for (state, kind), number in count_by_state(session).items()
                if state in STUCK and kind != NOTICE
            )
            parcel = Parcel(
                dedupe_key=f"alive:{self.team_id}:{year}-W{week:02d}",
                kind=NOTICE,
                team_id=self.team_id,
                channel_id=channel_id,
                scope="",
                payload_json=pack(Payload(message=Message(alive_words(count, stuck)))),
                data_version=0,
                due_at=now,
            )
            outbox.enqueue(session, parcel, now=now)


def alive_words(count: int, stuck: int) -> str:
    """Return the sign of life; its absence is the alarm."""
    digests = "1 digest" if count == 1 else f"{count} digests"
    return f"I am alive: {digests} sent in the last seven days, {stuck} stuck."


def ping(url: str) -> None:
    """Call a dead man's switch; that it cannot be reached is for the switch to say."""
    if not url.startswith(("https://", "http://")):
        return
    try:
        with urlopen(Request(url), timeout=PING_SECONDS) as answer:  # noqa: S310 # nosec B310 - http(s)
            answer.read()
    except OSError as error:
        log.warning("the sign of life was not heard", exc_info=error)
