"""``nrrbot digest``: previews, sends, sets up, pauses, removes digests; settles stuck messages."""

from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer

from bot.access.decisions import Action, Reach
from bot.access.wiring import gate_and_asker
from bot.access.wording import at_terminal, reason_of_another
from bot.command_places import CommandPlace
from bot.console import AsJson, Today, print_json, say
from bot.digests.choices import (
    Choices,
    default_choices,
    read_dimension,
    read_hour,
    read_period,
    read_time_zone,
    read_weekday,
)
from bot.digests.document import message_document, subscription_document
from bot.digests.wording.schedules import schedule_words
from bot.digests.wording.subscriptions import content_words, listed_lines, next_words
from bot.digests.workplace import DigestWorkplace, print_preview
from bot.errors import AccessDeniedError, UsageError
from bot.questions.days import parse_today
from bot.questions.scopes import read_scope
from storage.digests import stuck
from storage.digests.subscriptions import Destination, DigestContent, Subscription
from storage.tables.delivery import SubscriptionState

digest = typer.Typer(invoke_without_command=True, no_args_is_help=False, add_completion=False)

_MOST = 2**31 - 1  # the largest id that PostgreSQL's INTEGER holds: a larger one is an error there
Number = Annotated[
    int, typer.Argument(max=_MOST, help="Its number; `nrrbot digest list` shows it.")
]


