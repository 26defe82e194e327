import re
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from metrics.data_end import DataEnd
from metrics.errors import (
    ImpossiblePeriodError,
    MetricsError,
    NotBegunError,
    PeriodCountError,
    PeriodOrderError,
    UnknownPeriodError,
)
from metrics.period_grammar import shift_months
from metrics.periods import (
    PERIOD_WORDS,
    NotInError,
    Period,
    PeriodUnit,
    is_period,
    parse_period,
    period_words,
    previous,
    trailing_twelve_months,
    year_before,
)

TODAY = date(2026, 11, 21)


def parse(text: str, today: str = "2026-11-21", fiscal_start: int = 1) -> Period:
    return parse_period(text, today=date.fromisoformat(today), fiscal_start=fiscal_start)


def days(period: Period) -> str:
    """Both ends as stored: the second one is outside the period."""
    return f"{period.start} {period.end}"


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("last-month", "2026-10", "2026-10-01 2026-11-01"),
        ("last-quarter", "2026-Q3", "2026-07-01 2026-10-01"),
        ("last-year", "2025", "2025-01-01 2026-01-01"),
        ("ttm", "TTM to 2026-10", "2025-11-01 2026-11-01"),
        ("trailing-twelve-months", "TTM to 2026-10", "2025-11-01 2026-11-01"),
        ("last-12-months", "TTM to 2026-10", "2025-11-01 2026-11-01"),
        ("last-twelve-months", "TTM to 2026-10", "2025-11-01 2026-11-01"),
        ("ttm-to-2026-09", "TTM to 2026-09", "2025-10-01 2026-10-01"),
        ("march..may", "2026-03..2026-05", "2026-03-01 2026-06-01"),
        ("Q4 2025 through Q2 2026", "2025-10..2026-06", "2025-10-01 2026-07-01"),
        ("q1 to q3", "2026-01..2026-09", "2026-01-01 2026-10-01"),
        ("nov 2025 to feb 2026", "2025-11..2026-02", "2025-11-01 2026-03-01"),
        ("nov until 2026-02", "2025-11..2026-02", "2025-11-01 2026-03-01"),
        ("t3m", "2026-08..2026-10", "2026-08-01 2026-11-01"),
        ("T12M", "TTM to 2026-10", "2025-11-01 2026-11-01"),
        ("ltm", "TTM to 2026-10", "2025-11-01 2026-11-01"),
        ("past 12 months", "TTM to 2026-10", "2025-11-01 2026-11-01"),
        ("ttm 2026-09", "TTM to 2026-09", "2025-10-01 2026-10-01"),
        ("ttm as of September", "TTM to 2026-09", "2025-10-01 2026-10-01"),
        ("12 months to December 2025", "TTM to 2025-12", "2025-01-01 2026-01-01"),
        ("last 12 months through june", "TTM to 2026-06", "2025-07-01 2026-07-01"),
        ("year ended june 2026", "TTM to 2026-06", "2025-07-01 2026-07-01"),
        ("last-90-days", "2026-08-23..2026-11-20", "2026-08-23 2026-11-21"),
        ("last-1-day", "2026-11-20", "2026-11-20 2026-11-21"),
        ("last-3660-days", "2016-11-13..2026-11-20", "2016-11-13 2026-11-21"),
        ("last-3-months", "2026-08..2026-10", "2026-08-01 2026-11-01"),
        ("prev-month", "2026-10", "2026-10-01 2026-11-01"),
        ("last q", "2026-Q3", "2026-07-01 2026-10-01"),
        ("last 2 q", "2026-04..2026-09", "2026-04-01 2026-10-01"),
        ("two months ago", "2026-09", "2026-09-01 2026-10-01"),
        ("2 quarters ago", "2026-Q2", "2026-04-01 2026-07-01"),
        ("last december", "2025-12", "2025-12-01 2026-01-01"),
        ("last november", "2025-11", "2025-11-01 2025-12-01"),
        ("q4 last year", "2025-Q4", "2025-10-01 2026-01-01"),
        ("march of this year", "2026-03", "2026-03-01 2026-04-01"),
        ("h1 of last year", "2025-01..2025-06", "2025-01-01 2025-07-01"),
        ("12-month NRR", "TTM to 2026-10", "2025-11-01 2026-11-01"),
        ("last-1-months", "2026-10", "2026-10-01 2026-11-01"),
        ("last-120-months", "2016-11..2026-10", "2016-11-01 2026-11-01"),
        ("2026-09", "2026-09", "2026-09-01 2026-10-01"),
        ("2026-9", "2026-09", "2026-09-01 2026-10-01"),
        ("2026-Q3", "2026-Q3", "2026-07-01 2026-10-01"),
        ("2026q3", "2026-Q3", "2026-07-01 2026-10-01"),
        ("Q3-2026", "2026-Q3", "2026-07-01 2026-10-01"),
        ("q3 2026", "2026-Q3", "2026-07-01 2026-10-01"),
        ("q3", "2026-Q3", "2026-07-01 2026-10-01"),
        ("Q3 of 2025", "2025-Q3", "2025-07-01 2025-10-01"),
        ("third quarter", "2026-Q3", "2026-07-01 2026-10-01"),
        ("first quarter of 2026", "2026-Q1", "2026-01-01 2026-04-01"),
        ("last quarter of 2025", "2025-Q4", "2025-10-01 2026-01-01"),
        ("final half of 2025", "2025-07..2025-12", "2025-07-01 2026-01-01"),
        ("second half of 2025", "2025-07..2025-12", "2025-07-01 2026-01-01"),
        ("March of 2026", "2026-03", "2026-03-01 2026-04-01"),
        ("2025", "2025", "2025-01-01 2026-01-01"),
        ("FY25", "FY25", "2025-01-01 2026-01-01"),
        ("fy2025", "FY25", "2025-01-01 2026-01-01"),
        ("fy 25", "FY25", "2025-01-01 2026-01-01"),
        ("fy1999", "FY1999", "1999-01-01 2000-01-01"),
        ("FY26-Q2", "FY26-Q2", "2026-04-01 2026-07-01"),
        ("fy26 q2", "FY26-Q2", "2026-04-01 2026-07-01"),
        ("fy26q2", "FY26-Q2", "2026-04-01 2026-07-01"),
        ("Q2 FY26", "FY26-Q2", "2026-04-01 2026-07-01"),
        ("march", "2026-03", "2026-03-01 2026-04-01"),
        ("december", "2025-12", "2025-12-01 2026-01-01"),
        ("sept", "2026-09", "2026-09-01 2026-10-01"),
        ("mar 2025", "2025-03", "2025-03-01 2025-04-01"),
        ("march-2026", "2026-03", "2026-03-01 2026-04-01"),
        ("2026 March", "2026-03", "2026-03-01 2026-04-01"),
        ("2026-01..2026-03", "2026-01..2026-03", "2026-01-01 2026-04-01"),
        ("2026-01 .. 2026-03", "2026-01..2026-03", "2026-01-01 2026-04-01"),
        ("2026-01 to 2026-03", "2026-01..2026-03", "2026-01-01 2026-04-01"),
        ("jan-mar 2026", "2026-01..2026-03", "2026-01-01 2026-04-01"),
        ("January to March", "2026-01..2026-03", "2026-01-01 2026-04-01"),
        ("nov to feb", "2025-11..2026-02", "2025-11-01 2026-03-01"),
        ("jul-dec", "2025-07..2025-12", "2025-07-01 2026-01-01"),
        ("2026-01..2026-01", "2026-01", "2026-01-01 2026-02-01"),
        ("2025-Q4..2026q1", "2025-10..2026-03", "2025-10-01 2026-04-01"),
        ("2024..2025", "2024-01..2025-12", "2024-01-01 2026-01-01"),
        ("2025..2026-03", "2025-01..2026-03", "2025-01-01 2026-04-01"),
        ("2026-01-15..2026-03-31", "2026-01-15..2026-03-31", "2026-01-15 2026-04-01"),
        ("2026-01-15..2026-03", "2026-01-15..2026-03-31", "2026-01-15 2026-04-01"),
        ("2026-01-01..2026-03-31", "2026-01..2026-03", "2026-01-01 2026-04-01"),
        ("2026-01-15", "2026-01-15", "2026-01-15 2026-01-16"),
        ("2024-02-29", "2024-02-29", "2024-02-29 2024-03-01"),
        ("1970", "1970", "1970-01-01 1971-01-01"),
        ("2026-Q3 to date", "2026-Q3", "2026-07-01 2026-10-01"),
        ("days 2026-01-01..2026-03-31", "2026-01-01..2026-03-31", "2026-01-01 2026-04-01"),
    ],
)
def test_reads_complete_periods(text: str, label: str, expected: str) -> None:
    period = parse(text)

    assert (period.label, days(period)) == (label, expected)
    assert period.complete
    assert period.measured_end == period.end


