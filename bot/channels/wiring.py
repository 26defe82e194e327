"""Puts together what hears of events, and the button under the alarm that follows from some."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.access.gate import Gate
from bot.channels.channel_events import ChannelEvents
from bot.channels.clicks import DeletePosts
from bot.channels.deletions import Deletions
from bot.channels.event_desk import EventDesk
from bot.channels.installation_events import InstallationEvents
from bot.channels.message import DELETE_POSTS
from bot.channels.people_events import PeopleEvents
from bot.channels.rechecking import Rechecking
from bot.clock import utc_now
from bot.config import Settings
from bot.delivery.breaker import Breaker
from bot.delivery.notices import notices_of
from bot.message import Message
from bot.slack.event import Work
from bot.slack.sent import Click
from bot.slack.workspace import Workspace
from storage.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class EventParts:
    """What a desk needs to hear of events."""

    hear: Callable[[Mapping[str, Any]], Work | None]
    clicks: Mapping[str, Callable[[Click], Message | None]]


def event_parts(
    settings: Settings,
    *,
    store: Store,
    gate: Gate,
    client: WebClient,
    workspace: Workspace,
    sleep: Callable[[float], None],
) -> EventParts:
    """Return what hears of events; asks nobody anything yet."""
    team_id = workspace.team_id
    rechecking = Rechecking(
        store=store,
        team_id=team_id,
        gate=gate,
        notices=notices_of(settings),
        now=utc_now,
    )
    deletions = Deletions(client, bot_id=workspace.bot_id, sleep=sleep)
    delete_posts = DeletePosts(
        store=store, gate=gate, deletions=deletions, team_id=team_id, now=utc_now
    )
    desk = EventDesk(
        team_id=team_id,
        handlers={
            **PeopleEvents(gate=gate, rechecking=rechecking).handlers(),
            **ChannelEvents(rechecking=rechecking, team_id=team_id).handlers(),
            **InstallationEvents(breaker=Breaker(store, client, now=utc_now)).handlers(),
        },
    )
    return EventParts(hear=desk.hear, clicks={DELETE_POSTS: delete_posts.delete})
