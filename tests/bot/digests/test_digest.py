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
from bot.digests.digest import Digest, DigestBody, DigestSegment, build_digest
from bot.errors import DataChangedError
from bot.questions.parsing import Question
from metrics.data_end import Declared
from metrics.diagnosis import Caution, Finding, Losses, LossesFirst, Masking, Slipping
from storage.digests.subscriptions import ALL_SECTIONS, DigestPeriod, DigestSection
from storage.store.engine import Store
from tests.bot.sample_digests import (
    GAIN,
    LOSS,
    SEGMENTS,
    sample_digest,
    sample_request,
    shown_of,
    split_answer,
)
from tests.bot.small_company import (
    MOVEMENTS,
    TODAY,
    answers_from,
    import_text,
    small_company,
)

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


def test_a_digest_has_the_number_its_change_and_each_segment(answers: Answers) -> None:
    digest = digest_of(answers)

    assert digest.whole.retention.nrr == Fraction(7_050, 2_050)
    assert _before(digest.whole) == Fraction(2_010, 2_110)
    assert digest.whole.weight == 1
    assert [segment.value for segment in digest.segments] == ["enterprise", "(none)", "smb"]
    assert [segment.weight for segment in digest.segments] == [
        *(Fraction(1_950, 2_050), Fraction(60, 2_050), Fraction(40, 2_050))
    ]


def kinds_of(digest: Digest) -> list[type[Finding]]:
    found = digest.body.diagnosis.findings if digest.body.diagnosis else ()
    return [type(finding) for finding in found]


def _before(segment: DigestSegment) -> Fraction | None:
    return segment.before.nrr if segment.before else None


def test_where_accounts_are_not_told_apart_small_segments_are_shown_together(
    answers: Answers,
) -> None:
    digest = digest_of(answers, small_shown=False)

    assert [(segment.value, segment.before) for segment in digest.segments] == [
        ("(small ones together)", None)
    ]
    assert digest.whole.retention.nrr == Fraction(7_050, 2_050)


def test_a_digest_of_too_few_accounts_is_not_composed_there(answers: Answers) -> None:
    with pytest.raises(SmallCohortError):
        digest_of(answers, scope=(("segment", "smb"),), small_shown=False)


def test_a_segment_is_compared_with_itself_in_the_period_before(answers: Answers) -> None:
    digest = digest_of(answers)
    enterprise, _, smb = digest.segments

    assert digest.body.before is not None
    assert digest.body.before.period.label == "2026-09"
    assert [_before(segment) for segment in (enterprise, smb)] == [1, 0]


def test_twelve_months_are_compared_with_the_twelve_before_if_anybody_paid(
    answers: Answers,
) -> None:
    digest = digest_of(answers, period=DigestPeriod.TTM)

    assert digest.answer.period.label == "TTM to 2026-10"
    assert digest.body.before is None
    assert digest.whole.before is None


def test_each_segment_has_the_course_of_its_last_twelve_months(answers: Answers) -> None:
    digest = digest_of(answers)

    assert digest.body.trend is not None
    assert digest.body.trend.window == 12
    assert digest.body.trend.question.period.label == "2024-11..2026-10"
    courses = [segment.course for segment in (digest.whole, *digest.segments)]
    assert all(course is not None and len(course.points) <= 12 for course in courses)
    assert all(course.points[-1].period.label == "TTM to 2026-10" for course in courses if course)


def test_where_no_two_years_are_over_the_course_is_of_single_months(tmp_path: Path) -> None:
    young = small_company(tmp_path, HEADER + "m1,a,2026-05-10,5.00,USD,smb\n")

    digest = digest_of(answers_from(young))

    assert digest.body.trend is not None
    assert digest.body.trend.window == 1
    assert digest.whole.course is not None
    assert [point.period.label for point in digest.whole.course.points] == [
        *("2026-06", "2026-07", "2026-08", "2026-09", "2026-10")
    ]


def test_one_month_of_data_makes_a_digest_without_a_trend(tmp_path: Path) -> None:
    newborn = small_company(tmp_path, HEADER + "m1,a,2026-10-10,5.00,USD,smb\n")

    digest = digest_of(answers_from(newborn))

    assert digest.answer.retention.nrr is None
    assert (digest.body.trend, digest.body.before, digest.body.changes) == (None, None, None)
    assert (digest.segments, kinds_of(digest)) == ((), [])
    assert digest.whole.weight is None


def test_five_accounts_are_enough_to_tell_what_drove_it_but_none_is_named(
    answers: Answers,
) -> None:
    digest = digest_of(answers)

    assert digest.body.changes is not None
    [gain] = digest.body.changes.gains
    assert (gain.account_id, gain.change) == ("alpha", 500_000)
    assert digest.body.changes.losses == ()
    assert digest.segment_of(gain) is None
    assert not digest.may_name(gain)


def test_of_four_accounts_none_is_told_apart(answers: Answers) -> None:
    assert digest_of(answers, scope=(("segment", "enterprise"),)).body.changes is None


def test_accounts_among_enough_others_may_be_named_where_names_are_shown(store: Store) -> None:
    answers = answers_from(store)
    import_text(store, LARGER)
    import_text(store, HEADER + "s9,crowd-3,2026-10-03,-100.00,USD,\n")

    shown, hidden = (digest_of(answers, names_shown=allowed) for allowed in (True, False))

    assert shown.body.changes is not None
    [loss] = shown.body.changes.losses
    assert loss.account_id == "crowd-3"
    assert shown.segment_of(loss) == hidden.segment_of(loss) == "smb"
    assert shown.may_name(loss)
    assert not hidden.may_name(loss)


