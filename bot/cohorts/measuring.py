"""Cohorts measured: a question for them becomes their table, from the ledger."""

from datetime import date

from bot.cohorts.table import CohortTable
from bot.errors import UsageError
from bot.questions.question import Question
from bot.style.grounds import Grounds
from metrics.cohorts import AGES, grouped
from metrics.period_grammar import months_from, shift_months
from metrics.periods import PeriodUnit
from metrics.segments import PRODUCT
from storage.ledger.ledger import Ledger

_NO_PRODUCTS = (
    "cohorts are of accounts, which pay for several products: ask without one. Try: cohorts"
)


def read_cohorts(ledger: Ledger, question: Question, grounds: Grounds, *, end: date) -> CohortTable:
    """Read the cohorts of a period, up to ages that are over by a month start.

    Raises
    ------
    UsageError
        If a product is asked for.
    MissingRateError
        If a currency has no rate at all.
    """
    if PRODUCT in dict(question.scope):
        raise UsageError(_NO_PRODUCTS)
    unit, first = question.options.cohort_unit or PeriodUnit.QUARTER, ledger.first_month()
    if first is None:  # a rate is missing: the error says which
        ledger.retention(*question.period.ends)
    months = months_within(question, first, end)
    signed = ledger.sign_ups(months, AGES[unit], end=end, scope=question.scope)
    return CohortTable(
        question=question,
        grounds=grounds,
        end=end,
        first_month=first,
        cohorts=tuple(one for one in grouped(signed, unit) if one.accounts),
    )


def months_within(question: Question, first: date | None, end: date) -> list[date]:
    """List the months of a question's period that are over, without the ledger's first one."""
    if first is None:
        return []
    month = max(question.period.start.replace(day=1), shift_months(first, 1))
    last = min(question.period.measured_end, end)
    return [*months_from(month, last.replace(day=1))]
