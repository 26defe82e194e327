"""What is planted in the demo company can be read from its ledger, whichever company it is."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from bot.demo.company import DemoPlan
from metrics.alerts.rules import FLOOR, MASKING, SHOCK, SUSTAINED_DROP, AlertRule
from metrics.alerts.statuses import Phase, month_statuses
from metrics.change import explain
from metrics.findings.finding import FindingKind, GroupCourse
from metrics.findings.years import find_year
from metrics.movements import MovementKind
from metrics.retention import NOTHING
from metrics.rollup import Scope
from storage.alerts.series import read_series
from storage.ledger.ledger import Ledger
from tests.bot.demo_company import END, TODAY, demo_store
from tests.slow import only_slow
from tests.storage.stores import reading, rows

SMB: Scope = (("segment", "smb"),)
MID_MARKET: Scope = (("segment", "mid-market"),)
ENTERPRISE: Scope = (("segment", "enterprise"),)
YEAR = (date(2025, 11, 1), END)
YEAR_BEFORE = (date(2024, 11, 1), date(2025, 11, 1))
QUARTER = (date(2026, 7, 1), date(2026, 10, 1))
OCTOBER = (date(2026, 10, 1), END)
POINT = Fraction(1, 100)
_RENEWALS = "SELECT start, amount_minor, status FROM ledger_contract_term ORDER BY start"

pytestmark = pytest.mark.parametrize(
    "company",
    [DemoPlan().seed, *(pytest.param(seed, marks=only_slow) for seed in range(1, 6))],
    indirect=True,
    scope="module",
)


@dataclass(frozen=True)
class Made:
    """A company in its ledger, and start and MRR of each of its open renewals."""

    ledger: Ledger
    renewals: list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def company(request: pytest.FixtureRequest) -> Iterator[Made]:
    with demo_store(DemoPlan(seed=request.param)) as store, reading(store) as ledger:
        yield Made(ledger, rows(store, _RENEWALS))


def nrr(ledger: Ledger, period: tuple[date, date], scope: Scope = ()) -> Fraction:
    found = ledger.retention(*period, scope).nrr
    assert found is not None
    return found


def test_the_finding_of_twelve_months_is_that_smb_leaks(company: Made) -> None:
    year, year_ago = (company.ledger.by("segment", *period) for period in (YEAR, YEAR_BEFORE))
    segments = [
        GroupCourse(value=value, now=now, year=now, year_ago=year_ago.get(value))
        for value, now in year.items()
    ]
    whole = sum(year.values(), NOTHING)

    found = find_year(GroupCourse(now=whole, year=whole), segments)

    assert found is not None
    assert (found.kind, found.segment) == (FindingKind.LEAK, "smb")


def share(company: Made, kind: MovementKind, driver: str, period: tuple[date, date]) -> Fraction:
    """Measure what part of smb's changes of one kind has one reason."""
    found = company.ledger.changes_by_driver(*period, SMB)
    return Fraction(found.by_driver[kind, driver], found.by_kind[kind])


def months_firing(company: Made, rule: AlertRule, scope: Scope) -> list[date]:
    series = read_series(company.ledger, [rule.over(scope)])[scope]
    statuses = month_statuses(rule.over(scope), series)
    return [month for month, status in statuses.items() if status.phase is Phase.FIRING]


def test_small_customers_are_the_leak_of_a_company_that_looks_healthy(company: Made) -> None:
    year = company.ledger.by("segment", *YEAR)

    assert 84 * POINT < nrr(company.ledger, YEAR, SMB) < 89 * POINT
    assert min(year, key=lambda name: year[name].nrr or 0) == "smb"
    assert min(year, key=lambda name: year[name].grr or 0) == "smb"
    assert nrr(company.ledger, YEAR) > 108 * POINT


def test_the_price_rise_pays_at_once(company: Made) -> None:
    may = date(2026, 5, 1), date(2026, 6, 1)

    assert share(company, MovementKind.EXPANSION, "price", may) > Fraction(8, 10)
    assert nrr(company.ledger, may, SMB) > 101 * POINT


