from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest

from metrics.errors import ReconciliationError
from metrics.movements import MovementKind
from metrics.pauses import LapsedPauses
from metrics.rates import MissingRateError
from metrics.retention import OutsideCohort, Retention
from metrics.segments import Tiers
from storage.columns.codec import pack, unpack
from storage.columns.derived import differences
from storage.importing.landing import ImportOptions
from storage.importing.reversal import reverse
from storage.ledger.ledger import Ledger
from storage.store.column_types import day_number
from storage.store.engine import Store
from storage.tables.columns import MonthColumn
from tests.storage.filled import fill
from tests.storage.stores import NOW, TODAY, csv_text, import_text, reading

Q3 = date(2026, 7, 1), date(2026, 10, 1)
ODD = date(2026, 7, 2), date(2026, 9, 30)
HEADER = "account_id,date,amount,currency,product,segment"
RATES = "date,currency,rate"
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def land(store: Store, *rows: str) -> None:
    """Import rows such as ``a 2026-01-05 10 EUR core smb``."""
    lines = (",".join([*row.split(), "", ""][:6]) for row in rows)
    fill(store, csv_text(*lines, header=HEADER))


def quote(store: Store, *rows: str, now: datetime = NOW) -> None:
    """Import rates against the euro such as ``2026-07-01 USD 1.25``."""
    lines = (",".join(row.split()) for row in rows)
    import_text(store, csv_text(*lines, header=RATES), source="rates", now=now)


def two_currencies(store: Store) -> None:
    # In July a euro is 1.25 USD, in October 1.20; 160 JPY, then 150.
    land(
        store,
        *("us 2026-01-05 125.00 USD core smb", "eu 2026-01-05 100.00 EUR core mid"),
        *("us 2026-08-05 25.00 USD", "eu 2026-08-06 -40.00 EUR", "jp 2026-08-07 1600 JPY"),
    )
    quote(store, "2026-06-30 USD 1.25", "2026-06-30 JPY 160", "2026-10-01 USD 1.20",
          "2026-10-01 JPY 150")  # fmt: skip


def terms(found: Retention) -> tuple[int, int, int, int]:
    return found.opening, found.expansion, found.contraction, found.churn


def take_back(store: Store, number: int) -> None:
    at = NOW + timedelta(hours=number)
    options = ImportOptions(clock=lambda: at, today=TODAY, started_at=at, tiers=Tiers())
    with store.write() as session:
        reverse(session, number, options)


def test_both_ends_are_converted_at_the_rates_of_the_day_the_period_opens(store: Store) -> None:
    two_currencies(store)
    with reading(store) as ledger:
        assert ledger.currency == "USD"  # of the first movement
        dollars = ledger.retention(*Q3)
        euros = ledger.in_currency("EUR")
        # 125 USD + 100 EUR at 1.25; 25 USD more, 40 EUR less; 1600 JPY are 10 EUR.
        assert terms(dollars) == (250_00, 25_00, 50_00, 0)
        assert terms(euros.retention(*Q3)) == (200_00, 20_00, 40_00, 0)
        assert dollars.nrr == euros.retention(*Q3).nrr == Fraction(9, 10)
        assert ledger.outside_cohort(*Q3) == OutsideCohort(new=12_50)
        assert euros.outside_cohort(*Q3) == OutsideCohort(new=10_00)


@pytest.mark.parametrize("day", Q3, ids=["opening", "closing"])
def test_balances_of_two_currencies_that_are_wrong_by_as_much_are_an_error(
    store: Store, day: date
) -> None:
    two_currencies(store)
    key = {"month": day_number(day), "chunk": 0}
    with store.write() as session:
        row = session.get_one(MonthColumn, key)
        amounts = unpack(row.amount).astype(np.int64)
        amounts[:2] += [1, -1]  # a cent more and one less: us pays USD, eu EUR
        row.amount = pack(amounts)

    with reading(store) as ledger, pytest.raises(ReconciliationError):
        ledger.retention(*Q3)
    with store.read() as session:
        [found] = differences(session, tiers=Tiers())
        assert found.where == f"month_column.amount of {day:%Y-%m}"


