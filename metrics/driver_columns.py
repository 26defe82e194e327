"""Net changes of many accounts split over the drivers that took part, in arrays, exactly."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from metrics.exact_sums import sum_by
from metrics.runs import begins
from metrics.tier_codes import Whole

_SPARSE = 4  # cells for each change
_TAKEN = -1  # less than is left of any
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
        sums = sum_by(code, amount, count).astype(np.int64, copy=False)
        codes = np.flatnonzero(sums != 0)  # several times as quick as to look for numbers
        return codes, sums[codes]
    order = np.argsort(code)
    starts = np.flatnonzero(begins(code[order]))
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
        Sums by ``group * drivers + driver``, as `add_by_code` has them. Groups are places from 0
        on: a cell is held for each up to the last.
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
    # Equal signs leave no sign: several times as quick as to multiply them.
    is_same = np.flatnonzero(((amount ^ net) >= 0) & (net != 0))
    code, group, amount, net = (each.take(is_same) for each in (code, group, amount, net))
    together = _sums_of_groups(group, amount)
    is_split = np.flatnonzero(together != net)
    if is_split.size:
        amount[is_split] = _shares(
            *(each.take(is_split) for each in (group, amount, net, together))
        )
    is_any = np.flatnonzero(amount != 0)
    group = group.take(is_any)
    return group, code.take(is_any) - group * drivers, amount.take(is_any)


def _sums_of_groups(group: NDArray[Any], amount: NDArray[Any]) -> NDArray[Any]:
    """Add up each group, once for each of its rows."""
    sums = sum_by(group, amount, int(group.max(initial=-1)) + 1)
    return sums.astype(np.int64, copy=False).take(group)


def _shares(
    group: NDArray[Any], amount: NDArray[Any], net: NDArray[Any], together: NDArray[Any]
) -> NDArray[Any]:
    part, of, whole = np.abs(amount), np.abs(net), np.abs(together)
    if int(part.max()) * int(of.max()) > _LARGEST:
        part, of, whole = (each.astype(object) for each in (part, of, whole))
    product = part * of
    quotient = product // whole
    left = (product - quotient * whole).astype(np.int64)
    share = quotient.astype(np.int64)
    missing = of.astype(np.int64) - _sums_of_groups(group, share)
    rows = np.flatnonzero(missing)
    while rows.size:  # once for two drivers: each time one minor unit goes to the largest rest
        largest = rows[_largest(group[rows], left[rows])]
        share[largest] += 1
        left[largest] = _TAKEN
        missing[rows] -= 1
        rows = rows[missing[rows] > 0]
    split: NDArray[Any] = np.sign(net) * share
    return split


def _largest(group: NDArray[Any], left: NDArray[Any]) -> Whole:
    """Find the row of each group with the most left; of equal ones the lowest driver."""
    starts = np.flatnonzero(begins(group))
    sizes = np.diff(np.append(starts, group.size))
    rows = np.flatnonzero(left == np.repeat(np.maximum.reduceat(left, starts), sizes))
    return rows[begins(group[rows])]


def _added(amount: NDArray[Any], starts: Whole) -> NDArray[Any]:
    return np.add.reduceat(amount, starts) if starts.size else amount
