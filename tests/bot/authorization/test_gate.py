from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.authorization.askers import Asker
from bot.authorization.decisions import AllowedUsers, Reason, Workspace
from bot.authorization.gate import Gate, People
from bot.config import MEMBERS
from bot.errors import AccessDeniedError
from tests.slack.faults import Fault
from tests.slack.people import Channel, ChannelKind, User, UserKind
from tests.slack.server import FakeSlack
from tests.slack.workspace import OTHER_TEAM_ID, TEAM_ID

FAILURES = [
    pytest.param(Fault.reset_before_accept(), id="reset"),
    pytest.param(Fault.server_error(503), id="503"),
    pytest.param(Fault.rate_limited("30"), id="429"),
    pytest.param(Fault.garbage(), id="garbage"),
    pytest.param(Fault.error("fatal_error"), id="fatal-error"),
    pytest.param(Fault.garbage('{"ok": true}'), id="empty-answer"),
]


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(slack: FakeSlack, clock: Clock) -> Gate:
    client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    return Gate(
        client,
        People(client, now=clock),
        allowed=AllowedUsers(frozenset({MEMBERS})),
        workspace=Workspace(team_id=TEAM_ID, bot_name="nrr"),
    )


def asker(user: User, team_id: str = TEAM_ID) -> Asker:
    return Asker(user_id=user.id, team_id=team_id, channel_id="C1", response_url="")


def test_a_member_passes(gate: Gate, ana: User) -> None:
    gate.require_person(asker(ana))


@pytest.mark.parametrize(
    "kind", [kind for kind in UserKind if kind not in {"member", "admin", "owner"}], ids=str
)
def test_everybody_else_does_not(gate: Gate, slack: FakeSlack, kind: UserKind) -> None:
    person = slack.workspace.add_user("kim", kind)

    with pytest.raises(AccessDeniedError):
        gate.require_person(asker(person))


def test_a_payload_of_another_team_is_denied_before_anything_is_looked_up(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    with pytest.raises(AccessDeniedError, match=Reason.OTHER_WORKSPACE):
        gate.require_person(asker(ana, OTHER_TEAM_ID))

    assert slack.calls_to("users.info") == []


def test_a_person_is_looked_up_once_in_five_minutes(
    gate: Gate, slack: FakeSlack, ana: User, clock: Clock
) -> None:
    for seconds in (0, 299, 301, 600):
        clock.seconds = seconds
        gate.require_person(asker(ana))

    assert len(slack.calls_to("users.info")) == 2


def test_a_fresh_look_sees_at_once_that_someone_has_left(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    gate.require_person(asker(ana))
    slack.workspace.put_user(replace(ana, kind=UserKind.DEACTIVATED))
    gate.require_person(asker(ana))

    with pytest.raises(AccessDeniedError, match=Reason.DEACTIVATED):
        gate.require_person(asker(ana), fresh=True)
    with pytest.raises(AccessDeniedError, match=Reason.DEACTIVATED):
        gate.require_person(asker(ana))


@pytest.mark.parametrize("fault", FAILURES)
def test_when_slack_does_not_say_who_it_is_nobody_passes_and_that_is_not_remembered(
    gate: Gate, slack: FakeSlack, ana: User, fault: Fault
) -> None:
    slack.faults.next("users.info", fault)

    with pytest.raises(AccessDeniedError, match=Reason.UNKNOWN_PERSON):
        gate.require_person(asker(ana))
    gate.require_person(asker(ana))


def test_an_internal_channel_passes(gate: Gate, revops: Channel) -> None:
    gate.require_channel(revops.id)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        pytest.param({"is_ext_shared": True}, Reason.SHARED_OUTSIDE, id="external"),
        pytest.param({"is_pending_ext_shared": True}, Reason.SHARED_OUTSIDE, id="invited"),
        pytest.param({"pending_connected_team_ids": ("T9",)}, Reason.SHARED_OUTSIDE, id="pending"),
        pytest.param({"is_archived": True}, Reason.ARCHIVED, id="archived"),
    ],
)
def test_a_channel_that_others_read_or_nobody_does_not(
    gate: Gate, slack: FakeSlack, revops: Channel, facts: dict[str, Any], reason: Reason
) -> None:
    slack.workspace.put_channel(replace(revops, **facts))

    with pytest.raises(AccessDeniedError, match=reason):
        gate.require_channel(revops.id)


def test_there_is_nobody_to_share_with_in_a_direct_message(
    gate: Gate, slack: FakeSlack, ana: User
) -> None:
    with pytest.raises(AccessDeniedError, match="share there"):
        gate.require_channel(slack.workspace.open_dm(ana.id).id)


def test_the_bot_has_to_be_invited_to_a_private_channel(gate: Gate, slack: FakeSlack) -> None:
    secret = slack.workspace.add_channel("board", kind=ChannelKind.PRIVATE, bot_is_member=False)

    with pytest.raises(AccessDeniedError, match="/invite @nrr"):
        gate.require_channel(secret.id)


@pytest.mark.parametrize("fault", FAILURES)
def test_when_slack_does_not_say_who_reads_a_channel_nothing_is_posted_there(
    gate: Gate, slack: FakeSlack, revops: Channel, fault: Fault
) -> None:
    slack.faults.next("conversations.info", fault)

    with pytest.raises(AccessDeniedError, match=Reason.UNKNOWN_CHANNEL):
        gate.require_channel(revops.id)


def test_whoever_counts_is_told_in_one_word_why_somebody_did_not_pass(
    slack: FakeSlack, ana: User
) -> None:
    client = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
    denied: list[str] = []
    gate = Gate(
        client,
        People(client, now=Clock()),
        allowed=AllowedUsers(frozenset()),
        workspace=Workspace(team_id=TEAM_ID),
        denied=denied.append,
    )

    for asked in (asker(ana), asker(ana, "T9")):
        with pytest.raises(AccessDeniedError):
            gate.require_person(asked)
    for channel in ("D1", "C404"):
        with pytest.raises(AccessDeniedError):
            gate.asking(client).require_channel(channel)

    assert denied == ["nobody_yet", "other_workspace", "no_channel", "not_in_channel"]
