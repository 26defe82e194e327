from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from storage.access import grants as access
from storage.access.grants import Admins, Approval, Grant, Role
from storage.errors import CodeRefusedError, LastAdministratorError
from storage.store.engine import Store
from tests.storage.racing import at_once
from tests.storage.stores import contents, rows

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
ENTERPRISE = (("segment", "enterprise"),)
FINTECH = (("segment", "enterprise"), ("industry", "fintech"))
VIEWER = Grant(grantee_id="U1", role=Role.VIEWER, scope=ENTERPRISE)


def put(store: Store, *grants: Grant) -> None:
    with store.write(ledger=False) as session:
        for grant in grants:
            access.put_grant(session, grant, by="U9", now=NOW)


def grants(store: Store) -> list[Grant]:
    with store.read() as session:
        return access.list_grants(session)


def test_a_grant_is_kept_as_it_was_given(store: Store) -> None:
    detailed = Grant(grantee_id="S1", role=Role.ANALYST, account_detail=True)

    put(store, VIEWER, detailed)

    assert grants(store) == [VIEWER, detailed]
    assert rows(store, "SELECT granted_by FROM access_grant") == [("U9",), ("U9",)]


def test_a_second_grant_about_the_same_replaces_the_first_however_it_is_written(
    store: Store,
) -> None:
    put(store, Grant(grantee_id="U1", role=Role.ADMIN, scope=FINTECH))
    put(store, Grant(grantee_id="U1", role=Role.VIEWER, scope=FINTECH[::-1]))

    [grant] = grants(store)
    assert grant.role is Role.VIEWER


def test_what_is_taken_back_is_gone_and_the_rest_stays(store: Store) -> None:
    company, other = (Grant(grantee_id=one, role=Role.VIEWER) for one in ("U1", "U2"))
    put(store, VIEWER, company, other)

    with store.write(ledger=False) as session:
        assert access.take_grants(session, "U1", ENTERPRISE) == [VIEWER]
    assert grants(store) == [company, other]

    with store.write(ledger=False) as session:
        assert access.take_grants(session, "U1") == [company]
        assert access.take_grants(session, "U1") == []
    assert grants(store) == [other]


def test_each_role_includes_those_before_it() -> None:
    included = [[role.includes(other) for other in Role] for role in Role]

    assert included == [[True, False, False], [True, True, False], [True, True, True]]


def test_a_channel_is_approved_scope_by_scope(store: Store) -> None:
    both = [Approval(channel_id="C1", scope=()), Approval(channel_id="C1", scope=ENTERPRISE)]
    with store.write(ledger=False) as session:
        for approval in (*both, both[0], Approval(channel_id="C2", scope=())):
            access.put_approval(session, approval, by="U9", now=NOW)

    with store.write(ledger=False) as session:
        assert access.list_approvals(session, "C1") == [both[1], both[0]]
        assert access.take_approvals(session, "C1", ()) == [both[0]]
        assert access.take_approvals(session, "C2") == [Approval(channel_id="C2", scope=())]
        assert access.list_approvals(session) == [both[1]]


# The first administrator


def new_code(store: Store, now: datetime = NOW) -> str | None:
    with store.write(ledger=False) as session:
        return access.new_admin_code(session, now=now)


def claim(store: Store, code: str, user_id: str = "U1", now: datetime = NOW) -> Grant:
    with store.write(ledger=False) as session:
        return access.claim_admin(session, code, user_id=user_id, now=now)


def test_who_has_the_code_becomes_the_first_administrator(store: Store) -> None:
    code = new_code(store)
    assert code is not None

    claim(store, code)

    assert grants(store) == [Grant(grantee_id="U1", role=Role.ADMIN)]
    assert new_code(store) is None


def test_only_a_hash_of_the_code_is_stored(store: Store) -> None:
    code = new_code(store)

    [(stored,)] = rows(store, "SELECT code_hash FROM admin_code")
    assert code is not None
    assert code not in str(stored)
    assert len(code) >= 20


def test_a_code_works_once(store: Store) -> None:
    code = str(new_code(store))
    claim(store, code)
    with store.write(ledger=False) as session:
        access.take_grants(session, "U1")

    with pytest.raises(CodeRefusedError):
        claim(store, code, "U2")
    assert grants(store) == []


