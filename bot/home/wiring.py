"""Builds the Home tab: its event, its job, and what is renewed when a button there is pressed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.answers.services import Services
from bot.clock import utc_now
from bot.feature import Feature, Job, OnClick
from bot.home.events import on_joined, on_opened
from bot.home.greeting import Greeter
from bot.home.job import HomeRenewal
from bot.home.page import HomePages
from bot.home.publishing import HomePublisher
from bot.message import Message
from bot.slack.sent import Click

RENEW_EVERY = timedelta(minutes=1)


def with_home(services: Services, features: Sequence[Feature]) -> tuple[Feature, ...]:
    """Add the Home tab to features, whose sections it joins; each click there renews it."""
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
        "app_home_opened": on_opened(publisher, greeter),
        "member_joined_channel": on_joined(greeter),
    }
    own = Feature(events=events, jobs=(job,))
    return (*_renewing(features, publisher), own)


def greeter_of(services: Services) -> Greeter:
    """Build what greets people and channels once."""
    return Greeter(answers=services.answers, gate=services.gate, now=utc_now)


def _renewing(features: Iterable[Feature], publisher: HomePublisher) -> Iterable[Feature]:
    for one in features:
        clicks = {name: _then_renew(on_click, publisher) for name, on_click in one.clicks.items()}
        yield replace(one, clicks=clicks)


def _then_renew(on_click: OnClick, publisher: HomePublisher) -> OnClick:
    def act(click: Click) -> Message | None:
        said = on_click(click)
        if click.is_on_home:
            publisher.renew(click.asker.user_id)
        return said

    return act
