from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest

from bot.answers.wording.diagnosis import finding_line
from bot.digests.diagnosing import Diagnosis
from bot.digests.digest import Digest
from bot.digests.wording.rows import (
    DigestDetail,
    change_grid,
    course_lines,
    figure_grid,
    segment_grid,
)
from bot.digests.wording.sentences import (
    diagnosis_lines,
    freshness,
    headline,
    small_print,
)
from bot.questions.parsing import StandIn
from metrics.diagnosis import (
    Caution,
    Finding,
    LeakyBucket,
    Losses,
    LossesFirst,
    Masking,
    Replacement,
    Slipping,
)
from metrics.segments import NO_VALUE
from storage.ledger.account_changes import AccountChanges
from tests.bot.sample_answers import (
    HOSTILE_NAME,
    TODAY,
    empty_answer,
    period_of,
    retention_of,
    sample_answer,
)
from tests.bot.sample_digests import (
    GAIN,
    LOSS,
    SEGMENTS,
    sample_digest,
    sample_request,
    split_answer,
    unchanged_digest,
)


def digest_over(period: str) -> Digest:
    return sample_digest(answer=split_answer(period=period_of(period)))


def test_the_headline_is_the_number_and_its_change_in_points() -> None:
    assert headline(sample_digest()) == (
        "NRR of the whole company was 101.5% in 2026-10, −2.0 pts on 2026-09."
    )


def test_a_period_that_is_not_over_is_marked_and_compared_with_as_many_days() -> None:
    digest = digest_over("qtd")

    assert headline(digest) == (
        "NRR of the whole company is 101.5% in 2026-Q4 to date, −2.0 pts on 2026-07-01..2026-08-21."
    )
    [note] = freshness(digest)
    assert note.startswith("To date: through 21 Nov, the last day with data, compared with")
    assert note.endswith("2026-07-01..2026-08-21.")


def test_without_a_period_before_the_headline_has_no_change() -> None:
    digest = sample_digest(answer=split_answer(previous=None))

    assert headline(digest) == "NRR of the whole company was 101.5% in 2026-10."


def test_an_undefined_nrr_is_said_to_be_undefined() -> None:
    digest = sample_digest(answer=empty_answer())

    assert headline(digest) == "NRR of enterprise in 2026-Q3: n/a, no opening MRR."


def test_nothing_new_is_said_in_the_headline() -> None:
    assert headline(unchanged_digest()) == (
        "Nothing new since the last digest: NRR of the whole company is still 101.5% in 2026-10."
    )
    assert freshness(unchanged_digest()) == (
        *("Every figure is as it was posted then, by segment too.",),
    )
    undivided = unchanged_digest(answer=sample_answer())
    assert freshness(undivided) == ("Every figure is as it was posted then.",)


def test_a_period_that_is_not_in_is_said_first() -> None:
    answer = split_answer(closed_through=date(2026, 10, 1))
    note = StandIn(sentence="November 2026 is not in yet: the data ends 31 Oct.", asked=None)
    digest = sample_digest(answer=replace(answer, question=replace(answer.question, stand_in=note)))

    assert freshness(digest) == (
        "November 2026 is not in yet: the data ends 31 Oct.",
        "2026-10 is not closed yet: late movements may still change it.",
    )


def test_a_month_that_is_not_closed_is_said_to_be_open() -> None:
    digest = sample_digest(answer=split_answer(closed_through=date(2026, 10, 1)))

    assert freshness(digest) == (
        *("2026-10 is not closed yet: late movements may still change it.",),
    )


@pytest.mark.parametrize(
    ("day", "said"),
    [
        pytest.param(14, (), id="a week old"),
        pytest.param(
            13,
            ("Old data: nothing was imported since 2026-11-13, 8 days ago.",),
            id="older than the digest before",
        ),
    ],
)
def test_old_data_is_said_to_be_old(day: int, said: tuple[str, ...]) -> None:
    known = datetime(2026, 11, day, 6, tzinfo=UTC)

    assert freshness(sample_digest(answer=split_answer(data_as_of=known))) == said


def test_each_segment_has_a_row_and_small_ones_are_marked() -> None:
    grid = segment_grid(sample_digest())

    assert grid.title == "The whole company by segment"
    assert grid.header == (*("Segment", "NRR", "Change", "NRR (TTM)", "GRR", "Share", "Opening"),)
    assert [row[0] for row in grid.rows] == [
        *("All", "enterprise", "mid-market", "smb, few accounts")
    ]
    assert grid.rows[1] == (
        *("enterprise", "103.5%", "−1.5 pts", "▁▂▂▃▄▄▅▅▆▇▇█", "97.5%", "60.0%", "$0.60M"),
    )
    assert small_print(sample_digest())[0] == (
        "Few accounts: under 10 when the period opened, too few to read a trend."
    )


