from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.importing.cells import CellError
from storage.importing.rates_csv import parse_rate
from storage.importing.report import ExampleRate, ImportReport, ImportStatus
from storage.store.engine import Store
from tests.storage.stores import NOW, contents, csv_text, findings, import_text, refusal, rows

HEADER = "date,currency,rate"
RATES = (
    "SELECT date(day * 86400, 'unixepoch'), base, currency, rate FROM exchange_rate"
    " ORDER BY currency, day, id"
)
ECB = """Date,USD,JPY,CYP,IDR,
2026-11-20,1.0812,162.35,N/A,17432.55,
2026-11-19,1.08,N/A,N/A,,
"""


def rates(*lines: str, header: str = HEADER) -> str:
    return csv_text(*lines, header=header)


def take(store: Store, content: str, *, now: datetime = NOW, dry_run: bool = False) -> ImportReport:
    return import_text(store, content, source="rates", now=now, dry_run=dry_run)


def test_a_rate_stands_in_each_row(sqlite_store: Store) -> None:
    report = take(sqlite_store, rates("2026-01-02,USD,1.0300", "2026-01-02,JPY,160"))

    assert (report.status, report.imported, report.data_version) == (ImportStatus.IMPORTED, 2, 1)
    assert rows(sqlite_store, RATES) == [
        ("2026-01-02", "EUR", "JPY", "160"),
        ("2026-01-02", "EUR", "USD", "1.03"),
    ]


def test_the_central_banks_history_has_a_column_for_each_currency(sqlite_store: Store) -> None:
    report = take(sqlite_store, ECB)

    assert (report.rows, report.imported) == (2, 2)
    assert rows(sqlite_store, RATES) == [
        ("2026-11-20", "EUR", "IDR", "17432.55"),
        ("2026-11-20", "EUR", "JPY", "162.35"),
        ("2026-11-19", "EUR", "USD", "1.08"),
        ("2026-11-20", "EUR", "USD", "1.0812"),
    ]


def test_the_report_shows_which_way_round_the_rates_were_read(store: Store) -> None:
    report = take(store, ECB, dry_run=True)

    assert report.status is ImportStatus.DRY_RUN
    assert report.example_rate == ExampleRate(
        datetime(2026, 11, 20, tzinfo=UTC).date(), "EUR", "USD", "1.0812"
    )
    assert contents(store)["exchange_rate"] == 0


def test_another_base_is_stated_or_is_what_is_always_one(store: Store) -> None:
    take(store, rates("2026-01-02,EUR,0.97,USD", header=f"{HEADER},base"))
    take(store, rates("2026-01-03,USD,1.00", "2026-01-03,GBP,0.79"))

    assert rows(store, "SELECT base, currency, rate FROM exchange_rate ORDER BY id") == [
        ("USD", "EUR", "0.97"),
        ("USD", "GBP", "0.79"),
    ]


def test_rates_of_the_usual_base_against_nothing_stated_are_refused(store: Store) -> None:
    assert refusal(store, rates("2026-01-02,EUR,1.03"), source="rates") == (
        "EUR has rates of its own, so the file must say what they are against: add a column base,"
        " the currency of which one unit buys so many of the other"
    )


def test_a_ledger_has_rates_against_one_base(store: Store) -> None:
    take(store, rates("2026-01-02,USD,1.03"))

    content = rates("2026-01-02,EUR,0.97,USD", header=f"{HEADER},base")
    assert findings(store, content, source="rates") == [
        (2, "the rates are against USD, those of the ledger against EUR: state them against that")
    ]


def test_the_same_file_brings_nothing_new_and_a_grown_one_what_it_has_more(store: Store) -> None:
    take(store, rates("2026-01-02,USD,1.03"))
    again = take(store, rates("2026-01-02,USD,1.030"))
    grown = take(store, rates("2026-01-02,USD,1.03", "2026-01-05,USD,1.04"))

    assert [(r.status, r.imported, r.known) for r in (again, grown)] == [
        (ImportStatus.UNCHANGED, 0, 1),
        (ImportStatus.IMPORTED, 1, 1),
    ]


def test_a_changed_rate_is_a_row_with_a_moment_of_its_own(store: Store) -> None:
    later = datetime(2026, 11, 21, 9, tzinfo=UTC)
    take(store, rates("2026-01-02,USD,1.03"))
    take(store, rates("2026-01-02,USD,1.05"), now=later)
    back = take(store, rates("2026-01-02,USD,1.03", ""), now=later.replace(hour=10))

    moments = [6, 9, 10]
    assert rows(store, "SELECT rate, recorded FROM exchange_rate ORDER BY id") == [
        (rate, int(NOW.replace(hour=hour).timestamp()) * 10**6)
        for rate, hour in zip(["1.03", "1.05", "1.03"], moments, strict=True)
    ]
    assert back.data_version == 3


