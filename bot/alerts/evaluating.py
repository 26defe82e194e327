"""Evaluates every alert rule on every scope, once on each version of the data."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bot.alerts.before_close import Ahead, find_ahead
from bot.alerts.rules.report import AlertReport
from bot.answers.answers import Answers
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import AlertRule
from metrics.alerts.series import Series
from metrics.alerts.states import TransitionKind
from metrics.period_grammar import shift_months, whole_months
from metrics.rollup import Scope
from metrics.segments import NO_VALUE
from storage.alerts.actions import end_snooze
from storage.alerts.rules import is_default
from storage.alerts.series import read_series
from storage.alerts.snapshot import AlertSnapshot
from storage.alerts.states import Evaluated, evaluate_once, evaluated_on, fail_once, note_evaluation
from storage.ledger.ledger import Ledger

# Errors of figures or of a stored state. A store that fails is none: its tick is tried again whole.
UNREADABLE = (ArithmeticError, ValueError)

log = logging.getLogger("nrrbot.alerts")

COMPANY: Scope = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figures:
    """The series of one version of the data, and the rules that were not evaluated on it yet."""

    data_version: int
    last_month: date | None
    scopes: tuple[Scope, ...]
    todo: tuple[AlertRule, ...]
    # None where the figures could not be read; a scope that is not in it has no closed month yet.
    series: Mapping[Scope, Series] | None
    ahead: Ahead  # of months that are not closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluator:
    """Evaluates the default rules on the company and each of its segments, and people's own.

    Segments are the values of the main dimension.
    """

    answers: Answers
    now: Callable[[], datetime]

    def snapshot(self) -> AlertSnapshot:
        """Read every rule and state, as an evaluation starts from."""
        with self.answers.store.read() as session:
            return AlertSnapshot.read(session)

    def evaluate(self, snapshot: AlertSnapshot | None = None, *, today: date) -> AlertReport:
        """Evaluate the rules that were not evaluated yet on the newest data.

        Parameters
        ----------
        snapshot : AlertSnapshot, optional
            Read now when left out.
        today : date
            Counts the days between reminders, and no later movement counts before the close; which
            months are closed is for imports to say.

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
        snapshot = snapshot or self.snapshot()
        figures = self._figures(snapshot, today)
        watched = list(snapshot.rules_over(figures.scopes))
        alerts = [
            self._evaluated(snapshot.on(rule), figures, today)
            for rule in watched
            if rule.fingerprint in snapshot.stored or _has_base(rule, figures)
        ]
        self._pass_over(_absent(snapshot, figures), figures.data_version)
        return AlertReport(
            data_version=figures.data_version,
            alerts=tuple(alerts),
            last_month=figures.last_month,
        )

    def end_snoozes(self, snapshot: AlertSnapshot, *, today: date) -> None:
        """End every snooze that is over by a day."""
        for rule in snapshot.rules_over(sorted(snapshot.scopes)):
            until = snapshot.on(rule).state.snoozed_until
            if until is not None and until <= today:
                with self.answers.store.write(ledger=False) as session:
                    end_snooze(session, rule, today=today, now=self.now())

    def listed(self) -> AlertReport:
        """Return every alert as it was evaluated last; nothing is evaluated."""
        snapshot, dimension = self.snapshot(), self.answers.main_dimension
        scopes = sorted(scope for scope in snapshot.scopes if _is_of(scope, dimension))
        alerts = [
            snapshot.on(rule)
            for rule in snapshot.rules_over(scopes)
            if rule.fingerprint in snapshot.stored or not is_default(rule)
        ]
        versions = (alert.state.data_version for alert in alerts)
        newest = max((version for version in versions if version is not None), default=None)
        months = (alert.state.closed_through for alert in alerts)
        last = max((month for month in months if month is not None), default=None)
        return AlertReport(
            data_version=newest,
            alerts=tuple(alerts),
            last_month=last,
            closed_months=self._closed_months(last) if last is not None else None,
        )

    def _closed_months(self, last: date) -> int | None:
        with self.answers.reading() as reading:
            first = reading.ledger.first_month()
        # the first month has no opening MRR, and says nothing
        return (
            None if first is None else whole_months(shift_months(first, 1), shift_months(last, 1))
        )

    def _figures(self, snapshot: AlertSnapshot, today: date) -> _Figures:
        with self.answers.reading() as reading:
            ledger = reading.ledger
            state = ledger.state()
            data_version, closed_through = state.data_version, state.closed_through
            scopes = _segments(ledger, self.answers.main_dimension)
            todo = self._todo(snapshot.rules_over(scopes), data_version)
            # Usually nothing is to do: then no month of any scope is read at all.
            series = _series(ledger, todo)
            ahead = _ahead(ledger, todo, series or {}, today=today)
        return _Figures(
            data_version=data_version,
            last_month=shift_months(closed_through, -1) if closed_through else None,
            scopes=scopes,
            todo=todo,
            series=series,
            ahead=ahead,
        )

    def _todo(self, rules: Iterable[AlertRule], data_version: int) -> tuple[AlertRule, ...]:
        with self.answers.store.read() as session:
            done = evaluated_on(session, data_version)
        return tuple(
            rule for rule in rules if rule.enabled and (rule.fingerprint, rule.version) not in done
        )

    def _evaluated(self, alert: Alert, figures: _Figures, today: date) -> Alert:
        rule = alert.rule
        if alert.state.is_evaluated(rule, figures.data_version):
            return alert
        state, transitions = self._evaluate(rule, figures, today)
        # Another process may have evaluated it meanwhile: then it has the provisional ones, too.
        ahead = tuple(one for one in transitions if one.kind is TransitionKind.PROVISIONAL)
        return Alert(rule=rule, state=state, transitions=transitions, provisional=ahead)

    def _evaluate(self, rule: AlertRule, figures: _Figures, today: date) -> Evaluated:
        series, data_version = (figures.series or {}).get(rule.scope), figures.data_version
        if series is None:
            return self._fail(rule, data_version)
        try:
            # A transaction for each rule: one that cannot be evaluated does not undo the others.
            with self.answers.store.write(ledger=False) as session:
                return evaluate_once(
                    session,
                    rule,
                    series,
                    ahead=figures.ahead.get(rule.fingerprint, ()),
                    data_version=data_version,
                    today=today,
                    now=self.now(),
                )
        except UNREADABLE:
            log.exception("an alert could not be evaluated")
            return self._fail(rule, data_version)

    def _fail(self, rule: AlertRule, data_version: int) -> Evaluated:
        with self.answers.store.write(ledger=False) as session:
            return fail_once(session, rule, data_version=data_version, now=self.now())

    def _pass_over(self, rules: list[AlertRule], data_version: int) -> None:
        """Note that there was nothing to evaluate, so that no tick reads the same months again."""
        if rules:
            with self.answers.store.write(ledger=False) as session:
                for rule in rules:
                    note_evaluation(session, rule, data_version=data_version, now=self.now())


