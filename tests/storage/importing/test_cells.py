from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.importing.cells import (
    MAX_MINOR,
    CellError,
    parse_amount,
    parse_currency,
    parse_day,
    parse_id,
    parse_label,
    parse_moment,
)
from tests.storage.stores import NOW, TODAY

PLAIN = "is not a plain number: write it like 1200.50 or -80"


def said(parse: Callable[[], object]) -> str:
    with pytest.raises(CellError) as error:
        parse()
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1200.50", "USD", 120_050),
        ("-80", "USD", -8_000),
        ("+80.10", "USD", 8_010),
        ("0", "USD", 0),
        ("-0", "USD", 0),
        ("007", "USD", 700),
        ("1.500000", "USD", 150),
        ("1200", "JPY", 1_200),
        ("1.234", "KWD", 1_234),
        ("1200.000", "USD", 120_000),
        ("0.500", "USD", 50),
        ("10000000000000", "USD", MAX_MINOR),
        ("-1000000000000000", "VND", -MAX_MINOR),
    ],
)
def test_an_amount_is_read_exactly(text: str, currency: str, minor: int) -> None:
    assert parse_amount(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency", "message"),
    [
        ("1,000", "USD", PLAIN),
        ("1.000,50", "USD", PLAIN),
        ("1e400", "USD", PLAIN),
        ("1E3", "USD", PLAIN),
        ("inf", "USD", PLAIN),
        ("-Infinity", "USD", PLAIN),
        ("nan", "USD", PLAIN),
        ("$5", "USD", PLAIN),
        ("5 USD", "USD", PLAIN),
        ("(80)", "USD", PLAIN),
        ("1_000", "USD", PLAIN),
        ("0x10", "USD", PLAIN),
        (".5", "USD", PLAIN),
        ("5.", "USD", PLAIN),
        ("--5", "USD", PLAIN),
        ("\u0661\u0662", "USD", PLAIN),
        ("\u22125", "USD", PLAIN),
        ("9" * 21, "USD", PLAIN),
        ("1.005", "USD", "may mean 1005 or 1.005: write it like 1200 or 1.20"),
        ("-12.000", "JPY", "may mean 12000 or 12.000: write it like 1200 or 1.20"),
        ("0.005", "USD", "has more than the 2 decimals of USD: round it"),
        ("0.5", "JPY", "has more than the 0 decimals of JPY: round it"),
        ("1000000000.00000000000000000001", "USD", "has more than the 2 decimals of USD: round it"),
        ("10000000000000.01", "USD", "is too large to be an MRR"),
        ("-99999999999999999999", "USD", "is too large to be an MRR"),
    ],
)
def test_a_doubtful_amount_is_refused(text: str, currency: str, message: str) -> None:
    assert said(lambda: parse_amount(text, currency)) == message


@given(st.integers(-MAX_MINOR, MAX_MINOR))
def test_every_amount_comes_back_as_it_was_written(minor: int) -> None:
    assert parse_amount(f"{Decimal(minor).scaleb(-2):f}", "USD") == minor


@given(st.text(max_size=30))
def test_no_text_makes_an_amount_out_of_range_or_another_error(text: str) -> None:
    with suppress(CellError):
        assert abs(parse_amount(text, "USD")) <= MAX_MINOR


