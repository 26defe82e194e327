"""The split of one net change over its drivers, one at a time: what arrays of them must equal."""

from collections.abc import Mapping


def net_by_driver(amounts: Mapping[str, int]) -> dict[str, int]:
    """Split one day's net change of an account over the drivers that took part, exactly.

    Each driver's own sum stands where all go one way. Where some go against the net, it is split
    over the others in proportion, by the largest remainder; of equal ones the first by name.

    Parameters
    ----------
    amounts : mapping of str to int
        The day's sum of each driver, in signed minor units.

    Examples
    --------
    >>> net_by_driver({"seats": 200, "price": 100, "usage": -100})
    {'price': 67, 'seats': 133}
    """
    net = sum(amounts.values())
    same = {name: amount for name, amount in sorted(amounts.items()) if amount * net > 0}
    together = sum(same.values())
    if together == net:
        return same
    shares = {name: divmod(abs(net * amount), abs(together)) for name, amount in same.items()}
    missing = abs(net) - sum(whole for whole, _ in shares.values())
    raised = sorted(shares, key=lambda name: -shares[name][1])[:missing]
    sign = 1 if net > 0 else -1
    return {name: sign * (whole + (name in raised)) for name, (whole, _) in shares.items()}