def test_who_listens_hears_every_cent_and_every_figure_of_the_course() -> None:
    rows = figure_grid(sample_digest()).lines()
    courses = course_lines(sample_digest())

    assert str(rows[3]) == (
        "smb, few accounts: NRR 80.0%, Change −10.0 pts, GRR 80.0%, Share of opening 10.0%,"
        " Opening MRR $100,000.00"
    )
    assert str(courses[0]).startswith("All, NRR (TTM), 2025-11 to 2026-10: 101.0%, 101.5%, ")
    assert str(courses[1]).count("%") == 12


def test_without_a_trend_there_is_no_course() -> None:
    digest = sample_digest(trend=None)

    assert segment_grid(digest).header == (
        *("Segment", "NRR", "Change", "GRR", "Share", "Opening"),
    )
    assert course_lines(digest) == ()


def test_what_was_not_there_before_has_no_change() -> None:
    digest = sample_digest(before=None)

    assert [row[2] for row in segment_grid(digest).rows] == ["−2.0 pts", "n/a", "n/a", "n/a"]


def test_segments_beyond_the_detail_are_one_row_together() -> None:
    grid = figure_grid(sample_digest(), DigestDetail(segments=1))

    assert [row[0] for row in grid.rows] == ["All", "enterprise", "and 2 more, together"]
    assert grid.rows[2][-2:] == ("40.0%", "$400,000.00")


def test_a_scope_that_is_not_split_is_one_row_of_its_own_name() -> None:
    grid = segment_grid(sample_digest(answer=sample_answer(), trend=None, before=None))

    assert grid.title == grid.rows[0][0] == "enterprise"
    assert len(grid.rows) == 1


def test_who_drove_it_is_named_where_names_are_shown() -> None:
    grid = change_grid(sample_digest())

    assert grid is not None
    assert grid.rows == (
        ("Acme, enterprise", "+$12,000.00", "+1.2 pts"),
        ("b-2, smb, left", "−$20,000.00", "−2.0 pts"),
    )


def test_a_pause_is_no_leaving() -> None:
    paused = AccountChanges(losses=(replace(LOSS, is_paused=True),))

    grid = change_grid(sample_digest(changes=paused))

    assert grid is not None
    assert [row[0] for row in grid.rows] == ["b-2, smb, paused"]


def test_who_drove_it_is_not_named_anywhere_else() -> None:
    grid = change_grid(sample_digest(request=sample_request(names_shown=False)))

    assert grid is not None
    assert [row[0] for row in grid.rows] == ["one enterprise account", "one smb account, left"]


def test_an_account_of_a_small_segment_is_an_account_and_no_more() -> None:
    four = replace(SEGMENTS["smb"], accounts_opening=4, accounts_retained=3)
    nowhere = replace(GAIN, attributes={})
    none = {**SEGMENTS, "smb": four, NO_VALUE: retention_of(100)}
    digest = sample_digest(
        answer=split_answer(none),
        request=sample_request(names_shown=False),
        changes=AccountChanges(gains=(nowhere,), losses=(LOSS,)),
    )

    grid = change_grid(digest)

    assert grid is not None
    assert [row[0] for row in grid.rows] == ["one account", "one account, left"]


def test_names_are_made_fit_to_be_shown() -> None:
    hostile = replace(GAIN, name=HOSTILE_NAME)
    grid = change_grid(sample_digest(changes=AccountChanges(gains=(hostile,))))

    assert grid is not None
    assert "\u202e" not in grid.rows[0][0]
    assert "\n" not in grid.rows[0][0]


def test_where_nothing_moved_nothing_drove_it() -> None:
    assert change_grid(sample_digest(changes=AccountChanges())) is None


def test_where_accounts_are_not_told_apart_that_is_said() -> None:
    digest = sample_digest(changes=None)

    assert change_grid(digest) is None
    assert "Under 5 accounts when the period opened: none is told apart." in small_print(digest)


def losses(*, churn: int = 0, contraction: int = 0) -> Losses:
    """Losses out of $1,000.00."""
    return Losses(churn_minor=churn, contraction_minor=contraction, opening_minor=100_000)


