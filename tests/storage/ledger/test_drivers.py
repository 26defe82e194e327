from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from metrics.activity import UNSTATED
from metrics.movements import MovementKind
from metrics.segments import Tiers
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.filled import fill
from tests.storage.histories import File, boundaries, files, import_history, sweep
from tests.storage.stores import Template, csv_text, import_text

Q3 = date(2026, 7, 1), date(2026, 10, 1)
HEADER = "account_id,date,amount,currency,driver,segment"
LATER = datetime(2100, 1, 1, tzinfo=UTC)
EXPANSION, CONTRACTION, CHURN = (
    MovementKind.EXPANSION,
    MovementKind.CONTRACTION,
    MovementKind.CHURN,
)


@pytest.mark.parametrize("as_of", [None, LATER], ids=["columns", "replayed"])
def test_what_a_base_gained_and_lost_is_split_by_driver_to_the_cent(
    store: Store, as_of: datetime | None
) -> None:
    rows = (
        "a,2026-01-05,100,USD,,smb",
        "b,2026-01-05,100,USD,,ent",
        "c,2026-01-05,100,USD,,ent",
        # a gains 300 and loses 100: two thirds of each gain
        "a,2026-07-05,200,USD,seats,",
        "a,2026-08-05,100,USD,price,",
        "a,2026-09-05,-100,USD,usage,",
        # b loses 50 and gains 20, c leaves after a gain; d is new, and outside
        "b,2026-07-06,-50,USD,downgrade,",
        "b,2026-08-06,20,USD,seats,",
        "c,2026-07-07,30,USD,seats,",
        "c,2026-09-07,-130,USD,competitor,",
        "d,2026-07-08,70,USD,new_logo,smb",
    )
    fill(store, csv_text(*rows, header=HEADER))

    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), as_of=as_of)
        company = ledger.changes_by_driver(*Q3)
        enterprise = ledger.changes_by_driver(*Q3, (("segment", "ent"),))
        most = [
            ledger.most_by_driver(*Q3, scope, driver)
            for scope in ((), (("segment", "ent"),))
            for driver in ("price", "seats", "competitor", "unheard_of")
        ]

    lost = {(CONTRACTION, "downgrade"): -3_000, (CHURN, "competitor"): -10_000}
    gained = {(EXPANSION, "seats"): 13_333, (EXPANSION, "price"): 6_667}
    assert company.by_driver == gained | lost
    assert enterprise.by_driver == lost
    # d's gain is outside the base: of seats, a's 200, b's 20 and c's 30 are in it
    company_most = [(10_000, 0), (25_000, 0), (0, 13_000), (0, 0)]
    assert most == [*company_most, (0, 0), (5_000, 0), (0, 13_000), (0, 0)]


@pytest.mark.parametrize("as_of", [None, LATER], ids=["columns", "replayed"])
def test_activity_has_no_gain_among_losses_where_accounts_came_under_one_parent_since(
    store: Store, as_of: datetime | None
) -> None:
    rows = (
        *("a,2026-01-05,100,USD,,", "b,2026-01-05,100,USD,,"),
        # one day of the group, of which each had its own account when the quarter opened
        *("a,2026-08-05,-50,USD,price,", "b,2026-08-05,20,USD,,"),
    )
    fill(store, csv_text(*rows, header=HEADER))
    under = csv_text("a,,", "b,a,2026-08-01", header="account_id,parent_id,valid_from")
    import_text(store, under, source="accounts")

    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers(), as_of=as_of)
        found = ledger.retention(*Q3)
        assert (found.expansion, found.contraction) == (2_000, 5_000)
        assert ledger.activity(*Q3).by_driver == {
            (EXPANSION, UNSTATED): 2_000,
            (CONTRACTION, "price"): -5_000,
        }


@given(imports=files, start=boundaries, end=boundaries)
@sweep(examples=4)
def test_of_any_base_the_drivers_add_up_to_its_bridge(
    template: Template, imports: list[File], start: date, end: date
) -> None:
    start, end = min(start, end), max(start, end)
    with template.fresh() as store:
        if not import_history(store, imports).rows:
            return
        with store.read() as session:
            ledger = Ledger(session, tiers=Tiers())
            for scope in ((), (("region", "EMEA"),)):
                bridge = ledger.retention(start, end, scope)
                split = ledger.changes_by_driver(start, end, scope)
                found = split.by_kind
                assert found.get(EXPANSION, 0) == bridge.expansion
                assert found.get(CONTRACTION, 0) == -bridge.contraction
                assert found.get(CHURN, 0) == -bridge.churn
                for (_, driver), amount in split.by_driver.items():
                    if driver != UNSTATED:
                        most = ledger.most_by_driver(start, end, scope, driver)
                        assert -most[1] <= amount <= most[0]
