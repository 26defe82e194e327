"""Items that were added without proration: their own beginning is told by no invoice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from storage.importing.stripe.lines import PaidLine
from storage.importing.stripe.objects import Json, day_of, key_of, listed


def additions(said: Json, lines: Sequence[PaidLine]) -> Iterator[PaidLine]:
    """Yield a line for the time before the first invoice of each item that was added to others.

    One that took the place of another is left out: when that one went nothing tells. So is one that
    came within a trial.

    Parameters
    ----------
    said : dict
        The subscription, whose items know when they were added.
    lines : sequence of PaidLine
        All lines of the subscription, in any order.
    """
    for item in listed(said.get("items")):
        own = [line for line in lines if line.item == key_of(item)]
        first = min(own, key=lambda one: one.begins, default=None)
        added = int(item.get("created") or 0)
        if first is None or not first.amount or day_of(added) >= day_of(first.begins):
            continue
        then = [one for one in lines if one.begins <= added < one.ends]
        stays = {one.item for one in lines if one.begins <= first.begins < one.ends}
        if then and all(one.amount and one.item in stays for one in then):
            yield replace(first, begins=added, ends=first.begins, is_proration=True)
