from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from unittest.mock import Mock

import pytest

from bot.access.visibility import Visibility
from bot.access.vocabulary import read_question
from bot.answers.answers import Answers
from bot.answers.behind import account_changes, base_accounts
from bot.answers.small_cohorts import SmallCohortError
from bot.answers.wording.findings import year_line
from bot.answers.wording.split import split_parts
from bot.errors import UsageError
from bot.style.parts import Table
from bot.trends.trend import Trend
from metrics.data_end import Declared
from metrics.movements import MovementKind
from metrics.periods import parse_period
from metrics.retention import NOTHING, OutsideCohort
from metrics.rollup import Scope, total
from storage.access.small_groups import put_small_groups
from storage.errors import BelowZeroThenError, EmptyLedgerError
from storage.store.engine import Store
from tests.bot.small_company import MOVEMENTS, NOW, answers_from, import_text, small_company
from tests.storage.at_head import set_up


def test_a_segments_quarter_is_the_number_and_its_parts(answers: Answers) -> None:
    answer = answers.ask("enterprise last-quarter")

    assert answer.retention.opening == 150_000
    assert answer.retention.expansion == 20_000
    assert answer.retention.contraction == 5_000
    assert answer.retention.churn == 0
    assert answer.retention.nrr == Fraction(165, 150)
    assert answer.memo.outside == OutsideCohort(new=30_000)


def test_nothing_asked_is_the_company_in_its_last_complete_month(answers: Answers) -> None:
    answer = answers.ask("")

    assert answer.period.label == "2026-10"
    assert answer.question.scope == ()
    assert [part.value for part in answer.breakdown] == ["enterprise", "(none)", "smb"]


def test_the_company_is_always_shown_with_its_segments_and_their_weights(answers: Answers) -> None:
    answer = answers.ask("last-quarter")

    assert answer.retention.opening == 166_000
    assert {part.value: part.weight for part in answer.breakdown} == {
        "enterprise": Fraction(150, 166),
        "smb": Fraction(10, 166),
        "(none)": Fraction(6, 166),
    }
    assert sum(part.retention.closing for part in answer.breakdown) == answer.retention.closing


@pytest.mark.parametrize(
    ("first", "left", "line"),
    [
        ("2024-01-05", "2025-03-05", "nobody paid twelve months earlier."),
        ("2025-10-01", "2026-03-05", "not enough history yet."),
        ("2025-09-30", "2026-03-05", "NRR 0.0%, GRR 0.0%."),
    ],
)
def test_twelve_months_without_a_base_say_whether_the_ledger_reaches_back(
    tmp_path: Path, first: str, left: str, line: str
) -> None:
    rows = f"old,{first},50,USD\nold,{left},-50,USD\nnew,2026-05-05,20,USD\n"
    store = small_company(tmp_path, f"account_id,date,amount,currency\n{rows}")

    assert year_line(answers_from(store).ask("last-quarter")) == f"12 months: {line}"


GONE = """\
account_id,date,amount,currency,segment
alma,2025-01-05,50.00,USD,alpha
bert,2025-01-05,100.00,USD,beta
bert,2026-02-05,-100.00,USD,
alma,2026-09-05,25.00,USD,
"""


def test_a_segment_that_lost_everybody_before_the_period_has_its_twelve_months(
    tmp_path: Path,
) -> None:
    answer = answers_from(small_company(tmp_path, GONE)).ask("last-quarter")

    assert [part.value for part in answer.breakdown] == ["alpha"]
    assert [part.value for part in answer.gone] == ["beta"]
    assert answer.comparisons.trailing is not None
    assert total(part.year or NOTHING for part in answer.parts) == (
        answer.comparisons.trailing.retention
    )
    [table] = [part.grid for part in split_parts(answer) if isinstance(part, Table)]
    assert table.rows == (
        ("beta", "0.0%", "n/a", "n/a"),
        ("alpha", "150.0%", "150.0%", "expansion +50.0"),
    )


