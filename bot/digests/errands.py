"""What the lines of ``nrrbot digest`` do, each of them one errand."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from bot.access.decisions import Action, Reach
from bot.access.wiring import build_gate
from bot.answers.answers import Answers
from bot.answers.workplace import Workplace
from bot.clock import utc_now
from bot.config import Settings
from bot.console import out, print_json
from bot.delivery.outcomes import DIGEST, STALE_AFTER
from bot.digests.choices import (
    Choices,
    default_choices,
    read_dimension,
    read_hour,
    read_period,
    read_sections,
    read_time_zone,
    read_weekday,
)
from bot.digests.list_document import digest_document, message_document
from bot.digests.preview import Preview, print_preview
from bot.digests.subscribing import Subscribing
from bot.digests.wiring import build_subscribing
from bot.digests.wording.schedules import weekly
from bot.digests.wording.subscriptions import about, listed_lines, next_words
from bot.errors import AccessDeniedError, UsageError
from bot.questions.scopes import read_scope
from bot.slack.client import find_workspace, slack_client
from bot.slack.sent import Asker
from storage.digests import stuck
from storage.digests.stuck import StuckMessage
from storage.digests.subscriptions import Destination, DigestContent, Subscription
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState

MAY_DOUBLE = (
    "Slack may have it already, without having said so: look into the channel, because it may be"
    " there twice."
)
"""Said when a message is sent again of which nobody knows whether Slack took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody typed of a new digest; None is what is usual."""

    weekday: str
    hour: str
    time_zone: str | None
    scope: str
    dimension: str | None
    period: str
    parts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What every errand works with."""

    settings: Settings
    store: Store
    answers: Answers
    subscribing: Subscribing

    @classmethod
    def ready(cls) -> "Bench":
        """Return it, on a store that is at head.

        Raises
        ------
        SettingsError, StorageError
            If it is not.
        """
        place = Workplace.ready()
        subscribing = build_subscribing(place.settings, store=place.store, answers=place.answers)
        return cls(
            settings=place.settings,
            store=place.store,
            answers=place.answers,
            subscribing=subscribing,
        )

    def named(self, channel_id: str | None, number: int | None) -> Subscription:
        """Return the digest of a channel, of a number, or of both.

        Raises
        ------
        UsageError
            If there is none, or the channel has several.
        """
        if channel_id is None and number is not None:
            return self.subscribing.get(number)
        return self.subscribing.find(channel_id or "", number)

    @property
    def preview(self) -> Preview:
        """Makes the digest of one week."""
        return Preview(
            settings=self.settings,
            store=self.store,
            answers=self.answers,
            subscribing=self.subscribing,
        )


def show(
    channel_id: str | None, number: int | None, week: str | None, *, folder: Path, as_json: bool
) -> None:
    """Print a digest, the usual one or a channel's, and write its pictures."""
    bench = Bench.ready()
    if channel_id is None and number is None:
        digest = bench.preview.default_digest(week)
    else:
        digest, _ = bench.preview.of_channel(bench.named(channel_id, number), week)
    print_preview(digest, folder=folder, as_json=as_json)


def send_week(
    channel_id: str | None, number: int | None, week: str | None, *, as_json: bool
) -> None:
    """Put a channel's digest of a week on its way, unless it is there already."""
    bench = Bench.ready()
    subscription = bench.named(channel_id, number)
    digest, due = bench.preview.of_channel(subscription, week)
    bench.preview.send(subscription, digest, due)
    if as_json:
        print_preview(digest, folder=None, as_json=True)
    else:
        say(f"Digest {subscription.id} of {due.week} is on its way.")


def add_digest(wanted: Wanted, *, channel_id: str, owner_id: str) -> None:
    """Set up a digest, once Slack says that its channel and its owner may have one."""
    bench = Bench.ready()
    choices = choose(bench, wanted)
    client = slack_client(bench.settings)
    workspace = find_workspace(client)
    gate = build_gate(bench.settings, store=bench.store, client=client, workspace=workspace)
    owner = Asker(
        user_id=owner_id, team_id=workspace.team_id, channel_id=channel_id, response_url=""
    )
    try:
        gate.require_person(owner)
    except AccessDeniedError as error:
        raise UsageError(f"the owner cannot have a digest, and would be told: {error}") from error
    reach = Reach(scope=choices.content.scope)
    gate.require_post(owner, Action.SUBSCRIBE, reach, channel_id)
    bench.subscribing.require_new(channel_id, choices.content)
    added = bench.subscribing.add(
        Destination(team_id=workspace.team_id, channel_id=channel_id, owner_id=owner_id), choices
    )
    first = next_words(added, now=bench.subscribing.now())
    when = weekly(added.schedules[-1])
    say(f"Digest {added.id} is set up: {about(added)}, {when}; first digest {first}.")


