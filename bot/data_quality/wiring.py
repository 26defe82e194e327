"""Builds the data quality feature: ``/nrr data``, and the weekly word to administrators."""

from datetime import timedelta

from bot.access.records import Records
from bot.answers.services import Services
from bot.clock import Clock, utc_now
from bot.data_quality.command import DataCommand
from bot.data_quality.job import WeeklyWord
from bot.data_quality.reading import ReviewReader
from bot.feature import Feature, Job
from bot.slack.ids import is_person
from storage.access.grants import Role

LOOK_EVERY = timedelta(hours=1)


def feature(services: Services) -> Feature:
    """Serve ``/nrr data`` and the job ``quality``."""
    reader = ReviewReader(store=services.store, settings=services.settings, now=utc_now)
    command = DataCommand(
        gate=services.gate,
        read=services.in_turn(reader.read),
        today=services.answers.today,
        zone=services.settings.zone,
    )
    if services.settings.warehouse_url is not None:  # the ledger is looked after there
        return Feature(commands={"data": command.show})
    job = Job(
        name="quality",
        every=LOOK_EVERY,
        build=lambda: weekly_word(services, reader, now=utc_now).run,
        is_led=True,
        needs_clock=True,
    )
    return Feature(commands={"data": command.show}, jobs=(job,))


def weekly_word(services: Services, reader: ReviewReader, *, now: Clock) -> WeeklyWord:
    """Build what the job of every hour runs."""
    settings, gate = services.settings, services.gate
    channel = settings.nrrbot_alive_channel
    return WeeklyWord(
        store=services.store,
        read=reader.read,
        recipients=lambda: [channel] if channel else company_admins(gate.records),
        team_id=lambda: gate.workspace.team_id,
        zone=settings.zone,
        now=now,
    )


def company_admins(records: Records) -> list[str]:
    """List the users who are administrators of the whole company by name."""
    grants = (one for one in records.grants() if one.role is Role.ADMIN and not one.scope)
    return [*dict.fromkeys(one.grantee_id for one in grants if is_person(one.grantee_id))]