def test_a_stated_moment_is_compared_with_what_was_known_then(store: Store) -> None:
    header = f"{HEADER},recorded_at"
    first, corrected = "2026-01-02,USD,1.03,2026-01-02", "2026-01-02,USD,1.05,2026-02-01"
    take(store, rates(first, corrected, header=header))

    assert take(store, rates(corrected, first, header=header)).imported == 0
    assert rows(store, "SELECT rate FROM exchange_rate ORDER BY id") == [("1.03",), ("1.05",)]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param(
            '2026-01-02,USD,"1,03"',
            'rate is "1,03", which is no plain number: write it like 1.0812',
            id="comma",
        ),
        pytest.param("2026-01-02,USD,", "rate is empty", id="empty"),
        pytest.param(
            "2026-01-02,USD,0.00", "rate is zero: leave it out where there is no rate", id="zero"
        ),
        pytest.param(
            "2026-01-02,USD,-1",
            'rate is "-1", which is no plain number: write it like 1.0812',
            id="below-zero",
        ),
        pytest.param(
            "2026-01-02,Euro,1",
            "currency is not an ISO 4217 code such as USD or EUR",
            id="no-currency",
        ),
        pytest.param(
            "2 of January,USD,1", "date is not a date: write it like 2026-07-31", id="no-date"
        ),
        pytest.param(
            "2026-12-24,USD,1", "date is in the future: import it when it has happened", id="future"
        ),
        pytest.param(
            "2026-01-05,JPY,161",
            "JPY is 161 on 5 Jan 2026, and 160 in line 2: give one",
            id="two-of-one-day",
        ),
        pytest.param("2026-01-02,USD", "has 2 cells where the header has 3", id="few-cells"),
    ],
)
def test_a_wrong_row_is_a_finding_and_nothing_is_stored(
    store: Store, line: str, message: str
) -> None:
    content = rates("2026-01-05,JPY,160", line)

    assert findings(store, content, source="rates") == [(3, message)]


def test_a_wrong_cell_is_named_by_its_currency(store: Store) -> None:
    content = ECB.replace("162.35", "162,35x").replace(",162,35x", ',"162,35"')

    assert findings(store, content, source="rates") == [
        (2, 'JPY is "162,35", which is no plain number: write it like 1.0812')
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(
            "date\n2026-01-02\n",
            "the header has neither currency and rate nor a column for each currency",
            id="no-rate",
        ),
        pytest.param(
            "currency,rate\nUSD,1\n",
            'the header (line 1) lacks date; it has "currency", "rate"; type'
            " `nrrbot import rates import.csv --map date=COLUMN`",
            id="no-date",
        ),
        pytest.param(
            "date,usd,price\n2026-01-02,1,2\n",
            "the column price is no currency: a rates file has date, currency and rate, or date and"
            " a column for each currency",
            id="a-column-that-is-no-currency",
        ),
    ],
)
def test_a_file_that_is_none_of_rates_says_what_one_has(
    store: Store, content: str, sentence: str
) -> None:
    assert refusal(store, content, source="rates") == sentence


def test_the_base_is_worth_one_of_itself(store: Store) -> None:
    header = f"{HEADER},base"
    assert findings(
        store,
        rates("2026-01-02,USD,1.1,EUR", "2026-01-02,EUR,1.1,EUR", header=header),
        source="rates",
    ) == [(3, "EUR is what the rates are against: one of it is 1, and no other")]
    assert findings(
        store,
        rates("2026-01-02,USD,1.1,EUR", "2026-01-02,JPY,150,USD", header=header),
        source="rates",
    ) == [(3, "base is USD where that of the first rate is EUR")]


@given(st.decimals(min_value="0.000001", max_value=10**12, places=6))
def test_a_rate_is_kept_exactly(rate: Decimal) -> None:
    assert Fraction(parse_rate(f"{rate:f}")) == Fraction(f"{rate:f}")


@pytest.mark.parametrize("text", ["1e3", "NaN", "inf", "٣", "1_0", " 1", "0x1", "1" * 19])
def test_what_is_no_plain_number_is_no_rate(text: str) -> None:
    with pytest.raises(CellError):
        parse_rate(text)
