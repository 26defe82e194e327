import pytest

from metrics.errors import ReconciliationError
from metrics.segments import Tiers
from storage.columns.arrays import NEVER, NONE
from storage.columns.combinations import Combinations
from storage.columns.placing import Placing
from tests.storage.columns.companies import (
    FEBRUARY,
    JANUARY,
    PAUSE,
    SEATS,
    company,
    kinds,
    moved,
    stated,
)

USD, EUR = 0, 1


def test_days_are_named_by_the_balances_around_them() -> None:
    rows = moved((0, 1, 100), (0, 2, 50), (0, 3, -30), (0, 4, -120), (0, 5, 10))

    found = company(0).move(rows, month=JANUARY)

    assert kinds(found) == ["new", "expansion", "contraction", "churn", "reactivation"]


def test_all_rows_of_a_day_are_what_they_come_to_together() -> None:
    at_work = company(0)
    at_work.move(moved((0, 1, 100)), month=JANUARY)

    found = at_work.move(
        moved((0, 5, -100), (0, 5, 130), (0, 6, -130), (0, 6, 130)), month=FEBRUARY
    )

    assert kinds(found) == ["expansion", "expansion", "unchanged", "unchanged"]


def test_who_gained_and_lost_on_one_day_has_never_paid() -> None:
    found = company(0).move(moved((0, 1, 100), (0, 1, -100), (0, 2, 100)), month=JANUARY)

    assert kinds(found) == ["unchanged", "unchanged", "new"]


def test_the_first_paid_day_is_the_first_that_closes_with_mrr() -> None:
    at_work = company(0, 1)

    at_work.move(moved((0, 1, 5), (0, 1, -5), (0, 3, 5), (1, 1, 0)), month=JANUARY)

    assert at_work.first_paid.tolist() == [JANUARY + 2, NEVER]


def test_a_pause_is_contraction_and_is_booked_until_the_return() -> None:
    at_work = company(0, 1)
    rows = moved((0, 1, 100), (0, 5, -100, PAUSE), (1, 1, 70), (1, 9, -70, PAUSE))

    found = at_work.move(rows, month=JANUARY)
    at_work.move(moved((0, 3, 80)), month=FEBRUARY)

    assert kinds(found) == ["new", "contraction", "new", "contraction"]
    spells = at_work.pauses.spells()
    assert spells.before.tolist() == [100, 70]
    assert spells.paused_on.tolist() == [JANUARY + 4, JANUARY + 8]
    assert spells.back_on.tolist() == [FEBRUARY + 2, NEVER]


def test_an_account_below_another_moves_that_one() -> None:
    at_work = company(0, 1, parents=((0, 0, 1),))

    found = at_work.move(moved((0, 2, 100), (0, 4, -100), (1, 1, 50)), month=JANUARY)

    assert kinds(found) == ["expansion", "contraction", "new"]


def test_a_day_counts_by_the_tree_when_it_opens_for_who_pays_then() -> None:
    merged_on = FEBRUARY + 9
    at_work = company(0, 1, parents=((0, merged_on, 1),))
    at_work.move(moved((0, 1, 100), (1, 1, 50)), month=JANUARY)

    found = at_work.move(moved((0, 10, -100), (1, 10, 100), (1, 11, -20)), month=FEBRUARY)

    assert kinds(found) == ["churn", "expansion", "contraction"]


def test_who_begins_under_a_parent_on_the_day_is_the_parents_expansion() -> None:
    at_work = company(0, 1, parents=((0, FEBRUARY + 9, 1),))
    at_work.move(moved((1, 1, 50)), month=JANUARY)

    found = at_work.move(moved((0, 10, 100)), month=FEBRUARY)

    assert kinds(found) == ["expansion"]


def test_each_currency_of_a_day_is_named_by_its_own_net_change() -> None:
    at_work = company((0, NONE, USD), (0, NONE, EUR))
    at_work.move(moved((0, 1, 100), (1, 1, 60)), month=JANUARY)

    found = at_work.move(moved((0, 5, -40), (1, 5, 30)), month=FEBRUARY)

    assert kinds(found) == ["contraction", "expansion"]


