from collections.abc import Iterable
from dataclasses import astuple, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.errors import ReconciliationError
from metrics.period_sums import PeriodSums
from metrics.retention import NOTHING, OutsideCohort, Retention
from metrics.rollup import Attributes, total
from metrics.segments import NO_VALUE
from tests.metrics.retentions import of_one_account, retention_of


def kept(opening: int, *, lost: int = 0) -> Retention:
    """One account that pays ``lost`` less at the close."""
    return retention_of(opening, accounts=1, contraction=lost)


def sums_of(
    *,
    cohort: Iterable[tuple[Attributes, Retention]],
    outside: Iterable[tuple[Attributes, OutsideCohort, int]],
    closing_total: int,
) -> PeriodSums:
    """Return the sums of opening bases, and of accounts outside them with their number."""
    inside = [
        (attributes, (*astuple(part)[:6], 0, 0, 0, 0, 0, part.cross_sold))
        for attributes, part in cohort
    ]
    beside = [
        (attributes, (0, 0, 0, 0, 0, 0, *astuple(part), accounts))
        for attributes, part, accounts in outside
    ]
    return PeriodSums.of([*inside, *beside], closing_total=closing_total)


SUMS = sums_of(
    cohort=(
        ({"segment": "enterprise", "industry": "fintech"}, kept(700, lost=70)),
        ({"segment": "enterprise", "industry": "health"}, kept(100)),
        ({"segment": "smb", "industry": "fintech"}, kept(150)),
        ({"industry": "health"}, kept(50)),
    ),
    outside=(
        ({"segment": "smb"}, OutsideCohort(new=30), 2),
        ({"segment": "enterprise"}, OutsideCohort(returning=3, resumed=2), 2),
        ({}, OutsideCohort(new=2), 1),
    ),
    closing_total=700 - 70 + 100 + 150 + 50 + 30 + 5 + 2,
)


def test_the_retention_of_nobody_is_nothing() -> None:
    assert SUMS.retention((("segment", "mid-market"),)) == NOTHING
    assert SUMS.outside_cohort((("segment", "mid-market"),)) == OutsideCohort()


def test_a_scope_takes_its_own_accounts_only() -> None:
    enterprise = (("segment", "enterprise"),)

    assert SUMS.retention(enterprise) == kept(700, lost=70) + kept(100)
    assert SUMS.outside_cohort(enterprise) == OutsideCohort(returning=3, resumed=2)


def test_without_a_scope_it_is_the_company() -> None:
    assert SUMS.retention().opening == 1_000
    assert SUMS.outside_cohort() == OutsideCohort(new=32, returning=3, resumed=2)


def test_the_largest_opening_base_comes_first_and_no_account_is_dropped() -> None:
    openings = {value: part.opening for value, part in SUMS.by("segment").items()}

    assert list(openings.items()) == [("enterprise", 800), ("smb", 150), (NO_VALUE, 50)]


def test_a_dimension_is_split_within_the_scope() -> None:
    assert SUMS.by("segment", (("industry", "fintech"),)) == {
        "enterprise": kept(700, lost=70),
        "smb": kept(150),
    }


def test_a_dimension_that_nobody_has_is_one_group_without_a_value() -> None:
    assert SUMS.by("channel") == {NO_VALUE: SUMS.retention()}


def test_bases_of_the_same_size_are_in_the_order_of_their_names() -> None:
    cohort = [({"plan": plan}, kept(5)) for plan in "cab"]
    sums = sums_of(cohort=cohort, outside=(), closing_total=15)

    assert list(sums.by("plan")) == ["a", "b", "c"]


def test_accounts_are_counted_where_they_open_and_where_they_pay_outside() -> None:
    assert SUMS.accounts() == {
        frozenset({("segment", "enterprise"), ("industry", "fintech")}): (1, 0),
        frozenset({("segment", "enterprise"), ("industry", "health")}): (1, 0),
        frozenset({("segment", "smb"), ("industry", "fintech")}): (1, 0),
        frozenset({("industry", "health")}): (1, 0),
        frozenset({("segment", "smb")}): (0, 2),
        frozenset({("segment", "enterprise")}): (0, 2),
        frozenset(): (0, 1),
    }


