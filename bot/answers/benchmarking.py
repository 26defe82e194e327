"""Puts the twelve months of replies beside peers and goals, as they are declared now."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import TypeVar

from bot.answers.answer import Answer, Reply, Slice
from bot.answers.away import unless_away
from bot.answers.small_cohorts import TOGETHER
from bot.trends.trend import Trend
from bot.why.explanation import Explanation
from metrics.benchmarks.comparing import BenchmarkedYear
from metrics.benchmarks.expectations import Expectations, stage_by_arr
from metrics.benchmarks.tables import CompanyStage
from metrics.money import to_major
from metrics.movements import arr
from metrics.period_grammar import shift_months
from metrics.rates import MissingRateError
from metrics.retention import Retention
from metrics.rollup import Scope
from metrics.trends import WINDOWS
from storage.ledger.ledger import Ledger
from storage.store.memory import Memory

DOLLARS = "USD"
"""The currency of the guides' tables."""

R = TypeVar("R", bound=Reply)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReader:
    """Finds the stage of a company by the ARR of the last month that is in."""

    ledger: Ledger
    memory: Memory
    data_through: date

    def stage(self) -> CompanyStage | None:
        """Find the stage; None where ARR cannot be told in US dollars."""
        if DOLLARS not in self.ledger.currencies():
            return None
        with suppress(MissingRateError):
            return unless_away(self._remembered)
        return None

    def _remembered(self) -> CompanyStage:
        end = self.data_through.replace(day=1)
        return self.memory.recall(self.ledger.generation, ("stage", end), lambda: self._read(end))

    def _read(self, end: date) -> CompanyStage:
        ledger, start = self.ledger.in_currency(DOLLARS), shift_months(end, -1)
        mrr = ledger.retention(start, end).closing + ledger.outside_cohort(start, end).total
        return stage_by_arr(Fraction(to_major(arr(mrr), DOLLARS)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmarking:
    """Puts what a workspace declares beside what a reply shows of twelve months, and no more.

    Attributes
    ----------
    stage : callable
        Finds the company's stage where the profile says none.
    """

    expectations: Expectations
    main_dimension: str
    stage: Callable[[], CompanyStage | None]

    def beside(self, reply: R) -> R:
        """Add peers and goals to a reply; a reply of no twelve months stays as it is."""
        if self.expectations.are_none:
            return reply
        here = self
        if not reply.question.is_on_usual_basis:  # goals are
            here = replace(self, expectations=replace(self.expectations, goals={}))
        scope = reply.question.scope
        match reply:
            case Answer():
                trailing = reply.comparisons.trailing
                year = here.year_beside(trailing.retention if trailing else None, scope)
                parts = tuple(here.part_beside(part, scope) for part in reply.breakdown)
                return replace(reply, benchmarked=year, breakdown=parts)
            case Trend() if reply.window == WINDOWS[-1]:
                latest = reply.whole.latest
                year = here.year_beside(latest.retention if latest else None, scope)
                return replace(reply, benchmarked=year)
            case Explanation():
                return replace(reply, benchmarked=here.year_beside(reply.surroundings.year, scope))
        return reply

    def year_beside(self, year: Retention | None, scope: Scope) -> BenchmarkedYear | None:
        """Put twelve months of a scope beside its peers and its goal."""
        profile = self.expectations.profile
        if year is None or year.nrr is None:
            return None
        is_derived = not scope and profile is not None and profile.stage is None
        return self.expectations.beside(
            year,
            scope,
            main_dimension=self.main_dimension,
            stage=self.stage() if is_derived else None,
        )

    def part_beside(self, part: Slice, scope: Scope) -> Slice:
        """Put twelve months of a value beside its peers and its goal."""
        if part.value == TOGETHER:
            return part
        within = (*scope, (part.dimension, part.value))
        return replace(part, benchmarked=self.year_beside(part.year, within))
