from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bot.answers.answer import Reply
from bot.answers.answers import Answers
from bot.answers.posted_figures import figures_of
from bot.answers.small_cohorts import SmallCohortError
from bot.digests.building import build_digest
from bot.digests.digest import Digest, DigestBody
from bot.errors import DataChangedError
from bot.questions.parsing import Question
from bot.trends.wording.pictures import trend_title
from metrics.data_end import Declared
from metrics.movements import MovementKind
from storage.digests.subscriptions import DigestPeriod
from storage.store.engine import Store
from tests.bot.sample_digests import sample_request, shown_of
from tests.bot.small_company import MOVEMENTS, TODAY, answers_from, import_text, small_company

HEADER = "movement_id,account_id,date,amount,currency,segment\n"
LARGER = HEADER + "".join(
    f"s{number},crowd-{number},2025-06-0{number},100.00,USD,smb\n" for number in range(1, 7)
)
CORRECTION = HEADER + "c1,alpha,2026-10-20,-100.00,USD,\n"
SMALL_CORRECTION = HEADER + "c2,alpha,2026-10-20,-1.00,USD,\n"
A_YEAR_BACK = HEADER + "c3,beta,2025-10-20,7.00,USD,\nc4,beta,2025-11-20,-7.00,USD,\n"
"""Of October 2026 it leaves everything as it is."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return small_company(tmp_path)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Of a company that no test changes."""
    return answers_from(small_company(tmp_path_factory.mktemp("company")))


def digest_of(answers: Answers, *, today: date = TODAY, **asked: Any) -> Digest:  # noqa: ANN401
    return build_digest(answers, sample_request(today=today, **asked))


def test_a_digest_has_the_number_and_each_segment(answers: Answers) -> None:
    digest = digest_of(answers)

    assert digest.answer.retention.nrr == Fraction(7_050, 2_050)
    assert [part.value for part in digest.answer.breakdown] == ["enterprise", "(none)", "smb"]


def test_where_accounts_are_not_told_apart_small_segments_are_shown_together(
    answers: Answers,
) -> None:
    digest = digest_of(answers, small_shown=False)

    assert [part.value for part in digest.answer.breakdown] == ["(small ones together)"]
    assert digest.answer.retention.nrr == Fraction(7_050, 2_050)


def test_a_digest_of_too_few_accounts_is_not_composed_there(answers: Answers) -> None:
    with pytest.raises(SmallCohortError):
        digest_of(answers, scope=(("segment", "smb"),), small_shown=False)


def test_its_picture_is_of_the_last_24_twelve_months_by_segment(answers: Answers) -> None:
    digest = digest_of(answers)

    assert digest.body.trend is not None
    assert digest.body.trend.window == 12
    assert digest.body.trend.question.period.label == "2024-11..2026-10"
    assert {one.value for one in digest.body.trend.breakdown} >= {"enterprise", "smb"}
    assert digest.body.trend.whole.points[-1].period.label == "TTM to 2026-10"


def test_its_picture_and_its_words_name_the_same_leak(tmp_path: Path) -> None:
    paying = {"large": 500, "left": 110, "grown": 100}
    rows = [
        f"{name}-{n},2025-06-01,{mrr}.00,USD,{name}"
        for name, mrr in paying.items()
        for n in range(10)
    ]
    rows += [
        f"{name}-{n},2026-05-01,-{paying[name]}.00,USD,"
        for name in ("left", "grown")
        for n in range(3)
    ]
    rows += ["new,2026-06-01,5000.00,USD,grown"]  # its losses weigh more by now
    company = small_company(tmp_path, "account_id,date,amount,currency,segment\n" + "\n".join(rows))

    digest = digest_of(answers_from(company))

    assert digest.answer.findings.leak == "grown"
    assert digest.body.trend is not None
    assert "the leak is grown: 70.0%" in trend_title(digest.body.trend)


def test_how_sure_it_is_tells_of_no_single_account(answers: Answers) -> None:
    sureness = digest_of(answers).body.sureness  # of a change it is worked out

    assert sureness is not None
    assert (sureness.confidence.accounts, sureness.confidence.is_too_few) == (5, True)
    assert (sureness.confidence.single, sureness.accounts) == (None, None)


