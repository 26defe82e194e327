"""Net changes of many accounts split over the drivers that took part, in arrays, exactly."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.tier_codes import Whole

_LARGEST = int(np.iinfo(np.int64).max)


def split_net(
    group: NDArray[Any], driver: NDArray[Any], amount: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Split each group's net change over its drivers.

    Each driver's own sum stands where all go one way. Where some go against the net, it is split
    over the others in proportion, by the largest remainder; of equal ones the lowest driver.

    Parameters
    ----------
    group, driver, amount : arrays, shape (n,)
        Changes in signed minor units; drivers are whole numbers in the order of their names.

    Returns
    -------
    group, driver, amount : arrays
        In order of group, then of driver. A group without a net change is left out.

    Examples
    --------
    >>> split_net(np.array([7, 7, 7]), np.array([2, 0, 5]), np.array([200, 100, -100]))
    (array([7, 7]), array([0, 2]), array([ 67, 133]))
    """
    group, driver, amount = _by_driver(group, driver, amount)
    net = _sums_of_groups(group, amount)
    is_same = np.sign(amount) * np.sign(net) > 0
    group, driver, amount, net = (each[is_same] for each in (group, driver, amount, net))
    together = _sums_of_groups(group, amount)
    is_split = np.flatnonzero(together != net)
    if is_split.size:
        amount = amount.copy()
        amount[is_split] = _shares(*(each[is_split] for each in (group, amount, net, together)))
    is_any = amount != 0
    return group[is_any], driver[is_any], amount[is_any]


def _by_driver(
    group: NDArray[Any], driver: NDArray[Any], amount: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    order = np.lexsort((driver, group))
    group, driver = group[order], driver[order]
    starts = _starts((group[1:] != group[:-1]) | (driver[1:] != driver[:-1]), group.size)
    sums = _added(amount[order].astype(np.int64), starts)
    return group[starts], driver[starts], sums


def _sums_of_groups(group: NDArray[Any], amount: NDArray[Any]) -> NDArray[Any]:
    """Add up each group, once for each of its rows."""
    starts = _starts(group[1:] != group[:-1], group.size)
    return np.repeat(_added(amount, starts), np.diff(np.append(starts, group.size)))


def _shares(
    group: NDArray[Any], amount: NDArray[Any], net: NDArray[Any], together: NDArray[Any]
) -> NDArray[Any]:
    part, of, whole = np.abs(amount), np.abs(net), np.abs(together)
    if int(part.max()) * int(of.max()) > _LARGEST:
        part, of, whole = (each.astype(object) for each in (part, of, whole))
    share, left = part * of // whole, part * of % whole
    missing = of - _sums_of_groups(group, share)
    order = np.lexsort((-left.astype(np.int64), group))  # stable: of equal ones the lowest driver
    starts = _starts(group[1:] != group[:-1], group.size)
    place = np.arange(group.size) - np.repeat(starts, np.diff(np.append(starts, group.size)))
    raised = share.astype(np.int64)
    raised[order] += place < missing[order]
    split: NDArray[Any] = np.sign(net) * raised
    return split


def _starts(changes: NDArray[np.bool_], size: int) -> Whole:
    return np.flatnonzero(np.append(True, changes)[:size])


def _added(amount: NDArray[Any], starts: Whole) -> NDArray[Any]:
    return np.add.reduceat(amount, starts) if starts.size else amount