def test_what_left_is_shown_where_nobody_is_left(tmp_path: Path) -> None:
    left = GONE + "alma,2026-03-05,-75.00,USD,\n"
    answer = answers_from(small_company(tmp_path, left.replace("2026-09", "2026-02"))).ask("")

    assert (answer.retention.nrr, answer.breakdown) == (None, ())
    assert [part.value for part in answer.gone] == ["beta", "alpha"]
    assert answer.findings.move is not None


SOLD = """\
account_id,date,amount,currency,product
alma,2025-01-05,100.00,USD,core
alma,2026-09-05,25.00,USD,addon
"""


def test_a_product_that_was_sold_meanwhile_is_a_row_of_its_own(tmp_path: Path) -> None:
    answer = answers_from(small_company(tmp_path, SOLD)).ask("last-quarter by product")

    assert {part.value: part.retention.closing for part in answer.breakdown} == {
        "core": 10_000,
        "addon": 2_500,
    }
    assert (answer.gone, answer.switched) == ((), 0)


def test_over_twelve_months_no_segment_is_gone(tmp_path: Path) -> None:
    answer = answers_from(small_company(tmp_path, GONE)).ask("ttm by segment")

    assert [part.value for part in answer.breakdown] == ["beta", "alpha"]
    assert answer.gone == ()


def test_a_segment_is_broken_down_only_when_asked(answers: Answers) -> None:
    assert answers.ask("enterprise last-quarter").breakdown == ()
    assert [
        part.value for part in answers.ask("enterprise last-quarter by industry").breakdown
    ] == ["fintech", "health"]


def test_new_and_returning_accounts_are_a_memo_that_closes_the_bridge(answers: Answers) -> None:
    answer = answers.ask("last-quarter")

    assert answer.memo.outside == OutsideCohort(new=30_000, returning=4_000)
    assert answer.closing_total == 171_000 + 34_000


PLANS = """\
account_id,date,amount,currency,plan
anna,2026-01-05,50.00,USD,starter
bert,2026-01-05,50.00,USD,starter
cleo,2026-01-05,150.00,USD,growth
"""


@pytest.mark.parametrize(
    ("day", "question"),
    [
        pytest.param("2026-08-01", "2026-08", id="on-the-opening-day"),
        pytest.param("2026-08-02", "2026-08", id="a-day-later"),
        pytest.param("2026-07-01", "2026-Q3", id="of-a-quarter"),
        pytest.param("2026-07-15", "2026-07-15..2026-09-20", id="of-any-days"),
    ],
)
@pytest.mark.parametrize("as_of", [None, datetime(2026, 12, 1, tzinfo=UTC)], ids=["now", "as-of"])
def test_who_changes_plan_on_the_opening_day_opened_on_the_old_one(
    tmp_path: Path, day: str, question: str, as_of: datetime | None
) -> None:
    answers = answers_from(small_company(tmp_path, f"{PLANS}anna,{day},100.00,USD,growth\n"))

    company = answers.ask(f"{question} by plan", as_of=as_of)
    starter = answers.ask(f"{question} starter", as_of=as_of)

    assert company.retention.nrr == Fraction(7, 5)
    assert {
        part.value: (part.retention.opening, part.retention.nrr) for part in company.breakdown
    } == {
        "starter": (10_000, Fraction(2)),
        "growth": (15_000, Fraction(1)),
    }
    assert starter.retention.nrr == 2
    assert [(one.account_id, one.closing) for one in base_accounts(answers, starter)] == [
        ("anna", 15_000),
        ("bert", 5_000),
    ]
    losers = account_changes(answers, starter, most=5)
    assert [one.attributes["plan"] for one in losers.gains] == ["starter"]


def test_a_trend_opens_its_points_on_the_plan_of_the_day_before(tmp_path: Path) -> None:
    answers = answers_from(small_company(tmp_path, f"{PLANS}anna,2026-08-01,100.00,USD,growth\n"))

    trend = answers.reply("trend 3m monthly starter")

    assert isinstance(trend, Trend)
    assert [point.retention.nrr for point in trend.whole.points] == [2, 1, 1]


