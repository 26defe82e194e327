"""Explanations and comparisons for people without account detail: no group of so few accounts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import takewhile

from bot.answers.small_cohorts import TOGETHER, CohortsOf, SmallCohortError
from bot.comparing.comparison import Column, Comparison
from bot.migration.matrix import MigrationMatrix
from bot.migration.wording import MOST_VALUES
from bot.why.explanation import ChangeContext, Explanation
from metrics.periods import Period
from metrics.retention import Retention
from metrics.rollup import Scope, total

Values = Mapping[str, Retention]


def explanation_without(explanation: Explanation, cohorts_of: CohortsOf) -> Explanation:
    """Leave out what must not be shown of a change: periods, and a split with small groups.

    Raises
    ------
    SmallCohortError
        If the scope itself must not be shown.
    """
    scope, sides = explanation.question.scope, explanation.sides

    def may_ask(period: Period) -> bool:
        return cohorts_of(period).opening.may_ask(scope)

    if not cohorts_of(sides.period).may_ask(scope):
        raise SmallCohortError(scope)
    if not may_ask(sides.before_period):
        sides = replace(sides.without_values(), before=None)
    places = [(scope, sides.before_period), (scope, sides.period)]
    before, now = _values_shown(
        explanation.dimension, places, [sides.values_before, sides.values_now], cohorts_of
    )
    around = explanation.surroundings
    return replace(
        explanation,
        dimension=explanation.dimension if now else None,
        sides=replace(sides, values_before=before, values_now=now),
        surroundings=ChangeContext(
            # what lies before a gap is of other times
            earlier={
                period: around.earlier[period] for period in takewhile(may_ask, around.earlier)
            },
            year_period=around.year_period,
            year=around.year if may_ask(around.year_period) else None,
        ),
    )


def matrix_without(matrix: MigrationMatrix, cohorts_of: CohortsOf) -> MigrationMatrix:
    """Leave out the cells of a matrix that are of too few accounts, and others beside them.

    Raises
    ------
    SmallCohortError
        If its accounts are a part of what was granted, whose cells would leave others.
    """
    scope, groups = matrix.question.scope, cohorts_of(matrix.question.period)
    if not (groups.may_ask(scope) and groups.opening.is_granted(scope)):
        raise SmallCohortError(scope)
    shown = matrix.migration.condensed(MOST_VALUES)
    arrivals_too = groups.may_show_outside(scope)
    return replace(matrix, migration=shown.without_few(arrivals_too=arrivals_too))


def comparison_without(comparison: Comparison, cohorts_of: CohortsOf) -> Comparison:
    """Leave out what must not be shown of two sides.

    Raises
    ------
    SmallCohortError
        If the accounts of a side must not be shown.
    """
    left, right = (_column(one, cohorts_of) for one in (comparison.left, comparison.right))
    places = [(side.scope, side.period) for side in (left, right)]
    values = [left.values, right.values]
    if right.is_rest:  # what a value leaves of another is not judged by value
        values = [{}, {}]
        right = right if left.year else replace(right, year=None)
    shown = _values_shown(comparison.dimension, places, values, cohorts_of)
    return replace(
        comparison,
        dimension=comparison.dimension if shown[0] else None,
        left=replace(left, values=shown[0]),
        right=replace(right, values=shown[1]),
    )


def _column(side: Column, cohorts_of: CohortsOf) -> Column:
    if not cohorts_of(side.period).opening.may_ask(side.scope):
        raise SmallCohortError(side.scope)
    may_see = cohorts_of(side.year_period).opening.may_ask(side.scope)
    return replace(side, year=side.year if may_see else None)


def _values_shown(
    dimension: str | None,
    places: Sequence[tuple[Scope, Period]],
    values: Sequence[Values],
    cohorts_of: CohortsOf,
) -> tuple[Values, Values]:
    """Show small values together where both sides have the same ones; else split nothing.

    The parts of a change add up: what is left out of them would be known.
    """
    if dimension is None or not all(values):
        return {}, {}
    groups = [(cohorts_of(period).opening, scope) for scope, period in places]
    folded = [group.folded(scope, dimension) for group, scope in groups]
    is_steady = folded[0] == folded[1]
    if not is_steady or (folded[0] and not all(group.is_granted(one) for group, one in groups)):
        return {}, {}
    first, second = (_together(one, folded[0]) for one in values)
    return first, second


def _together(values: Values, folded: Collection[str]) -> Values:
    small = [one for value, one in values.items() if value in folded]
    shown = {value: one for value, one in values.items() if value not in folded}
    return shown | ({TOGETHER: total(small)} if small else {})
