"""The one decision about who may do what where: pure, and no unless something says yes."""

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
    Action.GRANTS: Role.ADMIN,
    Action.AUDIT: Role.ADMIN,
}
"""The least role for each action."""

PLACES: Mapping[Action, frozenset[Place]] = {
    Action.ASK: _TO_ONE,
    Action.OWN_ALERT: _TO_ONE,
    Action.SHARE: _CHANNELS,
    Action.SUBSCRIBE: _CHANNELS,
    Action.EXPORT: frozenset({Place.EXPORT, Place.COMMAND_LINE}),
    Action.IMPORT: _TO_ONE,
    Action.RULES: _TO_ONE,
    Action.GRANTS: _TO_ONE,
    Action.AUDIT: _TO_ONE,
}
"""Where each action may be taken, and with it who reads what it shows."""

SHOWING = frozenset({Action.ASK, Action.OWN_ALERT, Action.SHARE, Action.SUBSCRIBE, Action.EXPORT})
"""The actions that show figures: for these a grant has to cover what is shown."""

_NEVER: Mapping[Place, Reason] = {
    Place.EXTERNAL_CHANNEL: Reason.SHARED_OUTSIDE,
    Place.ARCHIVED_CHANNEL: Reason.ARCHIVED,
    Place.UNKNOWN_CHANNEL: Reason.UNKNOWN_CHANNEL,
}


def authorize(
    principal: Principal, action: Action, reach: Reach | None, surface: Surface
) -> Decision:
    """Say whether somebody may do something.

    Who somebody is comes first: no grant lets in an outsider, a guest, a bot or an account that is
    deactivated. Then where it is: no grant lets figures out of the company. Only then what was
    granted.

    Parameters
    ----------
    reach : Reach or None
        The figures that are touched; None for an action that shows none.
    """
    for decision in (
        judge_person(principal),
        judge_surface(action, reach, surface),
        judge_grants(principal, action, reach),
    ):
        if isinstance(decision, Deny):
            return decision
    return Allow()


def judge_person(principal: Principal) -> Decision:
    """Say whether somebody is one of those who may be granted anything."""
    person = principal.person
    if not principal.is_ours:
        return Deny(Reason.OTHER_WORKSPACE)
    if person.is_deleted:
        return Deny(Reason.DEACTIVATED)
    if person.is_bot:
        return Deny(Reason.BOT)
    if person.is_guest:
        return Deny(Reason.GUEST)
    return Allow()


def judge_surface(action: Action, reach: Reach | None, surface: Surface) -> Decision:
    """Say whether an action may be taken in a place, by whomever."""
    place = surface.place
    if place in _NEVER:
        return Deny(_NEVER[place])
    if place not in PLACES.get(action, ()):
        is_for_channels = PLACES.get(action) == _CHANNELS and place is Place.DIRECT_MESSAGE
        return Deny(Reason.NO_CHANNEL if is_for_channels else Reason.WRONG_PLACE)
    return _judge_channel(reach, surface) if place in _CHANNELS else Allow()


def _judge_channel(reach: Reach | None, surface: Surface) -> Decision:
    if reach is None:
        return Deny(Reason.OUT_OF_SCOPE)
    is_approved = any(covers(scope, reach.scope) for scope in surface.approved)
    if surface.place is Place.PUBLIC_CHANNEL and not is_approved:
        return Deny(Reason.NOT_APPROVED)
    if reach.account_detail and not surface.names_shown:
        return Deny(Reason.NO_NAMES)
    return Allow()


def judge_grants(principal: Principal, action: Action, reach: Reach | None) -> Decision:
    """Say whether a grant lets somebody do something to figures, wherever that is."""
    reason = _missing(principal.grants, action, reach)
    if reason is None:
        return Allow()
    return Deny(reason if principal.groups_known else Reason.UNKNOWN_PERSON)


def covers(granted: Scope, asked: Scope) -> bool:
    """Tell whether who may see one scope may see another: the same, or a part of it.

    Examples
    --------
    >>> covers((("segment", "smb"),), (("industry", "fintech"), ("segment", "smb")))
    True
    >>> covers((), (("segment", "smb"),)), covers((("segment", "smb"),), ())
    (True, False)
    """
    return set(granted) <= set(asked)


def _missing(grants: tuple[Grant, ...], action: Action, reach: Reach | None) -> Reason | None:
    """Return what stands in the way; None if nothing does."""
    needed = ROLES.get(action)
    high_enough = [grant for grant in grants if needed and grant.role.includes(needed)]
    if not grants:
        return Reason.NO_GRANT
    if action not in SHOWING:
        return None if high_enough else Reason.NO_ROLE
    if reach is None or not any(covers(grant.scope, reach.scope) for grant in grants):
        return Reason.OUT_OF_SCOPE
    covering = [grant for grant in high_enough if covers(grant.scope, reach.scope)]
    if not covering:
        return Reason.NO_ROLE
    has_detail = any(grant.account_detail for grant in covering)
    return Reason.NO_DETAIL if reach.account_detail and not has_detail else None
