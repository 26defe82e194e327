import csv
import io
from collections import defaultdict
from datetime import UTC, date, datetime
from fractions import Fraction
from math import prod
from pathlib import Path

import pytest

from bot.answers.answer import Answer
from bot.answers.answers import Answers
from bot.answers.posted_figures import figures_of
from bot.errors import UsageError
from bot.style.document import ratio_json
from bot.trends.document import trend_json
from bot.trends.trend import Trend, TrendSeries
from bot.trends.wording.rows import month_grid
from bot.trends.wording.sentences import headline, notes
from bot.why.explanation import Explanation
from metrics.data_end import Declared
from metrics.findings.finding import Findings
from metrics.period_grammar import shift_months
from metrics.retention import NOTHING
from metrics.segments import NO_VALUE
from metrics.trends import Direction
from tests.bot.sample_trends import SEGMENTS, sample_trend, split_trend
from tests.bot.small_company import (
    MOVEMENTS,
    TODAY,
    answers_from,
    import_text,
    reply_of,
    small_company,
)

Ends = dict[str, tuple[int, int]]

ROWS = list(csv.DictReader(io.StringIO(MOVEMENTS)))
SEGMENT = {row["account_id"]: row["segment"] or NO_VALUE for row in reversed(ROWS)}
"""By the first row of each account; none of them moves to another segment."""

YOUNG = """\
account_id,date,amount,currency,segment
alpha,2026-10-05,100.00,USD,enterprise
beta,2026-10-06,50.00,USD,smb
alpha,2026-11-10,-20.00,USD,
"""


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    return answers_from(small_company(tmp_path))


def trend(answers: Answers, text: str, *, today: date = TODAY) -> Trend:
    return reply_of(Trend, answers, text, today=today)


def balances(day: date) -> dict[str, int]:
    """Return each account's MRR in cents before a day, added up from the file."""
    found: defaultdict[str, int] = defaultdict(int)
    for row in ROWS:
        if row["date"] < day.isoformat():
            found[row["account_id"]] += int(row["amount"].replace(".", ""))
    return found


def expected(start: date, end: date, segment: str | None) -> tuple[int, ...]:
    """Return accounts, retained, opening, expansion, contraction and churn of a segment."""
    before, after = balances(start), balances(end)
    base = [
        account
        for account, mrr in before.items()
        if mrr > 0 and segment in (None, SEGMENT[account])
    ]
    changes = {account: after[account] - before[account] for account in base}
    kept = [account for account in base if after[account]]
    return (
        len(base),
        len(kept),
        sum(before[account] for account in base),
        sum(max(0, change) for change in changes.values()),
        sum(max(0, -changes[account]) for account in kept),
        sum(before[account] for account in base if account not in kept),
    )


def measured(series: TrendSeries) -> list[tuple[int, ...]]:
    return [
        (
            point.retention.accounts_opening,
            point.retention.accounts_retained,
            point.retention.opening,
            point.retention.expansion,
            point.retention.contraction,
            point.retention.churn,
        )
        for point in series.points
    ]


@pytest.mark.parametrize(("words", "window"), [("", 12), ("rolling-3m", 3), ("monthly", 1)])
def test_every_point_is_what_the_movements_come_to(
    answers: Answers, words: str, window: int
) -> None:
    found = trend(answers, f"trend by segment 24m {words}")

    for series in found.series:
        ends = [point.period.through or point.period.end for point in series.points]
        starts = [shift_months(point.period.end, -window) for point in series.points]
        assert measured(series) == [
            expected(start, end, series.value) for start, end in zip(starts, ends, strict=True)
        ]


def test_the_whole_scope_comes_first_then_its_values_the_largest_base_first(
    answers: Answers,
) -> None:
    found = trend(answers, "trend by segment 12m")

    assert [(series.dimension, series.value) for series in found.series] == [
        (None, None),
        ("segment", "enterprise"),
        ("segment", "smb"),
        ("segment", NO_VALUE),
    ]
    assert found.breakdown == found.series[1:]


def test_a_scope_is_followed_alone_and_may_be_split(answers: Answers) -> None:
    alone = trend(answers, "trend enterprise 6m monthly")
    split = trend(answers, "trend enterprise 6m monthly by industry")

    assert alone.breakdown == ()
    assert split.whole == alone.whole
    assert {series.value for series in split.breakdown} == {"fintech", "health", "retail"}


