"""Days and moments of the facts as dates, for views that people read."""

from alembic import op


def day(number: str) -> str:
    """Write a day number as a date, in SQL."""
    if op.get_bind().dialect.name == "sqlite":
        return f"date({number} * 86400, 'unixepoch')"
    return f"(DATE '1970-01-01' + {number})"


def moment(number: str) -> str:
    """Write a moment number as a moment in UTC, in SQL."""
    if op.get_bind().dialect.name == "sqlite":
        rest = f"(({number} % 1000000 + 1000000) % 1000000)"  # above zero before 1970, too
        whole = f"strftime('%Y-%m-%dT%H:%M:%S', ({number} - {rest}) / 1000000, 'unixepoch')"
        return f"{whole} || printf('.%06d+00:00', {rest})"
    return (
        f"(TIMESTAMPTZ '1970-01-01 00:00:00+00' + ({number} / 1000000) * INTERVAL '1 second'"
        f" + ({number} % 1000000) * INTERVAL '1 microsecond')"
    )
