"""A person's own digests on the Home tab: where and when each comes, with its buttons."""

from datetime import datetime

from bot.digests.buttons import EDIT, PAUSE, RESUME
from bot.digests.subscribing import Subscribing
from bot.digests.wording.subscriptions import Listed, content_words, next_words
from bot.slack.sent import Asker
from bot.style.blocks import button
from bot.style.grid import LabelledText, SlackChannel, WithPeople
from bot.style.parts import Actions, Parts, Quiet, Said
from storage.tables.delivery import SubscriptionState

MOST_LISTED = 3
TITLE = "Your digests:"
NONE_YET = "none yet; /nrr digest here, typed in a channel, sets one up."


def own_digests(subscribing: Subscribing, asker: Asker) -> Parts:
    """Compose the digests that a person owns."""
    every = subscribing.listed()
    own = [one for one in every if one.subscription.destination.owner_id == asker.user_id]
    if not own:
        return (Said(LabelledText(TITLE, NONE_YET)),)
    shown, now = own[:MOST_LISTED], subscribing.now()
    more = len(own) - len(shown)
    return (
        Said(LabelledText(TITLE, f"{len(own)}")),
        *(part for one in shown for part in _digest(one, now)),
        Quiet(f"And {more} more: /nrr digest list, typed in their channels." if more else None),
    )


def _digest(listed: Listed, now: datetime) -> Parts:
    number = f"{listed.subscription.id}"
    is_active = listed.subscription.status.state is SubscriptionState.ACTIVE
    action_id, label = (PAUSE, "Pause") if is_active else (RESUME, "Resume")
    buttons = button(EDIT, "Edit", number), button(action_id, label, number)
    return Said(_line(listed, now)), Actions(tuple(one for one in buttons if one))


def _line(listed: Listed, now: datetime) -> WithPeople:
    subscription = listed.subscription
    channel = SlackChannel(subscription.destination.channel_id)
    about = f": {content_words(subscription)}; {_when(listed, now)}"
    return WithPeople(f"{subscription.id}.", (channel, about))


def _when(listed: Listed, now: datetime) -> str:
    match listed.subscription.status.state:
        case SubscriptionState.PAUSED:
            return "paused"
        case SubscriptionState.SUSPENDED:
            return f"suspended, {listed.why}"
        case _:
            return f"next {next_words(listed.subscription, now=now)}"
