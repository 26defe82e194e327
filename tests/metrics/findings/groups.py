"""Groups to find something in: amounts in dollars, and a hundred accounts if none are named."""

from metrics.findings.finding import GroupCourse
from metrics.retention import Retention
from tests.metrics.retentions import retention_of


def group(opening: int, gained: int = 0, cut: int = 0, lost: int = 0, **accounts: int) -> Retention:
    """Return a base that gained, cut and lost so many dollars; one account left per lost 100."""
    opened = accounts.get("accounts", 100)
    left = accounts.get("left", min(opened - 1, -(-lost // 100)))
    parts = {"expansion": gained * 100, "contraction": cut * 100, "churn": lost * 100}
    return retention_of(opening * 100, accounts=opened, left=left, **parts)


def course(
    now: Retention,
    before: Retention | None = None,
    *,
    value: str | None = None,
    year: Retention | None = None,
    year_ago: Retention | None = None,
) -> GroupCourse:
    """Return the course of a whole, or of a segment by its value."""
    return GroupCourse(value=value, now=now, before=before, year=year, year_ago=year_ago)
