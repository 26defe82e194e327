"""Days as people read them."""

from datetime import date


def day_in_full(day: date) -> str:
    """Write a day for people, with its year.

    Examples
    --------
    >>> day_in_full(date(2024, 3, 3))
    '3 Mar 2024'
    """
    return f"{day.day} {day:%b %Y}"
