import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.attribute_table import AttributeTable
from metrics.period_sums import PeriodSums
from metrics.retention import NOTHING, OutsideCohort, Retention
from metrics.rollup import Scope
from metrics.windows_together import RolledUp, WindowRows, roll_up
from tests.metrics.retentions import retention_of

TABLE = AttributeTable(
    [
        {},
        {"segment": "smb", "region": "US"},
        {"segment": "enterprise", "region": "US"},
        {"segment": "enterprise", "region": "EMEA"},
    ]
)
Row = tuple[int, tuple[int, ...]]


def window(*rows: Row) -> WindowRows:
    """Build the rows of a window from numbers of combinations and their ten sums."""
    sums = np.array([cells for _, cells in rows], np.int64).reshape(-1, 10)
    return np.array([number for number, _ in rows], np.int64), sums


def base(accounts: int, retained: int, opening: int, expansion: int, churn: int) -> Retention:
    left = accounts - retained
    return retention_of(opening, accounts=accounts, left=left, expansion=expansion, churn=churn)


SEPTEMBER = window((1, (2, 1, 300, 20, 0, 100, 7, 0, 0, 1)), (3, (1, 1, 500, 50, 0, 0, 0, 9, 0, 1)))
OCTOBER = window((2, (1, 1, 40, 0, 0, 0, 0, 0, 3, 1)))


def test_two_windows_are_rolled_up_each_by_itself() -> None:
    september, october = roll_up([SEPTEMBER, OCTOBER], TABLE, (), "segment")

    assert september == RolledUp(
        company=base(3, 2, 800, 70, 100),
        outside=OutsideCohort(new=7, returning=9, resumed=0),
        scope=base(3, 2, 800, 70, 100),
        values={"enterprise": base(1, 1, 500, 50, 0), "smb": base(2, 1, 300, 20, 100)},
    )
    assert [*september.values] == ["enterprise", "smb"]  # the largest base first
    assert october.values == {"enterprise": base(1, 1, 40, 0, 0)}
    assert october.outside == OutsideCohort(new=0, returning=0, resumed=3)


def test_a_scope_is_rolled_up_beside_the_company() -> None:
    [found] = roll_up([SEPTEMBER], TABLE, (("region", "US"),), "segment")

    assert found.company == base(3, 2, 800, 70, 100)
    assert found.outside.total == 16  # the company's: it proves the balances
    assert found.scope == base(2, 1, 300, 20, 100)
    assert found.values == {"smb": base(2, 1, 300, 20, 100)}


def test_without_a_dimension_there_are_no_values() -> None:
    [found] = roll_up([SEPTEMBER], TABLE, (), None)

    assert found.scope == base(3, 2, 800, 70, 100)
    assert found.values == {}


def test_a_window_of_nobody_is_nothing() -> None:
    empty, _ = roll_up([window(), OCTOBER], TABLE, (), "region")

    assert empty == RolledUp(NOTHING, OutsideCohort(new=0, returning=0, resumed=0), NOTHING, {})


amounts = st.integers(0, 50) | st.integers(0, 2**60)


@st.composite
def sums_of_one(draw: st.DrawFn) -> tuple[int, ...]:
    """Draw the sums of some accounts that all stay, and of others."""
    opening = draw(amounts)
    some = 3 if opening else 0
    contraction, rest = draw(st.integers(0, opening)), draw(st.tuples(amounts, amounts, amounts))
    return some, some, opening, draw(amounts) if some else 0, contraction, 0, *rest, 2


windows = st.lists(
    st.dictionaries(st.integers(0, 3), sums_of_one(), max_size=4).map(
        lambda rows: window(*sorted(rows.items()))
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize("scope", [(), (("region", "US"),), (("region", "(none)"),)])
@given(some=windows, dimension=st.sampled_from([None, "segment", "region", "plan"]))
def test_many_windows_are_rolled_up_as_one_is(
    scope: Scope, some: list[WindowRows], dimension: str | None
) -> None:
    for (numbers, rows), found in zip(some, roll_up(some, TABLE, scope, dimension), strict=True):
        sums = np.zeros((len(TABLE), 10), object)
        sums[numbers] = rows
        alone = PeriodSums(table=TABLE, sums=sums, closing_total=0)

        assert found.company == alone.retention()
        assert found.outside == alone.outside_cohort()
        assert found.scope == alone.retention(scope)
        assert found.values == ({} if dimension is None else alone.by(dimension, scope))
        assert [*found.values] == ([] if dimension is None else [*alone.by(dimension, scope)])