@pytest.mark.parametrize(
    ("text", "label", "expected"),
    [
        ("mtd", "2026-11 to date", "2026-11-01 2026-11-22"),
        ("this-month", "2026-11 to date", "2026-11-01 2026-11-22"),
        ("month to date", "2026-11 to date", "2026-11-01 2026-11-22"),
        ("qtd", "2026-Q4 to date", "2026-10-01 2026-11-22"),
        ("this-quarter", "2026-Q4 to date", "2026-10-01 2026-11-22"),
        ("quarter-to-date", "2026-Q4 to date", "2026-10-01 2026-11-22"),
        ("ytd", "2026 to date", "2026-01-01 2026-11-22"),
        ("this-year", "2026 to date", "2026-01-01 2026-11-22"),
        ("year-to-date", "2026 to date", "2026-01-01 2026-11-22"),
        ("2026-11 to date", "2026-11 to date", "2026-11-01 2026-11-22"),
        ("2026-Q4-to-date", "2026-Q4 to date", "2026-10-01 2026-11-22"),
        ("2026 to date", "2026 to date", "2026-01-01 2026-11-22"),
        ("2026-Q4", "2026-Q4", "2026-10-01 2027-01-01"),
        ("q4", "2026-Q4", "2026-10-01 2027-01-01"),
        ("nov", "2026-11", "2026-11-01 2026-12-01"),
        ("2026", "2026", "2026-01-01 2027-01-01"),
        ("FY26", "FY26", "2026-01-01 2027-01-01"),
        ("2026-11-21", "2026-11-21", "2026-11-21 2026-11-22"),
        ("2026-10..2027-01", "2026-10..2027-01", "2026-10-01 2027-02-01"),
    ],
)
def test_a_period_with_today_in_it_keeps_its_end_and_is_incomplete(
    text: str, label: str, expected: str
) -> None:
    period = parse(text)

    assert (period.label, days(period)) == (label, expected)
    assert not period.complete
    assert period.through == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "today", "expected"),
    [
        pytest.param("last-month", "2026-01-31", "2025-12-01 2026-01-01", id="month-over-new-year"),
        pytest.param("last-month", "2024-03-31", "2024-02-01 2024-03-01", id="leap-february"),
        pytest.param("last-quarter", "2026-01-01", "2025-10-01 2026-01-01", id="first-of-january"),
        pytest.param("last-year", "2026-01-01", "2025-01-01 2026-01-01", id="year-just-over"),
        pytest.param("last-year", "2025-12-31", "2024-01-01 2025-01-01", id="year-nearly-over"),
        pytest.param("mtd", "2024-02-29", "2024-02-01 2024-03-01", id="whole-month-to-date"),
        pytest.param("ytd", "2026-01-01", "2026-01-01 2026-01-02", id="first-day-to-date"),
        pytest.param("qtd", "2026-12-31", "2026-10-01 2027-01-01", id="whole-quarter-to-date"),
        pytest.param("ttm", "2026-01-01", "2025-01-01 2026-01-01", id="ttm-is-last-year"),
        pytest.param("last-1-days", "2024-03-01", "2024-02-29 2024-03-01", id="leap-day"),
        pytest.param("last-2-months", "2026-01-31", "2025-11-01 2026-01-01", id="two-months"),
        pytest.param("q3", "2026-06-30", "2025-07-01 2025-10-01", id="quarter-not-begun"),
        pytest.param("q3", "2026-07-01", "2026-07-01 2026-10-01", id="quarter-begins-today"),
        pytest.param("dec", "2026-11-30", "2025-12-01 2026-01-01", id="month-not-begun"),
        pytest.param("dec", "2026-12-01", "2026-12-01 2027-01-01", id="month-begins-today"),
    ],
)
def test_calendar_edges(text: str, today: str, expected: str) -> None:
    assert days(parse(text, today)) == expected