def test_the_move_to_the_rates_of_the_close_is_a_line_of_its_own(store: Store) -> None:
    two_currencies(store)
    with reading(store) as ledger:
        # In dollars 60 EUR go from 75.00 to 72.00, 1600 JPY from 12.50 to 12.80.
        assert ledger.fx(*Q3) == -3_00 + (12_80 - 12_50)
        assert ledger.fx(*Q3, (("segment", "mid"),)) == -3_00
        assert ledger.fx(*Q3, (("product", "core"),)) == -3_00 + 0
        # In euros 150 USD go from 120.00 to 125.00, 1600 JPY from 10.00 to 10.67.
        assert ledger.in_currency("EUR").fx(*Q3) == 5_00 + 67
        # What the next period opens with is what this one closes with, and the line.
        after = ledger.retention(Q3[1], date(2026, 11, 1)).opening
        closed = ledger.retention(*Q3).closing + ledger.outside_cohort(*Q3).total
        assert after == closed + (ledger.fx(*Q3) or 0)


def test_nothing_is_converted_in_a_ledger_of_the_one_currency_asked_for(store: Store) -> None:
    land(store, "a 2026-01-05 10 USD")
    with reading(store) as ledger:
        assert not ledger.converts
        assert ledger.fx(*Q3) is None
        assert ledger.in_currency("USD").retention(*Q3).opening == 10_00


@pytest.mark.parametrize("ends", [Q3, ODD], ids=["months", "free-days"])
def test_a_currency_without_a_rate_by_then_is_an_error_that_names_both(
    store: Store, ends: tuple[date, date]
) -> None:
    land(store, "us 2026-01-05 125 USD", "id 2026-01-05 2000000 IDR")
    quote(store, "2026-01-02 USD 1.25", "2026-10-05 IDR 17500")
    with (
        reading(store) as ledger,
        pytest.raises(MissingRateError, match=f"IDR on {ends[0].day} Jul 2026 or before"),
    ):
        ledger.retention(*ends)


def test_a_currency_in_which_nobody_pays_needs_no_rate(sqlite_store: Store) -> None:
    land(sqlite_store, "us 2026-01-05 125 USD", "id 2026-01-05 2000000 IDR",
         "id 2026-02-05 -2000000 IDR")  # fmt: skip
    with reading(sqlite_store) as ledger:
        assert terms(ledger.retention(*Q3)) == (125_00, 0, 0, 0)


def test_a_changed_rate_changes_the_answer_and_what_was_known_stays_so(store: Store) -> None:
    two_currencies(store)
    quote(store, "2026-06-30 USD 1.60", now=datetime(2026, 11, 21, 9, tzinfo=UTC))
    with reading(store) as ledger:
        assert ledger.retention(*Q3).opening == 125_00 + 160_00
    with reading(store, datetime(2026, 11, 21, 8, tzinfo=UTC)) as ledger:
        assert ledger.retention(*Q3).opening == 125_00 + 125_00


def test_every_position_is_rounded_half_even_before_they_are_added_up(
    sqlite_store: Store,
) -> None:
    # 0.01 and 0.03 USD at 2 USD a euro are 0.5 and 1.5 cents: 0 and 2.
    land(sqlite_store, "a 2026-01-05 0.01 USD core", "a 2026-01-05 0.03 USD addon",
         "a 2026-01-05 1 EUR core")  # fmt: skip
    quote(sqlite_store, "2026-01-02 USD 2")
    with reading(sqlite_store) as ledger:
        euros = ledger.in_currency("EUR")
        assert euros.retention(*Q3).opening == 1_00 + 0 + 2
        rows = euros.by("product", *Q3)
        assert {name: row.opening for name, row in rows.items()} == {"core": 1_00, "addon": 2}


