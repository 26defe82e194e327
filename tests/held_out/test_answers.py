"""Ledgers that nobody wrote by hand, imported and asked as people do, against the oracle."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, assume, example, given, settings
from hypothesis import strategies as st

from tests.held_out.ledgers import BEGIN, TODAYS, ledger_of, ledgers, lowest
from tests.held_out.running import Company, Json, agree, cells, company, memo, six
from tests.reference.oracle.ledger import Ledger, Scope
from tests.reference.oracle.periods import Asked, DataEnd, Period, data_end, last_in, measured, read
from tests.reference.oracle.retention import COMPANY, measure, measure_by
from tests.slow import IS_SLOW
from tests.storage.stores import SqliteTemplate

WORDS = (
    *("last-month", "last-quarter", "last-year", "mtd", "qtd", "ytd", "ttm"),
    *("this-month", "this-quarter", "this-year", "last-90-days", "last-3-months", "last-7-days"),
    *("2024-02", "2024-09", "2024-11", "2024-Q1", "2024-Q3", "2024-Q4", "2023", "2024"),
    *("FY24", "FY25", "FY24-Q2", "FY25-Q1", "2024-01..2024-03", "2024-05..2024-11"),
    *("2024-01-15..2024-03-31", "2024-02-01..2024-02-29", "2024-06-10..2024-06-10"),
)
SCOPES: tuple[Scope, ...] = ({}, {}, {"segment": "enterprise"}, {"plan": "starter"})
FISCAL_STARTS = (1, 2, 7)
FEW = settings(
    max_examples=400 if IS_SLOW else 3,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a number has nothing to shrink
    suppress_health_check=[HealthCheck.too_slow],
)


@given(
    ledger=ledgers(),
    today=st.sampled_from(TODAYS),
    scope=st.sampled_from(SCOPES),
    fiscal_start=st.sampled_from(FISCAL_STARTS),
)
@example(  # what moved today is in
    ledger=ledger_of(16831), today=date(2024, 10, 1), scope={"plan": "starter"}, fiscal_start=2
)
@FEW
def test_every_period_is_what_the_definitions_say(
    empty: SqliteTemplate, ledger: Ledger, today: date, scope: Scope, fiscal_start: int
) -> None:
    assume(_is_spoken_of(ledger, scope) and data_end(ledger, today))
    with company(empty, fiscal_start=fiscal_start) as bot:
        bot.holds(ledger)
        for words in WORDS:
            check(bot, ledger, words, today, scope=scope, fiscal_start=fiscal_start)


@given(ledger=ledgers(late=True), as_of=st.sampled_from(TODAYS), days=st.sampled_from([0, 0, 40]))
@FEW
def test_what_was_known_on_a_day_is_answered_as_it_was_then(
    empty: SqliteTemplate, ledger: Ledger, as_of: date, days: int
) -> None:
    # No import had been made by then: what it said of months was not known either.
    then = Ledger(ledger.known_on(as_of).rows)
    assume(then.rows and all(lowest(then.rows, name) >= 0 for name in then.accounts()))
    today = as_of + timedelta(days)
    assume(data_end(then, today))
    with company(empty) as bot:
        bot.holds(ledger)
        for words in ("last-month", "qtd", "ttm", "2024-Q1", "2023", "last-90-days"):
            check(bot, then, words, today, "--as-of", as_of.isoformat())


def _is_spoken_of(ledger: Ledger, scope: Scope) -> bool:
    return all(
        any(row.attributes.get(name) == value for row in ledger.rows)
        for name, value in scope.items()
    )


def check(
    bot: Company,
    ledger: Ledger,
    words: str,
    today: date,
    *options: str,
    scope: Scope = COMPANY,
    fiscal_start: int = 1,
) -> None:
    """Ask one question, and hold all of its answer against the oracle's."""
    end = data_end(ledger, today)
    assert end is not None
    asked = read(words, end, today, fiscal_start)
    if asked.start > today or asked.start < BEGIN.replace(year=2021):
        return
    question = " ".join([*(f"{name}:{value}" for name, value in scope.items()), words])
    found = bot.ask(question, "--today", today.isoformat(), *options)
    context = (question, today, ledger)
    agree(found, {"data_through": end.through.isoformat()}, context)
    period = measured(asked, end, today)
    if period is not None:
        _check_period(found, ledger, period, (end, today), scope=scope, context=context)
        return
    assert found["result"] is None, ("not in", context)
    _check_instead(
        found["instead"], ledger, last_in(asked, end, today), scope=scope, context=context
    )


