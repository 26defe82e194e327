"""Slack's event of a person who opens the app: its Home tab is shown as it is for them."""

from functools import partial
from typing import Any

from pydantic import Field

from bot.home.publishing import HomePublisher
from bot.slack.event import EventHandler, EventModel, Work, handler

HOME_TAB = "home"


class AppHomeOpened(EventModel):
    """``app_home_opened``; https://docs.slack.dev/reference/events/app_home_opened."""

    user: str = Field(min_length=1)
    tab: str
    view: dict[str, Any] | None = None


def on_opened(publisher: HomePublisher) -> EventHandler:
    """Show a person their page when they open the tab."""

    def act(event: AppHomeOpened) -> Work | None:
        if event.tab != HOME_TAB:
            return None
        return partial(publisher.opened, event.user, is_blank=event.view is None)

    return handler(AppHomeOpened, act)
