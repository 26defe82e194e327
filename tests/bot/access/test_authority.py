"""Every decision there is: who x where x what x granted x asked, against a table of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest

from bot.access.authority import PLACES, ROLES, authorize
from bot.access.decisions import Action, Allow, Deny, Place, Principal, Reach, Reason, Surface
from metrics.rollup import Scope
from storage.access.grants import Grant, Role
from tests.bot.access.principals import (
    COMPANY,
    ENTERPRISE,
    ENTERPRISE_FINTECH,
    SMB,
    at,
    channel,
    principal,
)

LEAST = """
             ephemeral  direct-message  home     export   command-line  channel
ask          viewer     viewer          viewer   -        viewer        -
alert_rule   viewer     viewer          viewer   -        viewer        -
share        -          -               -        -        -             analyst
subscribe    -          -               -        -        -             analyst
export       -          analyst         -        analyst  analyst       -
import       admin      admin           admin    -        admin         -
rules        admin      admin           admin    -        admin         -
goals        admin      admin           admin    -        admin         -
grants       admin      admin           admin    -        admin         -
audit        admin      admin           admin    -        admin         -
data         admin      admin           admin    -        admin         -
"""
"""The least role for an action in a place; a dash is for nobody."""

WITHOUT_FIGURES = {"import", "rules", "goals", "grants", "audit"}
REACHES = {
    COMPANY: [COMPANY, ENTERPRISE, ENTERPRISE_FINTECH, SMB],
    ENTERPRISE: [ENTERPRISE, ENTERPRISE_FINTECH],
    ENTERPRISE_FINTECH: [ENTERPRISE_FINTECH],
    SMB: [SMB],
}
"""What may be seen with each scope."""
CAN = {
    "viewer": ["viewer"],
    "analyst": ["viewer", "analyst"],
    "admin": ["viewer", "analyst", "admin"],
}

PEOPLE = {
    "member": ({}, None),
    "colleague": ({"is_stranger": False}, None),
    "guest": ({"is_restricted": True}, Reason.GUEST),
    "one-channel-guest": ({"is_restricted": True, "is_ultra_restricted": True}, Reason.GUEST),
    "half-known": ({"is_restricted": None}, Reason.GUEST),
    "deactivated": ({"deleted": True}, Reason.DEACTIVATED),
    "bot": ({"is_bot": True}, Reason.BOT),
    "external": ({"team_id": "T2", "is_stranger": False}, Reason.OTHER_WORKSPACE),
    "stranger": ({"is_stranger": True}, Reason.OTHER_WORKSPACE),
}
"""What is different about each kind of person, and why that keeps them out whatever they have."""


@dataclass(frozen=True)
class Spot:
    """A place, the column of the table that it is in, and what is particular about it."""

    surface: Surface
    column: str
    approved: tuple[Scope, ...] | None = None
    named: bool = True
    never: Reason | None = None


SPOTS = {
    **{
        place.value.replace(" ", "-"): Spot(at(place), place.value.replace(" ", "-"))
        for place in (
            *(Place.EPHEMERAL, Place.DIRECT_MESSAGE, Place.HOME, Place.EXPORT),
            Place.COMMAND_LINE,
        )
    },
    "private": Spot(channel(), "channel", named=False),
    "private-named": Spot(channel(names_shown=True), "channel"),
    "public": Spot(channel(is_private=False), "channel", approved=(), named=False),
    "public-approved": Spot(
        channel(COMPANY, is_private=False), "channel", approved=(COMPANY,), named=False
    ),
    "public-approved-named": Spot(
        channel(COMPANY, is_private=False, names_shown=True), "channel", approved=(COMPANY,)
    ),
    "public-approved-for-enterprise": Spot(
        channel(ENTERPRISE, is_private=False, names_shown=True), "channel", approved=(ENTERPRISE,)
    ),
    "external": Spot(channel(COMPANY, is_ext_shared=True), "", never=Reason.SHARED_OUTSIDE),
    "invited": Spot(channel(COMPANY, is_pending_ext_shared=True), "", never=Reason.SHARED_OUTSIDE),
    "archived": Spot(channel(COMPANY, is_archived=True), "", never=Reason.ARCHIVED),
    "unknown": Spot(channel(COMPANY, is_private=None), "", never=Reason.UNKNOWN_CHANNEL),
}
GRANTS = [
    None,
    *(
        Grant(grantee_id="U1", role=role, scope=scope, account_detail=detail)
        for role, scope, detail in product(Role, REACHES, [False, True])
    ),
]
ASKED = [Reach(scope=scope, account_detail=detail) for scope in REACHES for detail in (False, True)]


def least_roles() -> dict[tuple[str, str], str]:
    header, *lines = (line.split() for line in LEAST.strip().splitlines())
    return {
        (action, column): role
        for action, *roles in lines
        for column, role in zip(header, roles, strict=True)
    }


TABLE = least_roles()


def is_expected(spot: Spot, action: Action, grant: Grant | None, asked: Reach) -> bool:
    """Say what the table says of a member."""
    least = "-" if spot.never else TABLE[action.value, spot.column]
    if least == "-" or grant is None or least not in CAN[grant.role.value]:
        return False
    if action.value in WITHOUT_FIGURES:
        return True
    sees = asked.scope in REACHES[grant.scope]
    sees_accounts = not asked.account_detail or (grant.account_detail and spot.named)
    is_approved = spot.approved is None or any(
        asked.scope in REACHES[scope] for scope in spot.approved
    )
    return sees and sees_accounts and is_approved


def test_the_table_has_every_action_and_every_place() -> None:
    columns = {column for _, column in TABLE}

    assert {action for action, _ in TABLE} == {action.value for action in Action}
    assert columns == {spot.column for spot in SPOTS.values() if spot.column}
    assert {spot.surface.place for spot in SPOTS.values()} == set(Place)
    assert set(ROLES) == set(PLACES) == set(Action)


def cells(spot: Spot) -> Iterator[tuple[Action, Grant | None, Reach, bool]]:
    for action, grant, asked in product(Action, GRANTS, ASKED):
        yield action, grant, asked, is_expected(spot, action, grant, asked)


@pytest.mark.parametrize("spot", SPOTS.values(), ids=SPOTS)
@pytest.mark.parametrize(("different", "never"), PEOPLE.values(), ids=PEOPLE)
def test_everybody_may_exactly_what_the_table_says(
    different: dict[str, Any], never: Reason | None, spot: Spot
) -> None:
    somebody = {grant: principal(*filter(None, [grant]), **different) for grant in GRANTS}
    wrong = []
    for action, grant, asked, expected in cells(spot):
        decision = authorize(somebody[grant], action, asked, spot.surface)
        if decision != outcome(decision, expected=expected, never=never or spot.never):
            wrong.append((action, grant, asked, decision))

    assert wrong == []


def outcome(decision: object, *, expected: bool, never: Reason | None) -> object:
    """Return what the decision has to be; any denial will do where it is no hard one."""
    if never is not None:
        return Deny(never)
    if expected:
        return Allow()
    return decision if isinstance(decision, Deny) else Deny(Reason.OUT_OF_SCOPE)


def granted(role: Role, scope: Scope = COMPANY, *, detail: bool = False) -> Principal:
    return principal(Grant(grantee_id="U1", role=role, scope=scope, account_detail=detail))


@pytest.mark.parametrize(
    ("somebody", "action", "reach", "surface", "reason"),
    [
        pytest.param(
            principal(), Action.ASK, Reach(), at(Place.EPHEMERAL), Reason.NO_GRANT, id="nothing"
        ),
        pytest.param(
            *(granted(Role.VIEWER), Action.SHARE, Reach(), channel(), Reason.NO_ROLE),
            id="a-viewer-shares",
        ),
        pytest.param(
            *(granted(Role.ANALYST), Action.AUDIT, None, at(Place.EPHEMERAL), Reason.NO_ROLE),
            id="an-analyst-audits",
        ),
        pytest.param(
            *(granted(Role.ADMIN, ENTERPRISE), Action.ASK, Reach(), at(Place.EPHEMERAL)),
            Reason.OUT_OF_SCOPE,
            id="a-segment's-administrator-asks-for-all",
        ),
        pytest.param(
            *(granted(Role.VIEWER, ENTERPRISE), Action.SHARE, Reach(), channel()),
            Reason.OUT_OF_SCOPE,
            id="neither-role-nor-scope",
        ),
        pytest.param(
            *(granted(Role.VIEWER), Action.ASK, Reach(account_detail=True), at(Place.EPHEMERAL)),
            Reason.NO_DETAIL,
            id="single-accounts",
        ),
        pytest.param(
            *(granted(Role.ANALYST), Action.SHARE, Reach(), channel(is_private=False)),
            Reason.NOT_APPROVED,
            id="public-channel",
        ),
        pytest.param(
            *(granted(Role.ANALYST), Action.SHARE, Reach(), at(Place.DIRECT_MESSAGE)),
            Reason.NO_CHANNEL,
            id="nobody-to-share-with",
        ),
        pytest.param(
            *(granted(Role.ANALYST), Action.SHARE, Reach(), at(Place.EPHEMERAL)),
            Reason.WRONG_PLACE,
            id="shared-with-nobody-else",
        ),
        pytest.param(
            *(granted(Role.ANALYST), Action.EXPORT, Reach(), at(Place.HOME)),
            Reason.WRONG_PLACE,
            id="exported-onto-the-home-page",
        ),
        pytest.param(
            *(granted(Role.ANALYST, detail=True), Action.SHARE, Reach(account_detail=True)),
            *(channel(), Reason.NO_NAMES),
            id="single-accounts-in-a-channel",
        ),
        pytest.param(
            *(granted(Role.ADMIN), Action.ASK, Reach(), channel(), Reason.WRONG_PLACE),
            id="an-answer-for-all-to-see",
        ),
        pytest.param(
            *(granted(Role.ADMIN), Action.ASK, None, at(Place.EPHEMERAL), Reason.OUT_OF_SCOPE),
            id="figures-of-nobody-knows-what",
        ),
        pytest.param(
            *(granted(Role.ADMIN), Action.SHARE, None, channel(), Reason.OUT_OF_SCOPE),
            id="shared-figures-of-nobody-knows-what",
        ),
        pytest.param(
            principal(groups_known=False),
            *(Action.ASK, Reach(), at(Place.EPHEMERAL), Reason.UNKNOWN_PERSON),
            id="perhaps-in-a-group",
        ),
    ],
)
def test_a_denial_says_what_is_in_the_way(
    somebody: Principal, action: Action, reach: Reach | None, surface: Surface, reason: Reason
) -> None:
    assert authorize(somebody, action, reach, surface) == Deny(reason)


def test_detail_counts_only_with_the_grant_that_has_it() -> None:
    somebody = principal(
        Grant(grantee_id="U1", role=Role.VIEWER, account_detail=True),
        Grant(grantee_id="U1", role=Role.ANALYST, scope=ENTERPRISE),
    )
    reach = Reach(scope=ENTERPRISE, account_detail=True)

    assert authorize(somebody, Action.ASK, reach, at(Place.EPHEMERAL)) == Allow()
    assert authorize(somebody, Action.EXPORT, reach, at(Place.EXPORT)) == Deny(Reason.NO_DETAIL)


HALVES = principal(
    Grant(grantee_id="U1", role=Role.VIEWER),
    Grant(grantee_id="U1", role=Role.ANALYST, scope=ENTERPRISE, account_detail=True),
)
"""A viewer of the company who is analyst of enterprise, with its accounts."""


@pytest.mark.parametrize(
    ("action", "surface", "detail", "reason"),
    [
        (Action.SHARE, channel(), False, Reason.NO_ROLE),
        (Action.SUBSCRIBE, channel(), False, Reason.NO_ROLE),
        (Action.EXPORT, at(Place.EXPORT), True, Reason.NO_ROLE),
        (Action.ASK, at(Place.EPHEMERAL), True, Reason.NO_DETAIL),
        (Action.OWN_ALERT, at(Place.DIRECT_MESSAGE), True, Reason.NO_DETAIL),
    ],
    ids=str,
)
@pytest.mark.parametrize("scope", [COMPANY, (("segment", "smb"),)], ids=["company", "smb"])
def test_a_higher_role_on_one_segment_counts_nowhere_else(
    scope: Scope, action: Action, surface: Surface, *, detail: bool, reason: Reason
) -> None:
    wide = Reach(scope=scope, account_detail=detail)
    narrow = Reach(scope=ENTERPRISE, account_detail=detail)

    assert authorize(HALVES, action, wide, surface) == Deny(reason)
    assert authorize(HALVES, action, narrow, surface) == Allow()


def test_what_is_granted_already_needs_no_group() -> None:
    somebody = principal(Grant(grantee_id="U1", role=Role.VIEWER), groups_known=False)

    assert authorize(somebody, Action.ASK, Reach(), at(Place.EPHEMERAL)) == Allow()
