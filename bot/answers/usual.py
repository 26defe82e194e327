"""Groups whose closed month is below their usual one, so that an alert would fire for them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from bot.answers.answer import Answer
from bot.answers.away import unless_away
from bot.answers.courses import Split, courses_of
from bot.answers.small_cohorts import CohortsOf
from metrics.alerts.baselines import MONTHS
from metrics.alerts.rules import SHOCK, SUSTAINED_DROP, AlertRule
from metrics.alerts.screening import LOOKED_AT, can_fire
from metrics.alerts.series import Series
from metrics.alerts.statuses import Phase, month_statuses
from metrics.findings.finding import BelowUsual, Finding, FindingKind
from metrics.findings.unusual import find_unusual, is_rise
from metrics.period_grammar import shift_months
from metrics.periods import months_between
from metrics.rollup import Scope
from metrics.segments import PRODUCT
from storage.alerts.series import read_bases, read_series
from storage.ledger.ledger import Ledger

_RULES = (SUSTAINED_DROP, replace(SHOCK, account_loss=None))  # of groups, not of one account


@dataclass(frozen=True, slots=True, kw_only=True)
class UsualReader:
    """Finds drops that last: the month before was as low, so that nothing seems to be wrong.

    Attributes
    ----------
    cohorts : callable, optional
        Judges the groups of a period; None where small groups may be shown.
    """

    ledger: Ledger
    cohorts: CohortsOf | None

    def find(self, move: Finding, split: Split, answer: Answer) -> Finding:
        """Add to what a period did that a default alert fires at its end; else leave it."""
        period, is_quiet = answer.period, move.kind is FindingKind.QUIET
        if not (is_quiet or is_rise(move)) or not period.complete or period.end.day != 1:
            return move
        whole, segments = courses_of(answer)
        month = shift_months(period.end, -1)
        asked = self._asked(split, answer) if is_quiet else _alone(split)
        low = self._below(set(asked.values()), month)
        shown = {
            value: low[scope]
            for value, scope in asked.items()
            if scope in low and self._may_show(scope, month)
        }
        return find_unusual(move, whole, segments, shown)

    def _asked(self, split: Split, answer: Answer) -> Mapping[str | None, Scope]:
        """List what may have an alert by default: the company, and the values of one dimension."""
        values: tuple[str | None, ...] = ()
        if not split.scope and split.dimension != PRODUCT:
            values = tuple(part.value for part in courses_of(answer)[1])
        return _alone(split) | {value: split.scope_of_value(value) for value in values}

    def _below(self, scopes: Collection[Scope], month: date) -> Mapping[Scope, BelowUsual]:
        since = shift_months(month, -LOOKED_AT)
        recent = unless_away(lambda: read_bases(self.ledger, scopes, since=since)) or {}
        rules = [
            rule.over(scope)
            for scope, bases in recent.items()
            for rule in _RULES
            if can_fire(rule, bases, month)
        ]
        series = (unless_away(lambda: read_series(self.ledger, rules)) if rules else None) or {}
        return {
            rule.scope: below
            for rule in rules
            if rule.scope in series and (below := _judged(rule, series[rule.scope], month))
        }

    def _may_show(self, scope: Scope, month: date) -> bool:
        """Tell whether the months may be shown that say what is usual."""
        if self.cohorts is None:
            return True
        starts, end = (
            [shift_months(month, -back) for back in range(MONTHS + 1)],
            shift_months(month, 1),
        )
        months = [months_between(one, shift_months(one, 1), today=end) for one in starts]
        return all(self.cohorts(one).opening.may_ask(scope) for one in months)


def _alone(split: Split) -> dict[str | None, Scope]:
    # Accounts of two values have no alert by default.
    return {} if len(split.scope) > 1 else {None: split.scope}


def _judged(rule: AlertRule, series: Series, month: date) -> BelowUsual | None:
    status = month_statuses(rule, series).get(month)
    if status is None or status.phase is not Phase.FIRING or status.month != month:
        return None
    verdict = status.verdict
    if verdict is None or verdict.baseline is None or not verdict.drop:
        return None
    return BelowUsual(month=month, nrr=verdict.value, usual=verdict.baseline)
