"""Alerts as messages: the worst as a finding, each of the others in one line."""

from bot.alerts.telling.buttons import alert_buttons, details_button
from bot.alerts.telling.details import AlertMessage, NoticeDetails
from bot.alerts.telling.native_chart import history_chart
from bot.alerts.telling.wording.accounts import ONE_OR_TWO, TWO_LINES, largest, play, yours
from bot.alerts.telling.wording.sentences import footer, more_alerts, sentences, stands_for
from bot.alerts.telling.wording.titles import alert_alt_text, title
from bot.message import Message
from bot.style.names import shortened
from bot.style.parts import Actions, Chart, Footer, Headline, Item, Parts, Quiet, Said
from bot.style.pictures import PICTURES_ABOVE
from bot.style.rendering import message_of

MOST_BESIDE = 2
"""Other alerts that a message shows: the list has all of them, and their buttons."""
MOST_IN_LINE = 76
HOW_TO_SEE_ACCOUNTS = "Which accounts it was takes account detail: Accounts says how to get that."
"""The button of that name answers with the line that an administrator types."""


def alert_message(message: AlertMessage) -> Message:
    """Lay out the notices of a run; its picture comes once it is posted."""
    return message_of(alert_parts(message))


def alert_parts(message: AlertMessage) -> Parts:
    """Compose the notices of a run: the first in full, then the others, one line each."""
    worst, *others = message.notices
    beside = others[:MOST_BESIDE]
    left = len(others) - len(beside) + message.more
    return (
        *_told(
            worst,
            names_shown=message.names_shown,
            beside=MOST_BESIDE if message.breakdown else len(beside),
            is_alone=not beside,
        ),
        Quiet(stands_for(message.breakdown), _how_to_see(message)),
        Actions(alert_buttons(worst), block_id=PICTURES_ABOVE),
        *(Item(shortened(title(one), MOST_IN_LINE), details_button(one)) for one in beside),
        Footer(" · ".join((*([more_alerts(left)] if left else ()), footer(worst)))),
    )


def details_message(details: NoticeDetails, *, names_shown: bool) -> Message:
    """Lay out one alert in full, with Slack's own chart."""
    return message_of(
        (
            *_told(details, names_shown=names_shown),
            Chart(history_chart(details), alert_alt_text(details)),
            Footer(footer(details)),
        )
    )


def _how_to_see(message: AlertMessage) -> str | None:
    """Say how to see the accounts, where the button for them is and they may not be named."""
    worst = message.notices[0]
    is_offered = worst.is_live and bool(worst.figures.drivers)
    return HOW_TO_SEE_ACCOUNTS if is_offered and not message.names_shown else None


def _told(
    details: NoticeDetails, *, names_shown: bool, beside: int = 0, is_alone: bool = True
) -> Parts:
    if not names_shown:
        return Headline(title(details)), Said(*sentences(details))
    reader = details.notice.recipient_id
    room = ONE_OR_TWO if beside else TWO_LINES
    most = largest(details, apart_from=reader, most=room) if beside < MOST_BESIDE else None
    said = (*sentences(details), most, yours(details, reader))
    # beside others there is no room: the button of an alert shows all of it
    return Headline(title(details)), Said(*said, play(details, reader) if is_alone else None)
