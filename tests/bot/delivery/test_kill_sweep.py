"""Whatever a sender dies of, and wherever: what it was to say is said once.

The complete sweep runs with `make test-slow`, and prints how often it killed. What it finds in
senders that do not know better shows that it would find something here, too.
"""

from collections.abc import Callable

import pytest

from storage.store.engine import Store
from tests.bot.delivery.kill_sweep import KillSweep, Tally, require_strace, sampled
from tests.bot.delivery.letters import Office
from tests.bot.delivery.workers import AMENDER, HERALD, PUBLISHER, Workers
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slow import IS_SLOW, only_slow

SENT = (("sent", "shown", 0), ("sent", "shown", 0))
"""A digest, and what stands in its thread."""
TOLD = (("sent", "shown", 2),)
"""Two rules fire for the company, whose one segment has no line of its own."""

Sweeper = Callable[[str], KillSweep]


@pytest.fixture
def sweeper(
    slack: FakeSlack, sqlite_store: Store, ana: User, revops: Channel, workers: Workers
) -> Sweeper:
    require_strace()
    office = Office(slack=slack, store=sqlite_store, owner=ana, channel=revops)
    return lambda sender: KillSweep(office, workers, sender=sender)


def tell(sender: str, tally: Tally, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\nkill sweep, {sender}: {tally}")  # noqa: T201 - the count is wanted


def test_killed_at_some_calls_the_courier_says_it_once(sweeper: Sweeper) -> None:
    sweep, tally = sweeper("courier"), Tally()
    for syscall, step in (("recvfrom", 6), ("sendto", 10), ("fdatasync", 7), ("pwrite64", 26)):
        tally += sweep.run([syscall], numbers=sampled(step, 3))

    assert (tally.lost, tally.doubled) == (0, 0)
    assert set(tally.left) == {SENT}
    assert set(tally.pictures) == {1}
    assert tally.kills.total() >= 10


@only_slow
@pytest.mark.timeout(1_800)
def test_killed_at_every_call_the_courier_says_it_once(
    sweeper: Sweeper, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = sweeper("courier").run()

    tell("courier", tally, capsys)
    assert (tally.lost, tally.doubled) == (0, 0)
    assert set(tally.left) == {SENT}
    assert set(tally.pictures) == {1}
    assert tally.kills.total() > 100


@only_slow
@pytest.mark.timeout(7_200)
def test_killed_at_every_call_a_month_is_planned_and_sent_once(
    sweeper: Sweeper, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = sweeper(PUBLISHER).run(("connect", "sendto", "recvfrom", "pwrite64", "fdatasync"))

    tell(PUBLISHER, tally, capsys)
    assert (tally.lost, tally.doubled) == (0, 0)
    assert set(tally.left) == {SENT}
    assert set(tally.pictures) == {1}
    assert tally.kills.total() > 100


@only_slow
def test_killed_at_some_calls_an_alert_is_told_once(sweeper: Sweeper) -> None:
    sweep, tally = sweeper(HERALD), Tally()
    for syscall, step in (("pwrite64", 130), ("fdatasync", 20), ("sendto", 14)):
        tally += sweep.run([syscall], numbers=(step, step + step // 4))

    assert (tally.lost, tally.doubled) == (0, 0)
    assert set(tally.left) == {TOLD}
    assert set(tally.pictures) == {1}
    assert tally.kills.total() >= 4


@only_slow
@pytest.mark.timeout(7_200)
def test_killed_at_every_call_an_alert_is_told_once(
    sweeper: Sweeper, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = sweeper(HERALD).run()

    tell(HERALD, tally, capsys)
    assert (tally.lost, tally.doubled) == (0, 0)
    assert set(tally.left) == {TOLD}
    assert set(tally.pictures) == {1}
    assert tally.kills.total() > 100


@only_slow
@pytest.mark.timeout(1_800)
def test_killed_at_every_call_an_update_is_made_and_no_second_message(
    sweeper: Sweeper, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = sweeper(AMENDER).run(("connect", "sendto", "recvfrom", "pwrite64", "fdatasync"))

    tell(AMENDER, tally, capsys)
    assert (tally.lost, tally.doubled) == (0, 0)
    assert set(tally.left) == {TOLD}
    assert set(tally.pictures) == {1}
    assert tally.kills.total() > 20


@pytest.mark.parametrize(
    ("sender", "syscall"), [("post_then_mark", "recvfrom"), ("mark_then_post", "connect")]
)
def test_a_naive_sender_is_found_out(
    sweeper: Sweeper, sender: str, syscall: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = sweeper(sender).run() if IS_SLOW else sweeper(sender).run([syscall])

    if IS_SLOW:
        tell(sender, tally, capsys)
    assert (tally.doubled > 0) is (sender == "post_then_mark")
    assert (tally.lost > 0) is (sender == "mark_then_post")