@pytest.mark.parametrize(
    ("today", "complete"),
    [("2026-09-30", False), ("2026-10-01", True)],
    ids=["last-day", "day-after"],
)
def test_a_period_is_complete_once_its_last_day_is_over(today: str, *, complete: bool) -> None:
    assert parse("2026-Q3", today).complete is complete


@pytest.mark.parametrize(
    ("text", "fiscal_start", "expected"),
    [
        ("FY26", 1, "2026-01-01 2027-01-01"),
        ("FY26", 2, "2025-02-01 2026-02-01"),
        ("FY26", 4, "2025-04-01 2026-04-01"),
        ("FY26", 7, "2025-07-01 2026-07-01"),
        ("FY26", 12, "2025-12-01 2026-12-01"),
        ("FY26-Q1", 2, "2025-02-01 2025-05-01"),
        ("FY26-Q4", 2, "2025-11-01 2026-02-01"),
        ("FY26-Q3", 4, "2025-10-01 2026-01-01"),
        ("FY26-Q4", 4, "2026-01-01 2026-04-01"),
        ("FY26-Q2", 7, "2025-10-01 2026-01-01"),
        ("FY26-Q1", 12, "2025-12-01 2026-03-01"),
        ("FY26-Q2", 12, "2026-03-01 2026-06-01"),
    ],
)
def test_a_fiscal_year_is_named_for_the_year_it_ends_in(
    text: str, fiscal_start: int, expected: str
) -> None:
    period = parse(text, fiscal_start=fiscal_start)

    assert (period.label, days(period)) == (text, expected)


