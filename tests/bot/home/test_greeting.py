import json
from dataclasses import replace
from typing import Any

import pytest
from sqlmodel import select

from bot.clock import utc_now
from bot.questions.buttons import EVERY_MONDAY, OFFERED, TELL_ME
from storage.access.grants import Role, new_admin_code
from storage.store.engine import Store
from storage.tables.delivery import OutboxRow
from tests.bot.edge import approve, let
from tests.bot.home.scene import HomeScene
from tests.slack.block_kit import Surface, find_errors
from tests.slack.happenings import tell
from tests.slack.people import Channel, ChannelKind, User
from tests.slack.waiting import wait_for
from tests.slack.workspace import TEAM_ID

pytestmark = pytest.mark.slack

SMB = ("segment", "smb")


def greetings(store: Store) -> dict[str, dict[str, Any]]:
    """Return the messages that are on their way, by whom they go to."""
    with store.read() as session:
        rows = session.exec(select(OutboxRow)).all()
    assert all(row.kind == "notice" for row in rows)
    return {row.channel_id: json.loads(row.payload_json or "") for row in rows}


def invite(lobby: HomeScene, channel: Channel, inviter: User, *, who: str = "") -> None:
    slack = lobby.scene.slack
    invited = who or slack.workspace.bot.id
    told = tell(
        slack,
        "member_joined_channel",
        user=invited,
        channel=channel.id,
        channel_type="C",
        team=TEAM_ID,
        inviter=inviter.id,
    )
    told.wait_for_ack()


def buttons(said: dict[str, Any]) -> dict[str, str]:
    [row] = [block for block in said["blocks"] if block["type"] == "actions"]
    return {one["action_id"]: one["value"] for one in row["elements"]}


def test_a_channel_is_greeted_once_in_names_that_the_inviter_may_share_there(
    lobby: HomeScene, store: Store
) -> None:
    ana, revops = lobby.scene.ana, lobby.scene.revops
    let(store, ana.id, role=Role.ANALYST)

    invite(lobby, revops, ana)
    wait_for(lambda: greetings(store))
    invite(lobby, revops, ana)

    [(to, said)] = greetings(store).items()
    assert to == revops.id
    assert len(said["text"].splitlines()) == 3
    assert "/nrr enterprise last-quarter" in said["text"]
    assert "/nrr digest here" in said["text"]
    assert buttons(said) == {
        OFFERED[0]: "by segment last-month",
        EVERY_MONDAY: "last-month",
        TELL_ME: "last-month",
    }
    assert find_errors(said["blocks"], Surface.MESSAGE) == []


def test_a_public_channel_hears_no_name_before_it_is_approved(
    lobby: HomeScene, store: Store
) -> None:
    ana, workspace = lobby.scene.ana, lobby.scene.slack.workspace
    let(store, ana.id, role=Role.ANALYST)
    closed, opened = (workspace.add_channel(one, kind=ChannelKind.PUBLIC) for one in "ab")
    shared = replace(workspace.add_channel("c", kind=ChannelKind.PRIVATE), is_ext_shared=True)
    workspace.put_channel(shared)
    approve(store, opened)

    for channel in (closed, opened, shared):
        invite(lobby, channel, ana)
    wait_for(lambda: len(greetings(store)) == 3)

    said = greetings(store)
    for channel in (closed, shared):
        assert "enterprise" not in json.dumps(said[channel.id])
        assert "segment" not in json.dumps(said[channel.id])
    assert "enterprise" in said[opened.id]["text"]


def test_a_person_is_greeted_when_they_first_open_its_messages_as_far_as_they_may_see(
    lobby: HomeScene, store: Store
) -> None:
    slack = lobby.scene.slack
    pat, nobody = (slack.workspace.add_user(name) for name in ("pat", "nobody"))
    let(store, pat.id, SMB)

    for person in (pat, nobody, pat):
        slack.open_home(person, tab="messages").wait_for_ack()
    wait_for(lambda: greetings(store))
    invite(lobby, lobby.scene.revops, pat, who=pat.id)  # a person, not the bot

    [(to, said)] = greetings(store).items()
    assert to == pat.id
    assert "enterprise" not in json.dumps(said)
    assert "/nrr smb last-quarter" in said["text"]
    assert buttons(said) == {
        OFFERED[0]: "segment:smb last-month",
        OFFERED[1]: "trend segment:smb monthly",
        TELL_ME: "segment:smb last-month",
    }


def test_the_first_administrator_is_greeted_after_the_claim(lobby: HomeScene, store: Store) -> None:
    with store.write(ledger=False) as session:
        code = new_admin_code(session, now=utc_now())

    lobby.scene.ask(f"access claim {code}").wait_for_answer()

    assert list(greetings(store)) == [lobby.scene.ana.id]
