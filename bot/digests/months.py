"""The month of a monthly digest: the last closed one, told once."""

from datetime import date
from enum import Enum, auto, unique

from bot.answers.answers import Answers
from bot.errors import UsageError
from metrics.period_grammar import shift_months
from storage.digests.runs import ToldMonth
from storage.errors import EmptyLedgerError


@unique
class News(Enum):
    """Whether a week's digest has anything to tell; not sure while the last one is on its way."""

    SOME = auto()
    NONE = auto()
    NOT_SURE = auto()


def last_closed(answers: Answers, *, today: date) -> date | None:
    """Find the first day of the last closed month; None where none is closed."""
    try:
        with answers.reading(today=today) as reading:
            closed = reading.ledger.state().closed_through
    except EmptyLedgerError:
        return None
    return None if closed is None else shift_months(min(closed, today.replace(day=1)), -1)


def closed_month(answers: Answers, month: date | None, *, today: date) -> date:
    """Check that a month is closed; the last one that is where none is named.

    Raises
    ------
    UsageError
        If it is not, or none is.
    """
    last = last_closed(answers, today=today)
    if last is None:
        raise UsageError(
            "no month is closed, and a monthly digest is about closed ones: import with"
            " --closed-through"
        )
    if month is not None and month > last:
        raise UsageError(f"{month:%B %Y} is not closed: {last:%B %Y} is the last month that is")
    return month or last


def news_of(told: ToldMonth, closed: date | None) -> News:
    """Compare the last closed month with what a channel was told."""
    if told.is_on_its_way:
        return News.NOT_SURE
    is_new = closed is not None and (told.month is None or told.month < closed)
    return News.SOME if is_new else News.NONE
