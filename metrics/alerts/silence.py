"""What people do about an alert: acknowledge it, or snooze it for a while. Its state stays."""

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
    """Check how long a snooze is to last.

    Raises
    ------
    SnoozeLengthError
        If that day is not after today, or more than 90 days away.
    """
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
    """Return the state without its snooze, before that is over; who does it needs no line."""
    return replace(state, snoozed_until=None)


def end_snooze(
    rule: AlertRule, state: AlertState, *, today: date
) -> tuple[AlertState, tuple[Transition, ...]]:
    """Return the state without a snooze that is over, and one line that says how it stands."""
    if state.snoozed_until is None or state.is_snoozed(today):
        return state, ()
    over = Transition.of(
        rule,
        TransitionKind.SNOOZE_ENDED,
        state.status,
        episode=state.episodes,
        n=state.snoozed_until.toordinal(),
    )
    return replace(state, snoozed_until=None), (over,)
