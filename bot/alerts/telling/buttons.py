"""The buttons under an alert; each carries the alert and the episode that it is about."""

from collections.abc import Iterator, Sequence

from bot.alerts.refs import (
    ALERT_ACKNOWLEDGE,
    ALERT_SNOOZE,
    ALERT_WAKE,
    AlertRef,
    alert_button,
    alert_of,
    snooze_menu,
)
from bot.alerts.telling.details import NoticeDetails
from bot.message import Block
from bot.slack.ids import is_person
from metrics.alerts.grouping import EpisodeKey
from storage.alerts.aftermaths import Aftermath

ALERT_ACCOUNTS = "alert_accounts"
ALERT_ANSWER = "alert_answer"
ALERT_MUTE = "alert_mute"
ALERT_UNMUTE = "alert_unmute"
ALERT_DETAILS = "alert_details"

_OF_AN_OPEN_DROP = frozenset({ALERT_ACKNOWLEDGE, ALERT_SNOOZE, ALERT_MUTE})


def alert_buttons(details: NoticeDetails) -> tuple[Block, ...]:
    """Offer what can be done about an alert; nothing where there is nothing to press."""
    return tuple(_offered(details))


def details_button(details: NoticeDetails) -> Block:
    """Lay out the button beside an alert that is told in one sentence."""
    return alert_button(ALERT_DETAILS, "Details", details.ref.text())


def episode_of(button: Block) -> EpisodeKey:
    """Read the episode that a button is about; an impossible one where it is about none."""
    try:
        ref = AlertRef.parse(alert_of(button))
    except ValueError:
        return "", 0
    return ref.fingerprint, ref.episode


def left_buttons(elements: Sequence[Block], aftermath: Aftermath) -> list[Block]:
    """Keep the buttons that still make sense, and add those that undo what was done."""
    if aftermath.is_removed or not elements:
        return []
    gone, value = set(_gone(aftermath)), alert_of(elements[0])
    left = [element for element in elements if element["action_id"] not in gone]
    if aftermath.snooze is not None and not aftermath.is_over:
        left.insert(0, alert_button(ALERT_WAKE, "Wake", value))
    if aftermath.is_muted and not aftermath.is_over:
        left.append(alert_button(ALERT_UNMUTE, "Unmute", value))
    return left


def _gone(aftermath: Aftermath) -> Iterator[str]:
    if aftermath.is_over:
        yield from _OF_AN_OPEN_DROP
    if aftermath.snooze is not None:
        yield from (ALERT_ACKNOWLEDGE, ALERT_SNOOZE)
    if aftermath.acknowledgement is not None:
        yield ALERT_ACKNOWLEDGE
    if aftermath.is_muted:
        yield ALERT_MUTE


def _offered(details: NoticeDetails) -> Iterator[Block]:
    is_live, ref = details.is_live, details.ref.text()
    # A drop that is over takes no acknowledgement and no snooze, nor does one that is provisional.
    if is_live and not details.is_provisional:
        yield alert_button(ALERT_ACKNOWLEDGE, "Acknowledge", ref)
        yield snooze_menu(ref)
    if is_live and details.figures.drivers:
        yield alert_button(ALERT_ACCOUNTS, "Accounts", ref)
    if details.month is not None:
        yield alert_button(ALERT_ANSWER, "Full answer", ref)
    if is_live and is_person(details.notice.recipient_id):  # a channel cannot be muted by one
        yield alert_button(ALERT_MUTE, "Mute", ref)
