from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.errors import ReconciliationError
from metrics.retention import NOTHING, OutsideCohort, Retention, quick_ratio, reconcile
from tests.metrics.bases import Ends, added_up, retention_by
from tests.metrics.retentions import GUIDE, retention_of


def by_hand(accounts: Sequence[Ends]) -> Retention:
    """The oracle: docs/definitions.md, one account at a time."""
    base = [(opening, closing) for opening, closing in accounts if opening > 0]
    return Retention(
        accounts_opening=len(base),
        accounts_retained=sum(closing > 0 for _, closing in base),
        opening=sum(opening for opening, _ in base),
        expansion=sum(max(0, closing - opening) for opening, closing in base),
        contraction=sum(max(0, opening - closing) for opening, closing in base if closing > 0),
        churn=sum(opening for opening, closing in base if closing == 0),
    )


# Up to 10^16 minor units: a sum that passes through a float would be off by whole cents.
mrr = st.just(0) | st.integers(0, 300) | st.integers(0, 10**16)
account = st.tuples(mrr, mrr) | mrr.map(lambda same: (same, same))
companies = st.lists(account, max_size=12)
bases = companies.filter(lambda accounts: any(opening for opening, _ in accounts))


def test_the_guides_month_retains_101_5_percent_net_and_96_5_percent_gross() -> None:
    assert GUIDE.closing == 1_015_000_00
    assert GUIDE.nrr == Fraction("1.015")
    assert GUIDE.grr == Fraction("0.965")
    assert GUIDE.logo_retention == Fraction("0.97")


@pytest.mark.parametrize(
    ("accounts", "expected"),
    [
        pytest.param([(100, 150)], (1, 1, 100, 50, 0, 0), id="expansion"),
        pytest.param([(100, 80)], (1, 1, 100, 0, 20, 0), id="contraction"),
        pytest.param([(100, 1)], (1, 1, 100, 0, 99, 0), id="a-cent-left-is-contraction"),
        pytest.param([(100, 0)], (1, 0, 100, 0, 0, 100), id="churn"),
        pytest.param([(100, 100)], (1, 1, 100, 0, 0, 0), id="unchanged"),
        pytest.param([(100, 100), (0, 900)], (1, 1, 100, 0, 0, 0), id="outside-the-base"),
        pytest.param([(100, 130), (100, 70)], (2, 2, 200, 30, 30, 0), id="no-netting-of-accounts"),
    ],
)
def test_an_account_counts_by_its_two_ends(
    accounts: list[Ends], expected: tuple[int, int, int, int, int, int]
) -> None:
    result = added_up(*accounts)

    assert expected == (
        result.accounts_opening,
        result.accounts_retained,
        result.opening,
        result.expansion,
        result.contraction,
        result.churn,
    )


class TestTraps:
    """What goes wrong with sums of events or of totals; docs/definitions.md tells of each."""

    def test_a_new_customer_who_expands_in_the_period_does_not_lift_nrr(self) -> None:
        won_at_50_then_80 = (0, 80)

        result = added_up((100, 100), won_at_50_then_80)

        assert result.nrr == result.grr == 1

    def test_expand_then_churn_loses_the_opening_mrr_and_no_more(self) -> None:
        path = [100, 150, 0]

        result = added_up((path[0], path[-1]), (100, 100))

        assert result.churn == 100
        assert (result.nrr, result.grr) == (Fraction("0.5"), Fraction("0.5"))
        churn_as_an_event = path[1]
        assert 1 - Fraction(churn_as_an_event, result.opening) == Fraction("0.25")

    def test_churn_then_return_inside_the_period_counts_by_what_is_paid_at_the_end(self) -> None:
        lapsed_and_back = 657

        result = added_up((lapsed_and_back, lapsed_and_back), (43, 44), (250, 231), (50, 50))

        assert (result.nrr, result.grr) == (Fraction("0.982"), Fraction("0.981"))
        without_reactivations = added_up((lapsed_and_back, 0), (43, 44), (250, 231), (50, 50))
        assert without_reactivations.nrr == Fraction("0.325")
        assert without_reactivations.grr == Fraction("0.324")

    def test_grr_is_the_minimum_of_each_account_and_not_of_the_totals(self) -> None:
        result = added_up((1_000, 0), (4_000, 6_000))

        assert result.grr == Fraction("0.8")
        assert min(Fraction(1), Fraction(result.closing, result.opening)) == 1

    def test_several_changes_of_one_account_in_a_quarter_count_once(self) -> None:
        path = [100, 40, 100, 47, 100]

        result = added_up((path[0], path[-1]))

        assert result.grr == 1
        cuts = sum(max(0, before - after) for before, after in pairwise(path))
        assert 1 - Fraction(cuts, result.opening) == Fraction("-0.13")

    def test_a_returning_customer_who_was_away_at_the_opening_does_not_lift_nrr(self) -> None:
        result = added_up((100, 100), (0, 40))

        assert result.nrr == 1


