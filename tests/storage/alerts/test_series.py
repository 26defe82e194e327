from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from metrics.alerts.rules import FLOOR, SHOCK, SUSTAINED_DROP, AlertRule, Window
from metrics.alerts.series import AccountLoss, ClosedMonth, Series
from metrics.retention import NOTHING
from metrics.rollup import Scope
from metrics.segments import Tiers
from storage.alerts.series import read_bases, read_series, read_unclosed, usual_rest
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.courses import FIRST, HEADER, correction, course, month
from tests.storage.filled import fill
from tests.storage.stores import csv_text, import_text

COMPANY: Scope = ()
SMB: Scope = (("segment", "smb"),)
ENTERPRISE: Scope = (("segment", "enterprise"),)
YOUNG_SMB: Scope = (("segment", "smb"), ("tenure", "under-90-days"))
NEVER: Scope = (("segment", "never"),)
SCOPES = (COMPANY, SMB, ENTERPRISE, YOUNG_SMB, NEVER)
ONE_POINT = Fraction(1, 100)
USUAL_TIERS = Tiers()
OTHER_TIERS = Tiers(acv_edges=(1, 2))
"""Balances are stored for other cut-offs than these, so every figure is read from the ledger."""


def series(
    store: Store, *, rule: AlertRule = SUSTAINED_DROP, tiers: Tiers = USUAL_TIERS
) -> dict[Scope, Series]:
    with store.read() as session:
        rules = map(rule.over, SCOPES)
        return dict(read_series(Ledger(session, tiers=tiers), rules))


def loss(account: str, lost_minor: int) -> AccountLoss:
    """What one account lost of the MRR that all have when the first month opens."""
    return AccountLoss(account=account, lost_minor=lost_minor, opening_minor=10_000_000)


def test_there_is_none_before_a_month_is_closed(store: Store) -> None:
    import_text(store, course(smb=["102"]))

    assert series(store) == {}
    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        assert read_bases(ledger, SCOPES, since=FIRST) == {}
        assert read_unclosed(ledger, [SUSTAINED_DROP], today=month(2)) == {}


def test_every_closed_month_has_the_retention_that_an_answer_gives(store: Store) -> None:
    import_text(store, course(smb=["102", "98"], enterprise=["101", "103"]))
    import_text(store, course(since=2, smb=["102", "98", "99"]), closed_through=month(2))

    found = series(store)

    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        for scope in (COMPANY, SMB, ENTERPRISE, YOUNG_SMB):
            assert found[scope].closed_through == month(1)
            assert {day: closed.retention for day, closed in found[scope].months.items()} == {
                month(place): ledger.retention(month(place), month(place + 1), scope)
                for place in (0, 1)
            }


@pytest.mark.parametrize(
    ("window", "judged"),
    [
        pytest.param(Window.MONTH, {}, id="month"),
        # Months 0 to 13 are January 2025 to February 2026.
        pytest.param(Window.QUARTER, {2: 0, 5: 3, 8: 6, 11: 9}, id="calendar-quarters"),
        pytest.param(Window.YEAR, {11: 0, 12: 1, 13: 2}, id="twelve-months"),
    ],
)
def test_a_month_has_what_ends_with_it_if_a_rule_asks_for_it(
    store: Store, window: Window, judged: dict[int, int]
) -> None:
    fill(store, course(smb=["97"] * 14), closed_through=month(14))

    months = series(store, rule=replace(FLOOR, window=window))[SMB].months

    with store.read() as session:
        ledger = Ledger(session, tiers=Tiers())
        expected = {
            month(last): ledger.retention(month(first), month(last + 1), SMB)
            for last, first in judged.items()
        }
    for held, of in ((Window.QUARTER, "quarter"), (Window.YEAR, "year")):
        found = {day: getattr(one, of) for day, one in months.items() if getattr(one, of)}
        assert found == (expected if held is window else {})


def test_a_year_begins_with_the_base_of_its_own_scope(store: Store) -> None:
    import_text(store, course(smb=["97"] * 14))
    late = [f"new-{n},new-{n},2025-06-10,100000,USD,late" for n in range(12)]
    import_text(store, csv_text(*late, header=HEADER), closed_through=month(14))

    scope = (("segment", "late"),)
    with store.read() as session:
        found = read_series(Ledger(session, tiers=Tiers()), [FLOOR.over(scope)])[scope]

    assert month(13) in found.months
    assert {one.year for one in found.months.values()} <= {None, NOTHING}


def test_a_month_without_a_movement_in_the_scope_is_known(store: Store) -> None:
    import_text(store, course(smb=["100", "102", "100"], enterprise=["100", "100", "97"]))
    undone = (
        "up,smb-00,2025-01-10,500,USD,smb",
        "down,smb-00,2025-01-20,-500,USD,smb",
        "new,fresh,2025-03-20,500,USD,smb",
    )
    import_text(store, csv_text(*undone, header=HEADER), closed_through=month(3))

    found = series(store)

    moved = {
        scope: [one.has_movements for one in found[scope].months.values()]
        for scope in (COMPANY, SMB, ENTERPRISE)
    }
    assert moved == {
        COMPANY: [True, True, True],
        SMB: [True, True, True],  # up and down again; all grow; one is new
        ENTERPRISE: [False, False, True],
    }


