"""The oracle itself, against figures worked out by hand and by others."""

import csv
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tests.held_out.running import cells, memo
from tests.reference.oracle import alerts
from tests.reference.oracle.alerts import Point
from tests.reference.oracle.ledger import Ledger, Row, later
from tests.reference.oracle.periods import Asked, DataEnd, data_end, last_in, measured, read
from tests.reference.oracle.retention import Figures, measure, measure_by
from tests.reference.real_data import GCLOUD, SPONSORS, DataSet

JULY, OCTOBER = date(2026, 7, 1), date(2026, 10, 1)
PAID = Row("a", date(2026, 1, 5), 10_000)
PAUSED = Row("a", date(2026, 7, 3), -10_000, "pause")


def minor(text: str) -> int:
    return int(Decimal(text) * 100)


def rows_of(data: DataSet) -> tuple[Row, ...]:
    with data.movements.open(encoding="utf-8") as file:
        return tuple(
            Row(
                row["account_id"],
                date.fromisoformat(row["date"]),
                minor(row["amount"]),
                attributes={name: row[name] for name in ("segment", "plan") if row[name]},
            )
            for row in csv.DictReader(file)
        )


@pytest.mark.parametrize("data", [SPONSORS, GCLOUD], ids=["sponsors", "gcloud"])
def test_it_finds_what_plain_sql_found_in_real_histories(data: DataSet) -> None:
    ledger = Ledger(rows_of(data))
    with data.expected.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            start, end = map(date.fromisoformat, (row["period_start"], row["period_end_exclusive"]))
            scope = {} if row["dimension"] == "overall" else {row["dimension"]: row["value"]}
            found = measure(ledger, start, end, scope)
            assert found.accounts_opening == int(row["accounts_start"])
            assert found.accounts_opening - found.accounts_retained == int(row["accounts_churned"])
            assert found.opening == minor(row["start_mrr"])
            assert found.expansion == minor(row["expansion"])
            assert (found.contraction, found.churn) == (
                minor(row["contraction"]),
                minor(row["churned"]),
            )
            assert found.closing == minor(row["end_mrr_of_cohort"])


def test_an_account_opens_where_it_was_before_that_day() -> None:
    ledger = Ledger(
        (
            Row("anna", date(2026, 1, 5), 5_000, attributes={"plan": "starter"}),
            Row("bert", date(2026, 1, 5), 5_000, attributes={"plan": "starter"}),
            Row("cleo", date(2026, 1, 5), 15_000, attributes={"plan": "growth"}),
            Row("anna", date(2026, 8, 1), 10_000, attributes={"plan": "growth"}),
        )
    )

    split = measure_by(ledger, date(2026, 8, 1), date(2026, 9, 1), "plan")

    assert {plan: (part.opening, part.nrr) for plan, part in split.items()} == {
        "starter": (10_000, Fraction(2)),
        "growth": (15_000, Fraction(1)),
    }


@pytest.mark.parametrize(
    ("end", "kept"),
    [(date(2026, 10, 1), True), (date(2026, 10, 2), False)],
    ids=["90-days-after", "91-days-after"],
)
def test_a_pause_is_contraction_for_ninety_days(end: date, kept: bool) -> None:  # noqa: FBT001
    found = measure(Ledger((PAID, PAUSED)), JULY, end)

    assert (found.contraction, found.churn) == ((10_000, 0) if kept else (0, 10_000))
    assert found.accounts_retained == kept
    assert found.nrr == found.grr == 0


@pytest.mark.parametrize(
    ("back", "name"), [(date(2026, 10, 1), "resumed"), (date(2026, 10, 2), "returning")]
)
def test_back_within_ninety_days_is_a_line_of_its_own(back: date, name: str) -> None:
    rows = (PAID, PAUSED, Row("a", back, 7_000))

    found = measure(Ledger(rows), date(2026, 8, 1), date(2026, 11, 1))

    assert memo(found) == {
        "new": "0.00",
        "resumed": "0.00",
        "returning": "0.00",
    } | {name: "70.00"}
    assert cells(found) == cells(Figures())


@pytest.mark.parametrize(
    ("closed", "covered", "rows", "through"),
    [
        pytest.param(None, None, ["08-10", "10-05"], "2026-10-06", id="the-last-movement"),
        pytest.param("2026-10-01", None, ["08-10"], "2026-10-01", id="closed-further"),
        pytest.param("2026-10-01", None, ["10-05", "11-20"], "2026-11-21", id="months-in-a-row"),
        pytest.param("2026-10-01", None, ["11-20"], "2026-10-01", id="not-over-a-hole"),
        pytest.param("2026-10-01", "2026-11-01", ["11-20"], "2026-11-21", id="a-covered-month"),
        pytest.param("2026-10-01", "2026-10-16", ["10-05"], "2026-10-16", id="a-covered-day"),
        pytest.param("2026-10-01", None, ["10-05", "12-10"], "2026-10-06", id="not-after-today"),
    ],
)
def test_data_ends_with_what_was_said_and_what_follows_it(
    closed: str | None, covered: str | None, rows: list[str], through: str
) -> None:
    said = [date.fromisoformat(day) if day else None for day in (closed, covered)]
    moved = tuple(Row("a", date.fromisoformat(f"2026-{day}"), 1) for day in rows)

    end = data_end(Ledger(moved, *said), date(2026, 12, 1))

    assert end is not None
    assert end.through == date.fromisoformat(through)


