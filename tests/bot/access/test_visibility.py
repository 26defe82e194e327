from typing import Any

import pytest

from bot.access.decisions import Action
from bot.access.visibility import EVERYTHING, Visibility, visibility_of
from metrics.rollup import Scope
from storage.access.grants import Grant, Role
from tests.bot.access.principals import COMPANY, ENTERPRISE, ENTERPRISE_FINTECH, SMB, principal


def grant(scope: Scope, role: Role = Role.VIEWER, *, detail: bool = False) -> Grant:
    return Grant(grantee_id="U1", role=role, scope=scope, account_detail=detail)


def seen(*scopes: Scope, detailed: tuple[Scope, ...] = ()) -> Visibility:
    return Visibility(frozenset(scopes), frozenset(detailed))


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        ((), seen()),
        ((grant(SMB),), seen(SMB)),
        (
            (grant(SMB), grant(ENTERPRISE, detail=True)),
            seen(SMB, ENTERPRISE, detailed=(ENTERPRISE,)),
        ),
        ((grant(COMPANY), grant(SMB, detail=True)), seen(COMPANY, detailed=(SMB,))),
        ((grant(ENTERPRISE), grant(ENTERPRISE_FINTECH)), seen(ENTERPRISE)),
        ((grant(ENTERPRISE_FINTECH[::-1]),), seen(ENTERPRISE_FINTECH)),
    ],
)
def test_what_is_seen_are_the_widest_scopes_and_accounts_only_of_those_granted_with_them(
    grants: tuple[Grant, ...], expected: Visibility
) -> None:
    assert visibility_of(principal(*grants), Action.ASK) == expected


def test_an_action_counts_the_grants_whose_role_is_high_enough() -> None:
    somebody = principal(grant(COMPANY, detail=True), grant(SMB, Role.ANALYST))

    assert visibility_of(somebody, Action.EXPORT) == seen(SMB)


@pytest.mark.parametrize(
    "different", [{"is_restricted": True}, {"deleted": True}, {"is_stranger": True}], ids=str
)
def test_who_may_be_granted_nothing_sees_nothing_whatever_was_granted(
    different: dict[str, Any],
) -> None:
    somebody = principal(grant(COMPANY, Role.ADMIN, detail=True), **different)

    assert visibility_of(somebody, Action.ASK) == seen()


@pytest.mark.parametrize(
    ("visible", "default"),
    [
        (seen(), None),
        (seen(SMB), SMB),
        (seen(SMB, ENTERPRISE), None),
        (seen(COMPANY), COMPANY),
        (seen(COMPANY, SMB), COMPANY),
    ],
)
def test_the_company_is_meant_where_none_is_named_or_the_only_scope(
    visible: Visibility, default: Scope | None
) -> None:
    assert visible.default == default
    assert visible.is_whole is (default == COMPANY)


def test_a_scope_is_seen_with_its_parts_and_nothing_else() -> None:
    visible = seen(ENTERPRISE, detailed=(ENTERPRISE_FINTECH,))

    assert [visible.sees(one) for one in (COMPANY, SMB, ENTERPRISE, ENTERPRISE_FINTECH)] == (
        [False, False, True, True]
    )
    assert not visible.sees_accounts(ENTERPRISE)
    assert visible.sees_accounts(ENTERPRISE_FINTECH)


def test_without_accounts_the_scopes_stay() -> None:
    assert EVERYTHING.without_accounts() == seen(COMPANY)