@pytest.mark.parametrize(
    ("text", "today", "label"),
    [
        ("this fiscal year", "2026-01-31", "FY26"),
        ("this fiscal year", "2026-02-01", "FY27"),
        ("last fiscal year", "2026-01-31", "FY25"),
        ("previous-fiscal-year", "2026-02-01", "FY26"),
        ("this fiscal quarter", "2026-11-21", "FY27-Q4"),
        ("last fiscal quarter", "2026-11-21", "FY27-Q3"),
        ("last fiscal quarter", "2028-02-29", "FY28-Q4"),
        ("fiscal year 2026", "2026-11-21", "FY26"),
        ("fiscal 26 q2", "2026-11-21", "FY26-Q2"),
        ("Q2 fiscal year 2026", "2026-11-21", "FY26-Q2"),
    ],
)
def test_a_fiscal_year_from_february_is_named_in_words(text: str, today: str, label: str) -> None:
    period = parse(text, today, fiscal_start=2)

    assert (period.label, period.fiscal_start) == (label, 2)


def test_words_for_quarters_mean_calendar_quarters_whatever_the_fiscal_year() -> None:
    assert parse("last-quarter", fiscal_start=2).label == "2026-Q3"


@pytest.mark.parametrize(
    "text", ["LAST-Quarter", "last quarter", "last_quarter", " last  quarter "]
)
def test_case_and_word_separators_do_not_matter(text: str) -> None:
    assert parse(text).label == "2026-Q3"


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "-",
            "..",
            "enterprise",
            "lastquarter",
            "last-week",
            "month",
            "2026-Q",
            "20266",
            "26",
        ),
        *("q", "fy", "fy226", "marching", "mar 26", "2026-01..", "..2026-01", "2026-01.2026-03"),
        *("2026-01..2026-02..2026-03", "last--days", "last-1.5-months"),
        pytest.param("٢٠٢٦", id="arabic-digits"),
        pytest.param("2026-Q\uff13", id="full-width-digit"),
        pytest.param("last-²-days", id="superscript-digit"),
        pytest.param("9" * 5000, id="more-digits-than-int-takes"),
    ],
)
def test_anything_else_is_not_a_period(text: str) -> None:
    with pytest.raises(UnknownPeriodError):
        parse(text)

    assert not is_period(text)


@pytest.mark.parametrize(
    "text",
    [
        *("2026-13", "2026-00", "2026-02-29", "2026-02-30", "2026-04-31", "2026-01-00"),
        *("2026-Q5", "2026-Q0", "Q5", "q0 2026", "FY26-Q5", "1969", "2200", "0000", "FY1969"),
        *("jan 1969", "2026-01..2026-13", "2026-02-30..2026-03-01", "ttm to 2026-13"),
    ],
)
def test_a_date_that_does_not_exist_is_named_as_it_was_typed(text: str) -> None:
    with pytest.raises(ImpossiblePeriodError, match=r"no such date as [0-9A-Za-z -]+:") as error:
        parse(text)

    assert is_period(text)
    assert str(error.value).split(" as ")[1].split(":")[0] in text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Q5 2026", "Q5 2026: quarters run from Q1 to Q4"),
        ("H3 2026", "H3 2026: a year has two halves, H1 and H2"),
        ("third half of 2026", "third half of 2026: a year has two halves, H1 and H2"),
        ("ttm 2026-13", "ttm 2026-13: months run from 01 to 12"),
        ("2026-02-30", "2026-02-30: February 2026 has 28 days"),
        ("2026-01..2026-04-00", "2026-04-00: April 2026 has 30 days"),
        ("FY2200", "FY2200: years run from 1970 to 2199"),
    ],
)
def test_of_a_date_that_does_not_exist_it_is_said_what_there_is_instead(
    text: str, why: str
) -> None:
    with pytest.raises(ImpossiblePeriodError, match=f"^there is no such date as {why}$"):
        parse(text)


@pytest.mark.parametrize("text", ["2026-03..2026-01", "2026-01-02..2026-01-01", "2026..2025-Q4"])
def test_a_range_that_ends_before_it_begins_is_an_error(text: str) -> None:
    with pytest.raises(PeriodOrderError, match="put the earlier end first"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "label", "through"),
    [
        ("since nov", "2026-11", date(2026, 11, 22)),
        ("since q4", "2026-10", None),
        ("since last month", "2026-10", None),
    ],
)
def test_since_a_month_that_has_begun_it_is_the_whole_months_or_else_what_is_in(
    text: str, label: str, through: date | None
) -> None:
    period = parse(text)

    assert (period.label, period.through) == (label, through)


def test_since_a_month_to_come_there_is_nothing_yet() -> None:
    with pytest.raises(NotBegunError, match=r"^2027-03 has not begun yet: name a"):
        parse("since 2027-03")


