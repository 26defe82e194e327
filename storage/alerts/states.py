"""States and transitions of alerts: written once for each rule and version of the data."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.alerts.evaluation import evaluate, record_failure
from metrics.alerts.grouping import EpisodeKey
from metrics.alerts.rules import AlertRule, fingerprint_of
from metrics.alerts.series import Series
from metrics.alerts.states import AlertState, Transition
from metrics.rollup import Scope
from storage.alerts.updates import update_told_of
from storage.store.statements import insert_new
from storage.tables.alerts import AlertEvaluationRow, AlertStateRow, AlertTransitionRow
from storage.tables.ratios import ratio_text
from storage.tables.scopes import read_scope_text, scope_text

_ADAPTER = TypeAdapter(AlertState)
_NEVER = AlertState()
# Stores keep the key of the first version. Inside a string value its quotes would be escaped, so
# the first match is the key.
_FIELD, _STORED = '"status":', '"standing":'

Evaluated = tuple[AlertState, tuple[Transition, ...]]
"""The state of an alert after an evaluation, and the transitions that it made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAlert:
    """The stored state of one rule on one scope."""

    rule_id: str
    scope: Scope
    state: AlertState


def read_alerts(session: Session) -> dict[str, StoredAlert]:
    """Return every alert that was ever evaluated, by its fingerprint.

    What older definitions said is over: those alerts are kept and not read.
    """
    rows = session.scalars(select(AlertStateRow))
    found = {
        row.fingerprint: StoredAlert(
            rule_id=row.rule_id,
            scope=read_scope_text(row.scope),
            state=_read(row.state_json),
        )
        for row in rows
    }
    return {
        fingerprint: one
        for fingerprint, one in found.items()
        if fingerprint == fingerprint_of(one.rule_id, one.scope)
    }


def open_episodes(session: Session) -> set[EpisodeKey]:
    """Return the episodes that are open."""
    alerts = read_alerts(session).items()
    return {
        (fingerprint, one.state.episode.number)
        for fingerprint, one in alerts
        if one.state.episode is not None
    }


def count_by_state(session: Session) -> Counter[str]:
    """Count the alerts in each state."""
    return Counter(str(one.state.name) for one in read_alerts(session).values())


def evaluated_on(session: Session, data_version: int) -> set[tuple[str, int]]:
    """Return the fingerprints and rule versions that were evaluated on a version of the data."""
    columns = select(col(AlertEvaluationRow.fingerprint), col(AlertEvaluationRow.rule_version))
    statement = columns.where(col(AlertEvaluationRow.data_version) == data_version)
    return {(fingerprint, version) for fingerprint, version in session.execute(statement)}


def state_to_change(session: Session, rule: AlertRule) -> AlertState:
    """Read the state of an alert under a lock that lasts until the commit."""
    statement = select(col(AlertStateRow.state_json)).where(
        col(AlertStateRow.fingerprint) == rule.fingerprint
    )
    found = session.scalar(statement.with_for_update())  # no clause of SQLite, which has one writer
    return _NEVER if found is None else _read(found)


def evaluate_once(
    session: Session,
    rule: AlertRule,
    series: Series,
    *,
    ahead: Iterable[Transition] = (),
    data_version: int,
    today: date,
    now: datetime,
) -> Evaluated:
    """Evaluate a rule on new figures and store its transitions; all is committed, or nothing.

    ``ahead`` are provisional ones, of months that are not closed yet: they are stored beside.
    """
    state = state_to_change(session, rule)
    if state.is_evaluated(rule, data_version):
        return state, ()
    # A first evaluation has no row to lock: the unique row of the evaluation decides the race.
    if not note_evaluation(session, rule, data_version=data_version, now=now):
        return state_to_change(session, rule), ()
    after, transitions = evaluate(rule, series, state, data_version=data_version, today=today)
    transitions = (*transitions, *ahead)
    write_state(session, rule, after, transitions, data_version=data_version, now=now)
    if state.episode is not None and not after.is_in(state.episode.number):
        update_told_of(session, [rule.fingerprint], now=now)
    return after, transitions


def note_evaluation(session: Session, rule: AlertRule, *, data_version: int, now: datetime) -> bool:
    """Record that a rule was evaluated on a version of the data; False if another process has."""
    key = insert_new(
        session,
        AlertEvaluationRow,
        fingerprint=rule.fingerprint,
        rule_version=rule.version,
        data_version=data_version,
        evaluated_at=now,
    )
    return key is not None


def fail_once(session: Session, rule: AlertRule, *, data_version: int, now: datetime) -> Evaluated:
    """Record that an evaluation failed; it stays to be done on the same data."""
    state = state_to_change(session, rule)
    after, transitions = record_failure(rule, state, data_version=data_version)
    if after != state:
        write_state(session, rule, after, transitions, data_version=data_version, now=now)
    return after, transitions


def write_state(
    session: Session,
    rule: AlertRule,
    state: AlertState,
    transitions: Iterable[Transition] = (),
    *,
    data_version: int,
    now: datetime,
) -> None:
    """Store the state of a rule on its scope, and the transitions that led to it."""
    session.merge(
        AlertStateRow(
            fingerprint=rule.fingerprint,
            rule_id=rule.rule_id,
            scope=scope_text(rule.scope),
            state_json=_text(state),
            data_version=state.data_version,
            updated_at=now,
        )
    )
    session.add_all(_row(rule, change, data_version, now) for change in transitions)
    session.flush()


def _row(
    rule: AlertRule, change: Transition, data_version: int, now: datetime
) -> AlertTransitionRow:
    verdict = change.verdict
    return AlertTransitionRow(
        fingerprint=change.alert.fingerprint,
        rule_id=change.alert.rule_id,
        rule_version=rule.version,
        scope=scope_text(change.alert.scope),
        episode=change.episode,
        kind=change.kind,
        n=change.n,
        period=change.period,
        value=ratio_text(verdict.value) if verdict else None,
        baseline=ratio_text(verdict.baseline) if verdict else None,
        threshold=ratio_text(verdict.threshold) if verdict else None,
        deviation=ratio_text(verdict.deviation) if verdict else None,
        window=verdict.window if verdict else rule.window,
        half=verdict.half if verdict else None,
        account=verdict.account if verdict else None,
        data_version=data_version,
        at=now,
    )


def _read(text: str) -> AlertState:
    return _ADAPTER.validate_json(text.replace(_STORED, _FIELD, 1))


def _text(state: AlertState) -> str:
    return _ADAPTER.dump_json(state).decode().replace(_FIELD, _STORED, 1)