def _check_instead(
    found: Json | None, ledger: Ledger, period: Period | None, *, scope: Scope, context: object
) -> None:
    if period is None or not measure(ledger, period.start, period.through).opening:
        return
    assert found is not None, context
    figures = measure(ledger, period.start, period.through, scope)
    agree(found["result"], cells(figures), "instead", period, context)


def _check_period(
    found: Json,
    ledger: Ledger,
    period: Period,
    known: tuple[DataEnd, date],
    *,
    scope: Scope,
    context: object,
) -> None:
    figures = measure(ledger, period.start, period.through, scope)
    agree(found["result"] or {}, cells(figures), "result", context)
    agree(found["memo"], memo(figures), "memo", context)
    named = {"start": period.start.isoformat(), "complete": period.is_complete}
    agree(found["question"]["period"], named, context)
    end, today = known
    _check_beside(found, "previous", ledger, _before(period, end), scope=scope, context=context)
    if not end.silent:
        _check_beside(
            found,
            "trailing_twelve_months",
            ledger,
            period.trailing(today),
            scope=scope,
            context=context,
        )


def _before(period: Period, end: DataEnd) -> tuple[date, date] | None:
    start, after = period.compared_with()
    return (start, after) if end.holds(start, after) else None


def _check_beside(
    found: Json,
    name: str,
    ledger: Ledger,
    days: tuple[date, date] | None,
    *,
    scope: Scope,
    context: object,
) -> None:
    figures = measure(ledger, *days, scope) if days else None
    if figures is None or not figures.opening:
        assert not found[name] or found[name]["nrr"] is None, (name, days, context)
        return
    agree(found[name] or {}, cells(figures), name, days, context)


@given(ledger=ledgers(), today=st.sampled_from(TODAYS))
@FEW
def test_every_segment_is_what_it_was_before_the_period_opened(
    empty: SqliteTemplate, ledger: Ledger, today: date
) -> None:
    end = data_end(ledger, today)
    assume(end is not None)
    assert end is not None
    with company(empty) as bot:
        bot.holds(ledger)
        for words in ("last-month", "2024-Q1", "2024-02", "ttm", "qtd"):
            for dimension in ("segment", "plan"):
                if any(dimension in row.attributes for row in ledger.rows):
                    _check_split(bot, ledger, (end, today), words, dimension)


def _check_split(
    bot: Company, ledger: Ledger, known: tuple[DataEnd, date], words: str, dimension: str
) -> None:
    end, today = known
    asked: Asked = read(words, end, today)
    period = measured(asked, end, today)
    if asked.start > today or period is None:
        return
    found = bot.ask(f"by {dimension} {words}", "--today", today.isoformat())
    rows = {row["value"]: row for row in found["breakdown"]}
    split = measure_by(ledger, period.start, period.through, dimension)
    context = (words, dimension, today, ledger)
    expected = {value: cells(figures) for value, figures in split.items()}
    assert rows.keys() == expected.keys(), context
    for value, row in rows.items():
        agree(row, expected[value], value, context)
    whole = measure(ledger, period.start, period.through)
    assert sum(figures.opening for figures in split.values()) == whole.opening, context
    if whole.nrr is not None:
        weighted = sum(
            (
                (figures.nrr or 0) * Fraction(figures.opening, whole.opening)
                for figures in split.values()
            ),
            Fraction(),
        )
        assert six(weighted) == six(whole.nrr) == found["result"]["nrr"], context


@pytest.mark.parametrize(("days", "kept"), [(89, 2), (90, 2), (91, 1)])
def test_a_pause_lasts_ninety_days(empty: SqliteTemplate, days: int, kept: int) -> None:
    paused = date(2024, 7, 1) - timedelta(days)  # the quarter closes that many days later
    with company(empty) as bot:
        bot.imports_text(
            "account_id,date,amount,currency,driver\n"
            "a,2023-05-01,100.00,USD,\n"
            "b,2023-05-01,300.00,USD,\n"
            f"a,{paused},-100.00,USD,pause\n",
            "--closed-through",
            "2024-06",
        )
        result = bot.ask("last-12-months", "--today", "2024-07-01")["result"]

    parts = ("100.00", "0.00") if kept == 2 else ("0.00", "100.00")
    assert result["accounts_retained"] == kept
    assert (result["contraction"], result["churn"]) == parts
    assert result["nrr"] == result["grr"] == "0.750000"