def test_a_plan_swapped_through_a_churn_and_a_new_is_an_expansion(tmp_path: Path) -> None:
    rows = "anna,2026-08-05,-50.00,USD,\nanna,2026-08-05,150.00,USD,pro\n"
    answers = answers_from(small_company(tmp_path, PLANS + rows))

    answer = answers.ask("2026-08")

    assert answer.memo.activity is not None
    assert answer.memo.activity.by_kind == {MovementKind.EXPANSION: 10_000}


def test_every_answer_has_the_previous_period_and_twelve_months_beside_it(
    answers: Answers,
) -> None:
    answer = answers.ask("last-quarter")

    assert answer.comparisons.previous is not None
    assert answer.comparisons.previous.period.label == "2026-Q2"
    assert answer.comparisons.trailing is not None
    assert answer.comparisons.trailing.period.label == "TTM to 2026-09"
    assert answer.nrr_change == Fraction(171, 166) - Fraction(166, 174)


@pytest.mark.parametrize(
    ("asked", "month"),
    [
        ("ttm", "2026-10"),
        ("by industry ttm", "2026-10"),
        ("last-12-months", "2026-10"),
        ("ttm-to-2026-09", "2026-09"),
        ("2025-10..2026-09", "2026-09"),
        ("last-quarter", None),
        ("2026", None),
    ],
)
def test_twelve_months_have_their_last_month_beside_them(
    answers: Answers, asked: str, month: str | None
) -> None:
    beside = answers.ask(asked).comparisons.latest_month

    assert (beside and beside.period.label) == month


def test_the_month_beside_twelve_months_is_measured_like_any_other(answers: Answers) -> None:
    beside = answers.ask("ttm").comparisons.latest_month

    # alpha's 5,000.00 of 1 October over the 2,050.00 that five accounts paid
    assert beside is not None
    assert beside.retention.nrr == Fraction(7_050, 2_050)


def test_comparisons_are_left_out_where_there_was_no_opening_mrr(answers: Answers) -> None:
    answer = answers.ask("2025-Q3")

    assert answer.comparisons.previous is None
    assert answer.comparisons.trailing is None
    assert answer.nrr_change is None


def test_only_a_whole_month_has_a_run_rate(answers: Answers) -> None:
    assert answers.ask("2026-07").annualised == Fraction(186, 166) ** 12
    assert answers.ask("last-quarter").annualised is None
    assert answers.ask("qtd").annualised is None


def test_gross_activity_is_told_by_kind_and_driver(answers: Answers) -> None:
    activity = answers.ask("enterprise last-quarter").memo.activity

    assert activity is not None
    assert activity.by_kind == {
        MovementKind.EXPANSION: 20_000,
        MovementKind.CONTRACTION: -5_000,
        MovementKind.NEW: 30_000,
    }
    assert activity.drivers_of(MovementKind.EXPANSION) == {"seats": 20_000}


def test_a_period_that_is_not_over_is_measured_as_far_as_it_has_come(answers: Answers) -> None:
    answer = answers.ask("2026-Q3", today=date(2026, 7, 31))

    assert not answer.period.complete
    assert answer.retention.contraction == 0
    assert answer.comparisons.previous is not None
    assert answer.comparisons.previous.period.start == date(2026, 4, 1)
    assert answer.comparisons.previous.period.end == date(2026, 5, 1)


def test_a_month_that_is_not_in_is_answered_by_the_last_that_is(answers: Answers) -> None:
    answer, october = answers.ask("enterprise mtd"), answers.ask("enterprise last-month")

    assert answer.question.note == (
        "November 2026 is not in yet: the data ends 31 Oct. This is October 2026."
    )
    assert (answer.retention, answer.comparisons) == (october.retention, october.comparisons)
    assert october.question.note is None


def test_to_date_ends_with_the_data_and_is_compared_with_as_long(answers: Answers) -> None:
    answer = answers.ask("qtd")

    assert answer.period.through == date(2026, 11, 1)
    assert answer.comparisons.previous is not None
    assert answer.comparisons.previous.period.label == "2026-07"
    assert answer.retention == answers.ask("2026-10").retention


