"""Every job of the bot, with what holds it up: a clock that is not believed, another leader."""

import time

from bot.answers.services import Services
from bot.app.features import build_features, join
from bot.delivery.metering import Meter
from bot.slack.client import slack_client
from bot.slack.ids import Workspace
from storage.store.engine import Store
from tests.bot.edge import settings_for
from tests.slack.server import FakeSlack


def test_each_job_ticks_as_often_as_it_should_and_is_held_up_by_what_it_should() -> None:
    settings, store = settings_for(FakeSlack()), Store("sqlite://")
    services = Services.of(
        settings,
        store=store,
        client=slack_client(settings),
        workspace=Workspace(team_id="T1"),
    )

    jobs = join(build_features(services, Meter(now=time.monotonic))).jobs

    assert {
        job.name: (job.every.total_seconds(), job.is_led, job.needs_clock, job.is_repeated)
        for job in jobs
    } == {
        "plan": (30, True, True, False),
        "restate": (60, True, False, False),
        "send": (2, False, True, True),
        "evaluate": (60, True, True, False),
        "forget": (21_600, True, False, False),
        "unanswered": (60, True, False, True),
        "sweep": (3600, True, False, False),
        "due": (3600, True, True, False),
        "home": (60, True, False, False),
    }
    store.engine.dispose()
