"""Days typed at the command line."""

from datetime import date

from bot.errors import UsageError
from bot.questions.hints import echoed
from storage.importing.cells import CellError, parse_day

LAST_DAY = date(2199, 12, 31)  # cells of files end today; ``--today`` may be a day to come


def parse_today(text: str | None) -> date | None:
    """Read the day of ``--today``; None where it was not given."""
    return None if text is None else parse_day_of("--today", text)


def parse_day_of(option: str, text: str) -> date:
    """Read the day that an option was given.

    Raises
    ------
    UsageError
        If it is none.
    """
    try:
        return parse_day(text.strip(), today=LAST_DAY)
    except CellError:
        raise UsageError(
            f"{option} takes a day from 1970 to 2199, such as 2026-11-21, not {echoed(text)}"
        ) from None