@pytest.mark.parametrize("accounts", [[], [(0, 50)], [(0, 0)]], ids=["none", "new", "never-paid"])
def test_without_an_opening_base_every_ratio_is_undefined(accounts: list[Ends]) -> None:
    result = added_up(*accounts)

    assert result == NOTHING
    ratios = (
        *(result.nrr, result.grr, result.logo_retention, result.logo_churn),
        *(result.gross_mrr_churn, result.net_mrr_churn, result.share_of_opening(1)),
    )
    assert set(ratios) == {None}


def test_churn_of_everyone_is_zero_and_not_undefined() -> None:
    result = added_up((100, 0), (50, 0))

    assert result.nrr == result.grr == result.logo_retention == 0
    assert result.net_mrr_churn == result.gross_mrr_churn == result.logo_churn == 1


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"expansion": -1}, id="negative-expansion"),
        pytest.param({"contraction": -1}, id="negative-contraction"),
        pytest.param({"churn": -1}, id="negative-churn"),
        pytest.param({"accounts_retained": -1}, id="negative-accounts"),
        pytest.param({"accounts_retained": 201, "churn": 0}, id="more-retained-than-there-were"),
        pytest.param({"churn": 985_000_01}, id="grr-below-zero"),
        pytest.param({"contraction": 980_000_01}, id="grr-below-zero-by-contraction"),
        pytest.param({"accounts_opening": 0, "accounts_retained": 0}, id="mrr-of-nobody"),
        pytest.param(
            {"accounts_retained": 200, "opening": 0, "contraction": 0, "churn": 0},
            id="accounts-without-mrr",
        ),
        pytest.param({"opening": -1}, id="negative-opening"),
        pytest.param({"accounts_retained": 200}, id="churn-without-a-lost-account"),
        pytest.param({"churn": 0}, id="a-lost-account-without-churn"),
        pytest.param({"accounts_retained": 0}, id="nobody-left-but-mrr-is"),
        pytest.param(
            {"accounts_retained": 0, "contraction": 0, "churn": 1_000_000_00},
            id="nobody-left-but-expansion",
        ),
    ],
)
def test_parts_that_contradict_each_other_are_an_error_and_never_clamped(
    wrong: dict[str, int],
) -> None:
    with pytest.raises(ReconciliationError, match="do not add up"):
        replace(GUIDE, **wrong)


def test_expansion_of_an_empty_base_is_an_error() -> None:
    with pytest.raises(ReconciliationError):
        replace(NOTHING, expansion=1)


@pytest.mark.parametrize("accounts", [(-1, 5), (5, -1)], ids=["opening", "closing"])
def test_a_negative_balance_is_an_error_also_among_others_that_would_hide_it(
    accounts: Ends,
) -> None:
    with pytest.raises(ReconciliationError):
        added_up(accounts, (100, 0), (100, 100))


@given(companies)
def test_the_sums_are_the_definition_applied_to_each_account(accounts: list[Ends]) -> None:
    assert added_up(*accounts) == by_hand(accounts)