def test_since_a_month_that_no_data_has_come_for_yet_it_is_not_in() -> None:
    sentence = "November 2026 is not in yet: the data ends 31 Oct"
    with pytest.raises(NotInError, match=f"^{sentence}$"):
        parse_period("since november", today=TODAY, data_end=CLOSED)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("last-0-days", "last-N-days takes a number from 1 to 3660, not 0"),
        ("last-3661-days", "last-N-days takes a number from 1 to 3660, not 3661"),
        ("last-0-months", "last-N-months takes a number from 1 to 120, not 0"),
        ("last-121-months", "last-N-months takes a number from 1 to 120, not 121"),
        (f"last {10**20} years", f"last-N-years takes a number from 1 to 10, not {10**20}"),
    ],
)
def test_a_count_out_of_bounds_says_the_bounds(text: str, sentence: str) -> None:
    with pytest.raises(PeriodCountError, match=f"^{sentence}$"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "sentence", "instead"),
    [
        ("q1 2027", "Q1 2027 is not in yet: the data ends 21 Nov 2026", "2026-Q4"),
        ("dec 2026", "December 2026 is not in yet: the data ends 21 Nov", "2026-11"),
        ("2027", "2027 is not in yet: the data ends 21 Nov 2026", "2026"),
        ("fy2028", "FY28 is not in yet: the data ends 21 Nov 2026", "FY26"),
        ("2026-11-22", "22 Nov 2026 is not in yet: the data ends 21 Nov", "2026-11-21"),
        (
            "2026-12..2027-Q1",
            "December 2026 to March 2027 is not in yet: the data ends 21 Nov",
            "2026-07..2026-10",
        ),
        ("2027-Q1 to date", "Q1 2027 is not in yet: the data ends 21 Nov 2026", "2026-Q4"),
        (
            "ttm to 2026-11",
            "The 12 months to November 2026 is not in yet: the data ends 21 Nov",
            "TTM to 2026-10",
        ),
    ],
)
def test_a_period_that_has_not_begun_is_not_in(text: str, sentence: str, instead: str) -> None:
    with pytest.raises(NotInError, match=f"^{re.escape(sentence)}$") as error:
        parse(text)

    assert error.value.instead.label == instead


CLOSED = DataEnd(through=date(2026, 11, 1))
"""October is closed, and nothing of November is in: as with monthly imports."""
HALF = DataEnd(through=date(2026, 10, 16))
GAPPY = DataEnd(
    through=date(2026, 9, 10),
    silent=frozenset(date(2026, month, 1) for month in (1, 2, 3, 4, 5, 8)),
)
DATA_ENDS = {"closed": CLOSED, "half": HALF, "gappy": GAPPY}


@pytest.mark.parametrize(
    ("data", "text", "label", "end", "is_over"),
    [
        ("closed", "last-month", "2026-10", "2026-11-01", True),
        ("closed", "last-quarter", "2026-Q3", "2026-10-01", True),
        ("closed", "last-30-days", "2026-10-02..2026-10-31", "2026-11-01", True),
        ("closed", "last-3-months", "2026-08..2026-10", "2026-11-01", True),
        ("closed", "ttm", "TTM to 2026-10", "2026-11-01", True),
        ("closed", "2026-10", "2026-10", "2026-11-01", True),
        ("closed", "qtd", "2026-Q4 to date", "2026-11-01", False),
        ("closed", "ytd", "2026 to date", "2026-11-01", False),
        ("closed", "2026-Q4", "2026-Q4", "2026-11-01", False),
        ("closed", "2026-Q4 to date", "2026-Q4 to date", "2026-11-01", False),
        ("closed", "FY26", "FY26", "2026-11-01", False),
        ("closed", "2026-10..2026-12", "2026-10..2026-12", "2026-11-01", False),
        ("closed", "2026-10-15..2026-11-15", "2026-10-15..2026-11-15", "2026-11-01", False),
        ("half", "last-month", "2026-09", "2026-10-01", True),
        ("half", "last-quarter", "2026-Q3", "2026-10-01", True),
        ("half", "last-year", "2025", "2026-01-01", True),
        ("half", "last-90-days", "2026-07-18..2026-10-15", "2026-10-16", True),
        ("half", "ttm", "TTM to 2026-09", "2026-10-01", True),
        ("half", "october", "2026-10", "2026-10-16", False),
        ("half", "2026-10 to date", "2026-10 to date", "2026-10-16", False),
        ("half", "qtd", "2026-Q4 to date", "2026-10-16", False),
        ("gappy", "last-quarter", "2026-Q2", "2026-07-01", True),
        ("gappy", "2026-01..2026-06", "2026-01..2026-06", "2026-07-01", True),
        ("gappy", "2026-08..2026-09", "2026-08..2026-09", "2026-09-10", False),
    ],
)
def test_no_period_is_measured_beyond_the_data(
    data: str, text: str, label: str, end: str, *, is_over: bool
) -> None:
    period = parse_period(text, today=TODAY, data_end=DATA_ENDS[data])

    assert (period.label, f"{period.measured_end}") == (label, end)
    assert period.complete is is_over


