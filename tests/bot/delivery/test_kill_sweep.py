"""Whatever a sender dies of, and wherever: what it was to say is said once.

The complete sweep runs with `make test-slow`, and prints how often it killed. What it finds in
senders that do not know better shows that it would find something here, too.
"""

from collections.abc import Callable

import pytest

from storage.store.engine import Store
from tests.bot.delivery.kill_sweep import SYSCALLS, KillSweep, Tally, require_strace, sampled
from tests.bot.delivery.letters import Office
from tests.bot.delivery.workers import AMENDER, COURIER, HERALD, PUBLISHER, Workers
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slow import IS_SLOW, only_slow

SENT = (("sent", "shown", 0), ("sent", "shown", 0))
"""A digest, and what stands in its thread."""
TOLD = (("sent", "shown", 2),)
"""Two rules fire for the company, whose one segment has no line of its own."""

FEWER = ("connect", "sendto", "recvfrom", "pwrite64", "fdatasync")

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


def check(tally: Tally, left: tuple[object, ...], least: int) -> None:
    assert (tally.lost, tally.doubled) == (0, 0)
    assert set(tally.left) == {left}
    assert set(tally.pictures) == {1}
    assert tally.kills.total() >= least


def test_killed_at_some_calls_the_courier_says_it_once(sweeper: Sweeper) -> None:
    sweep, tally = sweeper(COURIER), Tally()
    for syscall, step in (("recvfrom", 6), ("sendto", 10), ("fdatasync", 7), ("pwrite64", 26)):
        tally += sweep.run([syscall], numbers=sampled(step, 3))

    check(tally, SENT, 10)


@only_slow
def test_killed_at_some_calls_an_alert_is_told_once(sweeper: Sweeper) -> None:
    sweep, tally = sweeper(HERALD), Tally()
    for syscall, step in (("pwrite64", 130), ("fdatasync", 20), ("sendto", 14)):
        tally += sweep.run([syscall], numbers=(step, step + step // 4))

    check(tally, TOLD, 4)


@only_slow
@pytest.mark.timeout(7_200)
@pytest.mark.parametrize(
    ("sender", "syscalls", "left", "least"),
    [
        pytest.param(COURIER, SYSCALLS, SENT, 101, id="a-digest-and-its-thread"),
        pytest.param(PUBLISHER, FEWER, SENT, 101, id="a-month-is-planned-and-sent"),
        pytest.param(HERALD, SYSCALLS, TOLD, 101, id="an-alert"),
        pytest.param(AMENDER, FEWER, TOLD, 21, id="an-update-and-no-second-message"),
    ],
)
def test_killed_at_every_call_it_is_said_once(
    sweeper: Sweeper,
    sender: str,
    syscalls: tuple[str, ...],
    *,
    left: tuple[object, ...],
    least: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tally = sweeper(sender).run(syscalls)

    tell(sender, tally, capsys)
    check(tally, left, least)


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