@pytest.mark.parametrize("as_of", [None, LATER], ids=["columns", "replayed"])
def test_movements_are_worth_what_they_change_their_positions_worth_by(
    store: Store, as_of: datetime | None
) -> None:
    # 1.00 EUR are 125 cents, 1.01 are 126, 1.02 are 128 and 1.03 are 129 (128.75): four in all.
    land(store, "us 2026-01-05 1 USD addon", "eu 2026-01-05 1 EUR core",
         "eu 2026-07-05 0.01 EUR core", "us 2026-08-06 -0.40 USD addon",
         "eu 2026-08-05 0.01 EUR core", "eu 2026-09-05 0.01 EUR core")  # fmt: skip
    quote(store, "2026-01-02 USD 1.25")
    expansion, contraction = {MovementKind.EXPANSION: 4}, {MovementKind.CONTRACTION: -40}
    with reading(store, as_of) as ledger:
        for scope, right in (
            ((), expansion | contraction),
            ((("product", "core"),), expansion),
            ((("product", "addon"),), contraction),
        ):
            found = ledger.retention(*Q3, scope)
            assert found.expansion == right.get(MovementKind.EXPANSION, 0)
            assert ledger.changes_by_driver(*Q3, scope).by_kind == right
            assert ledger.activity(*Q3, scope).by_kind == right


@pytest.mark.parametrize("as_of", [None, LATER], ids=["columns", "replayed"])
def test_activity_comes_to_the_change_of_mrr_where_a_switch_is_rounded_otherwise(
    store: Store, as_of: datetime | None
) -> None:
    # 0.05 EUR are 5.5 cents, rounded to 6; of two products 3.3 and 2.2 cents: 3 and 2.
    land(store, "us 2026-01-05 1 USD core", "eu 2026-01-05 0.05 EUR core",
         "eu 2026-08-05 -0.02 EUR core", "eu 2026-08-05 0.02 EUR addon")  # fmt: skip
    quote(store, "2026-01-02 USD 1.1")
    with reading(store, as_of) as ledger:
        assert terms(ledger.retention(*Q3)) == (1_06, 0, 1, 0)
        assert ledger.activity(*Q3).by_kind == {MovementKind.CONTRACTION: -1}


@pytest.mark.parametrize("as_of", [None, LATER], ids=["columns", "replayed"])
def test_who_goes_from_one_currency_to_another_on_a_day_moves_by_the_difference(
    store: Store, as_of: datetime | None
) -> None:
    land(store, "us 2026-01-05 1 USD core", "eu 2026-01-05 100 EUR core",
         "eu 2026-08-05 -100 EUR core", "eu 2026-08-05 130 USD core")  # fmt: skip
    quote(store, "2026-01-02 USD 1.1")
    with reading(store, as_of) as ledger:
        assert terms(ledger.retention(*Q3)) == (111_00, 20_00, 0, 0)
        for scope in ((), (("product", "core"),)):
            assert ledger.activity(*Q3, scope).by_kind == {MovementKind.EXPANSION: 20_00}


def test_tiers_are_placed_in_the_workspaces_currency_whatever_is_asked(
    sqlite_store: Store,
) -> None:
    # 30,000 USD of ARR each: "us" as it stands, "jp" at 100 JPY a dollar.
    land(sqlite_store, "us 2026-01-05 2500 USD", "jp 2026-01-05 250000 JPY",
         "eu 2026-01-05 1000 EUR")  # fmt: skip
    quote(sqlite_store, "2026-01-02 USD 2", "2026-01-02 JPY 200")
    with reading(sqlite_store) as ledger:
        for asked in (ledger, ledger.in_currency("EUR")):
            for ends in (Q3, ODD):
                tiers = asked.by("acv_tier", *ends)
                assert {name: row.accounts_opening for name, row in tiers.items()} == {
                    "25k-100k": 2,
                    "under-25k": 1,
                }