def test_a_scope_begins_with_its_first_base_and_goes_on_without_one(store: Store) -> None:
    import_text(store, course(smb=["0", "100", "100"]))
    import_text(store, course(enterprise=["100", "100"]), closed_through=month(3))

    found = series(store)

    assert found[SMB].months[month(1)].retention == NOTHING
    assert list(found[SMB].months) == [FIRST, month(1), month(2)]
    assert not found[NEVER].months


def test_the_losses_of_each_scope_are_its_accounts_the_costliest_first(store: Store) -> None:
    import_text(store, course(smb=["100", "100"], enterprise=["100", "100"]))
    import_text(store, correction("smb-03", 0, -20_000))
    import_text(store, correction("smb-04", 0, -20_000))
    import_text(store, correction("enterprise-05", 0, -90_000), closed_through=month(2))

    for tiers in (USUAL_TIERS, OTHER_TIERS):
        found = series(store, rule=replace(SHOCK, account_loss=ONE_POINT / 2), tiers=tiers)

        lost = {scope: one.months[FIRST].losses for scope, one in found.items() if one.months}
        large = loss("enterprise-05", 9_000_000)
        small = loss("smb-03", 2_000_000), loss("smb-04", 2_000_000)
        assert lost[COMPANY] == (large, *small)
        assert lost[ENTERPRISE] == (large,)
        assert lost[SMB] == small
        assert found[COMPANY].months[month(1)].losses == ()


def test_accounts_are_looked_up_only_where_one_can_have_cost_enough(store: Store) -> None:
    import_text(store, course(smb=["100"], enterprise=["100"]))
    import_text(store, correction("smb-03", 0, -12_001), closed_through=month(1))

    found = series(store, rule=SHOCK)

    assert found[SMB].months[FIRST].losses == (loss("smb-03", 1_200_100),)
    assert found[COMPANY].months[FIRST].losses == ()
    assert series(store)[SMB].months[FIRST].losses == ()


def test_an_account_that_grows_costs_nothing(store: Store) -> None:
    import_text(store, course(smb=["110"]), closed_through=month(1))

    assert series(store, rule=SHOCK)[SMB].months[FIRST].losses == ()


LATER = month(12)
"""A day on which all months of these ledgers are over."""


def unclosed(
    store: Store, *, today: date = LATER, rule: AlertRule = SUSTAINED_DROP
) -> Mapping[Scope, Mapping[date, ClosedMonth]]:
    with store.read() as session:
        ledger = Ledger(session, tiers=USUAL_TIERS)
        return read_unclosed(ledger, map(rule.over, SCOPES), today=today)


def test_months_that_are_in_and_not_closed_are_measured_up_to_where_the_data_ends(
    store: Store,
) -> None:
    import_text(store, course(smb=["102"] * 5, enterprise=["101"] * 4), closed_through=month(3))

    found = unclosed(store)

    assert {scope: list(months) for scope, months in found.items()} == {
        COMPANY: [month(3), month(4)],
        SMB: [month(3), month(4)],
        ENTERPRISE: [month(3)],  # nothing of it moved in the last one
        YOUNG_SMB: [],
        NEVER: [],
    }
    assert found[SMB][month(4)].retention.nrr == pytest.approx(Fraction(102, 100), abs=1e-6)


def test_a_month_of_which_nothing_came_in_is_none_of_them_nor_what_comes_after_it(
    store: Store,
) -> None:
    import_text(store, course(smb=["102", "102", "102", "100", "90"]), closed_through=month(3))

    assert unclosed(store)[SMB] == {}


def test_what_moves_after_today_is_not_in(store: Store) -> None:
    import_text(store, course(smb=["102"] * 4), closed_through=month(3))
    moved_on = month(3) + timedelta(days=9)

    assert list(unclosed(store, today=moved_on)[SMB]) == [month(3)]
    assert unclosed(store, today=moved_on - timedelta(days=1))[SMB] == {}


def test_without_a_closed_month_there_is_none_that_is_not(store: Store) -> None:
    import_text(store, course(smb=["102"] * 4))

    assert unclosed(store) == {}


def test_one_account_that_left_is_found_before_the_close(store: Store) -> None:
    import_text(store, course(smb=["102"] * 3), closed_through=month(3))
    import_text(store, correction("smb-03", 3, -50_000))

    [lost] = unclosed(store, rule=SHOCK)[SMB][month(3)].losses

    assert (lost.account, lost.lost_minor) == ("smb-03", 5_000_000)


def late_gains(store: Store, *percents: str) -> None:
    """Let one account, a twelfth of smb, gain on the 24th of each month from the first on."""
    rows = [
        f"late-{place},smb-00,{month(place) + timedelta(days=23)},{gain},USD,"
        for place, gain in enumerate(percents)
    ]
    import_text(store, csv_text(*rows, header=HEADER))


def rest_of(store: Store, place: int) -> Fraction:
    with store.read() as session:
        ledger = Ledger(session, tiers=USUAL_TIERS)
        return usual_rest(ledger, SMB, month(place), today=LATER)


def test_what_usually_still_comes_is_the_median_of_what_came_late_in_three_months(
    store: Store,
) -> None:
    # Twelve accounts of 100,000: late come 24,000 of 1,200,000, then less of a little more.
    import_text(store, course(smb=["100"] * 3), closed_through=month(3))
    late_gains(store, "24000", "0.01", "12000")
    import_text(store, correction("smb-05", 3, -1_000))

    assert rest_of(store, 3) == Fraction(12_000_00, 1_224_000_01)
    assert rest_of(store, 2) == 0  # a month that is in as a whole brings no more