FINDINGS = {
    "Losses first: GRR 86.0% is below its floor of 90.0%. A point less churn and a point more"
    " expansion lift NRR equally, but less churn also lifts GRR and leaves more to expand.": (
        LossesFirst(grr=Fraction(86, 100), floor=Fraction(9, 10))
    ),
    "Masking: NRR 105.0% hides a GRR of 90.0%: the 15.0 pts between them are $15,000.00 of"
    " expansion.": (
        Masking(
            nrr=Fraction(105, 100),
            grr=Fraction(9, 10),
            gap_minor=1_500_000,
        )
    ),
    "Slipping: NRR 108.4%, +0.1 pts on a year before, while GRR fell 2.1 pts to 91.2%: more is"
    " sold to make up for more that is lost.": (
        Slipping(
            nrr=Fraction(10836, 10000),  # 0.02 points above 108.34%
            nrr_before=Fraction(10834, 10000),
            grr=Fraction(9124, 10000),
            grr_before=Fraction(9325, 10000),
        )
    ),
    "Leaky bucket: NRR 101.5%, so it took $40.00 of new MRR only to stand still.": LeakyBucket(
        needed_minor=4_000
    ),
    "Growth that is replacement: total MRR grew by $20.00, because $60.00 from accounts outside"
    " the opening base more than made up for the $40.00 that it lost.": (
        Replacement(growth_minor=2_000, won_minor=6_000, lost_minor=4_000)
    ),
    "Losses: 75.0% churn ($30.00), 25.0% contraction ($10.00): customers leave, more than buy"
    " less.": losses(churn=3_000, contraction=1_000),
    "Losses: 25.0% churn ($10.00), 75.0% contraction ($30.00): customers buy less, more than"
    " leave.": losses(churn=1_000, contraction=3_000),
    "Losses: 50.0% churn ($10.00), 50.0% contraction ($10.00): customers leave as much as they"
    " buy less.": losses(churn=1_000, contraction=1_000),
    "Losses: 58.1% churn ($11.61), 41.9% contraction ($8.39): customers leave, more than buy"
    " less.": losses(churn=1_161, contraction=839),  # 58.05 and 41.95 are 100.1 if both go up
    "Losses: 100.0% contraction ($30.00): customers buy less, and none left.": (
        losses(contraction=3_000)
    ),
    "Losses: 100.0% churn ($30.00): customers leave, and none buys less.": losses(churn=3_000),
    "Losses: 0.4% of opening MRR, 100.0% contraction ($4.00).": losses(contraction=400),
    "Above 150%, look twice: 8 accounts, the largest with 60.0% of opening MRR; 25.0% of them at"
    " least doubled. The base may be small, or was priced too low.": (
        Caution(accounts=8, top_share=Fraction(6, 10), doubled_share=Fraction(1, 4))
    ),
    "Above 150%, look twice: 8 accounts; 25.0% of them at least doubled. The base may be small, or"
    " was priced too low.": Caution(accounts=8, top_share=None, doubled_share=Fraction(1, 4)),
}


@pytest.mark.parametrize(("said", "finding"), FINDINGS.items())
def test_each_finding_is_one_line(said: str, finding: Finding) -> None:
    assert str(finding_line(sample_answer(), finding)) == said


def test_findings_of_twelve_months_say_that_they_are_of_twelve_months() -> None:
    floor = LossesFirst(grr=Fraction(86, 100), floor=Fraction(9, 10))
    year = split_answer(period=period_of("ttm"))
    digest = sample_digest(diagnosis=Diagnosis(answer=year, findings=(floor,)))

    [line] = diagnosis_lines(digest)

    assert line.label == "TTM to 2026-10, losses first:"


def test_the_lines_stand_alone_where_the_period_is_the_twelve_months() -> None:
    year = split_answer(period=period_of("ttm"))
    floor = LossesFirst(grr=Fraction(86, 100), floor=Fraction(9, 10))
    digest = sample_digest(answer=year, diagnosis=Diagnosis(answer=year, findings=(floor,)))

    [line] = diagnosis_lines(digest)

    assert line.label == "Losses first:"


def test_the_digest_is_of_the_day_that_it_is_told() -> None:
    assert sample_digest().request.today == TODAY


@pytest.mark.parametrize(
    ("weeks", "line"),
    [
        (("2026-W45",), "No digest was sent for 2026-W45."),
        (("2026-W44", "2026-W45"), "No digest was sent for 2026-W44 and 2026-W45."),
        (
            ("2026-W43", "2026-W44", "2026-W45"),
            "No digest was sent for 3 weeks, the last of them 2026-W45.",
        ),
    ],
)
def test_it_says_which_weeks_had_none(weeks: tuple[str, ...], line: str) -> None:
    digest = sample_digest(request=sample_request(weeks_missed=weeks))

    assert line in freshness(digest)
