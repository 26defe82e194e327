from datetime import UTC, datetime
from fractions import Fraction

import pytest
from sqlalchemy.exc import IntegrityError

from metrics.benchmarks.expectations import Expectations, WorkspaceProfile
from metrics.benchmarks.goals import Goal
from metrics.benchmarks.tables import CompanyProfile, CompanyStage, CustomerSegment
from storage.benchmarks.expectations import (
    put_goal,
    put_peers,
    put_profile,
    read_expectations,
    take_goal,
)
from storage.store.engine import Store

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
BOTH = (("segment", "smb"), ("plan", "gold"))


def held(store: Store) -> Expectations:
    with store.read() as session:
        return read_expectations(session)


def test_a_new_store_declares_nothing(store: Store) -> None:
    assert held(store) == Expectations()


def test_what_is_declared_is_read_back_and_replaced(store: Store) -> None:
    profile = WorkspaceProfile(company=CompanyProfile.USAGE_BASED, stage=CompanyStage.GROWTH)
    with store.write(ledger=False) as session:
        for declared in (WorkspaceProfile(company=CompanyProfile.SMB), profile):
            put_profile(session, declared, by="U1", now=NOW)
        for peers in (CustomerSegment.SMB, None):
            put_peers(session, ("segment", "agencies"), peers, by="U1", now=NOW)
    found = held(store)

    assert found.profile == profile
    assert found.segments == {("segment", "agencies"): None}

    with store.write(ledger=False) as session:
        put_profile(session, None, by="U1", now=NOW)
    assert held(store).profile is None


def test_a_goal_is_one_for_its_scope_whatever_the_order_of_its_words(store: Store) -> None:
    with store.write(ledger=False) as session:
        for scope, nrr in ((BOTH, "1.15"), (BOTH[::-1], "1.023456"), ((), "1.1")):
            put_goal(session, Goal(scope=scope, nrr=Fraction(nrr)), by="U1", now=NOW)

    ordered = tuple(sorted(BOTH))
    assert list(held(store).goals.items()) == [
        ((), Fraction("1.1")),
        (ordered, Fraction("1.023456")),
    ]

    with store.write(ledger=False) as session:
        assert take_goal(session, BOTH)
        assert not take_goal(session, BOTH)
    assert list(held(store).goals) == [()]


def test_a_goal_of_nothing_is_refused_by_the_table(store: Store) -> None:
    with pytest.raises(IntegrityError), store.write(ledger=False) as session:
        put_goal(session, Goal(scope=(), nrr=Fraction(0)), by="U1", now=NOW)
