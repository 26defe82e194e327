"""Builds the feature of sources: a job for each that is configured, and how they stand on Home."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.answers.services import Services
from bot.clock import Clock, utc_now
from bot.feature import Feature, Job
from bot.sources.configured import build_sources, names_of
from bot.sources.home_parts import sources_part

if TYPE_CHECKING:  # the type alone: a bot without a source needs no importing
    from bot.sources.source import Source


def feature(services: Services) -> Feature:
    """Serve a job for each source; a ledger in a warehouse is looked after there."""
    settings = services.settings
    if settings.warehouse_url is not None:
        return Feature()
    jobs = tuple(
        Job(
            name=f"sync_{source.name}",
            every=timedelta(minutes=settings.nrrbot_sync_minutes),
            build=partial(build_job, services, source),
            is_led=True,
            needs_clock=True,
        )
        for source in build_sources(settings, services.store)
    )
    shown = partial(sources_part, services.gate, services.store, settings)
    return Feature(jobs=jobs, home={"sources": shown})


def build_job(services: Services, source: "Source", *, now: Clock = utc_now) -> Callable[[], None]:
    """Build what the job of one source runs."""
    from bot.sources.job import SyncJob  # noqa: PLC0415 - only where one is configured
    from bot.sources.syncing import Syncing  # noqa: PLC0415
    from bot.sources.telling import FailureTeller  # noqa: PLC0415

    settings, gate = services.settings, services.gate
    return SyncJob(
        syncing=Syncing(
            store=services.store, settings=settings, names=names_of(settings), clock=now
        ),
        source=source,
        teller=FailureTeller(
            store=services.store,
            records=gate.records,
            team_id=lambda: gate.workspace.team_id,
            admin_channel=settings.nrrbot_alive_channel,
            now=now,
        ),
        today=services.answers.today,
    ).run
