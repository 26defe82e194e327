"""Reads the details of notices from the ledger, at the version of the data that is newest now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.alerts.refs import AlertRef
from bot.alerts.telling.causes import end_of, read_cause, visible_cause
from bot.alerts.telling.course import history, point
from bot.alerts.telling.details import DropCause, MonthFigures, NoticeDetails, Stage
from bot.answers.answers import Answers
from bot.answers.reading import Reading
from bot.answers.small_stretches import Stretches, may_tell
from bot.style.ratios import start_of
from metrics.alerts.grouping import Alert, Notice
from metrics.alerts.provisional import with_unclosed
from metrics.alerts.rules import AlertRule
from metrics.alerts.series import Series
from metrics.alerts.states import Transition, TransitionKind
from metrics.alerts.statuses import NOT_JUDGED, MonthStatus, month_statuses
from metrics.change import Component
from metrics.rollup import Scope
from metrics.segments import DerivedDimension
from storage.alerts.series import read_series, read_unclosed
from storage.ledger.account_changes import AccountChange

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
            early = [alert.rule for notice, alert in told if _is_early(notice.transition)]
            closed = read_series(reading.ledger, [alert.rule for _, alert in told])
            ahead = _with_unclosed(reading, closed, early)
            return [
                self._details(
                    reading, notice, alert, ahead if _is_early(notice.transition) else closed
                )
                for notice, alert in told
            ]

    def read_for_button(self, alert: Alert, ref: AlertRef, *, recipient_id: str) -> NoticeDetails:
        """Return the details of an alert's month by the figures of today, for one who pressed."""
        rule = alert.rule
        with self.answers.reading() as reading:
            series, kind = read_series(reading.ledger, [rule]), TransitionKind.FIRED
            closed = series.get(rule.scope)
            if closed and ref.month and ref.month > closed.closed_through:
                series, kind = _with_unclosed(reading, series, [rule]), TransitionKind.PROVISIONAL
            known = series.get(rule.scope)
            statuses = month_statuses(rule, known) if known and known.months else {}
            # The month of the button, not the newest: a message may be weeks old when pressed.
            status = statuses.get(ref.month, alert.state.status) if ref.month else NOT_JUDGED
            change = Transition.of(rule, kind, status, episode=ref.episode, n=0)
            notice = Notice(recipient_id=recipient_id, transition=change, severity=rule.severity)
            return self._details(reading, notice, alert, series)

    def may_tell(
        self, rule: AlertRule, told: Iterable[Transition], granted: frozenset[Scope]
    ) -> bool:
        """Tell whether whoever was granted some scopes may see what a rule's transitions say.

        Without account detail their months must be over, and of no small group.
        """
        with self.answers.reading() as reading:
            return self.answers.shows_small_groups() or all(
                may_tell(reading, rule, granted, month=one.period, verdict=one.verdict)
                for one in told
            )

    def without_small_groups(
        self, details: NoticeDetails, granted: frozenset[Scope]
    ) -> NoticeDetails:
        """Leave out the stretches, the cause and the split that tell of a small group."""
        rule, figures = details.rule, details.figures
        with self.answers.reading() as reading:
            if self.answers.shows_small_groups():
                return details
            stretches = Stretches(reading, rule.scope, rule.window, granted)
            history = tuple(
                point
                if point.value is None or stretches.may_show(point.month)
                else replace(point, value=None)
                for point in figures.history
            )
            month = details.month
            is_shown = month is None or stretches.may_show(month)
            since, cause, stage = figures.since, figures.cause, figures.stage
            if since is not None and not stretches.may_show(since.month):
                since = None
            if cause is not None and stage is not None:
                cause = visible_cause(cause, stage, stretches)
        left = replace(
            figures,
            history=history,
            since=since,
            cause=cause if is_shown else None,
            retention=figures.retention if is_shown else None,
        )
        return replace(details, figures=left)

    def drivers(self, rule: AlertRule, month: date) -> tuple[AccountChange, ...]:
        """Return the accounts that lost the most in the stretch that a rule judges in a month."""
        with self.answers.reading() as reading:
            start, end = start_of(rule.window, month), end_of(reading, month)
            return reading.ledger.account_changes(start, end, rule.scope, most=MOST_DRIVERS).losses

    def _details(
        self, reading: Reading, notice: Notice, alert: Alert, series: Mapping[Scope, Series]
    ) -> NoticeDetails:
        rule, month = alert.rule, notice.transition.period
        known, state = series.get(rule.scope), reading.ledger.state()
        closed = known.months.get(month) if known and month else None
        status = _status(rule, known, month)
        stage = Stage.of(rule, month, status) if closed and month else None
        drivers = _explained(reading, stage) if stage else ()
        figures = MonthFigures(
            currency=reading.ledger.currency,
            data_version=state.data_version,
            retention=closed.over(rule.window) if closed else None,
            history=history(rule, known, month) if known and month else (),
            drivers=drivers,
            renewals=_renewals(reading, drivers),
            plays=_plays(reading, drivers),
            stage=stage,
            since=point(rule, known, stage.since) if known and stage else None,
            cause=self._cause(reading, stage) if stage else None,
            in_a_row=status.breaches,
            ends=end_of(reading, month) if month and _is_early(notice.transition) else None,
        )
        return NoticeDetails(notice=notice, rule=rule, figures=figures)

    def _cause(self, reading: Reading, stage: Stage) -> DropCause:
        return read_cause(reading, stage, main_dimension=self.answers.main_dimension)


def _is_early(told: Transition) -> bool:
    return told.kind is TransitionKind.PROVISIONAL


def _with_unclosed(
    reading: Reading, series: Mapping[Scope, Series], early: Sequence[AlertRule]
) -> Mapping[Scope, Series]:
    """Return the series of the scopes of some rules, with the months that are in beside them."""
    if not early:
        return {}
    unclosed = read_unclosed(reading.ledger, early, today=reading.today)
    return {
        scope: with_unclosed(series[scope], months)
        for scope, months in unclosed.items()
        if months and scope in series
    }


def _status(rule: AlertRule, series: Series | None, month: date | None) -> MonthStatus:
    if series is None or month is None:
        return NOT_JUDGED
    return month_statuses(rule, series).get(month, NOT_JUDGED)


def _explained(reading: Reading, stage: Stage) -> tuple[AccountChange, ...]:
    start, end = start_of(stage.window, stage.month), end_of(reading, stage.month)
    return reading.ledger.explained_losses(start, end, stage.rule.scope, most=MOST_DRIVERS)


def _plays(reading: Reading, accounts: Iterable[AccountChange]) -> Mapping[str, str]:
    every = ((one.account_id, _play(reading, one)) for one in accounts)
    return {account: play for account, play in every if play is not None}


def _play(reading: Reading, account: AccountChange) -> str | None:
    stays = account.closing or account.is_paused
    segment = account.attributes.get(reading.main_dimension)
    tier = account.attributes.get(DerivedDimension.VALUE_TIER)
    lever = Component.CONTRACTION if stays else Component.CHURN
    return reading.playbook.play(segment, tier, lever)


def _renewals(reading: Reading, accounts: Iterable[AccountChange]) -> Mapping[str, date]:
    staying = [one.account_id for one in accounts if one.closing or one.is_paused]
    return reading.ledger.next_renewals(staying, today=reading.today) if staying else {}