@pytest.mark.parametrize("text", ["1970-01-01", "2024-02-29", "2026-11-21", "2026-11-22"])
def test_a_day_from_1970_to_tomorrow_is_read(text: str) -> None:
    assert parse_day(text, today=TODAY) == date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("31/12/2025", "is not a date: write it like 2026-07-31"),
        ("12-31-2025", "is not a date: write it like 2026-07-31"),
        ("2026-1-5", "is not a date: write it like 2026-07-31"),
        ("20260105", "is not a date: write it like 2026-07-31"),
        ("2026-W01-1", "is not a date: write it like 2026-07-31"),
        ("2026-01-05T00:00", "is not a date: write it like 2026-07-31"),
        ("\u0662026-01-05", "is not a date: write it like 2026-07-31"),
        ("2026-13-40", "does not exist in the calendar"),
        ("2026-02-30", "does not exist in the calendar"),
        ("2025-02-29", "does not exist in the calendar"),
        ("0000-01-01", "does not exist in the calendar"),
        ("1969-12-31", "is before 1970"),
        ("2026-11-23", "is in the future: import it when it has happened"),
        ("9999-12-31", "is in the future: import it when it has happened"),
    ],
)
def test_a_doubtful_day_is_refused(text: str, message: str) -> None:
    assert said(lambda: parse_day(text, today=TODAY)) == message


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-31", datetime(2026, 7, 31, tzinfo=UTC)),
        ("2026-07-31T06:00:00Z", datetime(2026, 7, 31, 6, tzinfo=UTC)),
        ("2026-07-31 06:00:00.25", datetime(2026, 7, 31, 6, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-07-31T06:00+02:00", datetime(2026, 7, 31, 4, tzinfo=UTC)),
        ("2026-11-21T06:00Z", NOW),
    ],
)
def test_a_moment_is_read_in_utc(text: str, moment: datetime) -> None:
    assert parse_moment(text, now=NOW) == moment


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("yesterday", "is not a moment: write it like 2026-07-31T06:00:00Z"),
        ("1764000000", "is not a moment: write it like 2026-07-31T06:00:00Z"),
        ("2026-07-31T06:00 Europe/Paris", "is not a moment: write it like 2026-07-31T06:00:00Z"),
        ("2026-07-32", "does not exist in the calendar"),
        ("2026-07-31T25:00Z", "does not exist in the calendar"),
        ("0001-01-01T00:00+14:00", "does not exist in the calendar"),
        ("2026-11-21T06:00:01Z", "is in the future"),
    ],
)
def test_a_doubtful_moment_is_refused(text: str, message: str) -> None:
    assert said(lambda: parse_moment(text, now=NOW)) == message


@pytest.mark.parametrize(
    "text",
    ["NA", "null", "None", "nan", "#N/A", "0", "=HYPERLINK(1)", "<!channel>", "$x$", "é" * 200],
)
def test_a_label_is_kept_as_it_stands(text: str) -> None:
    assert parse_label(text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a" * 201, "is longer than 200 characters"),
        ("two\nlines", "holds a line break or another control character"),
        ("tab\tbed", "holds a line break or another control character"),
        ("bell\x07", "holds a line break or another control character"),
    ],
)
def test_a_doubtful_label_is_refused(text: str, message: str) -> None:
    assert said(lambda: parse_label(text)) == message


@pytest.mark.parametrize("text", ["USD", "EUR", "JPY", "KWD", "usd", "Eur"])
def test_a_currency_is_an_iso_code_in_any_case(text: str) -> None:
    assert parse_currency(text) == text.upper()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Cafe\u0301 Zoe\u0308", "Caf\u00e9 Zo\u00eb"),
        ("Acme\u00a0Ltd", "Acme Ltd"),
        ("Acme\u202fLtd\u2009\u200b", "Acme Ltd"),
        ("\ufeffAc\u00adme", "Acme"),
        ("\u0646\u200c\u0645", "\u0646\u200c\u0645"),  # a joiner that the script needs
    ],
)
def test_a_label_is_put_into_its_usual_form(text: str, label: str) -> None:
    assert parse_label(text) == label


@pytest.mark.parametrize("text", ["1.23457E+11", "1,23457E+11", "1E+20", "9.00720e+15"])
def test_an_id_that_a_spreadsheet_has_cut_is_refused(text: str) -> None:
    assert said(lambda: parse_id(text)) == (
        "was cut by a spreadsheet: format the column as text and export it again"
    )
    assert parse_label(text) == text


@pytest.mark.parametrize("text", ["123456789012", "1.5E", "E+5", "a1E+5", "1E5"])
def test_other_ids_are_kept(text: str) -> None:
    assert parse_id(text) == text


@pytest.mark.parametrize("text", ["US$", "\u0131sk", "Dollar", "XXX", "XAU", "EURO"])
def test_what_is_no_currency_is_refused(text: str) -> None:
    assert said(lambda: parse_currency(text)) == "is not an ISO 4217 code such as USD or EUR"


@given(st.dates(date(1970, 1, 1), TODAY + timedelta(days=1)))
def test_every_day_comes_back_as_it_was_written(day: date) -> None:
    assert parse_day(day.isoformat(), today=TODAY) == day
