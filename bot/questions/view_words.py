"""Words that only some views take: how long sign-up cohorts are, and how far ahead one looks."""

from dataclasses import dataclass
from datetime import date

from bot.errors import UsageError
from bot.questions.kinds import Kind
from bot.questions.question import OF_NOW, Basis, View
from metrics.data_end import DataEnd
from metrics.horizons import Horizon
from metrics.period_grammar import MONTHS_IN, shift_months
from metrics.periods import Period, PeriodUnit, months_between, parse_period

_UNITS = {
    Kind.EACH_MONTH: PeriodUnit.MONTH,
    Kind.EACH_QUARTER: PeriodUnit.QUARTER,
    Kind.EACH_YEAR: PeriodUnit.YEAR,
}
_NEXT = {
    Kind.NEXT_QUARTER: Horizon(is_next_quarter=True),
    Kind.NEXT_YEAR: Horizon(is_next_year=True),
}
OF_SOME_VIEWS = frozenset({*_UNITS, *_NEXT, Kind.AHEAD})
_LISTED = {PeriodUnit.MONTH: 12, PeriodUnit.QUARTER: 12, PeriodUnit.YEAR: 6}
"""Cohorts that are listed where no period is named."""
_FEW_MONTHS = 6
_TWO_UNITS = "cohorts are of months, quarters or years: give one. Try: cohorts by-quarter"
_OVER_TIME = {PeriodUnit.QUARTER: "trend rolling-3m", PeriodUnit.YEAR: "trend"}
_NO_UNIT = (
    "by month, by quarter and by year are for cohorts; for NRR over time ask for a trend. Try: "
)
_NO_AHEAD = (
    "days ahead are for renewals and the outlook; for the past type last-90-days. Try: renewals 90d"
)
_TWO_HORIZONS = "that looks two ways ahead: give one. Try: renewals 90d"
_NO_PERIOD = "looks ahead: type 30d, 90d, next-quarter or next-year instead of a period"
_NO_BASIS = {
    Basis.WITH_USAGE: "is of committed MRR alone: leave the words about usage out",
    Basis.CURRENT: "takes no other groups than its own: leave basis current out",
}
_NO_SPLIT = {
    View.COHORTS: "cohorts are split by when they signed up. Try: cohorts by-quarter",
    View.OUTLOOK: "the outlook is of one group of accounts: name it instead. Try: outlook 90d",
}
_OF_COMMITTED = frozenset({View.COHORTS, View.MIGRATION, View.RENEWALS, View.OUTLOOK})
_WITHOUT = {Basis.WITH_USAGE: _OF_COMMITTED, Basis.CURRENT: _OF_COMMITTED | OF_NOW}
"""Views that a basis is not for."""


@dataclass(slots=True)
class ViewWords:
    """Words about cohorts and days ahead; a second word that says otherwise is refused."""

    unit: PeriodUnit | None = None
    ahead: Horizon | None = None

    def add(self, kind: Kind, count: int) -> None:
        """Take a word.

        Raises
        ------
        UsageError
            If it contradicts another.
        """
        if kind in _UNITS:
            if self.unit not in (None, _UNITS[kind]):
                raise UsageError(_TWO_UNITS)
            self.unit = _UNITS[kind]
            return
        ahead = _NEXT.get(kind) or Horizon(days=count)
        if self.ahead not in (None, ahead):
            raise UsageError(_TWO_HORIZONS)
        self.ahead = ahead

    def check(self, view: View, *, names_period: bool, dimension: str | None) -> None:
        """Check that a view takes what was said.

        Raises
        ------
        UsageError
            If it does not.
        """
        is_by_month = view is View.RENEWALS and self.unit is PeriodUnit.MONTH  # as they are anyway
        if self.unit is not None and view is not View.COHORTS and not is_by_month:
            raise UsageError(f"{_NO_UNIT}{_OVER_TIME.get(self.unit, 'trend monthly')}")
        if self.ahead is not None and not view.is_ahead:
            raise UsageError(_NO_AHEAD)
        if view.is_ahead and names_period:
            raise UsageError(f"{view} {_NO_PERIOD}. Try: {view} 90d")
        if dimension is not None and view in _NO_SPLIT:
            raise UsageError(_NO_SPLIT[view])

    def horizon(self, view: View) -> Horizon | None:
        """Choose how far a view looks ahead: 90 days where nothing was said."""
        return (self.ahead or Horizon()) if view.is_ahead else None

    def cohort_unit(self, view: View, named: Period | None) -> PeriodUnit | None:
        """Choose how long cohorts are: quarters, or months where few of these are asked about."""
        if view is not View.COHORTS:
            return None
        is_short = named is not None and (named.months or 0) < _FEW_MONTHS
        return self.unit or (PeriodUnit.MONTH if is_short else PeriodUnit.QUARTER)


def basis_refused(view: View, basis: Basis) -> str | None:
    """Say why a view is not of a basis; None if it can be."""
    return f"{view} {_NO_BASIS[basis]}" if view in _WITHOUT.get(basis, ()) else None


def cohort_months(
    unit: PeriodUnit, *, today: date, fiscal_start: int, data_end: DataEnd | None
) -> Period:
    """Find the months whose sign-ups are listed where no period is named."""
    last = parse_period(f"last-{unit}", today=today, fiscal_start=fiscal_start, data_end=data_end)
    start = shift_months(last.end, -_LISTED[unit] * MONTHS_IN[unit])
    return months_between(start, last.end, today=today, data_end=data_end)