def test_the_companys_bridge_closes() -> None:
    SUMS.check()


@pytest.mark.parametrize("cent", [-1, 1])
def test_one_cent_off_is_an_error_and_not_a_number(cent: int) -> None:
    with pytest.raises(ReconciliationError):
        replace(SUMS, closing_total=SUMS.closing_total + cent).check()


@pytest.mark.parametrize("part", range(7))
def test_an_account_left_out_is_an_error(part: int) -> None:
    rest = SUMS.parts[:part] + SUMS.parts[part + 1 :]
    sums = PeriodSums.of(rest, closing_total=SUMS.closing_total)

    with pytest.raises(ReconciliationError):
        sums.check()


@st.composite
def retentions(draw: st.DrawFn) -> Retention:
    """The retention of one account."""
    opening, closing = draw(st.integers(1, 10**9)), draw(st.integers(0, 10**9))
    return of_one_account(opening, closing)


attributes_of = st.dictionaries(
    st.sampled_from(["segment", "plan", "region"]), st.sampled_from(["a", "b", NO_VALUE])
)
amounts = st.integers(0, 10**9)
few = settings(max_examples=40)
"""A whole company takes long to make up."""


@st.composite
def period_sums(draw: st.DrawFn) -> PeriodSums:
    cohort = draw(st.lists(st.tuples(attributes_of, retentions()), min_size=1, max_size=6))
    memo = st.builds(OutsideCohort, new=amounts, returning=amounts, resumed=amounts)
    outside = draw(st.lists(st.tuples(attributes_of, memo, st.integers(1, 9)), max_size=3))
    closing = sum(part.closing for _, part in cohort)
    closing += sum(part.new + part.returning + part.resumed for _, part, _ in outside)
    return sums_of(cohort=cohort, outside=outside, closing_total=closing)


@few
@given(period_sums())
def test_any_company_of_whole_accounts_reconciles(sums: PeriodSums) -> None:
    sums.check()


dimensions = st.sampled_from(["segment", "plan", "region", "channel"])


@few
@given(period_sums(), dimensions)
def test_segment_bases_add_up_to_the_companys(sums: PeriodSums, dimension: str) -> None:
    assert total(sums.by(dimension).values()) == sums.retention()


@few
@given(period_sums(), dimensions)
def test_segment_nrrs_weighted_by_opening_mrr_give_the_companys(
    sums: PeriodSums, dimension: str
) -> None:
    company = sums.retention()
    parts = sums.by(dimension).values()

    weights = [company.share_of_opening(part.opening) or 0 for part in parts]

    assert sum(weights) == 1
    for ratio in ("nrr", "grr"):
        ratios = [getattr(part, ratio) for part in parts]
        assert getattr(company, ratio) == sum(
            weight * own for weight, own in zip(weights, ratios, strict=True)
        )


@few
@given(period_sums(), dimensions)
def test_each_part_of_a_dimension_is_what_its_own_scope_says(
    sums: PeriodSums, dimension: str
) -> None:
    for value, part in sums.by(dimension).items():
        assert part == sums.retention(((dimension, value),))


@few
@given(period_sums(), dimensions, dimensions)
def test_a_split_within_a_scope_adds_up_to_the_scope(
    sums: PeriodSums, first: str, second: str
) -> None:
    for value in sums.by(first):
        scope = ((first, value),)
        assert total(sums.by(second, scope).values()) == sums.retention(scope)


def test_figures_that_most_ledgers_have_none_of_may_be_left_out() -> None:
    # 1 account, 100 → 120 of which 5 by cross-selling, 3 of the closing by the rates of that day
    full = (1, 1, 100, 20, 0, 0, 0, 0, 0, 0, 3, 5)
    short = (1, 1, 50, 0, 0, 0, 0, 0, 0, 0)
    sums = PeriodSums.of([({"plan": "a"}, full), ({"plan": "b"}, short)], closing_total=170)
    assert sums.retention().cross_sold == 5
    assert [sums.fx(scope) for scope in ((), (("plan", "a"),), (("plan", "b"),))] == [3, 3, 0]
    sums.check()