@pytest.mark.parametrize(
    ("data", "text", "asked", "instead", "end"),
    [
        ("closed", "mtd", "November 2026", "2026-10", "2026-11-01"),
        ("closed", "november", "November 2026", "2026-10", "2026-11-01"),
        ("closed", "2026-11-01..2026-11-10", None, "2026-10-22..2026-10-31", "2026-11-01"),
        ("closed", "2026-11..2026-12", None, "2026-09..2026-10", "2026-11-01"),
        ("closed", "FY27", "FY27", "FY26", "2026-11-01"),
        ("closed", "FY27-Q1", "Q1 FY27", "FY26-Q4", "2026-11-01"),
        ("closed", "ttm to 2027-12", None, "TTM to 2026-10", "2026-11-01"),
        ("half", "mtd", "November 2026", "2026-10", "2026-10-16"),
        ("half", "2026-11..2026-12", None, "2026-08..2026-09", "2026-10-01"),
        ("gappy", "qtd", "Q4 2026", "2026-Q3", "2026-09-10"),
        ("gappy", "last-month", "August 2026", "2026-07", "2026-08-01"),
        ("gappy", "2026-05", "May 2026", "2025-12", "2026-01-01"),
        ("gappy", "2026-Q1", "Q1 2026", "2025-Q4", "2026-01-01"),
        ("gappy", "2026-01..2026-05", None, "2026-04..2026-08", "2026-09-01"),
        ("gappy", "2026-01..2026-01", "January 2026", "2025-12", "2026-01-01"),
    ],
)
def test_a_period_without_data_names_the_last_of_its_kind_that_is_in(
    data: str, text: str, asked: str | None, instead: str, end: str
) -> None:
    with pytest.raises(NotInError) as error:
        parse_period(text, today=TODAY, data_end=DATA_ENDS[data])

    found = error.value.instead
    assert (found.label, f"{found.measured_end}") == (instead, end)
    said = asked or period_words(error.value.asked)
    assert str(error.value).startswith(f"{said[:1].upper()}{said[1:]} is not in")
    assert error.value.data_end == DATA_ENDS[data]


@pytest.mark.parametrize(
    ("data", "text", "label"),
    [
        ("closed", "qtd", "2026-07"),
        ("closed", "2026-Q4", "2026-07"),
        ("closed", "ytd", "2025-01..2025-10"),
        ("half", "qtd", "2026-07-01..2026-07-15"),
        ("half", "october", "2026-09-01..2026-09-15"),
        ("half", "2026-10..2026-12", "2026-07-01..2026-07-15"),
        ("half", "2026-10-10..2026-10-29", "2026-09-20..2026-09-25"),
    ],
)
def test_what_is_in_is_compared_with_as_many_months_and_days(
    data: str, text: str, label: str
) -> None:
    period = parse_period(text, today=TODAY, data_end=DATA_ENDS[data])

    assert previous(period).label == label


def test_a_silent_month_says_why_it_is_not_in() -> None:
    with pytest.raises(
        NotInError, match=r"^May 2026 is not in: nothing moved in it, and no month is closed$"
    ):
        parse_period("2026-05", today=TODAY, data_end=GAPPY)


@pytest.mark.parametrize(("text", "label"), [("qtd", "TTM to 2026-09"), ("2026", "TTM to 2026-09")])
def test_ttm_beside_what_is_in_ends_with_the_last_whole_month_in(text: str, label: str) -> None:
    period = parse_period(text, today=TODAY, data_end=HALF)

    assert trailing_twelve_months(period, today=TODAY).label == label


@pytest.mark.parametrize("today", [date.min, date.max], ids=["year-1", "year-9999"])
@pytest.mark.parametrize("word", PERIOD_WORDS)
def test_a_today_outside_the_calendar_is_an_error(word: str, today: date) -> None:
    with pytest.raises(ImpossiblePeriodError):
        parse_period(word, today=today)


@pytest.mark.parametrize("word", PERIOD_WORDS)
def test_every_suggested_word_is_a_period(word: str) -> None:
    assert is_period(word)
    assert parse(word).start < TODAY


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2026-01", "2025-12"),
        ("2026-Q1", "2025-Q4"),
        ("2025", "2024"),
        ("1970", "1969"),
        ("FY25", "FY24"),
        ("FY2000", "FY1999"),
        ("FY26-Q1", "FY25-Q4"),
        ("FY26-Q3", "FY26-Q2"),
        ("ttm", "TTM to 2025-10"),
        ("2026-01..2026-03", "2025-10..2025-12"),
        ("last-3-months", "2026-05..2026-07"),
        ("last-month", "2026-09"),
        ("2026-03-01..2026-03-10", "2026-02-19..2026-02-28"),
        ("last-90-days", "2026-05-25..2026-08-22"),
        ("2026-03-01", "2026-02-28"),
    ],
)
@pytest.mark.parametrize("fiscal_start", [1, 2, 7, 12])
def test_the_period_before_is_of_the_same_kind(text: str, label: str, fiscal_start: int) -> None:
    period = parse(text, fiscal_start=fiscal_start)

    before = previous(period)

    assert (before.label, before.end, before.unit) == (label, period.start, period.unit)


