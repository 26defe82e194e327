from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.answer import Answer, PeriodRetention
from bot.answers.wording.pictures import contributions
from bot.answers.wording.rows import activity_grid
from bot.answers.wording.split import LEAST, cost_of, listed_slices, moved_by, split_parts
from bot.style.parts import Quiet, Table
from metrics.findings.finding import Finding, FindingKind, Findings
from metrics.retention import NOTHING, Retention
from tests.bot.sample_answers import period_of, sample_answer, slices_of
from tests.metrics.retentions import retention_of


def split_answer(parts: dict[str, Retention], **changes: Any) -> Answer:  # noqa: ANN401
    opening = sum(part.opening for part in parts.values())
    own = {"scope": (), "retention": retention_of(opening), "trailing": None}
    return sample_answer(breakdown=slices_of("segment", parts), **{**own, **changes})


def rows_of(answer: Answer, **options: Any) -> list[tuple[str, ...]]:  # noqa: ANN401
    table, _ = split_parts(answer, **options)
    assert isinstance(table, Table)
    return [table.grid.header, *table.grid.rows]


def more_of(answer: Answer, **options: Any) -> tuple[Any, ...]:  # noqa: ANN401
    _, more = split_parts(answer, **options)
    assert isinstance(more, Quiet)
    return more.lines


THREE = {
    "enterprise": retention_of(600_000, expansion=18_000, churn=6_000),  # +12,000: +1.2 points
    "smb": retention_of(300_000, expansion=1_500, churn=4_500),  # −3,000: −0.3 points
    "mid": retention_of(100_000, contraction=8_000),  # −8,000: −0.8 points
}


def test_the_costliest_stands_first_and_who_brings_the_most_last() -> None:
    assert rows_of(split_answer(THREE)) == [
        ("Segment", "12 months (in a year)", "Q3 2026", "Moved by"),
        ("mid", "n/a", "92.0%", "contraction −8.0"),
        ("smb", "n/a", "99.0%", "churn −1.5"),
        ("enterprise", "n/a", "102.0%", "expansion +3.0"),
    ]


def test_twelve_months_stand_beside_the_period_with_their_change_in_a_year() -> None:
    year, year_ago = retention_of(1_000, churn=125), retention_of(1_000, churn=85)
    answer = split_answer({"smb": retention_of(1_000, churn=15)})
    [smb] = answer.breakdown

    known = replace(answer, breakdown=(replace(smb, year=year, year_ago=year_ago),))
    young = replace(answer, breakdown=(replace(smb, year=year),))

    assert rows_of(known)[1][1] == "87.5% (−4.0)"
    assert rows_of(young)[1][1] == "87.5%"


def test_a_period_may_be_set_beside_the_one_before() -> None:
    month, before = period_of("2026-10"), period_of("2026-09")
    answer = split_answer(
        {"smb": retention_of(1_000, churn=11)},
        period=month,
        previous=PeriodRetention(period=before, retention=retention_of(1_000, churn=18)),
    )
    [smb] = answer.breakdown
    answer = replace(answer, breakdown=(replace(smb, before=retention_of(1_000, churn=18)),))

    assert rows_of(answer, is_compared=True) == [
        ("Segment", "12 months (in a year)", "Oct 2026 (vs Sep)", "Moved by"),
        ("smb", "n/a", "98.9% (+0.7)", "churn −1.1"),
    ]


def test_twelve_months_that_were_asked_for_stand_beside_their_grr() -> None:
    answer = split_answer(
        {"smb": retention_of(1_000, expansion=10, churn=20)}, period=period_of("ttm")
    )
    [smb] = answer.breakdown
    answer = replace(answer, breakdown=(replace(smb, year_ago=retention_of(1_000, expansion=10)),))

    assert rows_of(answer) == [
        ("Segment", "12 months (in a year)", "GRR", "Moved by"),
        ("smb", "99.0% (−2.0)", "98.0%", "churn −2.0"),
    ]


def test_who_costs_or_brings_less_than_a_tenth_of_a_point_is_counted() -> None:
    parts = {
        "large": retention_of(9_000, churn=10),  # 0.1 points of 10,000
        "still": retention_of(900, churn=9),  # 0.09 points
        "calm": retention_of(100),
    }

    assert [row[0] for row in rows_of(split_answer(parts))[1:]] == ["large"]
    assert more_of(split_answer(parts)) == ("and 2 more that cost or bring less",)


def test_who_leaks_over_twelve_months_is_listed_in_a_quiet_month_too() -> None:
    answer = split_answer({"smb": retention_of(1_000), "enterprise": retention_of(9_000)})
    smb, enterprise = answer.breakdown
    trailing = PeriodRetention(period=period_of("ttm"), retention=retention_of(10_000, churn=100))
    answer = replace(
        answer,
        breakdown=(replace(smb, year=retention_of(1_000, churn=100)), enterprise),
        comparisons=replace(answer.comparisons, trailing=trailing),
    )

    assert [row[0] for row in rows_of(answer)[1:]] == ["smb"]


@pytest.mark.parametrize("most", [2, 6])
def test_what_the_findings_name_is_listed_whatever_costs_more(most: int) -> None:
    named = "a segment with a name of two lines"
    parts = {f"v{at}": retention_of(1_000, churn=100 + at) for at in range(9)}
    own = retention_of(1_000, churn=20)
    leak = Finding(kind=FindingKind.LEAK, points=Fraction(), segment=named, now=own)
    answer = replace(split_answer({named: own, **parts}), findings=Findings(year=leak))

    assert named in [row[0] for row in rows_of(answer, most=most)[1:]]
    assert more_of(answer, most=most)[0].endswith(" more")  # some of them cost more