def test_a_typed_question_is_not_measured_beyond_the_data_either(answers: Answers) -> None:
    whole = parse_period("2026-Q4", today=date(2027, 1, 15))

    answer = answers.ask(replace(answers.ask("enterprise").question, period=whole))

    assert answer.period.through == date(2026, 11, 1)
    assert answer.question.scope == (("segment", "enterprise"),)


def test_silence_is_compared_with_nothing(tmp_path: Path) -> None:
    open_months = answers_from(small_company(tmp_path, declared=Declared()))
    closed = answers_from(small_company(tmp_path / "closed"))

    assert closed.ask("2026-05").comparisons.previous is not None
    assert open_months.ask("2026-05").comparisons.previous is None
    note = open_months.ask("2026-04").question.note
    assert note == (
        "April 2026 is not in: nothing moved in it, and no month is closed. This is July 2025."
    )


def test_the_answer_names_the_data_it_rests_on(answers: Answers) -> None:
    answer = answers.ask("")

    assert answer.grounds.data_version == 1
    assert answer.grounds.data_as_of == datetime(2026, 11, 21, 6, tzinfo=UTC)
    assert answer.grounds.reach.closed_through == date(2026, 11, 1)
    assert answer.grounds.reach.data_through == date(2026, 11, 1)


def test_a_late_correction_changes_the_answer_but_not_what_was_known(
    tmp_path: Path,
) -> None:
    store = small_company(tmp_path, now=datetime(2026, 10, 2, tzinfo=UTC))
    answers = answers_from(store)
    late = f"{MOVEMENTS.splitlines()[0]}\nm13,alpha,2026-08-05,-700.00,USD,late,,\n"
    import_text(store, late, now=datetime(2026, 11, 1, tzinfo=UTC))

    restated = answers.ask("enterprise 2026-Q3")
    told = answers.ask("enterprise 2026-Q3", as_of=datetime(2026, 10, 31, tzinfo=UTC))

    assert restated.retention.nrr == Fraction(95, 150)
    assert told.retention.nrr == Fraction(165, 150)
    assert told.grounds.data_as_of == datetime(2026, 10, 2, tzinfo=UTC)
    assert told.grounds.data_version == 1


SMB = (("segment", "smb"),)
LOSS_FIRST = """account_id,date,amount,currency,segment,recorded_at
a,2026-01-05,100,USD,enterprise,2026-06-01T00:00:00Z
a,2026-02-05,-50,USD,enterprise,2026-03-01T00:00:00Z
b,2026-01-05,70,USD,smb,2026-01-05T00:00:00Z
b,2026-03-31,1,USD,smb,2026-03-31T00:00:00Z
"""


@pytest.mark.parametrize(("scope", "whose"), [((), "account a"), (SMB, "an account")])
def test_a_loss_known_before_its_gain_is_said_with_the_account_to_who_may_see_all(
    tmp_path: Path, scope: Scope, whose: str
) -> None:
    answers = answers_from(small_company(tmp_path, LOSS_FIRST))
    visibility = Visibility(frozenset({()}), detailed=frozenset({scope}))
    moment = datetime(2026, 4, 1, tzinfo=UTC)

    with pytest.raises(BelowZeroThenError) as told:
        answers.reply("smb 2026-03", as_of=moment, visibility=visibility)

    assert str(told.value) == (
        f"by what was known at that moment {whose} has MRR below zero on 1 Mar 2026:"
        " its loss was recorded before its gain; ask for a later --as-of"
    )


def test_before_the_first_import_there_is_nothing_to_say(answers: Answers, tmp_path: Path) -> None:
    empty = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    set_up(empty)

    with pytest.raises(EmptyLedgerError, match="nrrbot import FILE"):
        answers_from(empty).ask("")
    with pytest.raises(EmptyLedgerError, match="as-of"):
        answers.ask("", as_of=datetime(2020, 1, 1, tzinfo=UTC))


def test_a_word_it_does_not_know_is_never_guessed(answers: Answers) -> None:
    with pytest.raises(UsageError, match="enterprise"):
        answers.ask("entreprise last-quarter")