def choose(bench: Bench, wanted: Wanted) -> Choices:
    """Return what somebody typed, read.

    Raises
    ------
    UsageError, MetricsError
        If some of it cannot be read.
    """
    settings, vocabulary = bench.settings, bench.answers.vocabulary()
    usual = default_choices(
        time_zone=settings.nrrbot_time_zone, dimension=settings.nrrbot_main_dimension
    )
    return Choices(
        weekday=read_weekday(wanted.weekday),
        hour=read_hour(wanted.hour),
        time_zone=read_time_zone(wanted.time_zone or usual.time_zone),
        content=DigestContent(
            scope=read_scope(
                wanted.scope,
                vocabulary=vocabulary,
                today=bench.answers.today(),
                fiscal_start=settings.nrrbot_fiscal_year_start,
            ),
            dimension=read_dimension(
                wanted.dimension or usual.content.dimension, vocabulary=vocabulary
            ),
            period=read_period(wanted.period),
            sections=read_sections(wanted.parts.split(",")),
        ),
    )


def list_digests(channel_id: str | None, *, as_json: bool) -> None:
    """Print every digest, or a channel's, and the messages that wait for a person."""
    bench = Bench.ready()
    listed = bench.subscribing.listed(channel_id)
    with bench.store.read() as session:
        waiting = [
            message
            for message in stuck.list_stuck(session)
            if channel_id in {None, message.channel_id}
        ]
    if as_json:
        print_json(
            {
                "digests": [digest_document(one) for one in listed],
                "messages": [message_document(message) for message in waiting],
            }
        )
        return
    for one in listed:
        to = one.subscription.destination
        say(f"In {to.channel_id}, owned by {to.owner_id}")
        for line in listed_lines(one, now=bench.subscribing.now()):
            say(f"  {line}")
    if not listed:
        say("There is no digest yet: `nrrbot digest add` or `/nrr digest here` sets one up.")
    for message in waiting:
        say(
            f"Message {message.number} ({message.kind}) to {message.channel_id} waits for you:"
            f" {message.state}, {message.error or 'no reason given'}."
        )


def pause_digest(number: int) -> None:
    """Let a digest come no more until it is resumed."""
    _set_state(number, SubscriptionState.PAUSED)
    say(f"Digest {number} is paused: `nrrbot digest resume {number}` lets it come again.")


def resume_digest(number: int) -> None:
    """Let a digest come again; whether its channel may have it is asked when it is sent."""
    bench, resumed = _set_state(number, SubscriptionState.ACTIVE)
    moment = next_words(resumed, now=bench.subscribing.now())
    say(f"Digest {number} comes again: the next one {moment}.")


def remove_digest(number: int) -> None:
    """End a digest for good."""
    _set_state(number, SubscriptionState.REMOVED)
    say(f"Digest {number} is removed: none comes any more.")


def send_now(number: int) -> None:
    """Put a digest on its way, beside those of the weeks."""
    subscribing = Bench.ready().subscribing
    subscribing.send_now(subscribing.get(number), request_id=uuid4().hex)
    say(f"Digest {number} is on its way; a running `nrrbot serve` sends it.")


def retry_message(number: int) -> None:
    """Send a stuck message again.

    Raises
    ------
    UsageError
        If it is not stuck, or would not be sent.
    """
    bench = Bench.ready()
    message = _find_stuck(bench, number)
    of = message.subscription_id
    if of is not None and bench.subscribing.get(of).status.state is not SubscriptionState.ACTIVE:
        raise UsageError(f"its digest {of} is not active: `nrrbot digest resume {of}` first")
    if message.kind == DIGEST and utc_now() - message.due_at > STALE_AFTER:
        raise UsageError(
            f"message {number} was due more than two days ago, which is too late:"
            f" `nrrbot digest now {of}` sends a new one"
        )
    with bench.store.write(ledger=False) as session:
        stuck.put_back(session, number, now=utc_now())
    say(f"Message {number} is on its way again.")
    if message.is_in_doubt:
        say(MAY_DOUBLE)


def dismiss_message(number: int) -> None:
    """Decide that a stuck message is not sent.

    Raises
    ------
    UsageError
        If it is not stuck.
    """
    bench = Bench.ready()
    _find_stuck(bench, number)
    with bench.store.write(ledger=False) as session:
        stuck.dismiss(session, number)
    say(f"Message {number} is dismissed: it is not sent.")


def say(text: str) -> None:
    """Print a sentence as it is."""
    out.print(text, markup=False, highlight=False, soft_wrap=True)


def _set_state(number: int, state: SubscriptionState) -> tuple[Bench, Subscription]:
    bench = Bench.ready()
    return bench, bench.subscribing.set_state(bench.subscribing.get(number), state)


def _find_stuck(bench: Bench, number: int) -> StuckMessage:
    with bench.store.read() as session:
        for message in stuck.list_stuck(session):
            if message.number == number:
                return message
    raise UsageError(f"message {number} is not stuck: `nrrbot digest list` shows those that are")