def test_an_account_is_gone_when_nothing_is_left_in_any_currency() -> None:
    at_work = company((0, NONE, USD), (0, NONE, EUR))
    at_work.move(moved((0, 1, 100), (1, 1, 60)), month=JANUARY)

    found = at_work.move(moved((0, 5, -100), (1, 6, -60)), month=FEBRUARY)

    assert kinds(found) == ["contraction", "churn"]


def test_an_account_that_pays_has_stored_and_derived_values() -> None:
    at_work = company(0, 1)
    at_work.state(stated((0, JANUARY, 0), (0, JANUARY, 2), (0, JANUARY + 3, 1), (1, 0, 3)))
    at_work.move(moved((0, 1, 100)), month=JANUARY)
    placing = placing_of("a", "b")

    places = at_work.places(FEBRUARY, placing).tolist()

    assert COMBINATIONS[places[0]] == {
        "segment": "enterprise",
        "region": "EMEA",
        "acv_tier": "under-25k",
        "value_tier": "high",
        "tenure": "under-90-days",
    }
    assert places[1] == 0  # it has not paid yet


def test_an_account_that_paid_before_keeps_its_stored_values_alone() -> None:
    at_work = company(0)
    at_work.state(stated((0, 0, 3)))
    at_work.move(moved((0, 1, 100), (0, 9, -100)), month=JANUARY)

    [place] = at_work.places(FEBRUARY, placing_of("a")).tolist()

    assert COMBINATIONS[place] == {"region": "US"}


def test_a_group_counts_by_its_largest_child_where_the_parent_says_nothing() -> None:
    at_work = company(0, 1, 2, parents=((0, 0, 2), (1, 0, 2)))
    at_work.state(stated((0, 0, 0), (0, 0, 2), (1, 0, 1), (1, 0, 3), (2, 0, 2)))
    at_work.move(moved((0, 1, 100), (1, 1, 101)), month=JANUARY)

    place = at_work.places(FEBRUARY, placing_of("a", "b", "hq")).tolist()[2]

    assert COMBINATIONS[place].items() >= {"segment": "enterprise", "region": "EMEA"}.items()


def test_of_equal_children_the_first_by_id_decides() -> None:
    for names, segment in ((("x", "b", "hq"), "enterprise"), (("a", "b", "hq"), "smb")):
        at_work = company(0, 1, 2, parents=((0, 0, 2), (1, 0, 2)))
        at_work.state(stated((0, 0, 0), (1, 0, 1)))
        at_work.move(moved((0, 1, 100), (1, 1, 100)), month=JANUARY)

        place = at_work.places(FEBRUARY, placing_of(*names)).tolist()[2]

        assert COMBINATIONS[place]["segment"] == segment


def test_of_equal_balances_at_a_cut_the_first_by_id_are_the_larger() -> None:
    at_work = company(0, 1, 2, 3, 4)
    at_work.move(moved(*((account, 1, 100) for account in range(5))), month=JANUARY)

    places = at_work.places(FEBRUARY, placing_of("e", "d", "c", "b", "a")).tolist()

    tiers = [COMBINATIONS[place]["value_tier"] for place in places]
    assert tiers == ["long-tail", "mid", "mid", "mid", "high"]


def test_a_balance_below_zero_has_no_place() -> None:
    at_work = company(0)
    at_work.move(moved((0, 1, -100, SEATS)), month=JANUARY)

    with pytest.raises(ReconciliationError):
        at_work.places(FEBRUARY, placing_of("a"))


COMBINATIONS = Combinations()


def placing_of(*names: str) -> Placing:
    return Placing(
        tiers=Tiers(),
        digits=2,
        names=lambda numbers: [names[number] for number in numbers.tolist()],
        number=COMBINATIONS.number,
    )
