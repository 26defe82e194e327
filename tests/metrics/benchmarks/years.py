"""Twelve months of a base of 1,000 in MRR, by what it gained and lost."""

from metrics.retention import Retention
from tests.metrics.retentions import retention_of


def year_of(
    expansion: int, contraction: int, churn: int, *, opening: int = 1_000, accounts: int = 20
) -> Retention:
    """Make twelve months; one account left if anything churned."""
    parts = {"expansion": expansion, "contraction": contraction, "churn": churn}
    return retention_of(opening, accounts=accounts, **parts)