def test_where_no_two_years_are_over_the_course_is_of_single_months(tmp_path: Path) -> None:
    young = small_company(tmp_path, HEADER + "m1,a,2026-05-10,5.00,USD,smb\n")

    digest = digest_of(answers_from(young))

    assert digest.body.trend is not None
    assert digest.body.trend.window == 1
    assert [point.period.label for point in digest.body.trend.whole.complete] == [
        *("2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
    ]


def test_one_month_of_data_makes_a_digest_without_a_trend(tmp_path: Path) -> None:
    newborn = small_company(tmp_path, HEADER + "m1,a,2026-10-10,5.00,USD,smb\n")

    digest = digest_of(answers_from(newborn))

    assert digest.answer.retention.nrr is None
    assert (digest.body.trend, digest.body.watched) == (None, None)
    assert digest.answer.breakdown == ()


def test_the_thread_has_the_drivers_and_accounts_where_they_may_be_named(
    store: Store,
) -> None:
    answers = answers_from(store)
    import_text(store, LARGER)
    import_text(store, HEADER + "s9,crowd-3,2026-10-03,-100.00,USD,\n")

    shown, hidden = (
        digest_of(answers, names_shown=allowed).body.thread for allowed in (True, False)
    )

    assert shown is not None
    assert hidden is not None
    assert shown.drivers == hidden.drivers
    assert shown.drivers.by_kind[MovementKind.CHURN] == -10_000
    assert shown.accounts is not None
    assert [one.account_id for one in shown.accounts.losses] == ["crowd-3"]
    assert hidden.accounts is None


def test_the_same_month_again_is_nothing_closed(answers: Answers) -> None:
    first = digest_of(answers)

    again = digest_of(answers, posted=first.fingerprint)

    assert again.is_unchanged
    assert again.answer == first.answer
    assert again.fingerprint == first.fingerprint
    assert again.body == DigestBody()


def test_a_month_that_was_told_before_it_was_closed_is_told_again_when_it_is(store: Store) -> None:
    answers = answers_from(store)
    covered = Declared(closed_through=date(2026, 11, 1), covered_through=date(2026, 12, 1))
    import_text(store, HEADER + "d1,alpha,2026-11-05,1.00,USD,\n", declared=covered)
    asked: dict[str, Any] = {"today": date(2026, 12, 7)}
    open_still = digest_of(answers, **asked)
    closed = Declared(closed_through=date(2026, 12, 1), covered_through=date(2026, 12, 1))
    import_text(store, SMALL_CORRECTION, declared=closed)

    told = digest_of(answers, posted=open_still.fingerprint, **asked)

    assert open_still.answer.period.label == told.answer.period.label == "2026-11"
    assert not told.is_unchanged


def test_another_month_is_new_even_with_equal_figures(store: Store) -> None:
    answers = answers_from(store)
    posted = digest_of(answers).fingerprint
    closed = Declared(closed_through=date(2026, 11, 1), covered_through=date(2026, 12, 1))
    import_text(store, SMALL_CORRECTION, declared=closed)

    later = digest_of(answers, today=date(2026, 12, 7), posted=posted)

    assert later.answer.period.label == "2026-11"
    assert not later.is_unchanged


def test_a_posted_number_that_changed_by_half_a_point_is_restated(store: Store) -> None:
    answers = answers_from(store)
    shown = shown_of(*digest_of(answers).posted)
    import_text(store, CORRECTION)

    digest = digest_of(answers, today=date(2026, 12, 7), shown=shown)

    # what was posted of October: 1,950 of enterprise and 100 of others became 7,050
    october = [one for one in digest.body.restated if one.now.label == "2026-10"]
    assert [(one.now.scope, one.shown.figure.nrr, one.now.nrr) for one in october] == [
        ((), Fraction(7_050, 2_050), Fraction(6_950, 2_050)),
        ((("segment", "enterprise"),), Fraction(6_950, 1_950), Fraction(6_850, 1_950)),
    ]
    assert {one.now for one in digest.body.restated} <= set(digest.posted)


def test_what_was_restated_is_said_even_where_the_digest_has_nothing_new(store: Store) -> None:
    answers = answers_from(store)
    october = digest_of(answers).answer
    [figure, *_] = figures_of(october)
    shown = shown_of(replace(figure, nrr=Fraction(3), data_version=0))

    again = digest_of(answers, posted=digest_of(answers).fingerprint, shown=shown)

    assert again.is_unchanged
    assert [one.now.nrr for one in again.body.restated] == [Fraction(7_050, 2_050)]


def test_a_correction_closes_no_month(store: Store) -> None:
    answers = answers_from(store)
    before = digest_of(answers)
    import_text(store, CORRECTION)

    digest = digest_of(answers, posted=before.fingerprint, shown=shown_of(*before.posted))

    assert digest.is_unchanged
    assert {one.now.label for one in digest.body.restated} >= {"2026-10"}


def test_of_a_period_that_was_not_over_the_days_that_were_are_compared(store: Store) -> None:
    answers = answers_from(store)
    asked: dict[str, Any] = {"period": DigestPeriod.QUARTER_TO_DATE}
    import_text(store, HEADER + "n1,alpha,2026-11-14,1.00,USD,\n")
    shown = shown_of(*digest_of(answers, **asked).posted[:1])
    import_text(store, HEADER + "n2,alpha,2026-11-18,-3000.00,USD,\n")

    grown = digest_of(answers, shown=shown, **asked)
    import_text(store, CORRECTION)
    corrected = digest_of(answers, shown=shown, **asked)

    assert grown.answer.period.measured_end == date(2026, 11, 19)
    assert grown.body.restated == ()
    [one] = corrected.body.restated
    assert (one.now.start, one.now.end) == (date(2026, 10, 1), date(2026, 11, 15))


@dataclass(frozen=True, kw_only=True)
class Interrupted(Answers):
    """Answers before each of which something happens, as long as there is something."""

    before: list[Callable[[], object]]

    def reply(self, asked: str | Question, **given: Any) -> Reply:  # noqa: ANN401 - as of Answers
        if self.before:
            self.before.pop(0)()
        return super().reply(asked, **given)


def interrupted(answers: Answers, *before: Callable[[], object]) -> Interrupted:
    own = {one.name: getattr(answers, one.name) for one in fields(answers) if one.init}
    return Interrupted(**own, before=list(before))


def nothing() -> None:
    """Nothing happens."""


@pytest.mark.parametrize("reads", [1, 2, 3], ids=["trend", "watched", "watched-too"])
def test_a_digest_rests_on_one_version_of_the_data(store: Store, reads: int) -> None:
    answers = answers_from(store)
    before = digest_of(answers)
    shown = shown_of(*before.posted)
    import_text(store, SMALL_CORRECTION)
    undone = [nothing] * reads
    torn = interrupted(answers, *undone, lambda: import_text(store, CORRECTION))

    digest = digest_of(torn, shown=shown)

    assert digest.answer.grounds.data_version == 3
    assert digest.body.trend is not None
    assert digest.body.trend.grounds.data_version == 3
    assert {one.now.data_version for one in digest.body.restated} == {3}


def test_imports_that_keep_coming_are_an_error(store: Store) -> None:
    answers = answers_from(store)
    files = [HEADER + f"i{number},alpha,2026-10-20,1.00,USD,\n" for number in range(12)]
    coming = (lambda text=text: import_text(store, text) for text in files)

    with pytest.raises(DataChangedError):
        digest_of(interrupted(answers, *coming))


def ending(folder: Path, *, closed_through: date) -> Answers:
    """Answers from the company's ledger up to the day that it is closed through."""
    header, *lines = MOVEMENTS.splitlines()
    kept = [line for line in lines if line.split(",")[2] < closed_through.isoformat()]
    declared = Declared(closed_through=closed_through)
    return answers_from(small_company(folder, "\n".join([header, *kept, ""]), declared=declared))


@pytest.mark.parametrize(
    ("period", "label", "note"),
    [
        (
            *(DigestPeriod.LAST_MONTH, "2026-08"),
            "October 2026 is not in yet: the data ends 31 Aug.",
        ),
        (
            *(DigestPeriod.QUARTER_TO_DATE, "2026-Q3"),
            "Q4 2026 is not in yet: the data ends 31 Aug.",
        ),
        (
            *(DigestPeriod.TTM, "TTM to 2026-08"),
            "The 12 months to October 2026 are in through 31 Aug only.",
        ),
    ],
)
def test_a_digest_is_about_the_last_period_that_is_in_and_says_which_is_not(
    tmp_path: Path, period: DigestPeriod, label: str, note: str
) -> None:
    answers = ending(tmp_path, closed_through=date(2026, 9, 1))

    digest = digest_of(answers, period=period)

    assert digest.answer.period.label == label
    assert digest.answer.period.measured_end == date(2026, 9, 1)
    assert digest.answer.question.note == note
    assert digest.body.trend is None or (
        digest.body.trend.whole.points[-1].period.measured_end <= date(2026, 9, 1)
    )


def test_a_month_that_is_in_by_half_is_said_to_be(tmp_path: Path) -> None:
    answers = ending(tmp_path, closed_through=date(2026, 9, 1))
    half = Declared(closed_through=date(2026, 9, 1), covered_through=date(2026, 10, 15))
    import_text(answers.store, SMALL_CORRECTION.replace("10-20", "10-02"), declared=half)

    digest = digest_of(answers)

    assert digest.answer.period.label == "2026-09"
    assert digest.answer.question.note == "October 2026 is in through 14 Oct only."


def test_of_data_that_is_in_nothing_is_said(answers: Answers) -> None:
    assert digest_of(answers).answer.question.note is None


def test_a_quarter_to_date_is_compared_with_as_many_whole_months(tmp_path: Path) -> None:
    answers = ending(tmp_path, closed_through=date(2026, 11, 1))

    digest = digest_of(answers, period=DigestPeriod.QUARTER_TO_DATE)

    # October alone is in: July beside it, not the 51 days up to 20 August
    assert digest.answer.period.measured_end == date(2026, 11, 1)
    assert digest.answer.comparisons.previous is not None
    assert digest.answer.comparisons.previous.period.label == "2026-07"


def test_no_month_is_imported_and_nothing_is_closed(tmp_path: Path) -> None:
    answers = ending(tmp_path, closed_through=date(2026, 9, 1))
    october = digest_of(answers, today=date(2026, 10, 5))

    november = digest_of(answers, today=date(2026, 11, 2), posted=october.fingerprint)

    assert november.is_unchanged
    assert november.answer.period.label == "2026-08"
