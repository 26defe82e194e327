"""Alerts as a use case: every rule on every scope, evaluated once on each version of the data."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from bot.alerts.rules.report import AlertReport
from bot.answers.answers import Answers
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import AlertRule
from metrics.alerts.series import Series
from metrics.alerts.states import AlertState
from metrics.rollup import Scope
from metrics.segments import NO_VALUE
from storage.alerts.actions import end_snooze
from storage.alerts.rules import is_default, list_records
from storage.alerts.series import read_series
from storage.alerts.states import (
    Evaluated,
    StoredAlert,
    evaluate_once,
    evaluated_on,
    fail_once,
    note_evaluation,
    read_alerts,
)
from storage.ledger.ledger import Ledger

UNREADABLE = (ArithmeticError, ValueError)
"""What figures or a stored state raise that cannot be evaluated; a store that fails is tried again
as a whole."""

log = logging.getLogger("nrrbot.alerts")

COMPANY: Scope = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """What rules read of one version of the data.

    ``todo`` are the rules that were not evaluated on it yet. ``series`` is None where the figures
    could not be read; a scope without one has no closed month yet.
    """

    data_version: int
    scopes: tuple[Scope, ...]
    todo: tuple[AlertRule, ...]
    series: Mapping[Scope, Series] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerting:
    """Evaluates the default rules on the company and each of its segments, and people's own.

    Segments are the values of the main dimension.
    """

    answers: Answers
    now: Callable[[], datetime]

    def evaluate(self, *, today: date) -> AlertReport:
        """Evaluate what was not yet evaluated on the newest data.

        Parameters
        ----------
        today : date
            Counts the days between reminders; which months are closed is for imports to say.

        Returns
        -------
        AlertReport
            Every alert, those included that did not have to be evaluated.

        Raises
        ------
        StorageError
            If the ledger is empty, or the store cannot be used. A rule that cannot be evaluated
            is no error here: it stands as failed, and the others go on.
        """
        rules, known = self._rules()
        figures = self._figures(rules)
        alerts = [
            self._evaluated(rule, known, figures, today) for rule in _watched(rules, known, figures)
        ]
        self._pass_over(_absent(known, figures), figures.data_version)
        return AlertReport(data_version=figures.data_version, alerts=tuple(alerts))

    def end_snoozes(self, *, today: date) -> None:
        """End every snooze that is over by a day."""
        rules, known = self._rules()
        scopes = {one.scope for one in known.values()}
        for rule in _over(rules, sorted(scopes)):
            stored = known.get(rule.fingerprint)
            until = stored.state.snoozed_until if stored else None
            if until is not None and until <= today:
                with self.answers.store.write(ledger=False) as session:
                    end_snooze(session, rule, today=today, now=self.now())

    def listed(self) -> AlertReport:
        """Return how every alert stood when it was evaluated last."""
        rules, known = self._rules()
        dimension = self.answers.main_dimension
        scopes = sorted({one.scope for one in known.values() if _is_of(one.scope, dimension)})
        alerts = [
            _alert(rule, known)
            for rule in _over(rules, scopes)
            if rule.fingerprint in known or not is_default(rule)
        ]
        versions = (alert.state.data_version for alert in alerts)
        newest = max((version for version in versions if version is not None), default=None)
        return AlertReport(data_version=newest, alerts=tuple(alerts))

    def _rules(self) -> tuple[list[AlertRule], dict[str, StoredAlert]]:
        with self.answers.store.read() as session:
            rules = [record.rule for record in list_records(session)]
            return rules, read_alerts(session)

    def _figures(self, rules: list[AlertRule]) -> _Figures:
        with self.answers.reading() as reading:
            ledger = reading.ledger
            data_version = ledger.state().data_version
            scopes = _segments(ledger, self.answers.main_dimension)
            todo = self._todo(_over(rules, scopes), data_version)
            wanted = dict.fromkeys(rule.scope for rule in todo)
            series = _series(ledger, tuple(wanted), _least_cost(todo))
        return _Figures(data_version=data_version, scopes=scopes, todo=todo, series=series)

    def _todo(self, rules: Iterable[AlertRule], data_version: int) -> tuple[AlertRule, ...]:
        with self.answers.store.read() as session:
            done = evaluated_on(session, data_version)
        return tuple(
            rule for rule in rules if rule.enabled and (rule.fingerprint, rule.version) not in done
        )

    def _evaluated(
        self,
        rule: AlertRule,
        known: Mapping[str, StoredAlert],
        figures: _Figures,
        today: date,
    ) -> Alert:
        alert = _alert(rule, known)
        if alert.state.is_evaluated(rule, figures.data_version):
            return alert
        series = (figures.series or {}).get(rule.scope)
        state, transitions = self._evaluate(rule, series, figures.data_version, today)
        return Alert(rule=rule, state=state, recipients=(), transitions=transitions)

    def _evaluate(
        self, rule: AlertRule, series: Series | None, data_version: int, today: date
    ) -> Evaluated:
        if series is None:
            return self._fail(rule, data_version)
        try:
            with self.answers.store.write(ledger=False) as session:
                return evaluate_once(
                    session,
                    rule,
                    series,
                    data_version=data_version,
                    today=today,
                    now=self.now(),
                )
        except UNREADABLE:
            log.exception("an alert could not be evaluated")
            return self._fail(rule, data_version)

    def _pass_over(self, rules: list[AlertRule], data_version: int) -> None:
        """Write down that there was nothing to evaluate, so that nobody looks again."""
        if rules:
            with self.answers.store.write(ledger=False) as session:
                for rule in rules:
                    note_evaluation(session, rule, data_version=data_version, now=self.now())

    def _fail(self, rule: AlertRule, data_version: int) -> Evaluated:
        with self.answers.store.write(ledger=False) as session:
            return fail_once(session, rule, data_version=data_version, now=self.now())


def _series(
    ledger: Ledger, scopes: tuple[Scope, ...], least_cost: Fraction | None
) -> Mapping[Scope, Series] | None:
    try:
        return read_series(ledger, scopes, least_cost=least_cost)
    except UNREADABLE:
        log.exception("the figures that alerts are about could not be read")
        return None


def _segments(ledger: Ledger, dimension: str) -> tuple[Scope, ...]:
    """Return the company and every value of a dimension, as far as anybody has one."""
    values = ledger.vocabulary().get(dimension, ())
    named = dict.fromkeys((*values, NO_VALUE)) if values else ()
    return (COMPANY, *(((dimension, value),) for value in named))


def _is_of(scope: Scope, dimension: str) -> bool:
    """Tell whether a scope is the company, or one value of a dimension."""
    return not scope or (len(scope) == 1 and scope[0][0] == dimension)


def _over(rules: list[AlertRule], scopes: tuple[Scope, ...] | list[Scope]) -> Iterator[AlertRule]:
    """Yield each default rule for every scope, and the others for their own."""
    for rule in rules:
        if is_default(rule):
            yield from map(rule.over, scopes)
        else:
            yield rule


def _watched(
    rules: list[AlertRule], known: Mapping[str, StoredAlert], figures: _Figures
) -> Iterator[AlertRule]:
    """Yield the rules there is something to say about.

    A segment in which nobody has paid yet is none, unless it had accounts before they were
    corrected away. Without any closed month there is nothing at all.
    """
    for rule in _over(rules, figures.scopes):
        if rule.fingerprint in known or _is_there(rule, figures):
            yield rule


def _absent(known: Mapping[str, StoredAlert], figures: _Figures) -> list[AlertRule]:
    """Return the rules of segments in which nobody has paid in a closed month yet."""
    if not figures.series:
        return []
    return [
        rule
        for rule in figures.todo
        if rule.fingerprint not in known and not _is_there(rule, figures)
    ]


def _is_there(rule: AlertRule, figures: _Figures) -> bool:
    if figures.series is None:
        return rule.scope == COMPANY or not is_default(rule)
    series = figures.series.get(rule.scope)
    return series is not None and (bool(series.months) or not is_default(rule))


def _alert(rule: AlertRule, known: Mapping[str, StoredAlert]) -> Alert:
    stored = known.get(rule.fingerprint)
    return Alert(rule=rule, state=stored.state if stored else AlertState(), recipients=())


def _least_cost(rules: Iterable[AlertRule]) -> Fraction | None:
    """Return the least share that one account may cost without any rule minding."""
    return min(
        (
            rule.account_loss - rule.recovery_margin
            for rule in rules
            if rule.account_loss is not None
        ),
        default=None,
    )
