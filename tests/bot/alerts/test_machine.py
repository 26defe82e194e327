"""Whatever comes in whatever order, alerts are told once, and stand as their figures say.

Months, restatements, evaluations, telling, clicks, snoozes and failures in any order, on a real
store of each kind; how the figures are read from a ledger is tested beside `bot.alerts.evaluating`.
"""

from collections import Counter
from datetime import date, timedelta
from typing import cast

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.alerts.telling.composing import AlertComposer
from bot.alerts.telling.details_reader import DetailsReader
from bot.alerts.telling.notifier import Notifier
from bot.alerts.telling.recipients import RecipientAccess
from metrics.alerts.rules import FLOOR, SUSTAINED_DROP, AlertRule
from metrics.alerts.series import Series
from metrics.alerts.states import ENDINGS, TransitionKind
from metrics.alerts.statuses import MonthStatus, month_statuses
from metrics.errors import ReconciliationError
from metrics.rollup import Scope
from storage.alerts import actions as alert_actions
from storage.alerts.rules import set_recipients
from storage.alerts.states import evaluate_once, read_alerts
from storage.store.engine import Store
from storage.tables.alerts import AlertNoticeRow
from tests.bot.alerts.notifying import BOSS, CARE, BareDetails, StubRecipients, messages
from tests.bot.small_company import NOW
from tests.metrics.alerts.months import STEADY, closed, series
from tests.slow import IS_SLOW
from tests.storage.stores import Template

COMPANY: Scope = ()
SMB: Scope = (("segment", "smb"),)
RULES = tuple(one.over(scope) for one in (SUSTAINED_DROP, FLOOR) for scope in (COMPANY, SMB))
PERCENTS = st.sampled_from(["102", "101", "100", "98", "96", "89"])
ENDS = {str(kind) for kind in ENDINGS}


class Telling(RuleBasedStateMachine):
    """One workspace; ``template`` is set by the test."""

    template: Template

    def __init__(self) -> None:
        super().__init__()
        self._opened = self.template.fresh()
        self.store: Store = self._opened.__enter__()
        self.months = {scope: list(STEADY) for scope in (COMPANY, SMB)}
        self.version, self.evaluated, self.today = 1, 0, date(2026, 11, 21)
        self.details = BareDetails()
        with self.store.write(ledger=False) as session:
            for one in (SUSTAINED_DROP, FLOOR):
                set_recipients(session, one.rule_id, (BOSS, CARE), now=NOW)

    def teardown(self) -> None:
        self._opened.__exit__(None, None, None)

    @rule(company=PERCENTS, smb=PERCENTS)
    def a_month_is_closed(self, company: str, smb: str) -> None:
        self.months[COMPANY].append(company)
        self.months[SMB].append(smb)
        self.version += 1

    @rule(back=st.integers(1, 4), percent=PERCENTS, scope=st.sampled_from([COMPANY, SMB]))
    def a_month_is_restated(self, back: int, percent: str, scope: Scope) -> None:
        self.months[scope][-back] = percent
        self.version += 1

    @rule()
    def alerts_are_evaluated(self) -> None:
        for one in RULES:
            with self.store.write(ledger=False) as session:
                state, changed = evaluate_once(
                    session,
                    one,
                    self._series(one),
                    data_version=self.version,
                    today=self.today,
                    now=NOW,
                )
            assert self.version > self.evaluated or not changed
            path = month_statuses(one, self._series(one))
            assert state.status == path[max(path)]
        self.evaluated = self.version

    @rule()
    def people_are_told(self) -> None:
        before = len(messages(self.store))
        self._notifier().notify(today=self.today)
        new = [person for person, _ in messages(self.store)[before:]]
        assert len(new) == len(set(new))
        self._check_notices()

    @rule()
    def telling_fails(self) -> None:
        before = messages(self.store)
        self.details.is_broken = True
        try:
            self._notifier().notify(today=self.today)
        except ReconciliationError:
            assert messages(self.store) == before
        finally:
            self.details.is_broken = False

    @rule(one=st.sampled_from(RULES), person=st.sampled_from([BOSS, CARE]))
    def somebody_acknowledges(self, one: AlertRule, person: str) -> None:
        with self.store.write(ledger=False) as session:
            alert_actions.acknowledge(session, one, user_id=person, now=NOW)

    @rule(one=st.sampled_from(RULES), days=st.integers(1, 60))
    def somebody_snoozes(self, one: AlertRule, days: int) -> None:
        with self.store.write(ledger=False) as session:
            alert_actions.snooze(
                session,
                one,
                user_id=BOSS,
                until=self.today + timedelta(days=days),
                reason="known",
                today=self.today,
                now=NOW,
            )

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)
        for one in RULES:
            with self.store.write(ledger=False) as session:
                alert_actions.end_snooze(session, one, today=self.today, now=NOW)

    def _series(self, one: AlertRule) -> Series:
        return series([closed(percent) for percent in self.months[one.scope]])

    def _notifier(self) -> Notifier:
        composer = AlertComposer(
            details=cast("DetailsReader", self.details),
            recipients=cast("RecipientAccess", StubRecipients()),
            draw=lambda _: (),
            time_zone="UTC",
        )
        return Notifier(store=self.store, composer=composer, now=lambda: NOW)

    def _check_notices(self) -> None:
        """Each is told of an episode once, and of its end once, and only who was told of it."""
        with self.store.read() as session:
            rows = session.scalars(select(AlertNoticeRow)).all()
            known = read_alerts(session)
        fired = Counter(
            (row.fingerprint, row.episode, row.recipient_id)
            for row in rows
            if row.kind == TransitionKind.FIRED
        )
        ended = Counter(
            (row.fingerprint, row.episode, row.recipient_id) for row in rows if row.kind in ENDS
        )
        assert set(fired.values()) <= {1}
        assert set(ended.values()) <= {1}
        assert set(ended) <= set(fired)
        assert all(number <= known[of].state.episodes for of, number, _ in fired)


def test_everybody_is_told_once_whatever_happens(any_template: Template) -> None:
    machine = type("Telling", (Telling,), {"template": any_template})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=200 if IS_SLOW else 6,
            stateful_step_count=40 if IS_SLOW else 25,
            deadline=None,
        ),
    )


def test_the_order_of_imports_does_not_matter_to_how_alerts_stand(any_template: Template) -> None:
    months = [*STEADY, "98", "97", "102", "96"]
    found: list[tuple[MonthStatus, str]] = []
    for order in ([len(months)], range(9, len(months) + 1)):
        with any_template.fresh() as store:
            for version, count in enumerate(order, 1):
                with store.write(ledger=False) as session:
                    evaluate_once(
                        session,
                        SUSTAINED_DROP,
                        series(months[:count]),
                        data_version=version,
                        today=date(2026, 11, 21),
                        now=NOW,
                    )
            with store.read() as session:
                [alert] = read_alerts(session).values()
            found.append((alert.state.status, alert.state.name))

    assert found[0] == found[1]
