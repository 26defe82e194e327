"""Lines of the list of digests: content, schedule and state of each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.command_places import CommandPlace
from bot.delivery.failure_notices import GONE
from bot.digests.wording.schedules import local_moment, schedule_words
from bot.style.grid import LabelledText
from bot.style.names import dimension_name, scope_name
from metrics.schedules import next_due, read_zone
from storage.delivery.parcels import State
from storage.digests.stuck import StuckMessage
from storage.digests.subscriptions import DigestPeriod, Subscription
from storage.tables.delivery import SubscriptionState

MOST_STUCK = 3
PERIODS = {
    DigestPeriod.LAST_MONTH: "last complete month",
    DigestPeriod.QUARTER_TO_DATE: "quarter to date",
    DigestPeriod.TTM: "trailing twelve months",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A subscription in the list of digests.

    Attributes
    ----------
    why : str
        The reason of its suspension in words; empty if there is none.
    last_sent : datetime, optional
        The moment at which its newest message was posted.
    stuck : tuple of StuckMessage
        Messages that wait for a decision, the oldest first.
    """

    subscription: Subscription
    why: str
    last_sent: datetime | None
    stuck: tuple[StuckMessage, ...]


def content_words(subscription: Subscription) -> str:
    """Return the content in words: "the whole company by segment, last complete month"."""
    content = subscription.content
    scope, dimension = content.scope, content.dimension
    is_split = dimension and dimension not in dict(scope)
    split = f" by {dimension_name(dimension)}" if is_split else ""
    period = "monthly" if content.is_monthly else PERIODS[content.period]
    return f"{scope_name(scope)}{split}, {period}"


def next_words(subscription: Subscription, *, now: datetime) -> str:
    """Return the moment of the next digest: "Monday 23 November 09:00 (Europe/Berlin)"."""
    due_at = next_due(subscription.schedules, now=now).due_at
    return _if_closed(local_moment(due_at, _zone(subscription)), subscription)


def _next_day(subscription: Subscription, now: datetime) -> str:
    """Write the day of the next digest, beside its schedule: "23 November"."""
    due_at = next_due(subscription.schedules, now=now).due_at
    local = due_at.astimezone(read_zone(_zone(subscription)))
    return _if_closed(f"{local.day} {local:%B}", subscription)


def _if_closed(when: str, subscription: Subscription) -> str:
    return f"{when}, if a month has closed by then" if subscription.content.is_monthly else when


def listed_lines(listed: Listed, place: CommandPlace, *, now: datetime) -> tuple[LabelledText, ...]:
    """Return the lines about one digest in a list, with the commands of a place."""
    subscription = listed.subscription
    return (
        LabelledText(f"Digest {subscription.id}:", content_words(subscription)),
        *_timing(listed, place, now=now),
        *(_stuck_line(message, subscription, place) for message in listed.stuck[-MOST_STUCK:]),
    )


def _timing(listed: Listed, place: CommandPlace, *, now: datetime) -> Iterator[LabelledText]:
    subscription = listed.subscription
    schedule = schedule_words(subscription)
    resume = place.command(f"digest resume {subscription.id}")
    match subscription.status.state:
        case SubscriptionState.PAUSED:
            yield LabelledText("Paused:", f"{schedule}, once {resume} lets it come again")
        case SubscriptionState.SUSPENDED:
            again = f"{resume} lets it come again once that is mended"
            if subscription.status.reason in GONE:
                ends = place.command(f"digest remove {subscription.id}")
                again = f"somebody else sets it up anew, and {ends} ends this one"
            yield LabelledText("Suspended:", f"{listed.why}; {again}")
        case _:
            yield LabelledText("Comes:", f"{schedule}, next {_next_day(subscription, now)}")
    sent = listed.last_sent
    yield LabelledText("Last sent:", local_moment(sent, _zone(subscription)) if sent else "not yet")


def _stuck_line(
    message: StuckMessage, subscription: Subscription, place: CommandPlace
) -> LabelledText:
    due = local_moment(message.due_at, _zone(subscription))
    why = f" ({message.failure.error})" if message.failure.error else ""
    again = f"{place.command(f'digest now {subscription.id}')} sends a new one"
    if message.failure.state is State.NEEDS_ATTENTION:
        words = (
            f"due {due}, may be here or not, Slack did not say{why}: if it is not, {again};"
            f" nrrbot digest dismiss {message.number} settles it"
        )
    else:
        words = (
            f"due {due}, could not be sent{why}: {again};"
            f" nrrbot digest retry {message.number} tries it once more"
        )
    return LabelledText(f"Message {message.number}:", words)


def _zone(subscription: Subscription) -> str:
    return subscription.schedules[-1].time_zone
