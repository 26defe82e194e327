"""The buttons under an alert; each carries the alert and the episode that it is about."""

from collections.abc import Iterator

from bot.alerts.telling.details import NoticeDetails
from bot.message import Block
from bot.style.blocks import plain
from bot.style.pictures import PICTURES_ABOVE

ALERT_ACKNOWLEDGE = "alert_acknowledge"
ALERT_SNOOZE = "alert_snooze"
ALERT_ACCOUNTS = "alert_accounts"
ALERT_ANSWER = "alert_answer"
ALERT_MUTE = "alert_mute"
ALERT_DETAILS = "alert_details"


def alert_buttons(details: NoticeDetails) -> tuple[Block, ...]:
    """Lay out the row of buttons; none where there is nothing to press."""
    elements = [_button(action_id, label, details) for action_id, label in _offered(details)]
    row = {"type": "actions", "block_id": PICTURES_ABOVE, "elements": elements}
    return (row,) if elements else ()


def details_button(details: NoticeDetails) -> Block:
    """Lay out the button beside an alert that is told in one sentence."""
    return _button(ALERT_DETAILS, "Details", details)


def _offered(details: NoticeDetails) -> Iterator[tuple[str, str]]:
    is_live = details.is_live  # a drop that is over takes no acknowledgement and no snooze
    if is_live and not details.is_provisional:  # nor does one that no alert stands for yet
        yield ALERT_ACKNOWLEDGE, "Acknowledge"
        yield ALERT_SNOOZE, "Snooze"
    if is_live and details.figures.drivers:
        yield ALERT_ACCOUNTS, "Show accounts"
    if details.month is not None:
        yield ALERT_ANSWER, "Full answer"
    if is_live:
        yield ALERT_MUTE, "Mute this rule"


def _button(action_id: str, label: str, details: NoticeDetails) -> Block:
    return {
        "type": "button",
        "action_id": action_id,
        "text": plain(label),
        "value": details.ref.text(),
    }