@given(bases)
def test_the_parts_add_up_and_both_published_formulas_agree(accounts: list[Ends]) -> None:
    result = by_hand(accounts)

    closing = sum(closing for opening, closing in accounts if opening)
    assert result.closing == closing
    parts = result.opening + result.expansion - result.contraction - result.churn
    assert result.nrr == Fraction(closing, result.opening) == Fraction(parts, result.opening)


@given(bases)
def test_grr_is_the_share_that_each_account_kept(accounts: list[Ends]) -> None:
    result = by_hand(accounts)

    kept = sum(min(opening, closing) for opening, closing in accounts)
    assert result.grr == Fraction(kept, result.opening)


@given(bases)
def test_grr_is_within_zero_and_one_and_never_above_nrr(accounts: list[Ends]) -> None:
    result = by_hand(accounts)

    assert result.nrr is not None
    assert result.grr is not None
    assert 0 <= result.grr <= min(Fraction(1), result.nrr)
    assert result.nrr - result.grr == result.share_of_opening(result.expansion)


@given(bases)
def test_retention_and_churn_come_to_one(accounts: list[Ends]) -> None:
    result = by_hand(accounts)

    pairs = (
        (result.nrr, result.net_mrr_churn),
        (result.grr, result.gross_mrr_churn),
        (result.logo_retention, result.logo_churn),
    )
    for kept, lost in pairs:
        assert kept is not None
        assert lost is not None
        assert kept + lost == 1


@given(bases, st.lists(st.tuples(st.just(0), mrr)))
def test_nobody_outside_the_base_touches_it(accounts: list[Ends], others: list[Ends]) -> None:
    assert by_hand([*accounts, *others]) == by_hand(accounts)


@given(companies, st.randoms(use_true_random=False))
def test_the_order_of_accounts_does_not_matter(accounts: list[Ends], random: Random) -> None:
    shuffled = list(accounts)
    random.shuffle(shuffled)

    assert by_hand(shuffled) == by_hand(accounts)


@given(companies, companies)
def test_adding_two_bases_gives_the_retention_of_both(one: list[Ends], two: list[Ends]) -> None:
    assert by_hand(one) + by_hand(two) == by_hand([*one, *two])


@given(companies)
def test_adding_nothing_changes_nothing(accounts: list[Ends]) -> None:
    assert by_hand(accounts) + NOTHING == by_hand(accounts)


placed = st.tuples(account, st.sampled_from(["enterprise", "smb", None]))


@given(st.lists(placed, max_size=12))
def test_the_parts_of_a_dimension_add_up_to_the_whole(
    accounts: list[tuple[Ends, str | None]],
) -> None:
    whole, parts = retention_by([ends for ends, _ in accounts], [of for _, of in accounts])

    assert sum(parts.values(), start=NOTHING) == whole
    for value in ("enterprise", "smb"):
        own = by_hand([ends for ends, of in accounts if of == value])
        assert parts.get(value, NOTHING) == own


@given(st.lists(placed, max_size=12).filter(lambda found: any(ends[0] for ends, _ in found)))
def test_segment_nrrs_weighted_by_opening_mrr_give_the_companys(
    accounts: list[tuple[Ends, str | None]],
) -> None:
    whole, found = retention_by([ends for ends, _ in accounts], [of for _, of in accounts])

    parts = found.values()

    assert sum(part.opening for part in parts) == whole.opening
    weights = [whole.share_of_opening(part.opening) or 0 for part in parts]
    assert sum(weights) == 1
    for ratio in ("nrr", "grr"):
        ratios = [getattr(part, ratio) for part in parts]
        weighted = sum(w * r for w, r in zip(weights, ratios, strict=True))
        assert weighted == getattr(whole, ratio)


def test_a_value_whose_accounts_are_all_new_is_left_out() -> None:
    _, parts = retention_by([(100, 90), (0, 50)], ["pro", "basic"])

    assert list(parts) == ["pro"]


def test_accounts_without_a_value_are_a_group_of_their_own() -> None:
    _, parts = retention_by([(100, 90), (70, 70)], ["pro", None])

    assert parts == {"pro": added_up((100, 90)), "(none)": added_up((70, 70))}