def test_months_are_chained_by_what_they_show(answers: Answers) -> None:
    found = trend(answers, "trend 6m monthly")
    ratios = [point.retention.nrr for point in found.whole.complete]

    assert found.chained == prod(ratio for ratio in ratios if ratio is not None) != 1
    assert trend_json(found)["chained"] == ratio_json(found.chained)
    assert trend_json(trend(answers, "trend 6m"))["chained"] is None


def test_without_new_accounts_months_chained_are_the_nrr_of_their_whole_time(
    tmp_path: Path,
) -> None:
    moved = "2026-01-31,a,100.00,USD\n2026-02-10,a,-30.00,USD\n2026-03-10,a,14.00,USD\n"
    store = small_company(tmp_path, f"date,account_id,amount,currency\n{moved}")

    found = trend(answers_from(store), "trend 2026-02..2026-03 monthly")

    assert found.chained == Fraction(84, 100)


def test_a_value_without_opening_mrr_has_no_ratio_and_its_line_breaks(answers: Answers) -> None:
    [retail] = [
        series
        for series in trend(answers, "trend 6m monthly by industry").breakdown
        if series.value == "retail"
    ]

    assert [point.retention == NOTHING for point in retail.points] == [True] * 4 + [False] * 2
    assert retail.points[0].retention.nrr is None


def test_months_before_anybody_paid_are_left_out_and_counted(answers: Answers) -> None:
    found = trend(answers, "trend 24m")

    assert found.months_left_out == 19
    assert [point.period.label for point in found.whole.points] == [
        f"TTM to 2026-{month:02}" for month in range(6, 11)
    ]


def test_a_trend_of_months_before_anybody_paid_is_refused(answers: Answers) -> None:
    with pytest.raises(UsageError, match=r"opened: ask for later months\. Try") as refused:
        answers.reply("trend 2024 monthly")
    with pytest.raises(UsageError, match="later months, or shorter windows with monthly"):
        answers.reply("trend 2024")

    suggested = answers.reply(str(refused.value).split("Try: ")[1])
    assert isinstance(suggested, Answer)
    assert suggested.retention.opening > 0


def test_a_ledger_that_had_lost_everybody_is_told_of_other_months(tmp_path: Path) -> None:
    rows = "old,2024-01-05,50,USD\nold,2025-03-05,-50,USD\nnew,2026-05-05,20,USD\n"
    text = f"account_id,date,amount,currency\n{rows}"
    answers = answers_from(small_company(tmp_path, text))

    with pytest.raises(UsageError, match=r"^nobody paid when .*: ask for other months\. Try"):
        answers.reply("trend 2025-05..2026-04 monthly")

    said = " ".join(notes(trend(answers, "trend 2025-05..2026-10 monthly")))
    assert "before Jun 2026 left out: nobody in the ledger paid when a window opened." in said


@pytest.mark.parametrize(
    ("segment", "instead"),
    [
        ("", ". Try: 2026-11-to-date"),
        ("segment:smb", ". Try: segment:smb 2026-11-to-date"),
        ("segment:new", ""),
    ],
    ids=["company", "segment", "nobody"],
)
def test_a_young_ledger_is_told_a_period_that_has_an_answer_or_none(
    tmp_path: Path, segment: str, instead: str
) -> None:
    late = "gamma,2026-11-11,5.00,USD,new\n"
    answers = answers_from(small_company(tmp_path, YOUNG + late, declared=Declared()))

    with pytest.raises(UsageError, match="nobody paid when") as refused:
        answers.reply(f"trend 2026 {segment}", today=TODAY)

    assert str(refused.value).endswith(f"shorter windows with monthly{instead}")


@pytest.mark.parametrize("day", [20, 21, 30])
def test_the_running_month_is_measured_as_far_as_the_data_goes(answers: Answers, day: int) -> None:
    import_text(answers.store, MOVEMENTS + "m13,zeta,2026-11-20,30.00,USD,seats,,\n")

    whole = trend(answers, "trend 3m monthly", today=date(2026, 11, day)).whole

    assert whole.running == whole.points[-1]
    assert whole.running.period.through == date(2026, 11, 21)
    assert whole.running.retention.expansion == 3_000
    assert whole.latest == whole.points[-2]


