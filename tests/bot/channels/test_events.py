import io
from typing import Any

import pytest

from bot.answers.services import Services
from bot.app.features import build_features, join
from bot.app.handlers import Handlers, build_handlers
from bot.channels.events import INVITED
from bot.channels.wiring import feature
from bot.delivery.metering import Meter
from bot.slack.client import slack_client
from bot.slack.event import UnreadableEventError
from bot.slack.ids import Workspace
from tests.bot.channels.scene import EventScene
from tests.bot.edge import settings_for
from tests.slack.faults import Fault
from tests.slack.happenings import OPTIONAL, share, subscribed
from tests.slack.payloads import event_payload
from tests.slack.waiting import wait_for
from tests.slack.workspace import OTHER_TEAM_ID, TEAM_ID


def services_of(happening: EventScene) -> Services:
    settings = settings_for(happening.slack)
    return Services.of(
        settings,
        store=happening.office.store,
        client=slack_client(settings),
        workspace=Workspace(team_id=TEAM_ID),
    )


def handlers(happening: EventScene) -> Handlers:
    services = services_of(happening)
    return build_handlers(services, feature(services))


def body(event: Any, **around: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return event_payload(event, event_id="Ev1", event_time=1) | around


def test_the_manifest_asks_for_what_is_heard_and_for_nothing_else(happening: EventScene) -> None:
    services = services_of(happening)
    heard = set(join(build_features(services, Meter(now=lambda: 0.0))).events)

    assert heard == {kind.partition(".")[0] for kind in subscribed()} | OPTIONAL
    assert set(INVITED) == OPTIONAL


@pytest.mark.parametrize(
    "event",
    [
        {"type": "user_change"},
        {"type": "user_change", "user": "U1"},
        {"type": "user_change", "user": {"id": ""}},
        {"type": "user_change", "user": {"id": 7}},
        {"type": "subteam_members_changed", "subteam_id": "S1", "removed_users": "U1"},
        {"type": "channel_shared", "channel": {"id": "C1"}},
        {"type": "channel_rename", "channel": "C1"},
        {"type": "channel_id_changed", "old_channel_id": "G1"},
        {"type": "tokens_revoked", "tokens": ["U1"]},
        {"type": 7},
        "user_change",
        None,
    ],
)
def test_what_slack_would_not_send_is_not_acted_on_nor_repeated(
    happening: EventScene,
    event: Any,  # noqa: ANN401 - any JSON
) -> None:
    with pytest.raises(UnreadableEventError) as caught:
        handlers(happening).begin_event({"team_id": TEAM_ID, "event": event})

    assert str(caught.value) == ""


def test_what_happens_in_another_workspace_is_not_for_us(happening: EventScene) -> None:
    event = {"type": "user_change", "user": {"id": "U1"}}

    heard = handlers(happening).begin_event(body(event, team_id=OTHER_TEAM_ID, authorizations=[]))

    assert heard is None


def test_what_another_workspace_does_in_a_shared_channel_is(happening: EventScene) -> None:
    event = {"type": "channel_archive", "channel": "C1"}

    heard = handlers(happening).begin_event(body(event, team_id=OTHER_TEAM_ID))

    assert heard is not None


def test_an_event_of_a_kind_that_is_not_asked_for_is_let_pass(happening: EventScene) -> None:
    assert (
        handlers(happening).begin_event(body({"type": "team_join", "user": {"id": "U1"}})) is None
    )


@pytest.mark.slack
def test_what_goes_wrong_reaches_neither_slack_nor_the_log_in_words(
    happening: EventScene, log: io.StringIO
) -> None:
    office = happening.office
    office.subscribe()

    happening.after(
        lambda: office.slack.send_event({"type": "user_change", "user": {"id": ["U-canary"]}})
    )

    wait_for(lambda: "an event is left to the sweep" in log.getvalue(), what="a line in the log")
    assert "UnreadableEventError" in log.getvalue()
    assert "canary" not in log.getvalue()
    assert [call.method for call in office.slack.calls] == ["auth.test"]


@pytest.mark.slack
def test_an_event_that_comes_twice_is_told_of_once(happening: EventScene) -> None:
    office = happening.office
    office.subscribe()
    office.slack.faults.next("conversations.info", Fault.server_error(503))

    happening.after(
        lambda: share(office.slack, office.channel), lambda: share(office.slack, office.channel)
    )
    office.settle_down()

    assert len(office.told(happening.ada)) == 1
    assert len(office.told()) == 1
