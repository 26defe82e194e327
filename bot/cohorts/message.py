"""Cohorts as parts: what the newest keeps, who left early, and a table of ages."""

from collections.abc import Iterator
from dataclasses import replace

from bot.cohorts.table import CohortTable
from bot.cohorts.wording import (
    definition_line,
    finding,
    headline,
    hidden_line,
    logo_grid,
    mrr_grid,
    second_line,
)
from bot.questions.buttons import COHORTS, FollowUp, full_answer
from bot.questions.question import View, ViewOptions
from bot.style.parts import Chart, Part, Parts, Quiet, Said, Table
from metrics.period_grammar import shift_months
from metrics.periods import PeriodUnit, months_between

_LISTED = {PeriodUnit.MONTH: 12, PeriodUnit.QUARTER: 36}
LENGTHS = (8, 6, 4, 0)
"""Cohorts that are listed, the most first: the first message that Slack takes is sent."""


def follow_ups(table: CohortTable) -> list[FollowUp]:
    """List the questions to ask after cohorts, as buttons in this order."""
    question, end = table.question, table.end
    unit = PeriodUnit.QUARTER if table.length is PeriodUnit.MONTH else PeriodUnit.MONTH
    months = months_between(shift_months(end, -_LISTED[unit]), end, today=end)
    options = ViewOptions(cohort_unit=unit)
    other = replace(question, options=options, period=months).with_stand_in(None)
    month = months_between(shift_months(end, -1), end, today=end)
    answered = replace(other, view=View.ANSWER, options=ViewOptions(), period=month)
    return [FollowUp(COHORTS, f"By {unit}", other), full_answer(answered)]


def cohort_compositions(table: CohortTable) -> Iterator[Parts]:
    """Compose a table of cohorts, shorter and shorter."""
    yield from (_composed(table, most) for most in LENGTHS)


def printed_cohorts(table: CohortTable) -> Parts:
    """Compose all cohorts for a terminal: the MRR that they keep, then the accounts."""
    mrr = Table(mrr_grid(table, table.cohorts, title="MRR kept"))
    return _framed(table, mrr, Table(logo_grid(table, table.cohorts, title="Accounts kept")))


def _composed(table: CohortTable, most: int) -> Parts:
    shown = table.cohorts[-most:] if most else ()
    return _framed(table, Table(mrr_grid(table, shown)), Chart(None))


def _framed(table: CohortTable, *shown: Part) -> Parts:
    said = Said(finding(table), second_line(table))
    return table.framed(
        headline(table), said, *shown, Quiet(definition_line(table), hidden_line(table))
    )