def test_where_nothing_moves_one_value_stands_for_the_others() -> None:
    quiet = split_answer({"a": retention_of(500), "b": retention_of(500)})

    assert rows_of(quiet)[1:] == [("a", "n/a", "100.0%", "nothing")]
    assert more_of(quiet) == ("and 1 more: none costs or brings a tenth of a point",)


def test_of_many_values_those_that_move_the_most_are_listed() -> None:
    parts = {f"v{at}": retention_of(1_000, churn=100 + at) for at in range(9)}

    assert [row[0] for row in rows_of(split_answer(parts), most=3)[1:]] == ["v8", "v7", "v6"]
    assert more_of(split_answer(parts), most=3) == ("and 6 more that cost or bring less",)


def test_who_lost_stands_before_who_only_brings_less_than_the_others() -> None:
    # Of 110%: "large" brings 3.0 points less than its share of it; "leak" loses one of its own.
    parts = {
        "large": retention_of(8_000, expansion=500),
        "leak": retention_of(1_000, churn=100),
        "best": retention_of(1_000, expansion=600),
    }
    whole = retention_of(10_000, expansion=1_100, churn=100)

    assert [row[0] for row in rows_of(split_answer(parts, retention=whole))[1:]] == [
        "leak",
        "large",
        "best",
    ]


def test_what_stands_still_costs_a_whole_that_grows_and_is_never_cut() -> None:
    # 1.1 of a whole of 110%: "still" costs 1.0 point, the seven others bring 0.1 to 0.2 each.
    parts = {f"v{at}": retention_of(1_000, expansion=100 + at) for at in range(14, 21)}
    parts["still"] = retention_of(1_000)
    whole = retention_of(8_000, expansion=sum(part.expansion for part in parts.values()))

    rows = rows_of(split_answer(parts, retention=whole), most=4)[1:]

    assert [row[0] for row in rows] == ["still", "v18", "v19", "v20"]


def test_of_long_names_fewer_have_room() -> None:
    parts = {f"{at}, of twenty-five letters": retention_of(1_000, churn=9 + at) for at in range(7)}

    assert len(rows_of(split_answer(parts))) == 1 + 4


def test_a_split_into_value_tiers_says_what_they_go_by() -> None:
    quiet = split_answer(THREE)
    tiers = tuple(replace(part, dimension="value_tier") for part in quiet.breakdown)

    assert more_of(quiet) == ()
    assert more_of(replace(quiet, breakdown=tiers)) == (
        "Value tiers go by share of MRR, not of accounts.",
    )


def test_nothing_is_tabulated_where_nothing_is_split() -> None:
    assert split_parts(sample_answer()) == ()


@pytest.mark.parametrize(
    ("retention", "words"),
    [
        (retention_of(1_000, expansion=9, contraction=6, churn=72), "churn −7.2"),
        (retention_of(1_000, expansion=60, churn=30), "expansion +6.0"),
        (retention_of(1_000, expansion=60, churn=50, contraction=20), "churn −5.0"),
        (retention_of(1_000), "nothing"),
        (NOTHING, "n/a"),
    ],
)
def test_what_moved_the_most_is_named_with_its_points(retention: Retention, words: str) -> None:
    assert moved_by(retention, None) == words


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        # Half a point or more is lost since: what took the most of that, not what is largest.
        ((60, 0, 30), (60, 0, 0), "churn −3.0"),
        ((60, 20, 10), (60, 0, 5), "contraction −2.0"),
        ((60, 0, 10), (80, 0, 10), "less expansion, +6.0"),
        ((0, 0, 0), (5, 0, 0), "no expansion"),
        # Less than that, or a rise: the largest part.
        ((60, 0, 10), (60, 0, 6), "expansion +6.0"),
        ((60, 0, 10), (60, 0, 50), "expansion +6.0"),
        ((0, 0, 43), (0, 0, 48), "churn −4.3"),
    ],
)
def test_a_fall_is_explained_by_what_grew_worse(
    now: tuple[int, int, int], before: tuple[int, int, int], words: str
) -> None:
    def of(expansion: int, contraction: int, churn: int) -> Retention:
        return retention_of(1_000, expansion=expansion, contraction=contraction, churn=churn)

    assert moved_by(of(*now), of(*before)) == words


terms = st.builds(
    lambda opening, gained, lost: retention_of(
        opening, expansion=gained, churn=opening * lost // 9
    ),
    st.integers(1, 10**6),
    st.integers(0, 10**5),
    st.integers(0, 9),
)


@given(st.dictionaries(st.text("abcdefgh", min_size=1, max_size=3), terms, min_size=1, max_size=9))
def test_every_value_is_listed_or_counted_the_costliest_first(parts: dict[str, Retention]) -> None:
    answer = split_answer(parts)

    listed = listed_slices(answer)

    changes = [part.retention.closing - part.retention.opening for part in listed]
    assert changes == sorted(changes)
    sizes = {part.value: abs(cost_of(answer, part)) for part in answer.breakdown}
    shown = [sizes.pop(part.value) for part in listed]
    less = " that cost or bring less" if max(sizes.values(), default=0) <= min(shown) else ""
    if max(shown) < LEAST:
        less = ": none costs or brings a tenth of a point"
    assert more_of(answer) == ((f"and {len(sizes)} more{less}",) if sizes else ())


def test_without_a_base_no_value_cost_anything_and_nobody_can_say_what_moved() -> None:
    answer = sample_answer()
    nothing = replace(answer, retention=NOTHING, memo=replace(answer.memo, activity=None))

    assert contributions(nothing) == ()
    assert activity_grid(nothing) is None