def test_then_small_customers_leave_and_say_that_it_was_the_price(company: Made) -> None:
    since = date(2026, 9, 1), END

    lost = company.ledger.changes_by_driver(*since, SMB).drivers_of(MovementKind.CHURN)

    assert next(iter(lost)) == "price"
    assert share(company, MovementKind.CHURN, "price", since) > Fraction(4, 10)
    assert nrr(company.ledger, since, SMB) < 94 * POINT


@pytest.mark.parametrize("scope", [(), SMB, MID_MARKET, ENTERPRISE])
def test_one_drop_fires_in_the_last_month_and_it_is_that_of_small_customers(
    company: Made, scope: Scope
) -> None:
    october = OCTOBER[0]

    assert months_firing(company, SUSTAINED_DROP, scope)[-1:] == [october] * (scope == SMB)
    assert october not in months_firing(company, SHOCK, scope)
    assert october not in months_firing(company, MASKING, scope)
    assert (october in months_firing(company, FLOOR, scope)) is (scope == SMB)


def test_the_mix_lifts_the_year_because_large_customers_are_more_of_it(company: Made) -> None:
    before = company.ledger.by("segment", *YEAR_BEFORE)
    after = company.ledger.by("segment", *YEAR)
    change = explain(before, after)

    assert change is not None
    assert change.mix > POINT > change.rate
    part = [
        Fraction(year["enterprise"].opening, sum(one.opening for one in year.values()))
        for year in (before, after)
    ]
    assert part[1] - part[0] > 5 * POINT


def test_one_of_the_largest_customers_leaves_in_august_for_a_competitor(company: Made) -> None:
    whole = company.ledger.retention(*QUARTER, ENTERPRISE)
    largest, *_ = company.ledger.account_changes(*QUARTER, ENTERPRISE, most=1).losses
    reasons = company.ledger.changes_by_driver(*QUARTER, ENTERPRISE).drivers_of(MovementKind.CHURN)

    assert largest.closing == 0
    assert POINT < Fraction(largest.opening, whole.opening) < 3 * POINT
    assert 2 * largest.opening > whole.churn
    assert next(iter(reasons)) == "competitor"
    assert "." in dict(largest.attributes)["owner"]
    assert date(2026, 8, 1) in months_firing(company, SHOCK, ENTERPRISE)


def test_mid_market_customers_come_back_in_the_last_quarter(company: Made) -> None:
    def won_back(start: date, end: date) -> Fraction:
        found = company.ledger.activity(start, end, MID_MARKET).by_driver
        opening = company.ledger.retention(start, end, MID_MARKET).opening
        return Fraction(found.get((MovementKind.REACTIVATION, "win_back"), 0), opening)

    assert won_back(*QUARTER) > Fraction(18, 1000)
    assert won_back(date(2026, 4, 1), date(2026, 7, 1)) < Fraction(6, 1000)


def test_customers_of_the_marketplace_leave_in_their_first_months(company: Made) -> None:
    channels = company.ledger.by("channel", *YEAR)
    of_marketplace = company.ledger.by("tenure", *QUARTER, (("channel", "marketplace"),))
    kept = {tenure: found.logo_retention or 0 for tenure, found in of_marketplace.items()}

    assert min(channels, key=lambda name: channels[name].nrr or 0) == "marketplace"
    assert (channels["marketplace"].nrr or 0) < 83 * POINT
    assert min(kept, key=lambda tenure: kept[tenure]) == "under-90-days"
    assert kept["under-90-days"] < 80 * POINT < kept["90-365-days"]


def test_half_of_what_is_up_for_renewal_in_a_year_is_up_in_the_next_quarter(company: Made) -> None:
    due = Counter[bool]()
    for start, amount, _ in company.renewals:
        due[start < "2027-02-01"] += amount

    assert due[True] > due[False] * Fraction(7, 10)
    assert company.renewals[0][0] >= END.isoformat()
    assert company.renewals[-1][0] < "2027-11-01"
    assert {status for *_, status in company.renewals} == {"unsigned"}


def test_open_renewals_and_what_is_known_ahead_are_no_mrr_yet(company: Made) -> None:
    assert company.ledger.data_version() == 3
    assert company.ledger.has_waiting_rows()
    assert company.ledger.data_end(TODAY).through == END
