"""Machines whose clocks are off: what is compared with Slack goes by Slack's."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.delivery.store_clock import store_clock
from storage.delivery import claiming, outbox
from storage.delivery.parcels import State
from storage.store.clock import database_now
from storage.store.engine import Store
from tests.bot.delivery.letters import Office
from tests.slack.faults import Fault
from tests.slack.waiting import wait_for
from tests.slack.workspace import TEAM_ID
from tests.slow import only_slow

MINUTES = [
    *(-60, 6, 60),
    *(pytest.param(one, marks=only_slow) for one in (-59, -30, -10, -6, -4, 0, 4, 10, 30, 59)),
]


@dataclass
class SkewedOffice(Office):
    """An office whose clock is ahead of Slack's, or behind it."""

    ahead: timedelta = field(default=timedelta(), kw_only=True)

    def now(self) -> datetime:
        return super().now() + self.ahead


def skewed(office: Office, **ahead: float) -> SkewedOffice:
    return SkewedOffice(
        slack=office.slack,
        store=office.store,
        owner=office.owner,
        channel=office.channel,
        timeout=office.timeout,
        ahead=timedelta(**ahead),
    )


@pytest.mark.parametrize("kind", ["digest", "notice"])
@pytest.mark.parametrize("minutes", MINUTES)
def test_what_slack_took_is_found_whatever_this_machines_clock_says(
    any_office: Office, minutes: int, kind: str
) -> None:
    office = skewed(any_office, minutes=minutes)
    key = office.enqueue(office.subscribe(), kind=kind)
    office.slack.faults.next("chat.postMessage", Fault.reset_after_accept())

    office.settle_down()

    [shown] = office.shown()
    assert "Delayed" not in shown.text
    assert office.state(key) is State.SENT
    assert office.counts.looks["found"] == 1


@pytest.mark.parametrize("then", [-59, 0, 59])
@pytest.mark.parametrize("minutes", [-59, -10, 10, 59])
def test_a_clock_that_is_set_between_post_and_look_changes_nothing(
    office: Office, minutes: int, then: int
) -> None:
    off = skewed(office, minutes=minutes)
    off.enqueue(off.subscribe())
    off.slack.faults.next("chat.postMessage", Fault.reset_after_accept())
    courier = off.courier()
    off.send(courier)
    off.ahead = timedelta(minutes=then)
    off.wait(hours=2)

    off.send(courier)

    assert len(off.shown()) == 1
    assert off.counts.looks["found"] == 1


@pytest.mark.parametrize("minutes", [-59, 59])
def test_pictures_leave_a_message_as_late_as_it_was(office: Office, minutes: int) -> None:
    off = skewed(office, minutes=minutes)
    off.enqueue(off.subscribe(), pictures=1)

    off.settle_down()

    [shown] = off.shown()
    assert "Delayed" not in shown.text
    assert [block["type"] for block in shown.blocks] == ["section", "image"]


def test_while_nobody_can_say_what_time_it_is_at_slack_nothing_is_lost(office: Office) -> None:
    key, courier = office.enqueue(office.subscribe()), office.courier()
    office.slack.faults.next("auth.test", Fault.reset_before_accept())

    office.send(courier)
    waiting = office.state(key)
    office.settle_down()

    assert waiting is State.PENDING
    assert len(office.shown()) == 1
    assert office.state(key) is State.SENT


def test_slack_is_asked_for_the_time_once_a_minute_and_when_ours_was_set(office: Office) -> None:
    off = skewed(office)
    client = off.client()
    asked: list[tuple[int, int]] = []
    for seconds, minutes in ((0, 0), (59, 0), (61, 0), (62, 30), (63, 30), (64, 0)):
        office.slack.clock.advance(0 if seconds == 0 else seconds - asked[-1][0])
        off.ahead = timedelta(minutes=minutes)
        told = client.slack_now()
        asked.append((seconds, len(office.slack.calls_to("auth.test"))))
        assert abs(told - office.now()) <= timedelta(seconds=1)

    calls = [count for _, count in asked]
    assert [count - calls[0] for count in calls] == [0, 0, 1, 2, 2, 3]


@pytest.mark.slack
@pytest.mark.parametrize(
    "seconds", [150, pytest.param(240, marks=only_slow), pytest.param(-150, marks=only_slow)]
)
def test_of_two_bots_whose_clocks_are_apart_one_posts(
    real_time_office: Office, seconds: int
) -> None:
    one = replace(real_time_office, timeout=20)
    other = skewed(one, seconds=seconds)
    key = one.enqueue(one.subscribe(), late=timedelta(minutes=10))
    one.slack.faults.next("chat.postMessage", Fault.accept_late(4))
    first, second = one.courier(), other.courier()
    posting = threading.Thread(target=first.work_once)
    posting.start()
    wait_for(one.posts, what="the first post")

    while posting.is_alive() or one.state(key) is not State.SENT:
        second.work_once()
        posting.join(0.1)
        if not posting.is_alive():
            one.wait(seconds=10)

    assert len(one.posts()) == 1
    assert len(one.shown()) == 1


def test_who_takes_over_too_early_by_its_own_clock_looks_no_earlier_for_that(
    office: Office,
) -> None:
    key = office.enqueue(office.subscribe())
    with office.store.write(ledger=False) as session:
        held = claiming.claim(session, owner="still posting", now=office.now(), team_id=TEAM_ID)
        assert held is not None
        assert outbox.note_call(session, held, at=office.now())

    skewed(office, seconds=150).send()

    assert office.slack.calls_to("conversations.history") == []
    assert office.posts() == []
    assert office.state(key) is State.UNKNOWN


@pytest.mark.postgres
@pytest.mark.parametrize("minutes", [-59, 59])
def test_on_postgresql_leases_go_by_the_databases_clock(
    postgresql_store: Store, minutes: int
) -> None:
    with postgresql_store.read() as session:
        theirs = database_now(session)
    assert theirs is not None

    told = store_clock(postgresql_store, lambda: theirs + timedelta(minutes=minutes))()

    assert timedelta() <= told - theirs < timedelta(minutes=1)


def test_on_sqlite_they_go_by_the_one_that_its_machine_has(office: Office) -> None:
    assert store_clock(office.store, office.now)() == office.now()