def test_a_rate_of_the_first_of_a_month_that_comes_late_places_accounts_on_that_day(
    sqlite_store: Store,
) -> None:
    # 30,000 USD of ARR at 100 JPY a dollar, 15,000 at 200
    land(sqlite_store, "us 2026-01-05 2500 USD", "jp 2026-01-05 250000 JPY")
    quote(sqlite_store, "2026-01-02 USD 2", "2026-01-02 JPY 200")
    quote(sqlite_store, "2026-07-01 JPY 400")

    with sqlite_store.read() as session:
        assert differences(session, tiers=Tiers()) == []
        tiers = Ledger(session, tiers=Tiers()).by("acv_tier", *Q3)
    assert {name: row.opening for name, row in tiers.items()} == {
        "25k-100k": 2500_00,
        "under-25k": 1250_00,
    }


@pytest.mark.parametrize("ends", [Q3, ODD], ids=["month-balances", "any-two-dates"])
def test_an_account_that_pays_less_than_a_minor_unit_has_its_tenure_and_the_lowest_tiers(
    sqlite_store: Store, ends: tuple[date, date]
) -> None:
    # 1 JPY is a quarter of a cent; from 5 February to 1 July it is 146 days
    land(sqlite_store, "eu 2025-01-05 9000 EUR", "jp 2026-02-05 1 JPY core smb")
    quote(sqlite_store, "2025-01-02 JPY 400")
    with reading(sqlite_store) as ledger:
        yen = ledger.in_currency("JPY")
        for dimension, value in (
            *(("tenure", "90-365-days"), ("acv_tier", "under-25k"), ("value_tier", "long-tail")),
            ("segment", "smb"),
        ):
            assert yen.by(dimension, *ends)[value].opening == 1


def test_without_a_rate_an_account_has_no_tier(sqlite_store: Store) -> None:
    # Answers in GBP need no rate of the dollar, in which tiers are placed.
    tiers = Tiers(currency="USD")
    import_text(
        sqlite_store,
        csv_text("eu,2026-01-05,5,EUR", header="account_id,date,amount,currency"),
        tiers=tiers,
    )
    import_text(sqlite_store, csv_text("2026-01-02,GBP,2", header=RATES), source="rates",
                tiers=tiers)  # fmt: skip
    with sqlite_store.read() as session:
        pounds = Ledger(session, tiers=tiers).in_currency("GBP")
        for dimension in ("tenure", "acv_tier", "value_tier"):
            assert [*pounds.by(dimension, *Q3)] == ["(none)"]


def test_the_reporting_currency_is_a_setting(sqlite_store: Store) -> None:
    tiers = Tiers(currency="EUR")
    import_text(sqlite_store, csv_text("a,2026-01-05,60000,USD"), tiers=tiers)
    import_text(
        sqlite_store, csv_text("2026-01-02,USD,2", header=RATES), source="rates", tiers=tiers
    )
    with sqlite_store.read() as session:
        ledger = Ledger(session, tiers=tiers)
        assert (ledger.currency, ledger.converts) == ("EUR", True)
        assert ledger.retention(*Q3).opening == 30_000_00
        assert list(ledger.by("acv_tier", *Q3)) == ["100k-plus"]
        assert ledger.currencies() == {"EUR", "USD"}


def test_amounts_of_ten_to_the_fifteen_stay_exact(sqlite_store: Store) -> None:
    most = "9999999999999.99"
    land(sqlite_store, *(f"a{n} 2026-01-05 {most} IDR" for n in range(12)), "us 2026-01-05 1 USD")
    quote(sqlite_store, "2026-01-02 IDR 17432.55", "2026-01-02 USD 1.0812")
    each = round(Fraction(most) * 100 / Fraction("17432.55"))
    with reading(sqlite_store) as ledger:
        assert ledger.in_currency("EUR").retention(*Q3).opening == 12 * each + round(
            Fraction(100) / Fraction("1.0812")
        )
        assert ledger.in_currency("IDR").retention(*Q3).opening == 12 * 999_999_999_999_999 + round(
            Fraction(100) / Fraction("1.0812") * Fraction("17432.55")
        )


