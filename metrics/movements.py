"""Names for the changes of an account's MRR, and the MRR of a contract term."""

from enum import StrEnum, unique


@unique
class MovementKind(StrEnum):
    """The standard names of MRR movements.

    ``renewal`` and ``unchanged`` carry no money: a renewal is stated by its source, anything else
    that leaves the balance where it was is unchanged.
    """

    NEW = "new"
    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURN = "churn"
    REACTIVATION = "reactivation"
    RENEWAL = "renewal"
    UNCHANGED = "unchanged"


KINDS = tuple(MovementKind)
"""By the numbers that rows and arrays have for them."""


def classify(before: int, after: int, *, has_paid: bool) -> MovementKind:
    """Name the change of one account's MRR from ``before`` to ``after``.

    Parameters
    ----------
    before, after : int
        MRR around the movement in minor units, never negative.
    has_paid : bool
        Whether the account ever had MRR before this movement.

    Examples
    --------
    >>> classify(0, 5_000, has_paid=True)
    <MovementKind.REACTIVATION: 'reactivation'>
    """
    if after == before:
        return MovementKind.UNCHANGED
    if before == 0:
        return MovementKind.REACTIVATION if has_paid else MovementKind.NEW
    if after == 0:
        return MovementKind.CHURN
    return MovementKind.EXPANSION if after > before else MovementKind.CONTRACTION


def arr(mrr_minor: int) -> int:
    """Return annual recurring revenue: twelve times MRR, in the same minor units."""
    return mrr_minor * 12
