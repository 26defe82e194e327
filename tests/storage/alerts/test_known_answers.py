"""Ledgers whose alerts can be said beforehand, by the default rules and by levels of one's own."""

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce

import pytest

from metrics.alerts.rules import (
    DEFAULT_RULES,
    FLOOR,
    MASKING,
    SHOCK,
    SUSTAINED_DROP,
    AlertRule,
    Metric,
    Window,
)
from metrics.alerts.statuses import MonthStatus, Phase, month_statuses
from metrics.rollup import Scope
from metrics.segments import Tiers
from storage.alerts.series import read_series
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from tests.storage.courses import EACH, HEADER, course, month
from tests.storage.filled import fill
from tests.storage.stores import csv_text, import_text

COMPANY: Scope = ()
SMB: Scope = (("segment", "smb"),)
ENTERPRISE: Scope = (("segment", "enterprise"),)
BELOW_105 = replace(
    FLOOR, rule_id="rule-1", metric=Metric.NRR, threshold=Fraction(105, 100), scope=ENTERPRISE
)


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """Figures are the same on either kind: `test_series` holds one against the other."""
    return sqlite_store


def courses_of(store: Store, *rules: AlertRule) -> dict[str, list[MonthStatus]]:
    """How rules stood as of each month, the oldest first."""
    with store.read() as session:
        series = read_series(Ledger(session, tiers=Tiers()), rules)
    return {rule.rule_id: [*month_statuses(rule, series[rule.scope]).values()] for rule in rules}


def course_of(store: Store, rule: AlertRule) -> list[MonthStatus]:
    return courses_of(store, rule)[rule.rule_id]


def now(store: Store, rule: AlertRule) -> MonthStatus:
    return course_of(store, rule)[-1]


def firing(store: Store, scope: Scope = COMPANY) -> set[str]:
    """The default rules that fire after the last month."""
    found = courses_of(store, *(rule.over(scope) for rule in DEFAULT_RULES))
    return {name for name, course in found.items() if course[-1].phase is Phase.FIRING}


def ever_fired(store: Store, scope: Scope = COMPANY) -> set[str]:
    found = courses_of(store, *(rule.over(scope) for rule in DEFAULT_RULES))
    return {
        name
        for name, course in found.items()
        if any(status.phase is Phase.FIRING for status in course)
    }


def value(status: MonthStatus) -> str:
    assert status.verdict is not None
    return f"{float(status.verdict.value * 100):.1f}"


