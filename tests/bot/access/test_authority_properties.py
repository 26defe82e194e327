from itertools import combinations
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.access.authority import SHOWING, authorize
from bot.access.decisions import Action, Allow, Deny, Place, Reach, Surface
from bot.access.visibility import visibility_of
from storage.access.grants import Grant, Role
from tests.bot.access.principals import at, channel, principal

PAIRS = [("segment", "enterprise"), ("segment", "smb"), ("industry", "fintech"), ("plan", "pro")]
SCOPES = [(), *((pair,) for pair in PAIRS), *combinations(PAIRS, 2)]
HARD = [
    {"deleted": True},
    {"is_bot": True},
    {"is_restricted": True},
    {"is_ultra_restricted": True},
    {"team_id": "T2"},
    {"is_stranger": True},
]

scopes = st.sampled_from(SCOPES)
grants = st.builds(
    Grant,
    grantee_id=st.sampled_from(["U1", "S1"]),
    role=st.sampled_from(Role),
    scope=scopes,
    account_detail=st.booleans(),
)
reaches = st.builds(Reach, scope=scopes, account_detail=st.booleans()) | st.none()
actions = st.sampled_from(Action)
channels = st.builds(
    lambda approved, is_private, names_shown: channel(
        *approved, is_private=is_private, names_shown=names_shown
    ),
    st.lists(scopes, max_size=2),
    st.booleans(),
    st.booleans(),
)
surfaces = st.sampled_from([at(place) for place in Place]) | channels


@given(st.lists(grants, max_size=4), st.integers(0, 3), actions, reaches, surfaces)
def test_taking_a_grant_away_never_allows_more(
    held: list[Grant], index: int, action: Action, reach: Reach | None, surface: Surface
) -> None:
    fewer = [grant for number, grant in enumerate(held) if number != index]

    if authorize(principal(*fewer), action, reach, surface) == Allow():
        assert authorize(principal(*held), action, reach, surface) == Allow()


@given(st.lists(grants, max_size=4), st.sampled_from(HARD), actions, reaches, surfaces)
def test_no_grant_lets_in_who_is_none_of_ours(
    held: list[Grant],
    different: dict[str, Any],
    action: Action,
    reach: Reach | None,
    surface: Surface,
) -> None:
    assert isinstance(authorize(principal(*held, **different), action, reach, surface), Deny)
    assert not visibility_of(principal(*held, **different), action).scopes


@given(st.lists(grants, max_size=4), actions, reaches, scopes)
def test_no_grant_lets_figures_out_of_the_company(
    held: list[Grant], action: Action, reach: Reach | None, approved: tuple[tuple[str, str], ...]
) -> None:
    for facts in ({"is_ext_shared": True}, {"is_pending_ext_shared": True}, {"is_archived": True}):
        outside = channel(approved, names_shown=True, **facts)

        assert isinstance(authorize(principal(*held), action, reach, outside), Deny)


@given(st.lists(grants, max_size=4), st.sampled_from(sorted(SHOWING)), st.booleans(), surfaces)
def test_grants_of_segments_never_show_the_company(
    held: list[Grant],
    action: Action,
    detail: bool,  # noqa: FBT001 - drawn
    surface: Surface,
) -> None:
    narrow = [grant for grant in held if grant.scope]
    company = Reach(account_detail=detail)

    assert isinstance(authorize(principal(*narrow), action, company, surface), Deny)


@given(st.lists(grants, max_size=4), actions, scopes, scopes, surfaces)
def test_who_may_see_a_scope_may_see_every_part_of_it(
    held: list[Grant],
    action: Action,
    scope: tuple[tuple[str, str], ...],
    other: tuple[tuple[str, str], ...],
    surface: Surface,
) -> None:
    assume(len(dict(scope)) == len(scope))  # no account has two values of a dimension
    part = Reach(scope=tuple({**dict(other), **dict(scope)}.items()))

    if authorize(principal(*held), action, Reach(scope=scope), surface) == Allow():
        assert authorize(principal(*held), action, part, surface) == Allow()


@given(st.lists(grants, max_size=4), st.sampled_from([Action.ASK, Action.OWN_ALERT]), scopes)
def test_visibility_is_exactly_what_would_be_allowed(
    held: list[Grant], action: Action, scope: tuple[tuple[str, str], ...]
) -> None:
    somebody, here = principal(*held), at(Place.EPHEMERAL)
    visibility = visibility_of(somebody, action)

    def is_allowed(*, detail: bool) -> bool:
        reach = Reach(scope=scope, account_detail=detail)
        return authorize(somebody, action, reach, here) == Allow()

    assert visibility.sees(scope) == is_allowed(detail=False)
    assert visibility.sees_accounts(scope) == is_allowed(detail=True)
