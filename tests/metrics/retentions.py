"""Retentions to test with, by what became of the MRR of a base."""

from metrics.retention import Retention


def retention_of(
    opening: int, *, accounts: int = 10, left: int | None = None, **parts: int
) -> Retention:
    """Make a retention: parts that are not named are zero, and one account left for any churn."""
    gone = int(parts.get("churn", 0) > 0) if left is None else left
    terms = {"expansion": 0, "contraction": 0, "churn": 0, **parts}
    return Retention(
        accounts_opening=accounts, accounts_retained=accounts - gone, opening=opening, **terms
    )


def of_one_account(opening: int, closing: int, *, stays: bool = False) -> Retention:
    """Make the retention of an account that pays when a period opens; nothing left is churn.

    One that ``stays`` has given up all of it, as in a pause.
    """
    if closing or stays:
        parts = {"expansion": closing - opening} if closing > opening else {}
        return retention_of(
            opening, accounts=1, left=0, contraction=max(0, opening - closing), **parts
        )
    return retention_of(opening, accounts=1, churn=opening)


GUIDE = retention_of(
    100_000_000,
    accounts=200,
    left=6,
    expansion=5_000_000,
    contraction=1_500_000,
    churn=2_000_000,
)
"""The guide's worked example: NRR 101.5 %, GRR 96.5 %; 119.6 % a year if it is a month."""