def test_last_days_stay_days_when_they_happen_to_be_a_month() -> None:
    period = parse("last-30-days", "2026-05-01")

    assert period.label == "2026-04-01..2026-04-30"
    assert previous(period).label == "2026-03-02..2026-03-31"


@pytest.mark.parametrize(
    ("text", "today", "label"),
    [
        ("qtd", "2026-11-21", "2026-07-01..2026-08-21"),
        ("2026-Q4", "2026-11-21", "2026-07-01..2026-08-21"),
        ("mtd", "2026-11-21", "2026-10-01..2026-10-21"),
        ("2026-11", "2026-11-21", "2026-10-01..2026-10-21"),
        ("ytd", "2026-11-21", "2025-01-01..2025-11-21"),
        ("2026-10..2027-01", "2026-11-21", "2026-06-01..2026-07-21"),
        ("2026-11-12..2026-11-30", "2026-11-21", "2026-10-24..2026-11-02"),
        ("mtd", "2026-03-31", "2026-02"),
        ("mtd", "2026-03-30", "2026-02"),
        ("mtd", "2026-03-01", "2026-02-01"),
        ("mtd", "2026-11-30", "2026-10"),
        ("ytd", "2024-12-31", "2023-01..2023-12"),
        ("qtd", "2026-12-31", "2026-07..2026-09"),
    ],
)
def test_an_incomplete_period_is_compared_with_as_many_months_and_days(
    text: str, today: str, label: str
) -> None:
    before = previous(parse(text, today))

    assert before.label == label
    assert before.complete


@pytest.mark.parametrize(
    ("text", "today", "label"),
    [
        ("ytd", "2024-02-28", "2023-01..2023-02"),
        ("mtd", "2024-02-29", "2023-02"),
        ("2024-02-01..2024-02-28", "2024-03-09", "2023-02-01..2023-02-28"),
        ("2024-02-29..2024-03-31", "2024-04-09", "2023-03-01..2023-03-31"),
        ("mtd", "2025-02-28", "2024-02"),
    ],
)
def test_a_year_before_the_days_around_a_leap_day_are_the_same_days(
    text: str, today: str, label: str
) -> None:
    assert year_before(parse(text, today)).label == label


def test_an_incomplete_fiscal_quarter_is_compared_with_as_many_months_and_days() -> None:
    period = parse("FY27-Q4", fiscal_start=2)

    assert previous(period).label == "2026-08-01..2026-08-21"


@pytest.mark.parametrize(
    ("text", "today", "label"),
    [
        ("2026-Q3", "2026-11-21", "TTM to 2026-09"),
        ("qtd", "2026-11-21", "TTM to 2026-10"),
        ("2026-Q4", "2026-11-21", "TTM to 2026-10"),
        ("2026-01-15..2026-03-30", "2026-11-21", "TTM to 2026-02"),
        ("ttm", "2026-11-21", "TTM to 2026-10"),
        ("last-month", "2026-01-01", "TTM to 2025-12"),
    ],
)
def test_ttm_ends_with_the_last_complete_month(text: str, today: str, label: str) -> None:
    period = parse(text, today)

    assert trailing_twelve_months(period, today=date.fromisoformat(today)).label == label


@pytest.mark.parametrize(
    ("text", "months"),
    [("2026-Q3", 3), ("last-year", 12), ("2026-09", 1), ("mtd", None), ("2026-01-02", None)],
)
def test_months_counts_whole_months_only(text: str, months: int | None) -> None:
    period = parse(text)

    assert period.months == months
    assert period.is_month is (months == 1)


days_in_calendar = st.dates(date(1971, 1, 1), date(2199, 12, 31))
fiscal_starts = st.integers(1, 12)
years = st.integers(1970, 2199).map(str)
points = st.one_of(
    years,
    st.builds("{}-{:02}".format, years, st.integers(1, 12)),
    st.builds("{}-Q{}".format, years, st.integers(1, 4)),
    st.dates(date(1970, 1, 1), date(2199, 12, 31)).map(str),
)
texts = st.one_of(
    points,
    st.builds("{}..{}".format, points, points),
    st.builds("FY{}".format, years),
    st.builds("FY{}-Q{}".format, years, st.integers(1, 4)),
    st.builds("last-{}-days".format, st.integers(1, 3660)),
    st.builds("last-{}-months".format, st.integers(1, 120)),
    st.sampled_from(PERIOD_WORDS),
)


@st.composite
def periods(draw: st.DrawFn) -> tuple[Period, date]:
    today = draw(days_in_calendar)
    with suppress(NotInError, PeriodOrderError):
        period = parse_period(draw(texts), today=today, fiscal_start=draw(fiscal_starts))
        return period, today
    assume(condition=False)
    raise AssertionError


