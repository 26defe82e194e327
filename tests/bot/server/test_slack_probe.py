import io
from math import inf

import pytest

from bot.server.slack_probe import SlackProbe
from bot.slack.client import slack_client
from tests.bot.edge import Stopwatch, settings_for
from tests.slack.faults import Fault
from tests.slack.server import FakeSlack
from tests.slack.waiting import wait_for

pytestmark = pytest.mark.slack


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch(1000.0)


@pytest.fixture
def probe(slack: FakeSlack, watch: Stopwatch) -> SlackProbe:
    client = slack_client(settings_for(slack))
    return SlackProbe(client, monotonic=watch)


def test_slack_has_been_silent_for_ever_until_it_is_asked(
    probe: SlackProbe, watch: Stopwatch
) -> None:
    assert probe.silence() == inf

    probe.probe()
    watch.seconds += 42

    assert probe.silence() == 42


@pytest.mark.parametrize(
    "fault",
    [Fault.error("token_revoked"), Fault.server_error(503), Fault.reset_before_accept()],
    ids=["revoked", "down", "reset"],
)
def test_an_answer_that_is_no_yes_does_not_end_the_silence(
    slack: FakeSlack, probe: SlackProbe, watch: Stopwatch, log: io.StringIO, fault: Fault
) -> None:
    probe.probe()
    watch.seconds += 60
    slack.faults.next("auth.test", fault)

    probe.probe()

    assert probe.silence() == 60
    assert "slack does not know the bot" in log.getvalue()
    assert slack.bot_token not in log.getvalue()


def test_it_asks_at_once_and_until_it_is_stopped(slack: FakeSlack, probe: SlackProbe) -> None:
    probe.start()
    wait_for(lambda: probe.silence() < inf, what="the first answer")

    probe.stop()

    assert len(slack.calls_to("auth.test")) == 1
    probe.stop()


def test_it_asks_again_and_again(
    slack: FakeSlack, probe: SlackProbe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.server.slack_probe.PROBE_EVERY_SECONDS", 0.01)

    probe.start()

    wait_for(lambda: len(slack.calls_to("auth.test")) > 2, what="three questions")
    probe.stop()


def test_one_that_never_began_can_be_stopped(probe: SlackProbe) -> None:
    probe.stop()

    assert probe.silence() == inf
