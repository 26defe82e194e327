"""Sets up, changes, lists and sends digests, for Slack and the command line alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.access.decisions import LISTS_YOURS, Action, Allow, Reach
from bot.access.gate import Gate
from bot.command_places import CommandPlace
from bot.delivery.failure_notices import REASONS
from bot.digests.choices import Choices, choices_of
from bot.digests.composing import ComposedDigest, digest_parcels, local_day
from bot.digests.wording.subscriptions import Listed
from bot.errors import UsageError
from bot.slack.sent import Asker
from metrics.rollup import Scope
from metrics.schedules import week_of
from storage.access import audit
from storage.access.audit import Entry
from storage.channels.posted_figures import remember
from storage.delivery import outbox
from storage.delivery.parcels import State
from storage.digests import stuck, subscriptions
from storage.digests.stuck import StuckMessage
from storage.digests.subscriptions import Destination, DigestContent, Subscription
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState

_SETS_UP = {CommandPlace.SLACK: "here", CommandPlace.TERMINAL: "add"}
NONE_SEEN = f"this channel has a digest of figures that you may not see: {LISTS_YOURS}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribing:
    """Sets digests up, changes and ends them, and sends one between two weeks.

    Attributes
    ----------
    compose : callable
        Composes the digest of a subscription for the current week.
    now : callable
        The moment it is, aware.
    place : CommandPlace
        Where the commands are typed that are advised.
    """

    store: Store
    compose: Callable[[Subscription, str, datetime], ComposedDigest]
    now: Callable[[], datetime]
    place: CommandPlace = CommandPlace.SLACK

    @property
    def none_here(self) -> str:
        """Say that a channel has no digest, and how to set one up."""
        return f"this channel has no digest yet: {self._command(_SETS_UP[self.place])} sets one up"

    def _command(self, words: str) -> str:
        return f"`{self.place.command(f'digest {words}')}`"

    def require_new(
        self, channel_id: str, content: DigestContent, *, beside: int | None = None
    ) -> None:
        """Check that a channel has no such digest, but for the one to be changed.

        Raises
        ------
        UsageError
            If it has: it would get the same figures twice.
        """
        for known in self._list(channel_id):
            if known.content == content and known.id != beside:
                change = f"{self._command(f'edit {known.id}')} changes it"
                end = f"{self._command(f'remove {known.id}')} ends it"
                instead = change if self.place is CommandPlace.SLACK else end
                raise UsageError(f"this channel has a digest of that already: {instead}")

    def add(
        self, destination: Destination, choices: Choices, *, entry: Entry | None = None
    ) -> Subscription:
        """Set up a digest; its audit entry is stored exactly if the digest is."""
        now = self.now()
        schedule = choices.schedule(now=now)
        with audit.audited(self.store, entry) as session:
            return subscriptions.add(session, destination, choices.content, schedule, now=now)

    def change(
        self, channel_id: str, number: int, choices: Choices, *, entry: Entry | None = None
    ) -> Subscription:
        """Change a channel's digest; another time applies from next week on.

        Raises
        ------
        UsageError
            If it has been removed meanwhile.
        """
        now = self.now()
        with audit.audited(self.store, entry) as session:
            here = {known.id: known for known in subscriptions.list_in(session, channel_id)}
            if number not in here:
                raise UsageError("this digest has been removed meanwhile: set up a new one")
            keeps_its_time = replace(choices_of(here[number]), content=choices.content) == choices
            schedule = None if keeps_its_time else choices.schedule(now=now)
            return subscriptions.change(
                session, number, choices.content, schedule=schedule, now=now
            )

    def set_state(
        self, subscription: Subscription, state: SubscriptionState, *, entry: Entry | None = None
    ) -> Subscription:
        """Pause, resume or remove a digest."""
        now = self.now()
        with audit.audited(self.store, entry) as session:
            return subscriptions.set_state(session, subscription.id, state, now=now)

    def find(
        self,
        channel_id: str,
        number: int | None,
        *,
        is_seen: Callable[[Subscription], bool] = lambda _: True,
    ) -> Subscription:
        """Find a digest of a channel by its number, or its only one, among those that are seen.

        Raises
        ------
        UsageError
            If it has none, or none with that number, or several to choose from.
        """
        every = self._list(channel_id)
        here = {known.id: known for known in every if is_seen(known)}
        if not here:
            raise UsageError(NONE_SEEN if every else self.none_here)
        if number is None and len(here) == 1:
            return next(iter(here.values()))
        if number in here:
            return here[number]
        numbers = ", ".join(map(str, here))
        problem = "which digest" if number is None else f"there is no digest {number} here"
        raise UsageError(
            f"{problem}: this channel has {numbers}; {self._command('list')} shows them"
        )

    def get(self, number: int) -> Subscription:
        """Find a digest by its number, in whatever channel.

        Raises
        ------
        UsageError
            If there is none.
        """
        known = self._kept(number)
        if known is None:
            raise UsageError(f"there is no digest {number}: {self._command('list')} shows them")
        return known

    def own(self, number: int, owner_id: str) -> Subscription:
        """Find a digest of a person's own by its number, in whatever channel.

        Raises
        ------
        UsageError
            If there is none of theirs.
        """
        known = self._kept(number)
        if known is None or known.destination.owner_id != owner_id:
            raise UsageError(f"you have no digest {number} any more")
        return known

    def listed(self, channel_id: str | None = None) -> tuple[Listed, ...]:
        """List the digests of a channel, or of all, with the state of their messages."""
        with self.store.read() as session:
            known = (
                subscriptions.list_all(session)
                if channel_id is None
                else subscriptions.list_in(session, channel_id)
            )
            sent = stuck.last_sent(session, [one.id for one in known])
            waiting = stuck.list_stuck(session)
        return tuple(
            Listed(
                subscription=one,
                why=REASONS.get(one.status.reason or "", one.status.reason or ""),
                last_sent=sent.get(one.id),
                stuck=tuple(message for message in waiting if _is_told(message, one)),
            )
            for one in known
        )

    def send_now(
        self, subscription: Subscription, *, request_id: str, entry: Entry | None = None
    ) -> None:
        """Put a digest on its way at once; it does not count as that week's.

        Raises
        ------
        UsageError
            If it is not active.
        MetricsError, StorageError
            If it cannot be composed.
        """
        if subscription.status.state is not SubscriptionState.ACTIVE:
            raise UsageError(
                f"digest {subscription.id} is {subscription.status.state}:"
                f" {self._command(f'resume {subscription.id}')} first"
            )
        now = self.now()
        composed = self.compose(subscription, week_at(subscription, now), now)
        parcel, *below = digest_parcels(
            subscription, composed, occasion=f"now:{request_id}", due_at=now
        )
        with audit.audited(self.store, entry) as session:
            if outbox.enqueue(session, parcel, now=now):
                for each in below:
                    outbox.enqueue(session, each, now=now)
                channel_id, key = parcel.address.channel_id, parcel.dedupe_key
                remember(session, channel_id, composed.posted, outbox_key=key, now=now)

    def _kept(self, number: int) -> Subscription | None:
        with self.store.read() as session:
            known = subscriptions.get(session, number)
        is_removed = known is None or known.status.state is SubscriptionState.REMOVED
        return None if is_removed else known

    def _list(self, channel_id: str) -> list[Subscription]:
        with self.store.read() as session:
            return subscriptions.list_in(session, channel_id)


def post_entry(gate: Gate, asker: Asker, scope: Scope, channel_id: str) -> Entry:
    """Require that a person may have digests of a scope in a channel; return its audit entry.

    Raises
    ------
    AccessDeniedError
        If the channel or the person is not allowed, or not any more.
    """
    reach = Reach(scope=scope)
    surface = gate.require_post(asker, Action.SUBSCRIBE, reach, channel_id)
    return gate.records.entry(asker, Action.SUBSCRIBE, Allow(), surface=surface, reach=reach)


def week_at(subscription: Subscription, now: datetime) -> str:
    """Return the current ISO week in the time zone of a subscription's newest schedule."""
    return week_of(local_day(now, subscription.schedules[-1].time_zone))


def _is_told(message: StuckMessage, subscription: Subscription) -> bool:
    # the channel need not know of a message that was called off when it lost the right to have it
    return (
        message.subscription_id == subscription.id and message.failure.state is not State.SUSPENDED
    )
