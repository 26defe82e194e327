"""Builds the digests feature: ``/nrr digest``, its form, and the job that plans the weeks."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot.answers.answers import Answers
from bot.answers.services import Services
from bot.clock import Clock, utc_now
from bot.config import Settings
from bot.delivery.failure_notices import failure_notices_of
from bot.delivery.store_clock import store_clock
from bot.delivery.suspending import Suspending
from bot.digests.buttons import EDIT, PAUSE, RESUME
from bot.digests.clicks import DigestClicks
from bot.digests.command import DigestCommand
from bot.digests.composing import DigestComposer
from bot.digests.form import DIGEST_FORM, DigestForm
from bot.digests.home_parts import own_digests
from bot.digests.job import Planner
from bot.digests.restating import Restater
from bot.digests.subscribing import Subscribing
from bot.feature import Feature, Job
from bot.questions.buttons import EVERY_MONDAY
from storage.store.engine import Store

PLAN_EVERY = timedelta(seconds=30)
RESTATE_EVERY = timedelta(minutes=1)


def feature(services: Services, *, now: Clock = utc_now) -> Feature:
    """Serve ``/nrr digest`` and its form, and plan the weeks that are due."""
    settings, store = services.settings, services.store
    composer = build_composer(settings, store=store, answers=services.answers)
    # What people ask for takes one of the four turns; what the job plans waits for none.
    compose = services.in_turn(composer.compose_now)
    subscribing = Subscribing(store=store, compose=compose, now=store_clock(store, now))
    form = DigestForm(
        subscribing=subscribing,
        gate=services.gate,
        answers=services.answers,
        forms=services.forms,
    )
    command = DigestCommand(
        subscribing=subscribing,
        gate=services.gate,
        form=form,
        time_zone=settings.nrrbot_time_zone,
        main_dimension=settings.nrrbot_main_dimension,
    )
    plan = Job(
        name="plan",
        every=PLAN_EVERY,
        build=lambda: build_plan(services, composer),
        is_led=True,
        needs_clock=True,
    )
    restate = Job(
        name="restate",
        every=RESTATE_EVERY,
        build=lambda: build_restater(services).run,
        is_led=True,
    )
    clicks = DigestClicks(command=command)
    return Feature(
        commands={"digest": command.answer, "digests": command.list_or_answer},
        clicks={
            EVERY_MONDAY: clicks.every_monday,
            EDIT: clicks.edit,
            PAUSE: clicks.pause,
            RESUME: clicks.resume,
        },
        home={"digests": partial(own_digests, subscribing)},
        forms={DIGEST_FORM: form.check},
        jobs=(plan, restate),
    )


def build_composer(settings: Settings, *, store: Store, answers: Answers) -> DigestComposer:
    """Build what composes digests, for Slack and for the command line."""
    return DigestComposer(answers=answers, store=store, names_in=settings.nrrbot_names_in_channels)


def build_plan(
    services: Services, composer: DigestComposer, *, now: Clock = utc_now
) -> Callable[[], int]:
    """Build the job that plans the weeks that are due, by the clock of the store."""
    clock = store_clock(services.store, now)
    store, gate, notices = services.store, services.gate, failure_notices_of(services.settings)
    suspending = Suspending(store=store, gate=gate, notices=notices, now=clock)
    planner = Planner(
        store,
        team_id=gate.workspace.team_id,
        composer=composer,
        is_allowed=suspending.check,
        suspend=suspending.suspend,
        notices=notices,
    )
    return lambda: planner.plan(clock())


def build_restater(services: Services) -> Restater:
    """Build the job that announces posted figures that have changed."""
    return Restater(
        store=services.store,
        answers=services.answers,
        team_id=services.gate.workspace.team_id,
        names_in=services.settings.nrrbot_names_in_channels,
        now=store_clock(services.store, utc_now),
    )
