"""Moments as Stripe has them, seconds since the epoch, and the months between them."""

from datetime import UTC, datetime
from typing import Literal

from dateutil.relativedelta import relativedelta

HOUR = 3600
DAY = 24 * HOUR

Interval = Literal["day", "week", "month", "year"]


def at(text: str) -> int:
    """Return the moment that ``2026-03-31`` or ``2026-03-31 23:59:59`` is in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def said(moment: int) -> str:
    """Return the moment as `at` reads it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")


def after(anchor: int, count: int, interval: Interval) -> int:
    """Return ``count`` intervals after ``anchor``; months end early where they are short."""
    step = {f"{interval}s": count}
    moved = datetime.fromtimestamp(anchor, UTC) + relativedelta(**step)  # type: ignore[arg-type]
    return int(moved.timestamp())


def next_after(anchor: int, moment: int, count: int, interval: Interval) -> int:
    """Return the first moment later than ``moment`` that is whole steps after ``anchor``.

    Each is counted from the anchor: a cycle of the 31st is on 28 February, and on 31 March again.
    """
    steps = 0
    while after(anchor, steps * count, interval) <= moment:
        steps += 1
    return after(anchor, steps * count, interval)
