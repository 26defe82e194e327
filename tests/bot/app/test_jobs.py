"""Every job of the bot, with what holds it up: a clock that is not believed, another leader."""

import time

from pydantic import SecretStr

from bot.answers.services import Services
from bot.app.features import build_features, join
from bot.delivery.metering import Meter
from bot.slack.client import slack_client
from bot.slack.ids import Workspace
from bot.sources import wiring as sources
from storage.store.engine import Store
from tests.bot.edge import settings_for
from tests.slack.server import FakeSlack


def test_a_source_that_is_configured_has_a_job_and_no_other_has() -> None:
    plain, store = settings_for(FakeSlack()), Store("sqlite://")
    configured = {"nrrbot_sql_url": SecretStr("sqlite:///theirs.db"), "nrrbot_sync_minutes": 5}

    found = []
    for settings in (plain, plain.model_copy(update=configured)):
        services = Services.of(
            settings,
            store=store,
            client=slack_client(settings),
            workspace=Workspace(team_id="T1"),
        )
        found.append(sources.feature(services).jobs)

    assert found[0] == ()
    assert [(job.name, job.every.total_seconds(), job.is_led) for job in found[1]] == [
        ("sync_sql", 300, True)
    ]
    assert callable(found[1][0].build())
    store.engine.dispose()


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
        "quality": (3600, True, True, False),
    }
    store.engine.dispose()
