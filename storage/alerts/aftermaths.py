"""States of alerts since a message told of them: seen, snoozed, muted, over or removed."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from metrics.alerts.grouping import EpisodeKey
from metrics.alerts.states import NO_EPISODE, AlertState, TransitionKind
from storage.alerts.actions import AlertAction, last_acknowledgement, last_snooze, muted_by
from storage.alerts.snapshot import AlertSnapshot
from storage.alerts.updates import Told, endings, told_by

Ending = tuple[TransitionKind, date | None]
"""How an episode ended, and the month whose figures ended it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """The state of one alert since then; the default is that it stands as it was told.

    Attributes
    ----------
    ending : tuple, optional
        Of the episode, where one was recorded: the news of a single month just passes.
    snooze : AlertAction, optional
        While it lasts.
    """

    is_removed: bool = False
    is_over: bool = False
    ending: Ending | None = None
    snooze: AlertAction | None = None
    acknowledgement: AlertAction | None = None
    is_muted: bool = False


def read_aftermaths(
    session: Session, outbox_key: str, *, today: date
) -> dict[EpisodeKey, Aftermath]:
    """Read what became of each alert that a message tells of, by its episode."""
    told, snapshot = told_by(session, outbox_key), AlertSnapshot.read(session)
    ended = endings(session, {one.episode for one in told})
    return {
        one.episode: _aftermath(session, snapshot, one, ended.get(one.episode), today)
        for one in told
    }


def _aftermath(
    session: Session, snapshot: AlertSnapshot, told: Told, ending: Ending | None, today: date
) -> Aftermath:
    fingerprint, number = told.episode
    alert = snapshot.alert(fingerprint)
    if alert is None:
        return Aftermath(is_removed=True)
    state = alert.state
    is_provisional = number == NO_EPISODE
    is_open = state.is_in(number)
    return Aftermath(
        is_over=not (is_open or is_provisional),
        ending=ending,
        snooze=last_snooze(session, fingerprint) if state.is_snoozed(today) else None,
        acknowledgement=_acknowledgement(session, fingerprint, state) if is_open else None,
        is_muted=fingerprint in muted_by(session, told.recipient_id),
    )


def _acknowledgement(session: Session, fingerprint: str, state: AlertState) -> AlertAction | None:
    is_acknowledged = state.episode is not None and state.episode.is_acknowledged
    return last_acknowledgement(session, fingerprint) if is_acknowledged else None
