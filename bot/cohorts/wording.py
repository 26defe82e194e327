"""The words of cohorts: what the newest one keeps, who left early, and the table of all."""

from collections.abc import Sequence
from fractions import Fraction

from bot.cohorts.table import CohortTable
from bot.findings.changes import size_in_points
from bot.questions.kinds import Kind
from bot.style.differences import difference_of
from bot.style.figures import NO_BREAK_SPACE, percent
from bot.style.grid import Grid
from bot.style.names import plural, scope_name, short_month
from metrics.cohorts import EARLY_DAYS, ENOUGH, Shift, SignUpCohort
from metrics.periods import PeriodUnit

SAME = Fraction(5, 1000)
"""Below half a point two shares are as good as the same."""
_UNTOLD = ""
_NUMBERS = {2: "two", 3: "three", 4: "four"}
_TOO_YOUNG = "No cohort is old enough yet"
_TOO_FEW = f"Fewer than {ENOUGH} accounts signed up in each"
_TOO_FEW_OLD = f"{_TOO_FEW} that is old enough"


def cohort_name(cohort: SignUpCohort, length: PeriodUnit) -> str:
    """Name a cohort by when it signed up: "Oct 2025", "Q1 2026", "2025".

    Examples
    --------
    >>> from datetime import date
    >>> cohort = SignUpCohort(
    ...     start=date(2026, 1, 1), end=date(2026, 4, 1), accounts=1, gone_early=None, ages={}
    ... )
    >>> cohort_name(cohort, PeriodUnit.QUARTER)
    'Q1 2026'
    """
    if length is PeriodUnit.MONTH:
        return short_month(cohort.start)
    quarter = f"Q{(cohort.start.month + 2) // 3} " if length is PeriodUnit.QUARTER else ""
    return f"{quarter}{cohort.start.year}"


def headline(table: CohortTable) -> str:
    """Write what the newest cohort keeps, and which it is."""
    of = f" · {scope_name(table.question.scope)}" if table.question.scope else ""
    if (early := early_asked(table)) is not None:
        left = f"{percent(early.figure)} of accounts left within {EARLY_DAYS} days"
        return f"{left} · sign-ups of {cohort_name(early.cohort, table.length)}{of}"
    if (found := table.shift) is None:
        return f"{_untold(table)}{of}"
    age, shift = found
    kept = f"{percent(shift.figure)} of MRR kept after {plural(age, 'month')}"
    return f"{kept} · sign-ups of {cohort_name(shift.cohort, table.length)}{of}"


def finding(table: CohortTable) -> str:
    """Say how the newest cohort compares with those before it."""
    if (early := early_asked(table)) is not None:
        beside = _beside(table, early)
        return f"That is {_gone(early.cohort)}{beside and ', '}{beside}."
    if (found := table.shift) is None:
        if not table.cohorts:
            return "Nobody signed up in a period that is over."
        if _untold(table) is _TOO_YOUNG:
            return "What one keeps is told from a month after it on."
        return "In so small a group one account makes the curve: longer cohorts have more."
    age, shift = found
    still = f"{percent(shift.cohort.logos(age))} of these accounts stayed"
    beside = _beside(table, shift)
    return f"That is {beside}; {still}." if beside else f"{still}."


def whole_finding(table: CohortTable) -> str:
    """Say in one sentence what the newest cohort keeps, as a picture without a headline does."""
    if (found := table.shift) is None:
        return _untold(table)
    age, shift = found
    name = cohort_name(shift.cohort, table.length)
    kept = f"Sign-ups of {name} keep {percent(shift.figure)} of MRR after {plural(age, 'month')}"
    if shift.before is None:
        return kept
    moved = _moved(shift)  # a title has two lines: the message says which ones were before
    return f"{kept}, {moved} than before" if moved else f"{kept}, as before"


def _untold(table: CohortTable) -> str:
    """Say why nothing is said of any cohort."""
    if table.cohorts and all(one.accounts < ENOUGH for one in table.cohorts):
        return _TOO_FEW
    return _TOO_FEW_OLD if any(age for one in table.cohorts for age in one.ages) else _TOO_YOUNG