def _series(ledger: Ledger, rules: Iterable[AlertRule]) -> Mapping[Scope, Series] | None:
    try:
        return read_series(ledger, rules)
    except UNREADABLE:
        log.exception("the figures that alerts are about could not be read")
        return None


def _ahead(
    ledger: Ledger, rules: Iterable[AlertRule], series: Mapping[Scope, Series], *, today: date
) -> Ahead:
    try:
        return find_ahead(ledger, rules, series, today=today)
    except UNREADABLE:  # the closed months are none the worse for it
        log.exception("the months that are not closed yet could not be read")
        return {}


def _segments(ledger: Ledger, dimension: str) -> tuple[Scope, ...]:
    values = ledger.vocabulary().get(dimension, ())
    # Accounts without a value are a segment too, unless nobody has one at all.
    named = dict.fromkeys((*values, NO_VALUE)) if values else ()
    return (COMPANY, *(((dimension, value),) for value in named))


def _is_of(scope: Scope, dimension: str) -> bool:
    """Tell whether a scope is the company, or one value of a dimension."""
    return not scope or (len(scope) == 1 and scope[0][0] == dimension)


def _absent(snapshot: AlertSnapshot, figures: _Figures) -> list[AlertRule]:
    """Return the rules of segments in which nobody has paid in a closed month yet."""
    if not figures.series:  # unreadable, or without any closed month: there is nothing to pass over
        return []
    return [
        rule
        for rule in figures.todo
        if rule.fingerprint not in snapshot.stored and not _has_base(rule, figures)
    ]


def _has_base(rule: AlertRule, figures: _Figures) -> bool:
    """Tell whether a scope has a month to judge; a rule that is no default counts without one."""
    if figures.series is None:
        return rule.scope == COMPANY or not is_default(rule)
    series = figures.series.get(rule.scope)
    return series is not None and (bool(series.months) or not is_default(rule))
