import numpy as np

from storage.columns.arrays import NONE, Parents
from storage.columns.trees import Tree


def parents(*said: tuple[int, int, int]) -> Parents:
    ordered = sorted(said, key=lambda one: one[:2])  # of a day as they were said
    account, day, parent = (np.array(cells) for cells in zip(*ordered, strict=True))
    return Parents(account=account, day=day, parent=parent, recorded=np.zeros(len(said), np.int64))


def test_an_account_counts_under_the_topmost_of_those_above_it() -> None:
    tree = Tree.before(10, parents((0, 1, 1), (1, 1, 2), (2, 1, 3)))

    assert tree.roots(np.array([0, 1, 2, 3, 4])).tolist() == [3, 3, 3, 3, 4]


def test_a_parent_counts_from_the_boundary_after_its_day() -> None:
    said = parents((0, 5, 1))

    assert Tree.before(5, said).roots(np.array([0])).tolist() == [0]
    assert Tree.before(6, said).roots(np.array([0])).tolist() == [1]


def test_an_account_without_a_parent_again_is_its_own() -> None:
    assert Tree.before(10, parents((0, 1, 1), (0, 5, NONE))).is_flat


def test_what_was_taken_back_of_a_day_leaves_the_parent_before_it_and_what_is_said_again() -> None:
    taken_back = (0, 1, 1), (0, 5, 2), (0, 5, 0)

    assert Tree.before(10, parents(*taken_back)).roots(np.array([0])).tolist() == [1]
    assert Tree.before(10, parents(*taken_back, (0, 5, 3))).roots(np.array([0])).tolist() == [3]


def test_accounts_in_a_circle_are_their_own() -> None:
    tree = Tree.before(10, parents((0, 1, 1), (1, 1, 0), (2, 1, 0), (3, 1, 4)))

    assert tree.roots(np.arange(5)).tolist() == [0, 1, 2, 4, 4]


def test_amounts_of_a_group_are_those_of_its_topmost_account() -> None:
    tree = Tree.before(10, parents((0, 1, 3), (1, 1, 3)))

    assert tree.rolled_up(np.array([5, 7, 11])).tolist() == [0, 0, 11, 12]


def test_amounts_without_parents_stay_as_they_are() -> None:
    assert Tree.before(10, Parents.none()).rolled_up(np.array([5, 7])).tolist() == [5, 7]