def early_asked(table: CohortTable) -> Shift | None:
    """Find the early churn that was asked for; None where all is, or none is known."""
    return table.early if table.question.words.asked is Kind.EARLY else None


def second_line(table: CohortTable) -> str | None:
    """Say what is beside the finding: early churn, or beside that what the newest cohort keeps."""
    return early_line(table) if early_asked(table) is None else f"{whole_finding(table)}."


def early_line(table: CohortTable) -> str | None:
    """Say how many of the newest accounts left in their first 90 days."""
    if (shift := table.early) is None:
        return None
    name, gone = cohort_name(shift.cohort, table.length), f"{_gone(shift.cohort)} left"
    beside = _beside(table, shift)
    share = f"{percent(shift.figure)}{beside and ', '}{beside}"
    return f"Early churn: {gone} within {EARLY_DAYS} days of signing up in {name} ({share})."


def definition_line(table: CohortTable) -> str:
    """Say what the table divides by what, and who is in none of its cohorts."""
    said = (
        "Share of the MRR at the end of the sign-up month that the same accounts pay so many"
        " months later."
    )
    if table.first_month is not None and table.question.period.start <= table.first_month:
        begins = short_month(table.first_month)
        said += f" Who paid in {begins}, where the ledger begins, is in no cohort."
    return said


def hidden_line(table: CohortTable) -> str | None:
    """Say that cohorts are left out, where some are."""
    if not table.hidden:
        return None
    return f"{plural(table.hidden, 'cohort')} of too few accounts left out."


def mrr_grid(table: CohortTable, cohorts: Sequence[SignUpCohort], *, title: str = "") -> Grid:
    """Lay out the MRR that cohorts keep by age, the newest first."""
    ages = [age for age in table.ages if any(age in one.ages for one in cohorts)]
    header = ("Cohort", "Accounts", *map(_unbroken, map(age_name, ages)))
    rows = (
        (
            _unbroken(cohort_name(one, table.length)),
            f"{one.accounts:,}",
            *(_shown(one.nrr(age)) for age in ages),
        )
        for one in reversed(cohorts)
    )
    return Grid(title=title, header=header, rows=tuple(rows), named=True)


def logo_grid(table: CohortTable, cohorts: Sequence[SignUpCohort], *, title: str) -> Grid:
    """Lay out early churn, and the accounts that cohorts keep by age, the newest first."""
    header = ("Cohort", f"Left in {EARLY_DAYS} d", *map(_unbroken, map(age_name, table.ages)))
    rows = (
        (
            _unbroken(cohort_name(one, table.length)),
            _shown(one.early_churn),
            *(_shown(one.logos(age)) for age in table.ages),
        )
        for one in reversed(cohorts)
    )
    return Grid(title=title, header=header, rows=tuple(rows), named=True)


def age_name(age: int) -> str:
    """Name an age at the head of a column: "6 mo"."""
    return f"{age} mo"


def _unbroken(words: str) -> str:
    return words.replace(" ", NO_BREAK_SPACE)


def _shown(share: Fraction | None) -> str:
    return _UNTOLD if share is None else percent(share)


def _gone(cohort: SignUpCohort) -> str:
    return f"{cohort.gone_early or 0:,} of {cohort.accounts:,} accounts"


def _beside(table: CohortTable, shift: Shift) -> str:
    if shift.before is None:
        return ""
    count, noun = shift.cohorts_before, table.length.value
    those = f"the {noun} before" if count == 1 else f"the {_NUMBERS[count]} {noun}s before"
    moved = _moved(shift)
    return f"{moved} than in {those}" if moved else f"as in {those}"


def _moved(shift: Shift) -> str:
    """Write how much more, or less, a cohort keeps than those before; empty where it is as much."""
    difference = None if shift.before is None else difference_of(shift.figure, shift.before)
    if difference is None or abs(difference) < SAME:
        return ""
    return f"{size_in_points(abs(difference))} {'more' if difference > 0 else 'less'}"
