"""People, places and grants to decide about, as values."""

from typing import Any

from bot.access.decisions import Person, Place, Principal, Surface
from bot.slack.ids import Workspace
from metrics.rollup import Scope
from storage.access.grants import Grant

HOME = Workspace(team_id="T1")
MEMBER: dict[str, Any] = {
    "id": "U1",
    "team_id": "T1",
    "deleted": False,
    "is_bot": False,
    "is_restricted": False,
    "is_ultra_restricted": False,
}
CHANNEL: dict[str, Any] = {
    "id": "C1",
    "is_archived": False,
    "is_ext_shared": False,
    "is_pending_ext_shared": False,
    "pending_connected_team_ids": [],
    "is_private": True,
}
COMPANY: Scope = ()
ENTERPRISE: Scope = (("segment", "enterprise"),)
SMB: Scope = (("segment", "smb"),)
ENTERPRISE_FINTECH: Scope = (("industry", "fintech"), ("segment", "enterprise"))


def person(**changes: object) -> Person:
    return Person.from_slack(MEMBER | changes)


def principal(*grants: Grant, groups_known: bool = True, **changes: object) -> Principal:
    """Return a member with these grants, but for what is different."""
    known = person(**changes)
    return Principal(
        person=known, is_ours=known.belongs_to(HOME), grants=grants, groups_known=groups_known
    )


def channel(*approved: Scope, names_shown: bool = False, **changes: object) -> Surface:
    """Return a private channel of ours, but for what is different."""
    return Surface.of_channel(CHANNEL | changes, approved=approved, names_shown=names_shown)


def at(place: Place) -> Surface:
    return Surface(place=place)
