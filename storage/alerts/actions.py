"""What people do about alerts: acknowledge, snooze, mute; who did what and why stays on record."""

from collections.abc import Callable
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
    """Hold back the notices of an alert until a day, and write down why.

    Raises
    ------
    SnoozeLengthError
        If that day is not after today, or more than 90 days away.
    """
    change = partial(snoozed, until=until, today=today)
    return _act(
        session, rule, "snooze", change, user_id=user_id, now=now, until=until, reason=reason
    )


def wake(session: Session, rule: AlertRule, *, user_id: str, now: datetime) -> AlertState:
    """End a snooze before its day; without one nothing changes."""
    return _act(session, rule, "wake", awake, user_id=user_id, now=now)


def end_snooze(session: Session, rule: AlertRule, *, today: date, now: datetime) -> Evaluated:
    """End a snooze that is over; one line says how the alert stands."""
    before = state_to_change(session, rule)
    after, transitions = ended_snooze(rule, before, today=today)
    if after != before:
        _write(session, rule, after, *transitions, now=now)
    return after, transitions


def snooze_reason(session: Session, rule: AlertRule) -> str | None:
    """Return why an alert was snoozed last."""
    statement = (
        select(col(AlertActionRow.reason))
        .where(
            col(AlertActionRow.fingerprint) == rule.fingerprint,
            col(AlertActionRow.action) == "snooze",
        )
        .order_by(col(AlertActionRow.id).desc())
        .limit(1)
    )
    found: str | None = session.scalar(statement)
    return found


def mute(session: Session, fingerprint: str, user_id: str, *, now: datetime) -> None:
    """Let somebody hear no more of a rule on a scope."""
    insert_new(session, AlertMuteRow, fingerprint=fingerprint, user_id=user_id, at=now)


def unmute(session: Session, fingerprint: str, user_id: str) -> None:
    """Let somebody hear of a rule on a scope again."""
    session.execute(
        delete(AlertMuteRow).where(
            col(AlertMuteRow.fingerprint) == fingerprint, col(AlertMuteRow.user_id) == user_id
        )
    )


def muted_by(session: Session, user_id: str) -> set[str]:
    """Return the fingerprints that somebody wants to hear no more of."""
    statement = select(col(AlertMuteRow.fingerprint)).where(col(AlertMuteRow.user_id) == user_id)
    return set(session.scalars(statement))


def all_mutes(session: Session) -> set[tuple[str, str]]:
    """Return who has muted what: fingerprints and user ids."""
    rows = session.execute(select(col(AlertMuteRow.fingerprint), col(AlertMuteRow.user_id)))
    return {(fingerprint, user_id) for fingerprint, user_id in rows}


def _write(
    session: Session, rule: AlertRule, state: AlertState, *transitions: Transition, now: datetime
) -> None:
    write_state(session, rule, state, transitions, data_version=state.data_version or 0, now=now)


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
