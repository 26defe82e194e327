"""Sign-up cohorts: what accounts that began to pay together are worth as they grow older."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType

from metrics.period_grammar import MONTHS_IN, PeriodUnit, shift_months
from metrics.retention import NOTHING, Retention
from metrics.rollup import total

AGES: Mapping[PeriodUnit, tuple[int, ...]] = MappingProxyType(
    {
        PeriodUnit.MONTH: (1, 2, 3, 6, 9, 12),
        PeriodUnit.QUARTER: (1, 3, 6, 12, 18, 24),
        PeriodUnit.YEAR: (3, 6, 12, 24, 36, 48),
    }
)
"""Ages in months that cohorts of a length are looked at."""
EARLY_DAYS = 90
BEFORE = 4
"""Cohorts that one is held against."""
ENOUGH = 10
"""Accounts of a cohort that something is said of: in a smaller one, one of them makes the curve."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUps:
    """Accounts that paid for the first time in one month.

    ``gone_early`` are those of them that were gone 90 days after their first one, None while those
    days are not over for each. ``ages`` has for each age in months what became of those that paid
    when their first whole month opened, so that the age 0 is that opening itself.
    """

    month: date
    accounts: int
    gone_early: int | None
    ages: Mapping[int, Retention]

    @property
    def opening(self) -> Retention:
        """Those that paid when their first whole month opened."""
        return self.ages.get(0, NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpCohort:
    """Accounts that paid for the first time in one month, quarter or year, ``[start, end)``."""

    start: date
    end: date
    accounts: int
    gone_early: int | None
    ages: Mapping[int, Retention]

    @property
    def opening(self) -> Retention:
        """Those that paid when their first whole month opened."""
        return self.ages.get(0, NOTHING)

    def nrr(self, age: int) -> Fraction | None:
        """Divide what they pay at an age by what they paid at first; None where it is not known."""
        return self.ages[age].nrr if age in self.ages else None

    def logos(self, age: int) -> Fraction | None:
        """Divide those that pay at an age by those that paid at first; None if it is not known."""
        return self.ages[age].logo_retention if age in self.ages else None

    @property
    def early_churn(self) -> Fraction | None:
        """Share of its accounts that were gone within 90 days; None where it is not known."""
        if self.gone_early is None or not self.accounts:
            return None
        return Fraction(self.gone_early, self.accounts)


def grouped(months: Iterable[SignUps], unit: PeriodUnit) -> tuple[SignUpCohort, ...]:
    """Put the sign-ups of whole quarters or years together, the oldest first.

    An age is known of a cohort when it is known of each of its months. A quarter or a year of which
    a month is missing is left out.

    Parameters
    ----------
    months : iterable of SignUps
        One after the other, those without a sign-up among them.
    """
    by_start: dict[date, list[SignUps]] = {}
    for one in months:
        by_start.setdefault(_start_of(one.month, unit), []).append(one)
    length = MONTHS_IN[unit]
    return tuple(
        _together(start, shift_months(start, length), held)
        for start, held in sorted(by_start.items())
        if len(held) == length
    )


def _start_of(month: date, unit: PeriodUnit) -> date:
    return month.replace(month=month.month - (month.month - 1) % MONTHS_IN[unit])


def _together(start: date, end: date, months: Sequence[SignUps]) -> SignUpCohort:
    ages = set.intersection(*(set(one.ages) for one in months))
    early = [one.gone_early for one in months]
    return SignUpCohort(
        start=start,
        end=end,
        accounts=sum(one.accounts for one in months),
        gone_early=None if None in early else sum(gone for gone in early if gone),
        ages={age: total(one.ages[age] for one in months) for age in sorted(ages)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A figure of a cohort beside that of those before it, put together; both are shares."""

    cohort: SignUpCohort
    figure: Fraction
    before: Fraction | None
    cohorts_before: int

    @property
    def difference(self) -> Fraction:
        """The figure less that of those before; 0 where there are none."""
        return Fraction() if self.before is None else self.figure - self.before


def shift_at(cohorts: Sequence[SignUpCohort], age: int) -> Shift | None:
    """Hold what the newest cohort of an age keeps against up to four before it; None if none is."""
    known = [one for one in cohorts if one.nrr(age) is not None and _is_enough(one)]
    if not known:
        return None
    *others, newest = known
    earlier = others[-BEFORE:]
    kept = total(one.ages[age] for one in earlier)
    return Shift(
        cohort=newest,
        figure=newest.ages[age].nrr or Fraction(),
        before=kept.nrr,
        cohorts_before=len(earlier),
    )


def early_shift(cohorts: Sequence[SignUpCohort]) -> Shift | None:
    """Hold early churn of the newest cohort that is old enough against up to four before it."""
    known = [one for one in cohorts if one.early_churn is not None and one.accounts >= ENOUGH]
    if not known:
        return None
    *others, newest = known
    earlier = others[-BEFORE:]
    accounts = sum(one.accounts for one in earlier)
    gone = sum(one.gone_early or 0 for one in earlier)
    return Shift(
        cohort=newest,
        figure=newest.early_churn or Fraction(),
        before=Fraction(gone, accounts) if accounts else None,
        cohorts_before=len(earlier),
    )


def _is_enough(cohort: SignUpCohort) -> bool:
    return cohort.opening.accounts_opening >= ENOUGH