def test_a_wrong_code_and_one_of_before_do_not_work_and_spend_nothing(store: Store) -> None:
    first, second = str(new_code(store)), str(new_code(store))

    for code in ("", "nonsense", first, second.swapcase()):
        with pytest.raises(CodeRefusedError):
            claim(store, code)
    claim(store, second)


def test_a_code_is_good_for_a_day(store: Store) -> None:
    code = str(new_code(store))

    with pytest.raises(CodeRefusedError):
        claim(store, code, now=NOW + timedelta(days=1))
    claim(store, code, now=NOW + timedelta(hours=23))


def test_a_code_that_was_not_used_is_worth_nothing_once_there_is_an_administrator(
    store: Store,
) -> None:
    code = str(new_code(store))
    put(store, Grant(grantee_id="U9", role=Role.ADMIN))

    with pytest.raises(CodeRefusedError):
        claim(store, code)


def test_of_many_who_claim_at_once_one_becomes_administrator(store: Store) -> None:
    code = str(new_code(store))

    def attempt(number: int) -> bool:
        try:
            claim(store, code, f"U{number}")
        except CodeRefusedError:
            return False
        return True

    assert at_once(attempt).count(True) == 1
    assert contents(store)["access_grant"] == 1


# The last administrator

BOSS, OTHER = (Grant(grantee_id=one, role=Role.ADMIN) for one in ("U1", "U2"))


def demote(store: Store, grantee_id: str, known: Admins | None = None) -> Grant | None:
    """Make an administrator a viewer of the company."""
    viewer = Grant(grantee_id=grantee_id, role=Role.VIEWER)
    with store.write(ledger=False) as session, access.keeping_an_admin(session, known or Admins()):
        return access.put_grant(session, viewer, by="U9", now=NOW)


def revoke(store: Store, grantee_id: str) -> None:
    with store.write(ledger=False) as session, access.keeping_an_admin(session, Admins()):
        access.take_grants(session, grantee_id)


@pytest.mark.parametrize("take", [demote, revoke])
def test_the_last_administrator_keeps_the_role(
    store: Store, take: Callable[[Store, str], object]
) -> None:
    put(store, VIEWER, BOSS)

    with pytest.raises(LastAdministratorError):
        take(store, "U1")

    assert grants(store) == [VIEWER, BOSS]


@pytest.mark.parametrize("take", [demote, revoke])
def test_beside_another_an_administrator_may_go(
    store: Store, take: Callable[[Store, str], object]
) -> None:
    put(store, BOSS, OTHER)

    take(store, "U1")

    assert OTHER in grants(store)
    assert BOSS not in grants(store)


def test_a_grant_says_which_one_it_replaced(store: Store) -> None:
    put(store, BOSS, OTHER)

    assert demote(store, "U1") == BOSS
    assert demote(store, "U3") is None


def test_who_is_an_administrator_of_another_scope_still_is_one(store: Store) -> None:
    put(store, BOSS, Grant(grantee_id="U1", role=Role.ADMIN, scope=ENTERPRISE))

    assert demote(store, "U1") == BOSS


def test_an_administrator_who_can_do_nothing_is_none_who_is_left(store: Store) -> None:
    put(store, BOSS, OTHER)

    with pytest.raises(LastAdministratorError):
        demote(store, "U1", Admins(unable=frozenset({"U2"})))


def test_the_administrator_of_the_settings_is_left_unless_they_can_do_nothing(
    store: Store,
) -> None:
    put(store, BOSS)

    with pytest.raises(LastAdministratorError):
        demote(store, "U1", Admins(set_up=frozenset({"U7"}), unable=frozenset({"U7"})))
    assert demote(store, "U1", Admins(set_up=frozenset({"U7"}))) == BOSS


def test_of_two_administrators_who_demote_each_other_at_once_one_stays(store: Store) -> None:
    put(store, BOSS, OTHER)

    def demote_the_other(number: int) -> bool:
        try:
            demote(store, ("U1", "U2")[number])
        except LastAdministratorError:
            return False
        return True

    assert sorted(at_once(demote_the_other)) == [False, True]
    assert len([grant for grant in grants(store) if grant.role is Role.ADMIN]) == 1
