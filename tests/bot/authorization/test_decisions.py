from dataclasses import replace
from typing import Any

import pytest

from bot.authorization.decisions import (
    Allow,
    AllowedUsers,
    Deny,
    Person,
    Reason,
    Workspace,
    decide,
    decide_channel,
)
from bot.config import MEMBERS

HOME = Workspace(team_id="T1")
GRID = Workspace(team_id="T1", enterprise_id="E1")
EVERYBODY = AllowedUsers(frozenset({MEMBERS}))
MEMBER: dict[str, Any] = {
    "id": "U1",
    "team_id": "T1",
    "deleted": False,
    "is_bot": False,
    "is_restricted": False,
    "is_ultra_restricted": False,
}
CHANNEL: dict[str, Any] = {
    "is_archived": False,
    "is_ext_shared": False,
    "is_pending_ext_shared": False,
    "pending_connected_team_ids": [],
}


def person(**changes: object) -> Person:
    return Person.from_slack(MEMBER | changes)


@pytest.mark.parametrize(
    ("listed", "decision"),
    [
        pytest.param({MEMBERS}, Allow(), id="members"),
        pytest.param({"U1", "U2"}, Allow(), id="listed"),
        pytest.param({"U2"}, Deny(Reason.NOT_LISTED), id="not-listed"),
        pytest.param(set(), Deny(Reason.NOBODY_YET), id="unset"),
    ],
)
def test_the_setting_says_which_members_may_ask(listed: set[str], decision: Allow | Deny) -> None:
    allowed = AllowedUsers(frozenset(listed))

    assert decide(person(), allowed=allowed, workspace=HOME) == decision


STANDINGS = [
    pytest.param({"deleted": True}, Reason.DEACTIVATED, id="deactivated"),
    pytest.param({"is_bot": True}, Reason.BOT, id="bot"),
    pytest.param({"is_restricted": True}, Reason.GUEST, id="guest"),
    pytest.param(
        {"is_restricted": True, "is_ultra_restricted": True}, Reason.GUEST, id="one-channel-guest"
    ),
    pytest.param({"is_ultra_restricted": True}, Reason.GUEST, id="ultra-restricted-alone"),
    pytest.param({"team_id": "T2"}, Reason.OTHER_WORKSPACE, id="other-team"),
    pytest.param({"is_stranger": True}, Reason.OTHER_WORKSPACE, id="stranger"),
    pytest.param(
        {"team_id": "T2", "is_stranger": False}, Reason.OTHER_WORKSPACE, id="seen-but-external"
    ),
]


@pytest.mark.parametrize(("standing", "reason"), STANDINGS)
@pytest.mark.parametrize("listed", [{MEMBERS}, {"U1"}], ids=["members", "listed"])
def test_no_setting_lets_in_who_has_not_the_standing(
    standing: dict[str, object], reason: Reason, listed: set[str]
) -> None:
    allowed = AllowedUsers(frozenset(listed))

    assert decide(person(**standing), allowed=allowed, workspace=HOME) == Deny(reason)


@pytest.mark.parametrize("missing", MEMBER)
def test_what_slack_leaves_out_counts_against_the_person(missing: str) -> None:
    known = {name: value for name, value in MEMBER.items() if name != missing}
    listed = AllowedUsers(frozenset({"U1"}))

    decision = decide(Person.from_slack(known), allowed=listed, workspace=HOME)

    assert isinstance(decision, Deny)


def test_a_colleague_elsewhere_in_the_enterprise_grid_is_one_of_ours() -> None:
    colleague = person(team_id="T2", enterprise_user={"enterprise_id": "E1"})

    assert decide(colleague, allowed=EVERYBODY, workspace=GRID) == Allow()
    assert decide(colleague, allowed=EVERYBODY, workspace=HOME) == Deny(Reason.OTHER_WORKSPACE)
    assert isinstance(
        decide(replace(colleague, enterprise_id="E2"), allowed=EVERYBODY, workspace=GRID), Deny
    )


@pytest.mark.parametrize(
    ("facts", "decision"),
    [
        pytest.param({}, Allow(), id="internal"),
        pytest.param({"is_org_shared": True, "is_shared": True}, Allow(), id="same-grid"),
        pytest.param({"is_ext_shared": True}, Deny(Reason.SHARED_OUTSIDE), id="external"),
        pytest.param({"is_pending_ext_shared": True}, Deny(Reason.SHARED_OUTSIDE), id="invited"),
        pytest.param(
            {"pending_connected_team_ids": ["T9"]}, Deny(Reason.SHARED_OUTSIDE), id="pending"
        ),
        pytest.param({"is_archived": True}, Deny(Reason.ARCHIVED), id="archived"),
        pytest.param({"is_archived": None}, Deny(Reason.UNKNOWN_CHANNEL), id="unknown-archived"),
        pytest.param({"is_ext_shared": None}, Deny(Reason.UNKNOWN_CHANNEL), id="unknown-shared"),
    ],
)
def test_figures_stay_inside(facts: dict[str, object], decision: Allow | Deny) -> None:
    assert decide_channel(CHANNEL | facts) == decision
