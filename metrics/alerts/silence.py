"""Silences of an alert: it is acknowledged or snoozed for a while; its status stays."""

from dataclasses import replace
from datetime import date, timedelta

from metrics.alerts.rules import AlertRule
from metrics.alerts.states import AlertState, Transition, TransitionKind
from metrics.errors import SnoozeLengthError

LONGEST_SNOOZE = timedelta(days=90)


def acknowledge(state: AlertState) -> AlertState:
    """Return the state without reminders for the open episode; a second click changes nothing."""
    if state.episode is None:
        return state
    return replace(state, episode=replace(state.episode, is_acknowledged=True))


def require_snooze(*, until: date, today: date) -> None:
    """Raise `SnoozeLengthError` for a day that is not after today, or more than 90 days away."""
    if not today < until <= today + LONGEST_SNOOZE:
        raise SnoozeLengthError(LONGEST_SNOOZE.days)


def snooze(state: AlertState, *, until: date, today: date) -> AlertState:
    """Return the state in which notices wait until a day, when they are told again.

    Raises
    ------
    SnoozeLengthError
        If that day is not after today, or more than 90 days away.
    """
    require_snooze(until=until, today=today)
    return replace(state, snoozed_until=until)


def wake(state: AlertState) -> AlertState:
    """Return the state without its snooze, before that is over: no notice says so."""
    return replace(state, snoozed_until=None)


def end_snooze(
    rule: AlertRule, state: AlertState, *, today: date
) -> tuple[AlertState, tuple[Transition, ...]]:
    """Return the state without a snooze that is over, and the transition that says so."""
    if state.snoozed_until is None or state.is_snoozed(today):
        return state, ()
    over = Transition.of(
        rule,
        TransitionKind.SNOOZE_ENDED,
        state.status,
        episode=state.episodes,
        n=state.snoozed_until.toordinal(),  # tells one snooze of an episode from the next
    )
    return replace(state, snoozed_until=None), (over,)
