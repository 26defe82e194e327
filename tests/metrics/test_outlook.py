from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.movements import MovementKind
from metrics.outlook import ENDS, KnownChange, KnownCourse, OutlookPart, outlook_of

END = date(2027, 2, 1)
SOON = date(2027, 1, 1)


def course(opening: int, *changes: tuple[int, str], day: date = SOON, unit: int = 1) -> KnownCourse:
    return KnownCourse(
        unit=unit,
        opening=opening,
        changes=tuple(KnownChange(day, minor, driver) for minor, driver in changes),
    )


def test_an_account_is_classified_once_by_what_it_comes_to() -> None:
    # 100 less 40, plus 10: contraction of 30, whose parts by driver come to it
    found = outlook_of(
        [course(100, (-40, "price"), (10, "seats"))], accounts=4, opening=400, end=END
    )

    assert (found.retention.contraction, found.retention.expansion) == (30, 0)
    assert found.parts == {
        (MovementKind.CONTRACTION, "price"): OutlookPart(accounts=1, minor=-40),
        (MovementKind.CONTRACTION, "seats"): OutlookPart(accounts=1, minor=10),
    }
    assert found.retention.nrr == Fraction(370, 400)


def test_a_term_that_ends_is_there_if_it_is_renewed() -> None:
    found = outlook_of([course(100, (20, "price"), (-120, ENDS))], accounts=2, opening=200, end=END)

    assert found.retention.nrr == Fraction(100, 200)
    assert found.if_renewed.nrr == Fraction(220, 200)


@pytest.mark.parametrize(
    ("day", "kept"), [(date(2026, 12, 1), 2), (date(2026, 10, 1), 1)], ids=["62 days", "123 days"]
)
def test_a_pause_keeps_its_logo_for_ninety_days(day: date, kept: int) -> None:
    found = outlook_of([course(100, (-100, "pause"), day=day)], accounts=2, opening=200, end=END)

    assert found.retention.accounts_retained == kept


def test_a_loss_of_more_than_is_paid_takes_what_is_paid() -> None:
    found = outlook_of([course(100, (-150, "price"))], accounts=2, opening=200, end=END)

    assert found.retention.churn == 100
    assert found.parts == {(MovementKind.CHURN, "price"): OutlookPart(accounts=1, minor=-100)}


def test_who_pays_nothing_now_is_no_part_of_it() -> None:
    found = outlook_of(
        [course(0, (70, "")), course(0, (5, ""), (-5, ""))], accounts=0, opening=0, end=END
    )

    assert found.retention.nrr is None
    assert found.arriving == OutlookPart(accounts=1, minor=70)
    assert found.is_known


_CHANGE = st.tuples(st.integers(-150, 150), st.sampled_from(["price", "seats", ENDS, ""]))


@given(st.lists(st.tuples(st.integers(1, 100), st.lists(_CHANGE, max_size=3)), max_size=6))
def test_the_parts_come_to_the_change_exactly(
    drawn: list[tuple[int, list[tuple[int, str]]]],
) -> None:
    courses = [course(opening, *changes, unit=n) for n, (opening, changes) in enumerate(drawn)]
    opening = sum(one.opening for one in courses)

    found = outlook_of(courses, accounts=len(courses), opening=opening, end=END)

    change = found.retention.closing - opening
    assert sum(part.minor for part in found.parts.values()) == change
    assert found.retention.closing == sum(one.closing for one in courses)