def test_who_has_only_paused_at_the_close_is_contraction_with_its_logo_kept() -> None:
    assert added_up((100, 0), (50, 0), (30, 40), paused=[0]) == retention_of(
        180, accounts=3, expansion=10, contraction=100, churn=50
    )


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Ends], Retention, OutsideCohort]:
    """Accounts with whether each paid before; the retention and memo lines they make."""
    accounts = draw(companies)
    paid_before = [draw(st.booleans()) for _ in accounts]
    outsiders = [
        (closing, paid)
        for (opening, closing), paid in zip(accounts, paid_before, strict=True)
        if not opening
    ]
    outside = OutsideCohort(
        new=sum(closing for closing, paid in outsiders if not paid),
        returning=sum(closing for closing, paid in outsiders[::2] if paid),
        resumed=sum(closing for closing, paid in outsiders[1::2] if paid),
    )
    return accounts, by_hand(accounts), outside


@given(ledgers())
def test_the_bridge_closes_to_the_cent(
    ledger: tuple[list[Ends], Retention, OutsideCohort],
) -> None:
    accounts, retention, outside = ledger
    total = sum(closing for _, closing in accounts)

    reconcile(retention, outside, closing_total=total)

    bridge = retention.opening + outside.new + outside.returning + outside.resumed
    bridge += retention.expansion - retention.contraction - retention.churn
    assert bridge == total


@given(ledgers(), st.sampled_from([-1, 1]))
def test_one_cent_off_is_an_error_and_not_a_number(
    ledger: tuple[list[Ends], Retention, OutsideCohort], cent: int
) -> None:
    accounts, retention, outside = ledger
    total = sum(closing for _, closing in accounts)

    with pytest.raises(ReconciliationError, match="nrrbot db check"):
        reconcile(retention, outside, closing_total=total + cent)


@pytest.mark.parametrize("wrong", [{"new": -1}, {"returning": -1}, {"resumed": -1}])
def test_memo_lines_below_zero_are_an_error(wrong: dict[str, int]) -> None:
    with pytest.raises(ReconciliationError):
        OutsideCohort(**wrong)


def test_memo_lines_add_up_line_by_line() -> None:
    total = OutsideCohort(new=5, returning=1) + OutsideCohort(new=2, returning=10, resumed=3)

    assert total == OutsideCohort(new=7, returning=11, resumed=3)
    assert total.total == 21


@pytest.mark.parametrize(
    ("ends", "outside", "expected"),
    [
        pytest.param(
            [(100, 150), (100, 80), (10, 0)],
            OutsideCohort(new=25, returning=8, resumed=7),
            Fraction(90, 30),
            id="all-six-parts",
        ),
        pytest.param([(100, 0)], OutsideCohort(), 0, id="nothing-gained"),
        pytest.param([(100, 150)], OutsideCohort(new=5), None, id="no-losses"),
        pytest.param([], OutsideCohort(), None, id="nothing-at-all"),
    ],
)
def test_quick_ratio_is_gains_over_losses(
    ends: list[Ends], outside: OutsideCohort, expected: Fraction | None
) -> None:
    assert quick_ratio(added_up(*ends), outside) == expected


def product_line(**terms: int) -> Retention:
    """A row of a split by product: nobody's and nothing, but for the terms given."""
    return replace(NOTHING, **terms)


def test_what_the_base_buys_of_a_new_product_is_expansion_without_an_opening() -> None:
    line = product_line(expansion=10, cross_sold=10)
    assert (line.opening, line.closing, line.nrr) == (0, 10, None)


def test_a_product_that_all_its_accounts_left_with_may_be_sold_to_others() -> None:
    gone = product_line(accounts_opening=1, opening=50, churn=50, expansion=8, cross_sold=8)
    assert gone.closing == 8
    with pytest.raises(ReconciliationError):
        replace(gone, cross_sold=0)


def test_no_more_is_cross_sold_than_is_gained() -> None:
    with pytest.raises(ReconciliationError):
        product_line(expansion=10, cross_sold=11)
    with pytest.raises(ReconciliationError):
        product_line(cross_sold=-1)