def test_a_running_month_that_is_not_in_is_no_point(answers: Answers) -> None:
    import_text(answers.store, MOVEMENTS + "m13,zeta,2026-11-20,30.00,USD,seats,,\n")

    whole = trend(answers, "trend 3m monthly", today=date(2026, 11, 19)).whole

    assert whole.running is None
    assert [point.period.label for point in whole.points] == ["2026-08", "2026-09", "2026-10"]


def test_a_trend_of_months_that_are_not_in_is_that_of_the_last_that_are(answers: Answers) -> None:
    found = trend(answers, "trend 2026-11..2027-01 monthly")

    assert found.question.note == (
        "November 2026 to January 2027 is not in yet: the data ends 31 Oct. This is August to"
        " October 2026."
    )
    assert [point.period.label for point in found.whole.points] == ["2026-08", "2026-09", "2026-10"]


def test_silent_months_are_gaps_where_no_month_is_closed(tmp_path: Path) -> None:
    answers = answers_from(small_company(tmp_path, declared=Declared()))

    found = trend(answers, "trend 2026-02..2026-09 monthly")

    # Nothing moved in February, March, April and June: the trend begins with May.
    months = ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09"]
    assert [point.period.label for point in found.whole.points] == months
    assert [point.is_in for point in found.whole.points] == [True, False, True, True, True]
    assert [row[2] for row in month_grid(found).rows][:3] == ["n/a", "n/a", "n/a"]
    assert found.whole.direction is Direction.TOO_SHORT
    assert "4 months not in: nothing moved then, and no month is closed." in notes(found)
    points = [point["period"]["label"] for point in trend_json(found)["trend"]]
    assert points == ["2026-05", "2026-07", "2026-08", "2026-09"]


def test_a_silent_month_before_the_running_one_is_not_the_latest(tmp_path: Path) -> None:
    rows = MOVEMENTS.replace("m12,alpha,2026-10-01,", "m12,alpha,2026-11-02,")
    answers = answers_from(small_company(tmp_path, rows, declared=Declared()))

    found = trend(answers, "trend 4m monthly")

    assert [point.is_in for point in found.whole.points] == [True, True, False, True]
    assert found.whole.running == found.whole.points[-1]
    assert (found.whole.latest, found.whole.previous) == (
        found.whole.points[1],
        found.whole.points[0],
    )
    assert "in September 2026" in headline(found)
    assert [row[-1] for row in month_grid(found).rows][2] == "n/a"


def test_a_trend_ends_with_the_last_month_that_is_in(tmp_path: Path) -> None:
    rows = "m12,alpha,2026-10-01,", "m12,alpha,2026-11-02,"
    answers = answers_from(small_company(tmp_path, MOVEMENTS.replace(*rows), declared=Declared()))

    whole = trend(answers, "trend 3m").whole

    assert whole.latest is not None
    assert whole.latest.period.label == "TTM to 2026-09"


def test_longer_windows_end_with_the_last_complete_month(answers: Answers) -> None:
    whole = trend(answers, "trend 3m rolling-3m").whole

    assert whole.running is None
    assert whole.points[-1].period.label == "2026-08..2026-10"


def test_a_trend_rests_on_what_answers_rest_on(answers: Answers) -> None:
    found, answer = trend(answers, "trend 6m"), answers.ask("last-month")

    assert found.question.period.label == "2026-05..2026-10"
    assert found.window == 12
    assert found.grounds == answer.grounds


def test_a_trend_can_be_asked_as_it_was_known(tmp_path: Path) -> None:
    answers = answers_from(small_company(tmp_path, now=datetime(2026, 11, 1, 6, tzinfo=UTC)))
    late = MOVEMENTS + "m13,alpha,2026-10-05,900.00,USD,seats,,\n"
    import_text(answers.store, late, now=datetime(2026, 11, 20, 6, tzinfo=UTC))
    moment = datetime(2026, 11, 10, tzinfo=UTC)

    then = answers.reply("trend 3m rolling-3m", as_of=moment, today=TODAY)
    now = answers.reply("trend 3m rolling-3m")

    assert isinstance(then, Trend)
    assert isinstance(now, Trend)
    assert then.grounds.as_of == moment
    assert now.whole.points[-1].retention.expansion - 90_000 == (
        then.whole.points[-1].retention.expansion
    )


