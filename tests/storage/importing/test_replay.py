from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.movements import MovementKind
from storage.importing.batch import NewMovement, StatedOutcome
from storage.importing.cells import MAX_MINOR
from storage.importing.held import HeldMovement
from storage.importing.replay import replay
from storage.store.column_types import day_number


def new(
    line: int, month: int, amount: int, kind: MovementKind | None = None, after: int | None = None
) -> NewMovement:
    return NewMovement(
        line=line,
        movement_id=str(line),
        day=day_number(date(2026, month, 1)),
        amount_minor=amount,
        currency="USD",
        stated=StatedOutcome(kind, after),
    )


NO_TYPE = ": leave that column out with `--ignore type`"
NO_AFTER = ": leave that column out with `--ignore mrr_after`"


def below(day: str, has: str, would_be: str) -> str:
    return f"amount takes the account below zero on {day}: has {has}, would be {would_be}"


def held(month: int, amount: int) -> HeldMovement:
    return HeldMovement(day_number(date(2026, month, 1)), amount)


@pytest.mark.parametrize(
    ("before", "amounts", "kinds"),
    [
        pytest.param([], [100, 50, -20, -130, 10], "new expansion contraction churn reactivation"),
        pytest.param([], [0, 100], "unchanged new"),
        pytest.param([held(1, 100)], [50], "expansion"),
        pytest.param([held(1, 100), held(2, -100)], [50], "reactivation"),
    ],
    ids=["a-life", "nothing-first", "behind-held", "behind-held-churn"],
)
def test_each_new_movement_gets_its_kind(
    before: list[HeldMovement], amounts: list[int], kinds: str
) -> None:
    result = replay(before, [new(line, 3 + line, amount) for line, amount in enumerate(amounts)])

    assert result.findings == []
    assert list(result.kinds.values()) == kinds.split()


def test_rows_of_one_day_are_what_it_comes_to_with_the_held_ones() -> None:
    result = replay([held(5, 100)], [new(2, 5, -100), new(3, 5, 40)])

    assert [*result.kinds.values()] == [MovementKind.NEW, MovementKind.NEW]


def test_what_a_day_leaves_of_at_least_a_unit_is_told() -> None:
    assert replay([held(1, 8_334)], [new(2, 5, -8_333)]).left == 1
    assert replay([held(1, 8_334)], [new(2, 5, -8_333), new(3, 6, -1)]).left == 0
    assert replay([held(1, 99)], [new(2, 5, -98)]).left == 0


def test_what_an_account_has_is_told_as_it_is_before_the_row_that_spoils_it() -> None:
    [finding] = replay([held(1, 428_68)], [new(2, 2, -428_68), new(3, 2, -50_00)]).findings

    assert (finding.line, finding.message) == (3, below("1 Feb 2026", "0.00", "-50.00"))


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        pytest.param([new(2, 5, -100), new(3, 5, 100)], "unchanged unchanged", id="newest-first"),
        pytest.param([new(2, 5, -60), new(3, 5, 100)], "new new", id="some-is-left"),
    ],
)
def test_rows_of_one_day_may_come_in_any_order(rows: list[NewMovement], kinds: str) -> None:
    result = replay([], rows)

    assert result.findings == []
    assert [result.kinds[row.movement_id] for row in rows] == kinds.split()


def test_a_day_that_closes_below_zero_is_found_on_the_loss_that_takes_it_there() -> None:
    result = replay([held(1, 100)], [new(2, 5, -80), new(3, 5, -80), new(4, 5, 20)])

    assert [finding.line for finding in result.findings] == [3]


def test_a_back_dated_row_is_classified_where_it_takes_effect() -> None:
    result = replay([held(5, 100)], [new(2, 3, 10)])

    assert result.kinds == {"2": MovementKind.NEW}


@pytest.mark.parametrize(
    ("before", "rows", "expected"),
    [
        pytest.param(
            [],
            [new(2, 3, -1)],
            [(2, below("1 Mar 2026", "0.00", "-0.01"))],
            id="at-the-row-itself",
        ),
        pytest.param(
            [held(1, 100), held(6, -100)],
            [new(2, 3, -40)],
            [(2, below("1 Jun 2026", "0.60", "-0.40"))],
            id="at-a-held-movement-behind-it",
        ),
        pytest.param(
            [held(1, 100), held(6, -100)],
            [new(2, 7, 5), new(3, 2, -10), new(4, 4, -10)],
            [(4, below("1 Jun 2026", "0.80", "-0.20"))],
            id="the-last-new-row-before-it-is-named",
        ),
        pytest.param(
            [],
            [new(2, 1, -1), new(3, 2, -1), new(4, 3, 5)],
            [(2, below("1 Jan 2026", "0.00", "-0.01"))],
            id="what-follows-is-not-repeated",
        ),
        pytest.param(
            [held(1, MAX_MINOR)],
            [new(2, 3, 1)],
            [
                (
                    2,
                    below("1 Mar 2026", "10000000000000.00", "10000000000000.01").replace(
                        "below zero", "beyond what an MRR can be"
                    ),
                )
            ],
            id="too-large",
        ),
        pytest.param(
            [],
            [new(2, 1, 100, MovementKind.EXPANSION, 50), new(3, 2, 5, MovementKind.CHURN)],
            [
                (2, "type says expansion, but by the ledger it is new" + NO_TYPE),
                (2, "mrr_after says 0.50, but by the ledger it is 1.00" + NO_AFTER),
                (3, "type says churn, but by the ledger it is expansion" + NO_TYPE),
            ],
            id="what-the-source-states-is-wrong",
        ),
        pytest.param(
            [],
            [new(2, 1, 100, MovementKind.RENEWAL)],
            [(2, "type says renewal, but by the ledger it is new" + NO_TYPE)],
            id="a-renewal-carries-no-money",
        ),
    ],
)
def test_what_is_wrong_is_found_on_the_line_that_causes_it(
    before: list[HeldMovement], rows: list[NewMovement], expected: list[tuple[int, str]]
) -> None:
    found = replay(before, rows).findings

    assert [(finding.line, finding.sentence) for finding in found] == expected


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(-300, 300)), max_size=12))
def test_findings_come_exactly_when_a_day_closes_below_zero(
    changes: list[tuple[int, int]],
) -> None:
    result = replay([], [new(line, *change) for line, change in enumerate(changes)])

    closes = [sum(amount for month, amount in changes if month <= end) for end in range(1, 13)]
    assert bool(result.findings) == (min(closes) < 0)
