"""What time it is at Slack, by the header that every answer of it carries."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any


def slack_moment(headers: Mapping[str, Any]) -> datetime | None:
    """Return when Slack answered, in whole seconds of its own clock; None if it did not say.

    Examples
    --------
    >>> slack_moment({"date": "Sat, 21 Nov 2026 09:00:00 GMT"}).isoformat()
    '2026-11-21T09:00:00+00:00'
    """
    said = {name.lower(): value for name, value in headers.items()}.get("date")
    try:
        moment = parsedate_to_datetime(str(said))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