def test_where_nothing_was_said_a_month_without_movements_is_silent() -> None:
    moved = tuple(Row("a", date(2026, month, 9), 1) for month in (8, 10))

    end = data_end(Ledger(moved), date(2026, 11, 21))

    assert end == DataEnd(date(2026, 10, 10), frozenset({date(2026, 9, 1)}))
    assert not end.holds(date(2026, 9, 1), date(2026, 10, 1))
    assert end.holds(date(2026, 7, 1), date(2026, 10, 1))


@pytest.mark.parametrize(
    ("words", "today_and_end", "start", "end", "before"),
    [
        ("mtd", "2026-11-28 2026-11-11", "11-01", "11-11", ("10-01", "10-11")),
        ("qtd", "2026-11-28 2026-11-01", "10-01", "11-01", ("07-01", "08-01")),
        ("qtd", "2026-11-28 2026-12-01", "10-01", "11-29", ("07-01", "08-29")),
        ("mtd", "2026-03-30 2026-04-01", "03-01", "03-31", ("02-01", "03-01")),
        ("2026-Q4", "2026-11-28 2026-11-01", "10-01", "11-01", ("07-01", "08-01")),
        ("last-month", "2026-11-28 2026-10-20", "09-01", "10-01", ("08-01", "09-01")),
        ("last-quarter", "2026-11-28 2026-09-30", "04-01", "07-01", ("01-01", "04-01")),
        ("last-90-days", "2026-11-28 2026-10-01", "07-03", "10-01", ("04-04", "07-03")),
        ("last-90-days", "2024-08-31 2024-05-01", "02-01", "05-01", ("11-03", "02-01")),
        ("2024-02-01..2024-04-30", "2024-08-31 2024-05-01", "02-01", "05-01", ("11-01", "02-01")),
        ("2026-01-15..2026-03-31", "2026-11-28 2026-10-01", "01-15", "04-01", None),
    ],
)
def test_a_word_names_days_that_are_in(
    words: str, today_and_end: str, start: str, end: str, before: tuple[str, str] | None
) -> None:
    day, through = map(date.fromisoformat, today_and_end.split())
    known = DataEnd(through)

    period = measured(read(words, known, day), known, day)

    assert period is not None
    assert [f"{one:%m-%d}" for one in (period.start, period.through)] == [start, end]
    if before is not None:
        assert tuple(f"{one:%m-%d}" for one in period.compared_with()) == before


def test_a_month_that_is_not_in_gives_way_to_the_last_that_is() -> None:
    known, today = DataEnd(date(2026, 11, 1)), date(2026, 11, 28)
    asked = read("mtd", known, today)

    assert measured(asked, known, today) is None
    instead = last_in(asked, known, today)
    assert instead is not None
    assert instead.asked == Asked(date(2026, 10, 1), date(2026, 11, 1), "month")


def test_days_that_are_not_in_give_way_to_as_many_up_to_the_last_that_is() -> None:
    today = date(2026, 11, 28)
    moved_today = DataEnd(date(2026, 11, 29), frozenset({date(2026, 2, 1)}))

    instead = last_in(read("2026-02-03..2026-02-09", moved_today, today), moved_today, today)

    assert instead is not None
    assert (instead.start, instead.through) == (date(2026, 11, 22), date(2026, 11, 29))
    assert not instead.is_complete


def months_at(*percents: str) -> dict[date, Point]:
    figures = (
        Figures(100, 100, 10_000, max(0, change), max(0, -change))
        for change in (int(100 * (Fraction(percent) - 100)) for percent in percents)
    )
    return {
        later(date(2025, 1, 1), place): Point(figure, has_movements=True)
        for place, figure in enumerate(figures)
    }


@pytest.mark.parametrize(
    ("percents", "state"),
    [
        ("102 102 98", "pending"),
        ("102 102 98 98", "firing"),
        ("102 102 98 102", "inactive"),
        ("102 102 100 100", "firing"),
        ("102 102 100.1 100", "pending"),
        ("102 102 98 98 100.4", "firing"),
        ("102 102 98 98 100.5", "inactive"),
    ],
)
def test_a_sustained_drop_is_two_low_months(percents: str, state: str) -> None:
    points = months_at(*["102"] * 6, *percents.split())

    assert alerts.state_after(alerts.SUSTAINED_DROP, points, max(points)).name == state


@pytest.mark.parametrize(
    ("percents", "state"),
    [("98", "inactive"), ("97", "firing"), ("100 110 106", "inactive")],
)
def test_a_drop_of_three_points_is_below_the_median_of_three_months(
    percents: str, state: str
) -> None:
    points = months_at(*["100"] * 7, *percents.split())

    found = alerts.state_after(alerts.drop(3 * alerts.POINT), points, max(points))

    assert found.name == state
