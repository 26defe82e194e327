"""Every point of a trend against the oracle: its window, its cohort, and where data ends."""

from datetime import date, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from tests.held_out.ledgers import TODAYS, ledgers
from tests.held_out.running import Company, Json, agree, cells, company
from tests.held_out.test_answers import FEW
from tests.reference.oracle.ledger import Ledger, Scope
from tests.reference.oracle.periods import DataEnd, Period, data_end
from tests.reference.oracle.retention import measure
from tests.reference.oracle.trends import points
from tests.storage.stores import SqliteTemplate

WINDOWS = {"monthly": 1, "rolling-3m": 3, "rolling-12m": 12}
MONTHS = 14


@given(ledger=ledgers(), today=st.sampled_from(TODAYS), window=st.sampled_from(list(WINDOWS)))
@FEW
def test_every_point_is_what_the_definitions_say(
    empty: SqliteTemplate, ledger: Ledger, today: date, window: str
) -> None:
    end = data_end(ledger, today)
    assume(end is not None)
    assert end is not None
    expected = points(ledger, end, today, window=WINDOWS[window], count=MONTHS)
    assume(len(expected) > 1)
    with company(empty) as bot:
        bot.holds(ledger)
        compare(bot, ledger, today, window, expected)


def compare(
    bot: Company,
    ledger: Ledger,
    today: date,
    window: str,
    expected: list[Period],
) -> None:
    """Ask for one trend, and hold each point of each of its series against the oracle's."""
    words = f"trend {window} {MONTHS}m"
    if any("segment" in row.attributes for row in ledger.rows):
        words += " by segment"
    found = _trend(bot, words, today)
    context = (words, today, ledger)
    end = data_end(ledger, today)
    assert end is not None
    agree(found, {"data_through": end.through.isoformat()}, context)
    if not end.silent:
        agree(found, {"months_left_out": MONTHS - len(expected)}, context)
    series = {(point["dimension"], point["value"]) for point in found["trend"]}
    assert (None, None) in series, context
    for dimension, value in series:
        scope = {} if dimension is None else {dimension: value}
        own = [point for point in found["trend"] if point["value"] == value]
        _check_series(own, expected, ledger, scope, context)


def _trend(bot: Company, words: str, today: date) -> Json:
    return bot.ask(words, "--today", today.isoformat())


def _check_series(
    found: list[Json],
    expected: list[Period],
    ledger: Ledger,
    scope: Scope,
    context: object,
) -> None:
    ends = [point["period"]["end"] for point in found]
    assert ends == [period.asked.end.isoformat() for period in expected], (scope, context)
    for point, period in zip(found, expected, strict=True):
        figures = measure(ledger, period.start, period.through, scope)
        agree(point, cells(figures), period, scope, context)
        agree(point["period"], {"complete": period.is_complete}, period, context)


def test_the_trend_of_a_month_ends_where_the_data_does(empty: SqliteTemplate) -> None:
    rows = "".join(f"a{place},2024-0{place}-10,100.00,USD\n" for place in range(1, 7))
    with company(empty) as bot:
        bot.imports_text(f"account_id,date,amount,currency\n{rows}", "--closed-through", "2024-05")
        found = _trend(bot, "trend monthly 4m", date(2024, 9, 10))

    assert found["data_through"] == "2024-06-11"
    ends = [(point["period"]["end"], point["period"]["complete"]) for point in found["trend"]]
    assert ends[-1] == ("2024-07-01", False)
    assert len(ends) == 4
    known = DataEnd(date(2024, 6, 10) + timedelta(1))
    assert known.through.isoformat() == found["data_through"]
