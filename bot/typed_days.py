"""Days that somebody types at the command line."""

from datetime import date

from bot.errors import UsageError
from storage.importing.cells import CellError, parse_day

LAST_DAY = date(2199, 12, 31)


def parse_today(text: str | None) -> date | None:
    """Return the day of ``--today``; None where it was not given."""
    if text is None:
        return None
    try:
        return parse_day(text, today=LAST_DAY)
    except CellError:
        raise UsageError("--today takes a day from 1970 to 2199, such as 2026-11-21") from None
