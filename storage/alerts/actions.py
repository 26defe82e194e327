"""Acknowledges, snoozes and mutes alerts; who did it and why stays on record."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy import delete, select
from sqlmodel import Session, col

from metrics.alerts.rules import AlertRule
from metrics.alerts.silence import acknowledge as acknowledged
from metrics.alerts.silence import end_snooze as ended_snooze
from metrics.alerts.silence import snooze as snoozed
from metrics.alerts.silence import wake as awake
from metrics.alerts.states import AlertState, Transition
from storage.alerts.states import Evaluated, state_to_change, write_state
from storage.alerts.updates import update_told_of
from storage.store.statements import insert_new
from storage.tables.alerts import AlertActionRow, AlertMuteRow


def acknowledge(session: Session, rule: AlertRule, *, user_id: str, now: datetime) -> AlertState:
    """Stop the reminders of the open episode; a second click changes nothing."""
    return _act(session, rule, "acknowledge", acknowledged, user_id=user_id, now=now)


def snooze(
    session: Session,
    rule: AlertRule,
    *,
    user_id: str,
    until: date,
    reason: str,
    today: date,
    now: datetime,
) -> AlertState:
    """Hold back the notices of an alert until a day at most 90 days away, and record why."""
    change = partial(snoozed, until=until, today=today)
    return _act(
        session, rule, "snooze", change, user_id=user_id, now=now, until=until, reason=reason
    )


def wake(session: Session, rule: AlertRule, *, user_id: str, now: datetime) -> AlertState:
    """End a snooze before its day; without one nothing changes."""
    return _act(session, rule, "wake", awake, user_id=user_id, now=now)


def end_snooze(session: Session, rule: AlertRule, *, today: date, now: datetime) -> Evaluated:
    """End a snooze that is over, with the transition that says so."""
    before = state_to_change(session, rule)
    after, transitions = ended_snooze(rule, before, today=today)
    if after != before:
        _write(session, rule, after, *transitions, now=now)
    return after, transitions


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAction:
    """Somebody's acknowledgement or snooze of an alert; the latter has a last day and a reason."""

    user_id: str
    at: datetime
    until: date | None
    reason: str | None


def last_snooze(session: Session, fingerprint: str) -> AlertAction | None:
    """Return the last snooze of an alert; None if it never was snoozed."""
    return _last(session, fingerprint, "snooze")


def last_acknowledgement(session: Session, fingerprint: str) -> AlertAction | None:
    """Return the last acknowledgement of an alert; None if it never was acknowledged."""
    return _last(session, fingerprint, "acknowledge")


def _last(session: Session, fingerprint: str, action: str) -> AlertAction | None:
    row = AlertActionRow
    statement = (
        select(row)
        .where(col(row.fingerprint) == fingerprint, col(row.action) == action)
        .order_by(col(row.id).desc())
        .limit(1)
    )
    found = session.scalar(statement)
    if found is None:
        return None
    return AlertAction(user_id=found.user_id, at=found.at, until=found.until, reason=found.reason)


def mute(session: Session, fingerprint: str, user_id: str, *, now: datetime) -> None:
    """Take a user out of the recipients of an alert."""
    insert_new(session, AlertMuteRow, fingerprint=fingerprint, user_id=user_id, at=now)
    update_told_of(session, [fingerprint], to=user_id, now=now)


def unmute(session: Session, fingerprint: str, user_id: str, *, now: datetime) -> None:
    """Let a user be a recipient of an alert again."""
    session.execute(
        delete(AlertMuteRow).where(
            col(AlertMuteRow.fingerprint) == fingerprint, col(AlertMuteRow.user_id) == user_id
        )
    )
    update_told_of(session, [fingerprint], to=user_id, now=now)


def muted_by(session: Session, user_id: str) -> set[str]:
    """Return the fingerprints of the alerts that a user has muted."""
    statement = select(col(AlertMuteRow.fingerprint)).where(col(AlertMuteRow.user_id) == user_id)
    return set(session.scalars(statement))


def all_mutes(session: Session) -> set[tuple[str, str]]:
    """Return every mute as a fingerprint and a user id."""
    rows = session.execute(select(col(AlertMuteRow.fingerprint), col(AlertMuteRow.user_id)))
    return {(fingerprint, user_id) for fingerprint, user_id in rows}


def _write(
    session: Session, rule: AlertRule, state: AlertState, *transitions: Transition, now: datetime
) -> None:
    version = state.data_version or 0  # a person acted, no new data: it stays what was evaluated
    write_state(session, rule, state, transitions, data_version=version, now=now)
    update_told_of(session, [rule.fingerprint], now=now)


def _act(
    session: Session,
    rule: AlertRule,
    action: str,
    change: Callable[[AlertState], AlertState],
    *,
    user_id: str,
    now: datetime,
    until: date | None = None,
    reason: str | None = None,
) -> AlertState:
    before = state_to_change(session, rule)
    after = change(before)
    if after == before:  # a second press leaves no second record of who did it
        return after
    row = AlertActionRow(
        fingerprint=rule.fingerprint,
        episode=before.episodes,
        user_id=user_id,
        action=action,
        reason=reason,
        until=until,
        at=now,
    )
    session.add(row)
    _write(session, rule, after, now=now)
    return after