@digest.callback()
def show_or_send(
    context: typer.Context,
    *,
    channel: Annotated[str | None, typer.Option(help="The digest of this channel id.")] = None,
    number: Annotated[
        int | None,
        typer.Option("--id", max=_MOST, metavar="NUMBER", help="Which, by its number in the list."),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option(
            help="An ISO week such as 2026-W46, by default this one; of a monthly digest a month"
            " such as 2026-10, by default the last closed one."
        ),
    ] = None,
    today: Annotated[
        str | None, typer.Option(help="Show the digest of this day; with a channel, --dry-run.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show it here and write its pictures; send nothing.")
    ] = False,
    charts: Annotated[Path, typer.Option(help="The folder to write the pictures to.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Show a digest with the usual settings, or send a channel's digest that is due."""
    if context.invoked_subcommand is not None:
        return  # Typer runs a group's callback before each of its commands, too
    place = DigestWorkplace.at_head(parse_today(today))
    if channel is None and number is None:
        print_preview(place.default_digest(period), folder=charts, as_json=as_json)
        if not (dry_run or as_json):
            say("Nothing was sent: --channel C012AB3CD sends that channel's digest.")
        return
    if today is not None and not dry_run:
        raise UsageError("a digest of another day is only shown: add --dry-run")
    subscription = place.find(channel, number)
    shown, due = place.of_channel(subscription, period)
    if dry_run:
        print_preview(shown, folder=charts, as_json=as_json)
        return
    place.send(subscription, shown, due)
    if as_json:
        print_preview(shown, folder=None, as_json=True)
    else:
        say(f"Digest {subscription.id} of {shown.request.occasion} is on its way.")


@digest.command()
def add(
    *,
    channel: Annotated[str, typer.Option(help="The channel's id.")],
    owner: Annotated[str, typer.Option(help="The user id of who answers for it and is told.")],
    weekday: Annotated[str, typer.Option(help="mon to sun.")] = "mon",
    hour: Annotated[str, typer.Option(help="0 to 23.")] = "9",
    time_zone: Annotated[
        str | None, typer.Option(help="Such as Europe/Berlin; NRRBOT_TIME_ZONE by default.")
    ] = None,
    scope: Annotated[str, typer.Option(help="Which accounts, as in a question: enterprise.")] = "",
    by: Annotated[
        str | None, typer.Option(help="The dimension; NRRBOT_MAIN_DIMENSION by default.")
    ] = None,
    period: Annotated[
        str,
        typer.Option(
            help="last-month, quarter-to-date or ttm, every week; monthly: each closed month once."
        ),
    ] = "last-month",
) -> None:
    """Set up a digest for a channel; Slack is asked whether it may have one."""
    place = DigestWorkplace.at_head()
    settings, vocabulary = place.settings, place.answers.vocabulary()
    usual = default_choices(
        time_zone=settings.nrrbot_time_zone, dimension=settings.nrrbot_main_dimension
    )
    looked_at, is_monthly = read_period(period)
    choices = Choices(
        weekday=read_weekday(weekday),
        hour=read_hour(hour),
        time_zone=read_time_zone(time_zone or usual.time_zone),
        content=DigestContent(
            scope=read_scope(
                scope,
                vocabulary=vocabulary,
                today=place.today(),
                fiscal_start=settings.nrrbot_fiscal_year_start,
            ),
            dimension=read_dimension(by or usual.content.dimension, vocabulary=vocabulary),
            period=looked_at,
            is_monthly=is_monthly,
        ),
    )
    say(_set_up(place, choices, channel_id=channel, owner_id=owner))


@digest.command("list")
def list_all(
    *,
    channel: Annotated[str | None, typer.Option(help="Only those of this channel id.")] = None,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Show every digest, and the messages that wait for a person."""
    place = DigestWorkplace.at_head(parse_today(today))
    listed = place.subscribing.listed(channel)
    with place.store.read() as session:
        waiting = [
            message
            for message in stuck.list_stuck(session)
            if channel in {None, message.channel_id}
        ]
    if as_json:
        print_json(
            {
                "digests": [subscription_document(one) for one in listed],
                "messages": [message_document(message) for message in waiting],
            }
        )
        return
    for one in listed:
        to = one.subscription.destination
        say(f"In {to.channel_id}, owned by {to.owner_id}")
        for line in listed_lines(one, CommandPlace.TERMINAL, now=place.now()):
            say(f"  {line}")
    if not listed:
        say("There is no digest yet: `nrrbot digest add` sets one up.")
    for message in waiting:
        say(
            f"Message {message.number} ({message.kind}) to {message.channel_id} waits for you:"
            f" {message.failure.state}, {message.failure.error or 'no reason given'}."
        )


@digest.command()
def pause(number: Number) -> None:
    """Let a digest come no more until it is resumed."""
    _set_state(number, SubscriptionState.PAUSED)
    say(f"Digest {number} is paused: `nrrbot digest resume {number}` lets it come again.")


@digest.command()
def resume(number: Number) -> None:
    """Let a paused or suspended digest come again."""
    # Whether its channel may still have it is not asked here: that is asked before each message.
    resumed = _set_state(number, SubscriptionState.ACTIVE)
    now = DigestWorkplace.at_head().due_clock()
    say(f"Digest {number} comes again: the next one {next_words(resumed, now=now)}.")


@digest.command()
def remove(number: Number) -> None:
    """End a digest for good."""
    _set_state(number, SubscriptionState.REMOVED)
    say(f"Digest {number} is removed: it comes no more.")


@digest.command()
def now(number: Number) -> None:
    """Send a digest at once; it does not count as this week's."""
    subscribing = DigestWorkplace.at_head().subscribing
    # Each call has an id of its own: two of them are two digests, and never one sent twice.
    subscribing.send_now(subscribing.get(number), request_id=uuid4().hex)
    say(f"Digest {number} is on its way; a running `nrrbot serve` sends it.")


@digest.command()
def retry(number: Number) -> None:
    """Send a message that is stuck once more; where Slack may have it, it may come twice."""
    place = DigestWorkplace.at_head()
    message = place.find_stuck(number)
    say(f"Message {number} is on its way again.{place.send_again(message)}")
    if (
        message.failure.is_in_doubt
    ):  # the call was cut off, so that nobody knows whether Slack took it
        say(
            "Slack may have it already, without having said so: look into the channel, because it"
            " may be there twice."
        )


@digest.command()
def dismiss(number: Number) -> None:
    """Decide that a message that is stuck is not sent, and hear no more of it."""
    place = DigestWorkplace.at_head()
    place.find_stuck(number)
    with place.store.write(ledger=False) as session:
        stuck.dismiss(session, number)
    say(f"Message {number} is dismissed: it is not sent.")


def _set_up(place: DigestWorkplace, choices: Choices, *, channel_id: str, owner_id: str) -> str:
    gate, owner = gate_and_asker(
        place.settings, store=place.store, user_id=owner_id, channel_id=channel_id
    )
    try:
        gate.require_person(owner)
    except AccessDeniedError as error:
        raise UsageError(f"the owner cannot have a digest, and would be told: {error}") from error
    scope = choices.content.scope
    try:
        gate.require_post(owner, Action.SUBSCRIBE, Reach(scope=scope), channel_id)
    except AccessDeniedError as error:
        why = at_terminal(reason_of_another(str(error)), channel_id, scope)
        raise UsageError(why) from error
    place.subscribing.require_new(channel_id, choices.content)
    added = place.subscribing.add(
        Destination(team_id=owner.team_id, channel_id=channel_id, owner_id=owner_id), choices
    )
    first = next_words(added, now=place.due_clock())
    what, when = content_words(added), schedule_words(added)
    return f"Digest {added.id} is set up: {what}, {when}; first digest {first}."


def _set_state(number: int, state: SubscriptionState) -> Subscription:
    subscribing = DigestWorkplace.at_head().subscribing
    return subscribing.set_state(subscribing.get(number), state)
