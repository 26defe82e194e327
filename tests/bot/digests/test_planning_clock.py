"""Whose clock says what is due: the database's where it has one, else this machine's."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.answers.services import Services
from bot.clock import utc_now
from bot.digests.wiring import build_composer, build_plan
from bot.slack.client import find_workspace, slack_client
from storage.delivery.parcels import State
from storage.store.engine import Store
from tests.bot.delivery.letters import Office
from tests.bot.edge import settings_for
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slack.workspace import TEAM_ID
from tests.slow import only_slow
from tests.storage.courses import STEADY, course, month
from tests.storage.filled import fill
from tests.storage.subscribers import due_in_hour_of, subscribe

pytestmark = pytest.mark.slack
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)


@pytest.fixture
def office(slack: FakeSlack, any_store: Store, ana: User, revops: Channel) -> Office:
    fill(any_store, course(smb=STEADY), closed_through=month(len(STEADY)))
    return Office(slack=slack, store=any_store, owner=ana, channel=revops)


def planned_by(office: Office, *, due_at: datetime, now: datetime) -> list[str]:
    """Plan what is due by a machine's clock, of a digest that is due at a full or half hour."""
    zone = ZoneInfo("Asia/Kolkata" if due_at.minute else "UTC")  # half an hour apart
    subscribe(
        office.store,
        team_id=TEAM_ID,
        channel_id=office.channel.id,
        owner_id=office.owner.id,
        schedule=due_in_hour_of(due_at.astimezone(zone)),
        now=due_at - 2 * HOUR,
    )
    chosen = settings_for(office.slack)
    client = slack_client(chosen)
    services = Services.of(
        chosen, store=office.store, client=client, workspace=find_workspace(client)
    )
    composer = build_composer(chosen, store=office.store, answers=services.answers)
    build_plan(services, composer, now=lambda: now)()
    return [row.state for row in office.rows() if row.follows is None]


def half_hour_before(moment: datetime) -> datetime:
    """Find the last full or half hour, at most 30 minutes before a moment."""
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)


OFF = [-60, 60, *(pytest.param(minutes, marks=only_slow) for minutes in (-30, -5, 5, 30))]


@pytest.mark.parametrize("minutes", OFF)
def test_a_digest_is_planned_when_the_clock_of_the_store_says_that_it_is_due(
    office: Office, minutes: int
) -> None:
    real = utc_now()
    machine = real + timedelta(minutes=minutes)
    # Past where the machine is behind, to come where it is ahead: the clocks disagree in between.
    # A quarter of an hour away from both, so that no test is slow enough to see it come.
    due_at = half_hour_before(real - QUARTER if minutes < 0 else real + 3 * QUARTER)
    clock = machine if office.store.sqlite_path else real

    planned = planned_by(office, due_at=due_at, now=machine)

    assert planned == [State.PENDING] * (due_at <= clock)
