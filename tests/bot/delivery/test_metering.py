import pytest
from prometheus_client import generate_latest

from bot.delivery.metering import Meter
from tests.bot.edge import Stopwatch


@pytest.fixture
def clock() -> Stopwatch:
    return Stopwatch(100.0)


@pytest.fixture
def meter(clock: Stopwatch) -> Meter:
    return Meter(now=clock)


def shown(meter: Meter) -> list[str]:
    return generate_latest(meter.registry).decode().splitlines()


def test_each_thing_is_counted_by_its_result(meter: Meter) -> None:
    meter.count_send("sent")
    meter.count_send("sent")
    meter.count_send("unknown")
    meter.count_reconcile("found")
    meter.count_fenced()
    meter.count_denied("guest")
    meter.count_tick_problem("plan", "missed")

    assert {
        'nrrbot_sends_total{result="sent"} 2.0',
        'nrrbot_sends_total{result="unknown"} 1.0',
        'nrrbot_reconcile_total{result="found"} 1.0',
        "nrrbot_fenced_total 1.0",
        'nrrbot_authz_denied_total{reason="guest"} 1.0',
        'nrrbot_tick_problems_total{job="plan",problem="missed"} 1.0',
    } <= set(shown(meter))


def test_lateness_is_shown_by_how_late(meter: Meter) -> None:
    meter.note_lateness(2)
    meter.note_lateness(7200)

    assert {
        'nrrbot_digest_lateness_seconds_bucket{le="60.0"} 1.0',
        'nrrbot_digest_lateness_seconds_bucket{le="3600.0"} 1.0',
        'nrrbot_digest_lateness_seconds_bucket{le="21600.0"} 2.0',
    } <= set(shown(meter))


def test_the_clock_skew_is_not_known_before_slack_said_the_time(meter: Meter) -> None:
    assert "nrrbot_slack_clock_skew_seconds NaN" in shown(meter)

    meter.note_skew(-3.5)

    assert "nrrbot_slack_clock_skew_seconds -3.5" in shown(meter)


def test_a_job_that_stands_still_grows_old(meter: Meter, clock: Stopwatch) -> None:
    clock.seconds += 3
    assert meter.idle_seconds == 3

    meter.note_tick("sweep")
    clock.seconds += 50
    meter.note_tick("send")
    clock.seconds += 7

    assert meter.tick_ages() == {"sweep": 57, "send": 7}
    assert meter.idle_seconds == 7
    assert 'nrrbot_tick_age_seconds{job="sweep"} 57.0' in shown(meter)


def test_connections_are_counted_whenever_somebody_looks(meter: Meter) -> None:
    open_ones = [1, 2]
    meter.watch_connections(lambda: len(open_ones))

    assert "nrrbot_socket_connections 2.0" in shown(meter)
    open_ones.clear()
    assert "nrrbot_socket_connections 0.0" in shown(meter)


def test_two_meters_in_one_process_do_not_know_each_other(meter: Meter) -> None:
    other = Meter(now=Stopwatch())
    other.count_fenced()

    assert "nrrbot_fenced_total 0.0" in shown(meter)


def test_the_memory_of_the_process_is_shown(meter: Meter) -> None:
    assert any(line.startswith("nrrbot_process_resident_memory_bytes ") for line in shown(meter))
