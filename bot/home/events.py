"""Slack's event of a person who opens the app: its Home tab is shown as it is for them."""

from functools import partial
from typing import Any

from pydantic import Field

from bot.home.greeting import Greeter
from bot.home.publishing import HomePublisher
from bot.slack.event import EventHandler, EventModel, Work, handler

HOME_TAB = "home"


class AppHomeOpened(EventModel):
    """``app_home_opened``; https://docs.slack.dev/reference/events/app_home_opened."""

    user: str = Field(min_length=1)
    tab: str
    view: dict[str, Any] | None = None


class JoinedChannel(EventModel):
    """``member_joined_channel``; https://docs.slack.dev/reference/events/member_joined_channel."""

    user: str = Field(min_length=1)
    channel: str = Field(min_length=1)
    inviter: str | None = None


def on_joined(greeter: Greeter) -> EventHandler:
    """Greet a channel that the bot itself has joined."""

    def act(event: JoinedChannel) -> Work | None:
        if event.user != greeter.gate.workspace.user_id:
            return None
        return partial(greeter.channel, event.channel, event.inviter)

    return handler(JoinedChannel, act)


def on_opened(publisher: HomePublisher, greeter: Greeter) -> EventHandler:
    """Show a person their page when they open the tab; greet them in the messages beside it."""

    def act(event: AppHomeOpened) -> Work | None:
        if event.tab != HOME_TAB:
            return partial(greeter.person, event.user)
        return partial(publisher.opened, event.user, is_blank=event.view is None)

    return handler(AppHomeOpened, act)
