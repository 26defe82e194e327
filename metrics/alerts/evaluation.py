"""Evaluation of alert rules: the state on new figures, and the transitions since the last."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain

from metrics.alerts.episodes import advance, ending, is_open
from metrics.alerts.rules import AlertRule
from metrics.alerts.series import Series
from metrics.alerts.states import AlertState, Episode, StateName, Transition, TransitionKind
from metrics.alerts.statuses import Health, MonthStatus, Phase, month_statuses
from metrics.period_grammar import shift_months

LISTED_FOR = 2
"""Months after which a drop that was not told in time is no longer listed in digests."""

Statuses = Mapping[date, MonthStatus]


def evaluate(
    rule: AlertRule, series: Series, state: AlertState, *, data_version: int, today: date
) -> tuple[AlertState, tuple[Transition, ...]]:
    """Return the state of an alert on new figures, and the transitions since ``state``.

    Parameters
    ----------
    rule : AlertRule
        For the scope of ``series``.
    series : Series
        All closed months as they are in ``data_version``, restated ones included.
    state : AlertState
        What the last evaluation returned, ``AlertState()`` before the first.
    data_version : int
        Goes up with every import. The same version, or an older one, changes nothing.
    today : date
        Counts the days between reminders; figures are judged by their months alone.

    Returns
    -------
    AlertState
        Its ``status`` follows from the whole series, whatever was evaluated before.
    tuple of Transition
        In the order to be told; their recipients are for `metrics.alerts.grouping`.

    References
    ----------
    docs/definitions.md, section "Alerts".
    """
    if state.is_evaluated(rule, data_version):
        return state, ()
    statuses = month_statuses(rule, series)
    latest = statuses[series.closed_through]
    ended = _ended(rule, statuses, latest, state)
    goes_on = state.episode is not None and is_open(state.episode, latest)
    episode, news = advance(
        rule,
        latest,
        state.episode if goes_on else None,
        number=state.episodes + 1,
        today=today,
        is_snoozed=state.is_snoozed(today),
    )
    told = _told(rule, latest, episode, news)
    listed = _listed(statuses, latest, state)
    notes = (
        Transition.of(rule, kind, status, episode=state.episodes, n=data_version)
        for kind, status in chain(listed, _quiet(state.status, latest))
    )
    after = replace(
        state,
        data_version=data_version,
        rule_version=rule.version,
        closed_through=series.closed_through,
        status=latest,
        episode=episode,
        episodes=episode.number if episode else state.episodes,
        ended=_still_shown(state, ended, series.closed_through),
        seen=_seen(state, *([latest] if episode else []), *(status for _, status in listed)),
        has_failed=False,
    )
    # The end of the old episode comes before the start of the next: both may be of one month.
    return after, (*filter(None, (ended, told)), *notes)


def record_failure(
    rule: AlertRule, state: AlertState, *, data_version: int
) -> tuple[AlertState, tuple[Transition, ...]]:
    """Return the state of an alert whose evaluation failed: its version stays to be evaluated."""
    # A failure is told once, however often it is tried again.
    if state.has_failed or state.is_evaluated(rule, data_version):
        return state, ()
    failed = Transition.of(
        rule, TransitionKind.ERROR, state.status, episode=state.episodes, n=data_version
    )
    return replace(state, has_failed=True), (failed,)


def firing_transition(rule: AlertRule, state: AlertState) -> Transition | None:
    """Return the firing transition of the open episode, for recipients who have not had it.

    None without an episode, and while its figures are missing or could not be evaluated.
    """
    if state.episode is None or state.name is not StateName.FIRING:
        return None
    number = state.episode.number
    return Transition.of(rule, TransitionKind.FIRED, state.status, episode=number, n=0)


def _ended(
    rule: AlertRule, statuses: Statuses, latest: MonthStatus, state: AlertState
) -> Transition | None:
    episode, last_time = state.episode, state.closed_through
    if episode is None or last_time is None:
        return None
    earlier = statuses.get(last_time, latest)
    is_edited = rule.version != state.rule_version
    kind = ending(episode, latest=latest, earlier=earlier, is_rule_edited=is_edited)
    if kind is None:
        return None
    # The month that recovered, though later ones may have breached again since.
    later = (status for month, status in statuses.items() if month > last_time)
    recovered = (status for status in later if not status.is_within(episode.fired_in))
    on = next(recovered, earlier) if kind is TransitionKind.RESOLVED else earlier
    return Transition.of(rule, kind, on, episode=episode.number, n=0)


def _told(
    rule: AlertRule, latest: MonthStatus, episode: Episode | None, news: TransitionKind | None
) -> Transition | None:
    if episode is None or news is None:
        return None
    return Transition.of(rule, news, latest, episode=episode.number, n=episode.notices)


def _listed(
    statuses: Statuses, latest: MonthStatus, state: AlertState
) -> list[tuple[TransitionKind, MonthStatus]]:
    """Return the months that fired by figures which came too late to be told."""
    oldest = shift_months(max(statuses), -LISTED_FOR)
    fired = (status for month, status in statuses.items() if status.fired_in == month >= oldest)
    late = (status for status in fired if not _is_known(status, state))
    # It is told of what fires now, and lists no older drop beside it: events stand for themselves.
    is_firing = latest.phase is Phase.FIRING
    return [
        (TransitionKind.LISTED, status)
        for status in late
        if not is_firing or (status.is_event and status.fired_in != latest.fired_in)
    ]


def _is_known(status: MonthStatus, state: AlertState) -> bool:
    if state.episode is not None and status.is_within(state.episode.fired_in):
        return True
    fired_in = status.fired_in
    return fired_in is None or (state.seen is not None and fired_in <= state.seen)


def _quiet(
    before: MonthStatus, latest: MonthStatus
) -> Iterator[tuple[TransitionKind, MonthStatus]]:
    if latest.phase is Phase.PENDING and latest.breaches != before.breaches:
        yield TransitionKind.PENDING, latest
    if latest.phase is Phase.INACTIVE and before.phase is Phase.PENDING:
        yield TransitionKind.CLEARED, latest
    if latest.health is before.health:
        return
    if latest.health is Health.INSUFFICIENT:
        yield TransitionKind.INSUFFICIENT, latest
    # Missing figures are news only while there is a drop.
    if latest.health is Health.STALE and latest.phase is not Phase.INACTIVE:
        yield TransitionKind.STALE, latest


def _still_shown(state: AlertState, ended: Transition | None, month: date) -> TransitionKind | None:
    if ended is not None:
        return ended.kind
    return state.ended if month == state.closed_through else None


def _seen(state: AlertState, *statuses: MonthStatus) -> date | None:
    months = (state.seen, *(status.fired_in for status in statuses))
    return max((month for month in months if month is not None), default=None)
