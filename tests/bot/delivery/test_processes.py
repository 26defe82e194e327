"""Several processes on one store, and one that is stopped for longer than its claim lasts."""

import signal
from dataclasses import replace
from threading import Event

import pytest

from storage.delivery.parcels import State
from tests.bot.delivery.letters import Office
from tests.bot.delivery.workers import Task, Workers
from tests.slack.faults import Fault
from tests.slack.people import Channel, ChannelKind
from tests.slack.waiting import wait_for
from tests.storage.stores import url_of

CHANNELS = 12
LEASE_SECONDS = 121
"""Within five minutes of the first attempt, or its post is not looked for in history."""


def task_for(office: Office) -> Task:
    return Task.of(office.slack, url_of(office.store))


def enqueued_for(office: Office, count: int, *, pictures: int = 0) -> list[Channel]:
    """Enqueue a message for each of so many channels."""
    channels = [
        office.slack.workspace.add_channel(f"c{number}", kind=ChannelKind.PRIVATE)
        for number in range(count)
    ]
    for channel in channels:
        office.enqueue(office.subscribe(channel), pictures=pictures)
    return channels


@pytest.mark.parametrize("processes", [2, 6])
def test_several_processes_send_every_message_once(
    real_time_office: Office, workers: Workers, processes: int
) -> None:
    office = real_time_office
    channels = enqueued_for(office, CHANNELS)
    task = replace(task_for(office), skips=False)

    ended = workers.run_all(task, processes)

    assert ended == [0] * processes
    assert [len(office.shown(channel)) for channel in channels] == [1] * CHANNELS
    assert len(office.posts()) == CHANNELS
    assert {State(row.state) for row in office.rows()} == {State.SENT}


def test_two_processes_and_a_slack_that_drops_answers(
    real_time_office: Office, workers: Workers
) -> None:
    office = real_time_office
    channels = enqueued_for(office, 4)
    office.slack.faults.next(
        "chat.postMessage", Fault.reset_after_accept(), Fault.server_error(503, accepted=True)
    )
    office.slack.faults.next("conversations.history", Fault.server_error(503))

    ended = workers.run_all(task_for(office), 2)

    assert ended == [0, 0]
    assert [len(office.shown(channel)) for channel in channels] == [1] * 4


@pytest.mark.parametrize(
    ("method", "posts"),
    [
        pytest.param("users.info", 1, id="before-the-post"),
        pytest.param("chat.postMessage", 1, id="before-the-answer"),
    ],
)
def test_a_process_stopped_beyond_its_claim_does_not_double(
    real_time_office: Office, workers: Workers, method: str, posts: int
) -> None:
    office = real_time_office
    key = office.enqueue(office.subscribe())
    release = Event()
    office.slack.faults.next(method, Fault.held(release))
    stalled = workers.prepare(task_for(office)).begin()
    wait_for(lambda: office.slack.calls_to(method), what="the call")
    stalled.signal(signal.SIGSTOP)
    release.set()

    other = workers.prepare(task_for(office).later(LEASE_SECONDS))
    assert other.begin().wait() == 0
    stalled.signal(signal.SIGCONT)

    assert stalled.wait() == 0
    assert len(office.shown()) == 1
    assert len(office.posts()) == posts
    assert office.state(key) is State.SENT


def test_a_process_killed_in_the_middle_of_many_is_finished_by_another(
    real_time_office: Office, workers: Workers
) -> None:
    office = real_time_office
    channels = enqueued_for(office, 6, pictures=1)
    first = workers.prepare(task_for(office)).begin()
    wait_for(lambda: len(office.posts()) >= 3, what="some posts")
    first.signal(signal.SIGKILL)
    first.wait()

    assert workers.run(task_for(office).later(150)) == 0

    assert [len(office.shown(channel)) for channel in channels] == [1] * 6
    assert {row.picture_state for row in office.rows()} == {"shown"}