@given(periods())
def test_the_label_of_a_complete_period_names_the_same_days(case: tuple[Period, date]) -> None:
    period, today = case
    assume(period.complete and period.start.year >= 1970)

    again = parse_period(period.label, today=today, fiscal_start=period.fiscal_start or 1)

    assert days(again) == days(period)


@given(days_in_calendar, st.sampled_from(["mtd", "qtd", "ytd"]))
def test_the_label_of_a_period_to_date_names_the_same_one_on_that_day(
    today: date, word: str
) -> None:
    period = parse_period(word, today=today)

    assert parse_period(period.label, today=today) == period


@given(periods())
def test_the_period_before_a_complete_one_touches_it_and_is_as_long(
    case: tuple[Period, date],
) -> None:
    period, _ = case
    assume(period.complete)

    before = previous(period)

    assert before.end == period.start
    if period.unit is PeriodUnit.DAY:
        assert before.end - before.start == period.end - period.start
    else:
        assert before.months == period.months


@given(periods())
def test_the_period_before_is_over_never_empty_and_never_passes_its_end(
    case: tuple[Period, date],
) -> None:
    period, _ = case

    before = previous(period)

    assert before.complete
    assert before.start < before.end <= period.start


def months_and_days(start: date, end: date) -> tuple[int, int]:
    """How many whole months, one after the other, and then days lie between."""
    months = 0
    while shift_months(start, months + 1) <= end:
        months += 1
    return months, (end - shift_months(start, months)).days


@given(
    today=days_in_calendar,
    days_in=st.integers(1, 400),
    form=st.sampled_from(["mtd", "qtd", "ytd", "{:%Y}", "{:%Y-%m}", "{:%Y-%m-%d}..2199-12-31"]),
)
def test_an_incomplete_period_is_compared_with_as_many_months_and_days_or_all_there_are(
    today: date, days_in: int, form: str
) -> None:
    start = parse_period(form.format(today), today=today).start
    data_end = DataEnd(through=start + timedelta(days=days_in))
    period = parse_period(form.format(today), today=today, data_end=data_end)

    before = previous(period)

    months, more_days = months_and_days(period.start, period.measured_end)
    as_long = shift_months(before.start, months) + timedelta(days=more_days)
    assert before.end == (period.start if period.complete else min(as_long, period.start))


data_ends = st.builds(
    lambda through, months: DataEnd(
        through=through,
        silent=frozenset(
            # Never the month of the last day with data, which has a movement.
            shift_months((through - timedelta(days=1)).replace(day=1), -back)
            for back in months
        ),
    ),
    days_in_calendar,
    st.sets(st.integers(1, 30), max_size=20),
)


@given(text=texts, today=days_in_calendar, data_end=data_ends)
def test_nothing_is_measured_without_data(text: str, today: date, data_end: DataEnd) -> None:
    through = min(data_end.through, today + timedelta(days=1))
    with suppress(PeriodOrderError, ImpossiblePeriodError):
        try:
            period = parse_period(text, today=today, data_end=data_end)
        except NotInError as error:
            period = error.instead
        assert data_end.has_some_of(period.start, period.measured_end)
        assert period.start < period.measured_end <= through
        assert period.complete is (period.through is None)


@given(periods())
def test_ttm_is_twelve_complete_months(case: tuple[Period, date]) -> None:
    period, today = case

    ttm = trailing_twelve_months(period, today=today)

    assert ttm.months == 12
    assert ttm.complete
    assert ttm.end <= min(today, period.end)
    assert min(today, period.end) - ttm.end < timedelta(days=31)


@given(periods())
def test_a_period_is_complete_exactly_when_it_ends_by_today(case: tuple[Period, date]) -> None:
    period, today = case

    assert period.start <= today
    assert period.complete is (period.end <= today)
    assert period.measured_end == min(period.end, today + timedelta(days=1))


period_like = st.lists(
    st.sampled_from(
        [*"0123456789-_. ٣²", "..", "q", "fy", "2026", "last", "days", "ttm", "to", "march", "td"]
    )
).map("".join)


@given(st.text() | period_like, days_in_calendar, fiscal_starts)
@example("last-" + "9" * 5000 + "-days", TODAY, 1)
@example("0000-00-00..0000-00-00", TODAY, 1)
@example("İ", TODAY, 1)
def test_arbitrary_text_is_a_period_or_a_metrics_error(
    text: str, today: date, fiscal_start: int
) -> None:
    with suppress(MetricsError):
        period = parse_period(text, today=today, fiscal_start=fiscal_start)

        assert is_period(text)
        assert period.start < period.end


@given(st.text(min_size=1))
def test_no_error_repeats_what_was_typed(text: str) -> None:
    marked = f"<@{text}>"

    with pytest.raises(MetricsError) as raised:
        parse(marked)

    assert marked not in str(raised.value)
