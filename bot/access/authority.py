"""Decides access: pure functions that deny unless something allows."""

from collections.abc import Mapping

from bot.access.decisions import (
    Action,
    Allow,
    Decision,
    Deny,
    Place,
    Principal,
    Reach,
    Reason,
    Surface,
)
from metrics.rollup import Scope
from storage.access.grants import Grant, Role

_TO_ONE = frozenset({Place.EPHEMERAL, Place.DIRECT_MESSAGE, Place.HOME, Place.COMMAND_LINE})
_CHANNELS = frozenset({Place.PRIVATE_CHANNEL, Place.PUBLIC_CHANNEL})

ROLES: Mapping[Action, Role] = {
    Action.ASK: Role.VIEWER,
    Action.OWN_ALERT: Role.VIEWER,
    Action.SHARE: Role.ANALYST,
    Action.SUBSCRIBE: Role.ANALYST,
    Action.EXPORT: Role.ANALYST,
    Action.IMPORT: Role.ADMIN,
    Action.RULES: Role.ADMIN,
    Action.GOALS: Role.ADMIN,
    Action.GRANTS: Role.ADMIN,
    Action.AUDIT: Role.ADMIN,
    Action.DATA: Role.ADMIN,
}
"""The least role for each action."""

PLACES: Mapping[Action, frozenset[Place]] = {
    Action.ASK: _TO_ONE,
    Action.OWN_ALERT: _TO_ONE,
    Action.SHARE: _CHANNELS,
    Action.SUBSCRIBE: _CHANNELS,
    Action.EXPORT: frozenset({Place.EXPORT, Place.COMMAND_LINE, Place.DIRECT_MESSAGE}),
    Action.IMPORT: _TO_ONE,
    Action.RULES: _TO_ONE,
    Action.GOALS: _TO_ONE,
    Action.GRANTS: _TO_ONE,
    Action.AUDIT: _TO_ONE,
    Action.DATA: _TO_ONE,
}
"""The places where each action may be taken, and with them the recipients of its figures."""

SHOWING = frozenset(
    {
        *(Action.ASK, Action.OWN_ALERT, Action.SHARE, Action.SUBSCRIBE, Action.EXPORT),
        Action.DATA,
    }
)
"""The actions that show figures: a grant has to cover those figures."""

_NEVER: Mapping[Place, Reason] = {
    Place.EXTERNAL_CHANNEL: Reason.SHARED_OUTSIDE,
    Place.ARCHIVED_CHANNEL: Reason.ARCHIVED,
    Place.UNKNOWN_CHANNEL: Reason.UNKNOWN_CHANNEL,
}


def authorize(
    principal: Principal, action: Action, reach: Reach | None, surface: Surface
) -> Decision:
    """Decide whether a person may take an action.

    Parameters
    ----------
    reach : Reach or None
        The figures that are touched; None for an action that shows none.
    """
    for decision in (
        judge_person(principal),  # no grant lets in an outsider, a guest or a bot
        judge_surface(action, reach, surface),  # nor figures out of the company
        judge_grants(principal, action, reach),
    ):
        if isinstance(decision, Deny):
            return decision
    return Allow()


def judge_person(principal: Principal) -> Decision:
    """Decide whether a person may be granted anything at all."""
    if not principal.is_ours:
        return Deny(Reason.OTHER_WORKSPACE)
    barred = principal.person.barred
    return Allow() if barred is None else Deny(barred)


def judge_place(action: Action, place: Place) -> Decision:
    """Decide whether an action may be taken in a kind of place, whatever it shows."""
    if place in _NEVER:
        return Deny(_NEVER[place])
    if place in PLACES.get(action, ()):
        return Allow()
    is_for_channels = PLACES.get(action) == _CHANNELS and place is Place.DIRECT_MESSAGE
    return Deny(Reason.NO_CHANNEL if is_for_channels else Reason.WRONG_PLACE)


def judge_surface(action: Action, reach: Reach | None, surface: Surface) -> Decision:
    """Decide whether an action may be taken on figures in a place, whoever takes it."""
    decision = judge_place(action, surface.place)
    if isinstance(decision, Deny) or surface.place not in _CHANNELS:
        return decision
    return _judge_channel(reach, surface)


def _judge_channel(reach: Reach | None, surface: Surface) -> Decision:
    if reach is None:  # nobody said which figures: then they could be any
        return Deny(Reason.OUT_OF_SCOPE)
    is_approved = any(covers(scope, reach.scope) for scope in surface.approved)
    if surface.place is Place.PUBLIC_CHANNEL and not is_approved:
        return Deny(Reason.NOT_APPROVED)
    if reach.account_detail and not surface.names_shown:
        return Deny(Reason.NO_NAMES)
    return Allow()


def judge_grants(principal: Principal, action: Action, reach: Reach | None) -> Decision:
    """Decide whether a grant covers an action on figures, in whatever place."""
    reason = _missing(principal.grants, action, reach)
    if reason is None:
        return Allow()
    # a group that Slack did not name might have granted it
    return Deny(reason if principal.groups_known else Reason.UNKNOWN_PERSON)


def covers(granted: Scope, asked: Scope) -> bool:
    """Tell whether a granted scope covers another: the same, or a part of it.

    Examples
    --------
    >>> covers((("segment", "smb"),), (("industry", "fintech"), ("segment", "smb")))
    True
    >>> covers((), (("segment", "smb"),)), covers((("segment", "smb"),), ())
    (True, False)
    """
    return set(granted) <= set(asked)


def _missing(grants: tuple[Grant, ...], action: Action, reach: Reach | None) -> Reason | None:
    needed = ROLES.get(action)
    high_enough = [grant for grant in grants if needed and grant.role.includes(needed)]
    if not grants:
        return Reason.NO_GRANT
    if action not in SHOWING:
        return None if high_enough else Reason.NO_ROLE
    if reach is None or not any(covers(grant.scope, reach.scope) for grant in grants):
        return Reason.OUT_OF_SCOPE
    # role and detail have to be of one grant: two that each have half do not add up
    covering = [grant for grant in high_enough if covers(grant.scope, reach.scope)]
    if not covering:
        return Reason.NO_ROLE
    has_detail = any(grant.account_detail for grant in covering)
    return Reason.NO_DETAIL if reach.account_detail and not has_detail else None
