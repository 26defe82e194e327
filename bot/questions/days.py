"""Days, months and moments typed at the command line."""

from datetime import UTC, date, datetime, time

from bot.errors import UsageError
from bot.questions.echo import echoed
from metrics.errors import MetricsError
from metrics.periods import NotInError, Period, parse_period
from storage.importing.cells import CellError, parse_day, parse_moment

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


def parse_month_of(taker: str, text: str, *, today: date) -> Period:
    """Read the month that an option or a command was given; it may be to come.

    Raises
    ------
    UsageError
        If it is none.
    """
    try:
        period = parse_period(text, today=today)
    except NotInError as error:  # not begun yet
        period = error.asked
    except MetricsError:
        raise _no_month(taker, echoed(text)) from None
    if not period.is_month:
        raise _no_month(taker, period.label)
    return period


def _no_month(taker: str, said: str) -> UsageError:
    return UsageError(f"{taker} takes a month such as 2026-10, not {said}")


def parse_as_of(text: str | None) -> datetime | None:
    """Read the moment of ``--as-of``; None where it was not given.

    Raises
    ------
    UsageError
        If it is none.
    """
    if text is None:
        return None
    try:
        # Any moment is allowed, a later one, too: it means everything that is recorded.
        moment = parse_moment(text, now=datetime.max.replace(tzinfo=UTC))
    except CellError as error:
        raise UsageError(f"--as-of {error}") from None
    # A day alone means its end, so that what was recorded on that day counts.
    return datetime.combine(moment, time.max, UTC) if len(text) == len("2026-07-31") else moment
