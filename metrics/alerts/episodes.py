"""Episodes of an alert: when one begins and ends, and when its recipients are notified again."""

from dataclasses import replace
from datetime import date

from metrics.alerts.rules import AlertRule
from metrics.alerts.states import Episode, TransitionKind
from metrics.alerts.statuses import Health, MonthStatus
from metrics.alerts.verdicts import Verdict


def is_open(episode: Episode, latest: MonthStatus) -> bool:
    """Tell whether an episode goes on."""
    return latest.is_within(episode.fired_in)


def ending(
    episode: Episode, *, latest: MonthStatus, earlier: MonthStatus, is_rule_edited: bool
) -> TransitionKind | None:
    """Return the kind of end of an open episode; None while it goes on, and for a silent end.

    ``earlier`` is the status, by today's figures, as of the last evaluation.
    """
    if is_open(episode, latest):
        return None
    if earlier.is_within(episode.fired_in):  # it did fire then: a later month has recovered
        # What one account did was the event of a month: there is nothing that could recover.
        return None if earlier.is_event else TransitionKind.RESOLVED
    # It did not: by these figures or this rule it should never have been told.
    return TransitionKind.RULE_CHANGED if is_rule_edited else TransitionKind.WITHDRAWN


def advance(
    rule: AlertRule,
    latest: MonthStatus,
    episode: Episode | None,
    *,
    number: int,
    today: date,
    is_snoozed: bool,
) -> tuple[Episode | None, TransitionKind | None]:
    """Return the open episode after an evaluation, and the transition to tell of it, if any.

    A rule that fires opens episode ``number`` if none is open.
    """
    verdict, fired_in = latest.verdict, latest.fired_in
    # While the last closed month is missing or too small, nothing is told of a drop.
    if verdict is None or fired_in is None or latest.health is not Health.OK:
        return episode, None
    if episode is None:
        begun = Episode(
            number=number,
            fired_in=fired_in,
            told_value=verdict.value,
            told_account=verdict.account,
            told_on=today,
        )
        return begun, TransitionKind.FIRED  # also under a snooze: `grouping` holds it back
    news = None if is_snoozed else _news(rule, verdict, episode, today)
    return (episode if news is None else _told_again(episode, verdict, today)), news


def _told_again(episode: Episode, verdict: Verdict, today: date) -> Episode:
    return replace(
        episode,
        told_value=verdict.value,
        told_account=verdict.account or episode.told_account,  # a month without one forgets none
        told_on=today,
        notices=episode.notices + 1,
    )


def _news(
    rule: AlertRule, verdict: Verdict, episode: Episode, today: date
) -> TransitionKind | None:
    if _is_worse(rule, verdict, episode):
        return TransitionKind.WORSE
    return TransitionKind.REMINDER if _is_due(rule, verdict, episode, today) else None


def _is_worse(rule: AlertRule, verdict: Verdict, episode: Episode) -> bool:
    # An account that is named is news of its month, however the drop around it goes on.
    is_other = verdict.account not in {None, episode.told_account}
    return is_other or episode.told_value - verdict.value >= rule.worse_by


def _is_due(rule: AlertRule, verdict: Verdict, episode: Episode, today: date) -> bool:
    if rule.renotify_days is None or episode.is_acknowledged:  # news of one month needs no reminder
        return False
    return verdict.is_breach and (today - episode.told_on).days >= rule.renotify_days