def test_an_account_of_a_small_segment_is_never_named() -> None:
    four = replace(SEGMENTS["smb"], accounts_opening=4, accounts_retained=3)

    small = sample_digest(answer=split_answer({**SEGMENTS, "smb": four}))

    assert sample_digest().may_name(LOSS)
    assert small.segment_of(LOSS) is None
    assert not small.may_name(LOSS)
    assert small.may_name(GAIN)


def test_parts_that_are_not_wanted_are_not_worked_out(answers: Answers) -> None:
    wanted = ALL_SECTIONS - {DigestSection.DRIVERS, DigestSection.DIAGNOSIS}

    digest = digest_of(answers, sections=wanted)

    assert digest.body.changes is None
    assert digest.body.diagnosis is None


@pytest.mark.parametrize("period", [DigestPeriod.LAST_MONTH, DigestPeriod.TTM])
def test_findings_are_about_twelve_months(answers: Answers, period: DigestPeriod) -> None:
    digest = digest_of(answers, period=period)
    diagnosis = digest.body.diagnosis

    assert diagnosis is not None
    assert diagnosis.answer.period.label == "TTM to 2026-10"
    # 1,740.00 in November 2025 became 6,750.00: GRR 1,550 of 1,740, one account of five doubled
    assert diagnosis.findings == (
        LossesFirst(grr=Fraction(1_550, 1_740), floor=Fraction(9, 10)),
        Masking(nrr=Fraction(675, 174), grr=Fraction(155, 174), gap_minor=520_000),
        Losses(churn_minor=10_000, contraction_minor=9_000, opening_minor=174_000),
        Caution(accounts=5, top_share=Fraction(1_000, 1_740), doubled_share=Fraction(1, 5)),
    )


def test_the_largest_account_is_a_group_of_one(answers: Answers) -> None:
    diagnosis = digest_of(answers, small_shown=False).body.diagnosis

    assert diagnosis is not None
    assert diagnosis.findings[-1] == Caution(
        accounts=5, top_share=None, doubled_share=Fraction(1, 5)
    )


def test_a_month_is_held_against_no_level_of_twelve_months(tmp_path: Path) -> None:
    young = small_company(
        tmp_path,
        HEADER
        + "".join(f"s{one},{one},2026-09-10,100.00,USD,smb\n" for one in "abcdef")
        + "c1,a,2026-10-10,-100.00,USD,\n",
    )

    digest = digest_of(answers_from(young))

    # October kept five of six: 83.3 %, but nobody knows how the year will be
    assert digest.answer.retention.grr == Fraction(5, 6)
    assert kinds_of(digest) == [Losses]


def test_a_year_that_lost_more_than_the_one_before_and_sold_more_is_slipping(
    tmp_path: Path,
) -> None:
    crowd = "".join(f"n{number},a{number},2024-10-10,100.00,USD,smb\n" for number in range(50))
    text = f"{HEADER}{crowd}l1,a1,2025-11-10,-100.00,USD,\nl2,a2,2025-11-10,-100.00,USD,\n"
    steady = small_company(tmp_path, f"{text}g1,a3,2025-12-10,200.00,USD,\n")

    digest = digest_of(answers_from(steady))

    assert digest.body.diagnosis is not None
    assert digest.body.diagnosis.findings[0] == Slipping(
        nrr=Fraction(1), nrr_before=Fraction(1), grr=Fraction(48, 50), grr_before=Fraction(1)
    )


def test_the_same_figures_again_are_nothing_new(answers: Answers) -> None:
    first = digest_of(answers)

    again = digest_of(answers, posted=first.fingerprint)

    assert again.is_unchanged
    assert again.answer == first.answer
    assert again.fingerprint == first.fingerprint
    assert again.body == DigestBody()


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


def test_a_smaller_change_is_new_but_no_restatement(store: Store) -> None:
    answers = answers_from(store)
    before = digest_of(answers)
    import_text(store, SMALL_CORRECTION)

    digest = digest_of(answers, posted=before.fingerprint, shown=shown_of(*before.posted))

    assert not digest.is_unchanged
    assert digest.body.restated == ()


def test_a_correction_that_only_twelve_months_show_is_new(store: Store) -> None:
    answers = answers_from(store)
    posted = digest_of(answers)
    import_text(store, A_YEAR_BACK)

    digest = digest_of(answers, posted=posted.fingerprint)

    assert [part.retention for part in digest.answer.breakdown] == [
        part.retention for part in posted.answer.breakdown
    ]
    assert not digest.is_unchanged


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


@pytest.mark.parametrize("reads", [1, 2], ids=["before", "trend"])
@pytest.mark.parametrize("parts", [ALL_SECTIONS, frozenset[DigestSection]()], ids=["all", "bare"])
def test_a_digest_rests_on_one_version_of_the_data(
    store: Store, reads: int, parts: frozenset[DigestSection]
) -> None:
    answers = answers_from(store)
    before = digest_of(answers)
    posted, shown = before.fingerprint, shown_of(*before.posted)
    import_text(store, SMALL_CORRECTION)
    undone = [nothing] * reads
    torn = interrupted(answers, *undone, lambda: import_text(store, CORRECTION))

    digest = digest_of(torn, posted=posted, shown=shown, sections=parts)

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
            "The year to October 2026 is in through 31 Aug only.",
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
    assert digest.body.before is not None
    assert digest.body.before.period.label == "2026-07"


def test_no_month_is_imported_and_nothing_is_new(tmp_path: Path) -> None:
    answers = ending(tmp_path, closed_through=date(2026, 9, 1))
    october = digest_of(answers, today=date(2026, 10, 5))

    november = digest_of(answers, today=date(2026, 11, 2), posted=october.fingerprint)

    assert november.is_unchanged
    assert november.answer.period.label == "2026-08"
