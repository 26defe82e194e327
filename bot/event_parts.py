"""Puts together what hears of events, and the button under the alarm that follows from some."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient

from bot.actions.click import Click
from bot.actions.delete_posts import DeletePosts
from bot.authorization.decisions import Workspace
from bot.authorization.gate import Gate
from bot.blocks.channel_alarm import DELETE_POSTS
from bot.clock import utc_now
from bot.config import Settings
from bot.delivery.breaker import Breaker
from bot.delivery.deletions import Deletions
from bot.delivery.notices import Notices
from bot.events.channels import ChannelEvents
from bot.events.desk import EventDesk
from bot.events.installation import InstallationEvents
from bot.events.people import PeopleEvents
from bot.events.reading import Work
from bot.message import Message
from bot.rechecking import Rechecking
from storage.engine import Store


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


def notices_of(settings: Settings) -> Notices:
    """Return what writes to owners and administrators."""
    return Notices(command=settings.nrrbot_commands[0], admin_channel=settings.nrrbot_alive_channel)
