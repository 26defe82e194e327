"""Reads the details of notices from the ledger, at the version of the data that is newest now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from bot.alerts.telling.details import (
    AlertRef,
    MixChange,
    MonthFigures,
    MonthPoint,
    NoticeDetails,
)
from bot.answers.answers import Answers
from metrics.alerts.grouping import Alert, Notice
from metrics.alerts.rules import AlertRule, Metric
from metrics.alerts.series import Series
from metrics.alerts.states import Transition, TransitionKind
from metrics.alerts.statuses import NOT_JUDGED, month_statuses
from metrics.change import explain
from metrics.period_grammar import shift_months
from metrics.rollup import Scope
from storage.alerts.series import read_series
from storage.ledger.account_changes import AccountChange
from storage.ledger.ledger import Ledger

HISTORY_MONTHS = 13  # the same month of the year before is in the picture
MOST_DRIVERS = 3  # as many as a message names


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsReader:
    """Reads the figures behind alerts; months that no import has touched are remembered."""

    answers: Answers

    def read(self, told: Sequence[tuple[Notice, Alert]]) -> list[NoticeDetails]:
        """Return the details of each notice, in the same order.

        Raises
        ------
        StorageError, ReconciliationError
            If the ledger cannot be read.
        """
        with self.answers.reading() as reading:
            ledger = reading.ledger
            series = read_series(ledger, [alert.rule for _, alert in told])
            return [self._details(ledger, notice, alert, series) for notice, alert in told]

    def read_for_button(self, alert: Alert, ref: AlertRef, *, recipient_id: str) -> NoticeDetails:
        """Return the details of an alert's month by the figures of today, for one who pressed."""
        with self.answers.reading() as reading:
            ledger = reading.ledger
            series = read_series(ledger, [alert.rule])
            known = series.get(alert.rule.scope)
            statuses = month_statuses(alert.rule, known) if known and known.months else {}
            # The month of the button, not the newest: a message may be weeks old when pressed.
            status = statuses.get(ref.month, alert.state.status) if ref.month else NOT_JUDGED
            change = Transition.of(
                alert.rule, TransitionKind.FIRED, status, episode=ref.episode, n=0
            )
            notice = Notice(
                recipient_id=recipient_id, transition=change, severity=alert.rule.severity
            )
            return self._details(ledger, notice, alert, series)

    def drivers(self, scope: Scope, month: date) -> tuple[AccountChange, ...]:
        """Return the accounts of a scope that lost the most in a month, the largest loss first."""
        with self.answers.reading() as reading:
            return _drivers(reading.ledger, scope, month)

    def _details(
        self, ledger: Ledger, notice: Notice, alert: Alert, series: Mapping[Scope, Series]
    ) -> NoticeDetails:
        rule, month = alert.rule, notice.transition.period
        known, state = series.get(rule.scope), ledger.state()
        closed = known.months.get(month) if known and month else None
        figures = MonthFigures(
            currency=state.currency,
            data_version=state.data_version,
            retention=closed.over(rule.window) if closed else None,
            history=_history(known, month, rule) if known and month else (),
            drivers=_drivers(ledger, rule.scope, month) if closed and month else (),
            mix=self._mix(ledger, alert, month) if closed and month else None,
        )
        return NoticeDetails(notice=notice, rule=rule, figures=figures)

    def _mix(self, ledger: Ledger, alert: Alert, month: date) -> MixChange | None:
        dimension = self.answers.main_dimension
        if alert.rule.scope or dimension not in ledger.vocabulary():
            return None
        since = _since(alert, month)
        before, after = (
            ledger.by(dimension, first, shift_months(first, 1)) for first in (since, month)
        )
        change = explain(before, after)
        return MixChange(since=since, change=change) if change else None


def _since(alert: Alert, month: date) -> date:
    status = alert.state.status
    # The streak that the state knows is that of its month; an older notice begins with its month.
    began = status.run.began if status.run and status.month == month else month
    return shift_months(began, -1)


def _history(series: Series, month: date, rule: AlertRule) -> tuple[MonthPoint, ...]:
    first = min(series.months, default=month)
    wanted = (shift_months(month, -back) for back in range(HISTORY_MONTHS - 1, -1, -1))
    return tuple(
        MonthPoint(month=one, value=_ratio(series, one, rule)) for one in wanted if one >= first
    )


def _ratio(series: Series, month: date, rule: AlertRule) -> Fraction | None:
    closed = series.months.get(month)
    retention = closed.over(rule.window) if closed else None
    if retention is None:
        return None
    match rule.metric:
        case Metric.NRR:
            return retention.nrr
        case Metric.GRR:
            return retention.grr


def _drivers(ledger: Ledger, scope: Scope, month: date) -> tuple[AccountChange, ...]:
    changes = ledger.account_changes(month, shift_months(month, 1), scope, most=MOST_DRIVERS)
    return changes.losses