def test_a_text_is_read_once_for_each_version_of_the_data(
    answers: Answers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Mock(wraps=read_question)
    monkeypatch.setattr("bot.answers.question_reading.read_question", read)
    seen = frozenset[Scope]({(), (("segment", "enterprise"),)})

    for _ in range(2):
        answers.ask("enterprise last-quarter")
    assert read.call_count == 1

    answers.ask("enterprise last-quarter", visibility=Visibility(seen, seen))
    assert read.call_count == 2

    import_text(store, f"{MOVEMENTS}m13,eta,2026-11-01,10.00,USD,new_logo,smb,\n")
    answers.ask("enterprise last-quarter")
    assert read.call_count == 3


def test_the_cohort_is_the_denominator_account_by_account(answers: Answers) -> None:
    answer = answers.ask("enterprise last-quarter")

    members = base_accounts(answers, answer)

    assert [(m.account_id, m.opening, m.closing) for m in members] == [
        ("alpha", 100_000, 120_000),
        ("beta", 50_000, 45_000),
    ]
    assert sum(m.opening for m in members) == answer.retention.opening


def test_a_cohort_is_never_that_of_other_data(answers: Answers, store: Store) -> None:
    answer = answers.ask("enterprise last-quarter")
    import_text(store, f"{MOVEMENTS}m13,eta,2026-11-01,10.00,USD,new_logo,smb,\n")

    with pytest.raises(UsageError, match="ask again"):
        base_accounts(answers, answer)


def test_a_dimension_that_the_ledger_lacks_gives_no_breakdown(tmp_path: Path) -> None:
    text = "account_id,date,amount,currency\nalpha,2026-01-01,10,USD\n"
    answers = answers_from(small_company(tmp_path, text))

    assert answers.ask("last-month").breakdown == ()


def test_one_month_and_five_customers_are_enough(tmp_path: Path) -> None:
    rows = "".join(f"a{n},2026-10-0{n},10.00,USD\n" for n in range(1, 6))
    answers = answers_from(small_company(tmp_path, f"account_id,date,amount,currency\n{rows}"))

    answer = answers.ask("last-month")

    assert answer.retention.nrr is None
    assert answer.memo.outside == OutsideCohort(new=5_000)


def test_the_same_question_is_not_worked_out_again_until_the_data_changes(
    store: Store, answers: Answers
) -> None:
    first, again = answers.ask("enterprise last-quarter"), answers.ask("enterprise last-quarter")
    another_day = answers.ask("enterprise last-quarter", today=date(2026, 7, 1))
    absolute = [answers.ask("2026-Q2", today=date(2026, 7, day)) for day in (1, 2)]

    import_text(store, "account_id,date,amount,currency\nnova,2026-09-30,1,USD\n")
    after = answers.ask("last-quarter")

    assert again is first
    assert another_day.period.label == "2026-Q2"
    assert absolute[0] is not absolute[1]
    assert after.grounds.data_version > first.grounds.data_version


def test_what_was_asked_before_is_answered_at_a_glance(
    store: Store, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_small_groups_be_shown(store)
    asked = ("enterprise last-quarter", "trend by segment", "why smb last-quarter")
    seen = Visibility(frozenset({()}), frozenset())
    before = [[answers.reply(each), answers.reply(each, visibility=seen)] for each in asked]
    monkeypatch.setattr(Store, "read", Mock(side_effect=AssertionError))

    again = [[answers.reply(each), answers.reply(each, visibility=seen)] for each in asked]

    assert again == before


def test_a_setting_that_is_taken_back_counts_for_what_was_answered_before(
    store: Store, answers: Answers
) -> None:
    seen = Visibility(frozenset({()}), frozenset())
    told = list[bool]()
    for are_shown in (True, False, True, False):
        let_small_groups_be_shown(store, are_shown=are_shown)
        try:
            answers.reply("enterprise last-quarter", visibility=seen)
        except SmallCohortError:
            told.append(False)
        else:
            told.append(True)

    assert told == [True, False, True, False]


def let_small_groups_be_shown(store: Store, *, are_shown: bool = True) -> None:
    with store.write() as session:
        put_small_groups(session, are_shown=are_shown, by="U1", now=NOW)
