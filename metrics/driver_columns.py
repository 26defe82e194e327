"""Net changes of many accounts split over the drivers that took part, in arrays, exactly."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.exact_sums import sum_by
from metrics.tier_codes import Whole

_SPARSE = 4  # cells for each change
_LARGEST = int(np.iinfo(np.int64).max)


def add_by_code(code: NDArray[Any], amount: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Add up changes by code, as `split_net` takes them.

    Parameters
    ----------
    code : array of whole numbers, shape (n,)
        ``group * drivers + driver`` of each change, from 0; drivers are in the order of their
        names.
    amount : array of whole numbers, shape (n,)
        Changes in signed minor units.

    Returns
    -------
    code, amount : arrays
        Each code once, in order; those that come to nothing may be left out.
    """
    count = int(code.max(initial=-1)) + 1
    if count <= _SPARSE * code.size:  # a cell for each is quicker than to sort
        sums = sum_by(code, amount, count).astype(np.int64)
        codes = np.flatnonzero(sums)
        return codes, sums[codes]
    order = np.argsort(code)
    starts = _starts(np.diff(code[order]) != 0, code.size)
    return code[order[starts]], _added(amount[order].astype(np.int64), starts)


def split_net(
    code: NDArray[Any], amount: NDArray[Any], *, drivers: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Split each group's net change over its drivers.

    Each driver's own sum stands where all go one way. Where some go against the net, it is split
    over the others in proportion, by the largest remainder; of equal ones the lowest driver.

    Parameters
    ----------
    code, amount : arrays, shape (n,)
        Sums by ``group * drivers + driver``, as `add_by_code` has them.
    drivers : int
        How many drivers there are.

    Returns
    -------
    group, driver, amount : arrays
        In order of group, then of driver. A group without a net change is left out.

    Examples
    --------
    >>> split_net(np.array([6, 8, 11]), np.array([100, 200, -100]), drivers=6)
    (array([1, 1]), array([0, 2]), array([ 67, 133]))
    """
    group = code // drivers
    net = _sums_of_groups(group, amount)
    is_same = np.flatnonzero(np.sign(amount) * np.sign(net) > 0)
    code, group, amount, net = (each[is_same] for each in (code, group, amount, net))
    together = _sums_of_groups(group, amount)
    is_split = np.flatnonzero(together != net)
    if is_split.size:
        amount[is_split] = _shares(*(each[is_split] for each in (group, amount, net, together)))
    is_any = np.flatnonzero(amount)
    return group[is_any], code[is_any] % drivers, amount[is_any]


def _sums_of_groups(group: NDArray[Any], amount: NDArray[Any]) -> NDArray[Any]:
    """Add up each group, once for each of its rows."""
    starts = _starts(group[1:] != group[:-1], group.size)
    if starts.size == group.size:
        return amount
    return np.repeat(_added(amount, starts), np.diff(np.append(starts, group.size)))


def _shares(
    group: NDArray[Any], amount: NDArray[Any], net: NDArray[Any], together: NDArray[Any]
) -> NDArray[Any]:
    part, of, whole = np.abs(amount), np.abs(net), np.abs(together)
    if int(part.max()) * int(of.max()) > _LARGEST:
        part, of, whole = (each.astype(object) for each in (part, of, whole))
    share, left = part * of // whole, part * of % whole
    missing = of - _sums_of_groups(group, share)
    order = _largest_first(group, left.astype(np.int64))
    starts = _starts(group[1:] != group[:-1], group.size)
    place = np.arange(group.size) - np.repeat(starts, np.diff(np.append(starts, group.size)))
    raised = share.astype(np.int64)
    raised[order] += place < missing[order]
    split: NDArray[Any] = np.sign(net) * raised
    return split


def _largest_first(group: NDArray[Any], left: NDArray[Any]) -> Whole:
    """Order the rows of each group, the largest first; of equal ones the lowest driver."""
    span = int(left.max()) + 1
    if (int(group[-1]) + 1) * span > _LARGEST:
        return np.lexsort((-left, group))
    return np.argsort(group * span - left, kind="stable")  # ten times as quick as two keys


def _starts(changes: NDArray[np.bool_], size: int) -> Whole:
    return np.flatnonzero(np.append(True, changes)[:size])


def _added(amount: NDArray[Any], starts: Whole) -> NDArray[Any]:
    return np.add.reduceat(amount, starts) if starts.size else amount