def test_one_periods_answer_is_not_a_trend(answers: Answers) -> None:
    with pytest.raises(UsageError, match="leave the word out"):
        answers.ask("trend 24m")


def test_a_series_knows_what_it_is_compared_with() -> None:
    year = sample_trend(range(100, 114)).whole
    short = sample_trend((101, 102)).whole
    lone = sample_trend((101, 102), window=1).whole

    assert year.latest is not None
    assert year.latest.retention.nrr == Fraction(113, 100)
    assert (year.previous, year.year_before) == (year.points[-2], year.points[1])
    assert year.compared_with == year.year_before
    assert (short.previous, short.year_before) == (short.points[0], None)
    assert short.compared_with == short.points[0]
    assert (lone.latest, lone.previous, lone.compared_with) == (lone.points[0], None, None)


def test_a_month_that_is_missing_does_not_move_the_year_before() -> None:
    points = sample_trend(range(100, 114)).whole.points
    gap = TrendSeries(points=(*points[:5], *points[6:]))

    assert gap.year_before == points[1]


@pytest.mark.parametrize("asked", ["trend monthly", "trend monthly 3m", "trend by segment monthly"])
def test_a_trend_too_short_for_a_year_has_the_window_twelve_months_before_measured(
    answers: Answers, asked: str
) -> None:
    found = trend(answers, asked)

    for series in found.series:
        before = series.year_before
        assert before is not None
        assert before.period.label == "2025-10"
        assert measured(TrendSeries(points=(before,))) == [
            expected(date(2025, 10, 1), date(2025, 11, 1), series.value)
        ]


def test_twelve_points_are_compared_with_the_point_twelve_months_before(answers: Answers) -> None:
    twelve, more = trend(answers, "trend monthly 12m"), trend(answers, "trend monthly 15m")

    assert len(twelve.whole.points) == len(more.whole.points) - 3
    assert twelve.whole.year_before == more.whole.year_before
    assert twelve.whole.year_before not in twelve.whole.points


def test_where_the_ledger_has_no_window_a_year_before_it_is_counted_from_the_first(
    answers: Answers,
) -> None:
    young = trend(answers, "trend 12m").whole

    assert young.year_before is None
    assert young.compared_with == young.points[0]


def test_a_trend_of_the_running_month_alone_has_no_latest_point() -> None:
    whole = sample_trend((101, 102), window=1).whole
    running = TrendSeries(points=whole.points[-1:])

    assert (running.latest, running.previous, running.compared_with) == (None, None, None)
    assert running.running == whole.points[-1]


def test_a_ledger_that_began_last_month_has_a_trend_that_is_compared_with_nothing(
    tmp_path: Path,
) -> None:
    answers = answers_from(small_company(tmp_path, YOUNG, declared=Declared()))

    found = trend(answers, "trend 12m monthly by segment")

    assert headline(found) == "Monthly NRR: no month is over yet · by segment"
    assert found.findings == Findings()
    assert figures_of(found) == ()  # a channel is told of no change of what is not over


def test_the_direction_is_that_of_complete_windows() -> None:
    rising_so_far = sample_trend((104, 103, 102, 101, 120), window=1)

    assert rising_so_far.whole.direction is Direction.FALLING
    assert [series.direction for series in split_trend().breakdown] == [
        Direction.IMPROVING,
        Direction.FALLING,
        Direction.MIXED,
    ]
    assert len(SEGMENTS) == 3


def test_where_months_usually_lie_is_what_why_says_however_many_are_drawn(
    answers: Answers,
) -> None:
    why = reply_of(Explanation, answers, "why enterprise last-month", today=TODAY)

    usual = trend(answers, "trend enterprise 6m monthly").usual

    assert usual is not None
    assert usual == why.usual
    assert usual == trend(answers, "trend enterprise 12m monthly").usual


def test_windows_with_months_in_common_and_split_months_have_no_usual_range(
    answers: Answers,
) -> None:
    assert trend(answers, "trend enterprise 12m").usual is None
    assert trend(answers, "trend 12m monthly by segment").usual is None