@pytest.mark.parametrize(
    ("quoted", "first"),
    [
        ("2025-12-31", date(2026, 1, 1)),
        ("2026-03-01", date(2026, 3, 1)),
        ("2026-03-02", date(2026, 4, 1)),
    ],
)
def test_a_history_begins_where_all_of_it_can_be_converted(
    sqlite_store: Store, quoted: str, first: date
) -> None:
    land(sqlite_store, "us 2026-01-05 125 USD", "eu 2026-01-05 100 EUR")
    with reading(sqlite_store) as ledger:
        assert ledger.first_month() is None
        assert ledger.in_currency("USD").currency == "USD"
    quote(sqlite_store, f"{quoted} USD 1.25")
    with reading(sqlite_store) as ledger:
        assert ledger.first_month() == first


@pytest.mark.parametrize("back", ["2026-01-25", "2026-02-05"], ids=["at once", "next month"])
def test_a_currency_needs_no_rate_before_anybody_paid_in_it_nor_once_that_was_taken_back(
    store: Store, back: str
) -> None:
    land(store, "us 2026-01-05 125 USD")
    # The next import is recorded later, and is taken back later still.
    by_mistake = csv_text("eu,2026-01-15,9,EUR,,", f"eu,{back},-9,EUR,,", header=HEADER)
    import_text(store, by_mistake, now=NOW + timedelta(hours=1))
    with reading(store) as ledger:
        assert (ledger.converts, ledger.first_month()) == (True, None)
    with reading(store, NOW) as then:
        assert (then.converts, then.first_month()) == (False, date(2026, 1, 1))
        assert then.fx(*Q3) is None

    take_back(store, 2)

    with reading(store) as ledger:
        assert (ledger.converts, ledger.first_month()) == (False, date(2026, 1, 1))
        assert ledger.fx(*Q3) is None
        assert ledger.retention(*Q3).opening == 125_00
    with reading(store, NOW + timedelta(hours=1)) as then:
        assert (then.converts, then.first_month()) == (True, None)


def test_a_currency_that_was_paid_in_within_one_month_is_converted_there(store: Store) -> None:
    land(store, "us 2026-01-05 125 USD", "eu 2026-07-02 100 EUR", "eu 2026-07-20 -100 EUR")
    quote(store, "2026-07-01 USD 1.25")
    within = date(2026, 7, 10), date(2026, 8, 1)
    with reading(store) as ledger:
        assert ledger.converts
        assert ledger.retention(*within).opening == 125_00 + 125_00


def test_a_pause_that_became_too_long_counts_at_the_rates_of_the_opening(
    sqlite_store: Store,
) -> None:
    rows = "stays,2026-01-05,50,USD,", "a,2026-01-05,100,EUR,", "a,2026-04-20,-100,EUR,pause"
    fill(sqlite_store, csv_text(*rows, header="account_id,date,amount,currency,driver"))
    quote(sqlite_store, "2026-01-01 USD 1.10", "2026-07-01 USD 1.25", "2026-07-20 USD 1.50")

    with reading(sqlite_store) as ledger:
        lapsed = ledger.in_currency("USD").lapsed_pauses(date(2026, 7, 1), date(2026, 8, 1))

    assert lapsed == LapsedPauses(1, 125_00)


def test_a_period_rests_on_no_rate_of_a_currency_that_nothing_was_in_by_then(
    sqlite_store: Store,
) -> None:
    rows = "a 2026-01-05 100 USD", "b 2026-01-05 10 EUR", "c 2026-11-05 40 GBP"
    land(sqlite_store, *rows)
    quote(sqlite_store, "2026-01-01 USD 1.20", "2026-11-01 GBP 0.80")

    with reading(sqlite_store) as ledger:
        found = [*ledger.in_currency("USD").evidence(*Q3).rates()]

    assert [(one.day, one.currency, one.factor) for one in found] == [
        (day, "EUR", Fraction(6, 5)) for day in Q3
    ]
