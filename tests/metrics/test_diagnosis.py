from fractions import Fraction

import pytest

from metrics.diagnosis import (
    Caution,
    Finding,
    LeakyBucket,
    Losses,
    LossesFirst,
    Masking,
    Replacement,
    Slipping,
    caution,
    diagnose,
    losses_first,
    losses_of,
    masking,
    needs_caution,
    slipping,
)
from metrics.retention import NOTHING, OutsideCohort, Retention

NOBODY = OutsideCohort()


def base(*, expansion: int = 0, contraction: int = 0, churn: int = 0) -> Retention:
    """A base of 1,000.00 from ten accounts, so that 1,000 minor units are one point."""
    return Retention(
        accounts_opening=10,
        accounts_retained=9 if churn else 10,
        opening=100_000,
        expansion=expansion,
        contraction=contraction,
        churn=churn,
    )


def kinds(findings: tuple[Finding, ...]) -> list[type[Finding]]:
    return [type(finding) for finding in findings]


def test_expansion_masks_losses_under_a_floor() -> None:
    found = masking(base(expansion=12_000, churn=11_000))

    assert found == Masking(nrr=Fraction(101, 100), grr=Fraction(89, 100), gap_minor=12_000)


@pytest.mark.parametrize(
    ("parts", "masks"),
    [
        pytest.param({"expansion": 60_000, "churn": 30_000}, True, id="the source's 130 and 70"),
        pytest.param({"expansion": 15_000, "churn": 10_000}, True, id="the source's 105 and 90"),
        pytest.param({"expansion": 18_000, "churn": 8_000}, False, id="a healthy 110 and 92"),
        pytest.param({"expansion": 60_000, "churn": 9_999}, False, id="a wide gap over the floor"),
        pytest.param({"expansion": 10_000, "churn": 10_000}, True, id="100 % over just the floor"),
        pytest.param({"expansion": 9_999, "churn": 10_000}, False, id="just under 100 %"),
        pytest.param({"churn": 40_000}, False, id="losses that nothing hides"),
        pytest.param({"expansion": 40_000}, False, id="no losses to hide"),
    ],
)
def test_what_masks_is_decided_exactly(parts: dict[str, int], masks: bool) -> None:  # noqa: FBT001
    assert (masking(base(**parts)) is not None) is masks


def test_a_grr_that_fell_by_two_points_under_an_nrr_that_did_not_fall_is_slipping() -> None:
    now, before = base(expansion=10_000, churn=5_000), base(expansion=8_000, contraction=3_000)

    assert slipping(now, before) == Slipping(
        nrr=Fraction(105, 100),
        nrr_before=Fraction(105, 100),
        grr=Fraction(95, 100),
        grr_before=Fraction(97, 100),
    )


@pytest.mark.parametrize(
    ("now", "before"),
    [
        pytest.param(
            base(expansion=9_999, churn=5_000), base(expansion=8_000, churn=3_000), id="NRR fell"
        ),
        pytest.param(
            base(expansion=10_000, churn=4_999),
            base(expansion=8_000, churn=3_000),
            id="GRR fell by less",
        ),
        pytest.param(base(expansion=10_000, churn=5_000), NOTHING, id="nobody paid a year before"),
        pytest.param(base(expansion=10_000, churn=5_000), None, id="too young"),
    ],
)
def test_nothing_else_is_slipping(now: Retention, before: Retention | None) -> None:
    assert slipping(now, before) is None


def test_what_slips_comes_after_what_is_below_its_floor() -> None:
    found = diagnose(base(expansion=20_000, churn=15_000), NOBODY, year_before=base(churn=5_000))

    assert kinds(found) == [LossesFirst, Masking, Slipping, Losses]


def test_a_shrinking_base_needs_as_much_new_mrr_as_it_lost() -> None:
    found = diagnose(base(expansion=1_000, contraction=2_000, churn=3_000), NOBODY)

    assert LeakyBucket(needed_minor=4_000) in found


def test_growth_over_a_shrinking_base_is_replacement() -> None:
    won = OutsideCohort(new=5_000, returning=1_000)

    found = diagnose(base(churn=4_000), won)

    assert Replacement(growth_minor=2_000, won_minor=6_000, lost_minor=4_000) in found


@pytest.mark.parametrize(
    ("retention", "won"),
    [
        pytest.param(base(churn=4_000), OutsideCohort(new=4_000), id="it only stood still"),
        pytest.param(base(expansion=4_000), OutsideCohort(new=4_000), id="the base grew too"),
    ],
)
def test_other_growth_is_no_replacement(retention: Retention, won: OutsideCohort) -> None:
    assert Replacement not in kinds(diagnose(retention, won))


def test_losses_are_split_into_who_left_and_who_pays_less() -> None:
    losses = losses_of(base(contraction=1_000, churn=3_000))

    assert losses is not None
    assert losses == Losses(churn_minor=3_000, contraction_minor=1_000, opening_minor=100_000)
    assert losses.churn_share == Fraction(3, 4)
    assert losses.contraction_share == Fraction(1, 4)
    assert losses.share_of_opening == Fraction(4, 100)


def test_a_grr_below_its_floor_comes_before_everything_else() -> None:
    found = diagnose(base(expansion=60_000, churn=30_000), NOBODY)

    assert found[0] == LossesFirst(grr=Fraction(70, 100), floor=Fraction(90, 100))
    assert kinds(found) == [LossesFirst, Masking, Losses]


def test_the_floor_is_the_workspace_s() -> None:
    assert losses_first(base(churn=10_000)) is None
    assert losses_first(base(churn=10_000), floor=Fraction(95, 100)) is not None


def test_there_is_nothing_to_say_of_a_base_that_stayed_as_it_was() -> None:
    assert diagnose(base(), OutsideCohort(new=9_000)) == ()


def test_there_is_nothing_to_say_of_an_empty_base() -> None:
    assert diagnose(NOTHING, OutsideCohort(new=9_000)) == ()
    assert not needs_caution(NOTHING)


def test_an_nrr_above_150_percent_needs_caution_and_says_what_it_rests_on() -> None:
    assert needs_caution(base(expansion=50_001))
    assert not needs_caution(base(expansion=50_000))
    assert caution([(600, 1_200), (300, 301), (100, 900)]) == Caution(
        accounts=3, top_share=Fraction(6, 10), doubled_share=Fraction(2, 3)
    )
