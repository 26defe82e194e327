"""Periods as a question names them, for a reader's own day and fiscal year."""

from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.questions.question import StandIn
from metrics.data_end import DataEnd
from metrics.periods import NotInError, Period, day_words, parse_period, period_words


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodReader:
    """Reads periods of a ledger on a day, in a fiscal year, where its data ends."""

    today: date
    fiscal_start: int
    data_end: DataEnd | None

    def period(self, text: str, *, called: str = "") -> tuple[Period, StandIn | None]:
        """Read a period, and what is said where it stands in for another.

        It is ``called`` something else where nobody typed it.
        """
        parse = partial(parse_period, text, today=self.today, fiscal_start=self.fiscal_start)
        try:
            period = parse(data_end=self.data_end)
        except NotInError as error:
            marked = "" if error.instead.complete else " to date"
            sentence = f"{error}. This is {period_words(error.instead)}{marked}."
            return error.instead, StandIn(sentence=sentence, asked=error.asked)
        if self.data_end is None or parse().start == period.start:
            return period, None
        ends = day_words(self.data_end.last_day, period)
        called = called or f"“{text.strip()}”"
        sentence = f"{called} is {period_words(period)}: the data ends {ends}."
        return period, StandIn(sentence=sentence, asked=None)