def bleeding(*, is_masked: bool) -> str:
    """34 months in which 3 % of the accounts leave; masked, a tenth of the others makes up for it.

    January 2024 to October 2026.
    """
    draw, balances, rows = random.Random(1), dict[str, int](), list[str]()  # noqa: S311 - a ledger

    def move(account: str, place: int, cents: int) -> None:
        day = month(place - 12).replace(day=10)
        balances[account] = balances.get(account, 0) + cents
        segment = ("enterprise", "smb")[int(account[1:]) % 2]
        rows.append(f"m{len(rows)},{account},{day},{cents / 100:.2f},USD,{segment}")

    for place in range(34):
        paying = [account for account, held in balances.items() if held]
        gone = draw.sample(paying, round(len(paying) * 0.03))
        lost = sum(balances[account] for account in gone)
        before = sum(balances.values())
        for account in gone:
            move(account, place, -balances[account])
        if is_masked and paying:
            left = [account for account in paying if balances[account]]
            chosen = draw.sample(left, len(left) // 10)
            for account in chosen:
                move(account, place, (lost + before // 100) // len(chosen))
        for number in range(len(balances), len(balances) + (12 if place else 400)):
            move(f"a{number:04}", place, 10_000)
    return csv_text(*rows, header=HEADER)


def one_month_of(*, gone: int, extra: int) -> str:
    """Fifty accounts of 100.00: some leave in May, and one of the others pays more since then."""
    rows = [f"in-{n},a{n},2024-12-10,100,USD,smb" for n in range(50)]
    rows += [f"out-{n},a{n},2025-05-10,-100,USD,smb" for n in range(gone)]
    return csv_text(*rows, f"more,a49,2025-05-10,{extra},USD,smb", header=HEADER)


def equal(growth: Sequence[str]) -> str:
    return course(accounts=40, smb=growth)


def test_97_percent_a_month_is_69_percent_a_year_and_below_the_floor(store: Store) -> None:
    import_text(store, course(smb=["97"] * 22), closed_through=month(22))

    found = now(store, FLOOR)

    # Eleven spans of twelve months: the first ends with the twelfth month.
    assert (value(found), found.phase, found.breaches) == ("69.4", Phase.FIRING, 11)
    assert firing(store) == firing(store, SMB) == {"floor"}


def test_a_base_that_bleeds_is_below_its_floor_for_two_years(store: Store) -> None:
    import_text(store, bleeding(is_masked=False), closed_through=month(22))

    assert firing(store) == firing(store, SMB) == {"floor"}
    found = now(store, FLOOR)
    # From the twelve months to January 2025 on, the first with a base twelve months back.
    assert (found.breaches, 65 < float(value(found)) < 75) == (22, True)


def test_a_base_whose_losses_are_hidden_is_masked(store: Store) -> None:
    import_text(store, bleeding(is_masked=True), closed_through=month(22))

    assert firing(store) >= {"floor", "masking"}
    with store.read() as session:
        year = Ledger(session, tiers=Tiers()).retention(month(10), month(22))
    assert year.nrr is not None
    assert year.grr is not None
    assert year.nrr > 1
    assert value(now(store, MASKING)) == f"{float(year.grr * 100):.1f}"
    # Each month is far below 105 %; what is meant is a year.
    below = replace(BELOW_105, window=Window.MONTH)
    assert all(status.phase is Phase.FIRING for status in course_of(store, below))


@pytest.mark.parametrize(
    ("gone", "extra", "expected"),
    [
        pytest.param(4, 900, set(), id="110-over-92"),
        pytest.param(15, 3_000, {"floor", "masking"}, id="130-over-70"),
        pytest.param(5, 500, {"masking"}, id="100-over-90-exactly"),
        pytest.param(5, 499.98, set(), id="99.9998-over-90"),
        pytest.param(6, 0.01, {"floor"}, id="88-over-88"),
    ],
)
def test_a_year_fires_by_both_of_its_ratios(
    store: Store, gone: int, extra: int, expected: set[str]
) -> None:
    # Two months later: what the month of May itself was is not the question.
    fill(store, one_month_of(gone=gone, extra=extra))
    tail = "still,a48,2025-12-10,0.01,USD,smb"
    import_text(store, csv_text(tail, header=HEADER), closed_through=month(12))

    assert firing(store) & {"floor", "masking"} == expected


def test_flat_months_and_then_one_cent_are_nothing(store: Store) -> None:
    import_text(store, equal(["100"] * 13))
    cent = csv_text("cent,smb-00,2026-01-10,-0.01,USD,smb", header=HEADER)
    import_text(store, cent, closed_through=month(13))

    assert ever_fired(store) == set()


def test_an_account_that_leaves_a_base_of_forty_equal_ones_is_nothing(store: Store) -> None:
    import_text(store, equal(["102"] * 13))
    held = reduce(lambda mrr, _: round(mrr * Fraction(102, 100)), range(13), EACH)
    left = f"left,smb-07,2026-01-20,-{held / 100:.2f},USD,smb"
    import_text(store, csv_text(left, header=HEADER), closed_through=month(13))

    # 39 of 40 at 102 % are 99.45 %: 2.55 points below what is usual.
    verdict = now(store, SHOCK).verdict
    assert verdict is not None
    assert float(verdict.value) == pytest.approx(0.9945)
    assert ever_fired(store) == ever_fired(store, SMB) == set()


def test_102_102_98_98_fires_at_the_fourth_month(store: Store) -> None:
    seeds_case = ["102", "102", "98", "98"]
    import_text(store, course(smb=[*["102"] * 6, *seeds_case]), closed_through=month(10))

    phases = [status.phase for status in course_of(store, SUSTAINED_DROP)]

    assert phases[-4:] == [Phase.INACTIVE, Phase.INACTIVE, Phase.PENDING, Phase.FIRING]


@pytest.mark.parametrize(
    ("each_month", "a_year", "fires"),
    [
        pytest.param("101", "112.7", False, id="101%-a-month-is-112.7%-a-year"),
        pytest.param("100.3", "103.7", True, id="100.3%-a-month-is-103.7%-a-year"),
    ],
)
def test_enterprise_below_105_percent_is_of_a_year(
    store: Store, each_month: str, a_year: str, *, fires: bool
) -> None:
    fill(store, course(enterprise=[each_month] * 12), closed_through=month(12))

    found = now(store, BELOW_105)
    monthly = now(store, replace(BELOW_105, window=Window.MONTH))
    quarterly = now(store, replace(BELOW_105, window=Window.QUARTER))

    assert value(found) == a_year
    assert (found.phase is Phase.FIRING) is fires
    assert (monthly.phase, monthly.breaches) == (Phase.FIRING, 12)
    assert (quarterly.phase, quarterly.breaches) == (Phase.FIRING, 4)


def test_a_ledger_that_moves_quarterly_does_not_recover_in_between(store: Store) -> None:
    calm, low = ["100", "100", "101"], ["100", "100", "90"]
    import_text(store, course(smb=[*calm * 4, *low, *calm]), closed_through=month(18))

    phases = [status.phase for status in course_of(store, SHOCK)]

    assert phases[:14] == [Phase.INACTIVE] * 14
    assert phases[14:] == [Phase.FIRING, Phase.FIRING, Phase.FIRING, Phase.INACTIVE]
