"""Builds the Home tab: its event, its job, renewed after its buttons and forms."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from pydantic import Field

from bot.answers.services import Services
from bot.clock import utc_now
from bot.feature import Feature, Job, OnClick, OnSubmission, Save
from bot.home.greeting import Greeter
from bot.home.job import HomeRenewal
from bot.home.page import HomePages
from bot.home.publishing import HomePublisher
from bot.message import Message
from bot.slack.event import EventHandler, EventModel, Work, handler
from bot.slack.sent import Click, Submission

RENEW_EVERY = timedelta(minutes=1)
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


def with_home(services: Services, features: Sequence[Feature]) -> tuple[Feature, ...]:
    """Add the Home tab to features, whose sections it joins; clicks and forms there renew it."""
    sections = {name: section for one in features for name, section in one.home.items()}
    answers, gate, store = services.answers, services.gate, services.store
    pages = HomePages(answers=answers, gate=gate, sections=sections)
    publisher = HomePublisher(
        client=services.client,
        compose=services.in_turn(pages.compose),
        gate=gate,
        store=store,
        now=utc_now,
    )
    renewal = HomeRenewal(store, publisher, now=utc_now)
    job = Job(name="home", every=RENEW_EVERY, build=lambda: renewal.run, is_led=True)
    greeter = greeter_of(services)
    events = {
        "app_home_opened": _on_opened(publisher, greeter),
        "member_joined_channel": _on_joined(greeter),
    }
    own = Feature(events=events, jobs=(job,))
    return (*_renewing(features, publisher), own)


def greeter_of(services: Services) -> Greeter:
    """Build what greets people and channels once."""
    return Greeter(answers=services.answers, gate=services.gate, now=utc_now)


def _renewing(features: Iterable[Feature], publisher: HomePublisher) -> Iterable[Feature]:
    for one in features:
        clicks = {name: _then_renew(on_click, publisher) for name, on_click in one.clicks.items()}
        forms = {name: _saved_then_renew(check, publisher) for name, check in one.forms.items()}
        yield replace(one, clicks=clicks, forms=forms)


def _then_renew(on_click: OnClick, publisher: HomePublisher) -> OnClick:
    def act(click: Click) -> Message | None:
        said = on_click(click)
        if click.asker.is_on_home:
            publisher.renew(click.asker.user_id)
        return said

    return act


def _saved_then_renew(check: OnSubmission, publisher: HomePublisher) -> OnSubmission:
    def act(submission: Submission) -> Save:
        save = check(submission)
        return partial(_renew_after, save, submission, publisher)

    return act


def _renew_after(save: Save, submission: Submission, publisher: HomePublisher) -> Message:
    said = save()
    if submission.asker.is_on_home:
        publisher.renew(submission.asker.user_id)
    return said


def _on_joined(greeter: Greeter) -> EventHandler:
    """Greet a channel that the bot itself has joined."""

    def act(event: JoinedChannel) -> Work | None:
        if event.user != greeter.gate.workspace.user_id:
            return None
        return partial(greeter.channel, event.channel, event.inviter)

    return handler(JoinedChannel, act)


def _on_opened(publisher: HomePublisher, greeter: Greeter) -> EventHandler:
    """Show a person their page when they open the tab; greet them in the messages beside it."""

    def act(event: AppHomeOpened) -> Work | None:
        if event.tab != HOME_TAB:
            return partial(greeter.person, event.user)
        return partial(publisher.opened, event.user, is_blank=event.view is None)

    return handler(AppHomeOpened, act)
