"""The list of alert rules as one person sees it: what fires apart, with its buttons."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice

from bot.alerts.refs import ALERT_ACKNOWLEDGE, ALERT_WAKE, AlertRef, alert_button, snooze_menu
from bot.alerts.rules.wording.listing import fires, firing_text, rule_text_of
from bot.alerts.rules.wording.sentences import THE_OWNERS, ListedAlert, ListedRule
from bot.message import Block, Message
from bot.slack.ids import is_person
from bot.style.grid import SlackChannel, SlackPerson, WithPeople
from bot.style.names import plural
from bot.style.parts import Actions, Headline, Part, Parts, Quiet, Said
from bot.style.rendering import message_of
from storage.alerts.rules import OWNERS

MOST_FIRING = 8  # a line and its buttons each
MOST_LISTED = 20
HOW_TO = (
    "New: /nrr alert enterprise below 105% (of twelve months; or say monthly, quarterly), or"
    " /nrr alert for a form. With a number or name: /nrr alert edit, pause, resume, remove, to,"
    " snooze, wake, acknowledge, mute, unmute, as in /nrr alert snooze 3 until friday."
)


def alert_list(listed: Sequence[ListedRule], *, asker: str, today: date) -> Message:
    """Build the list of rules with their alerts, for the user ``asker``."""
    return message_of(list_parts(listed, asker=asker, today=today))


def list_parts(
    listed: Sequence[ListedRule], *, asker: str, today: date, how_to: str = HOW_TO
) -> Parts:
    """Compose the list: what fires, then a line for each rule, then how to change one."""
    loud = [one for rule in listed for one in rule.alerts if fires(one)]
    rules = [one for one in listed if one.record.rule.enabled]
    paused = [one for one in listed if not one.record.rule.enabled]
    shown = [*rules, *paused][:MOST_LISTED]
    more = max(len(listed) - len(shown), 0) + max(len(loud) - MOST_FIRING, 0)
    return (
        Headline(_headline(loud)),
        *(part for one in islice(loud, MOST_FIRING) for part in firing_parts(one, today)),
        Said(*(rule_line(one, asker, today) for one in shown)),
        Quiet(f"And {more} more." if more else None, how_to),
    )


def _headline(loud: Sequence[ListedAlert]) -> str:
    if not loud:
        return "No alert fires"
    return f"{plural(len(loud), 'alert')} {'fires' if len(loud) == 1 else 'fire'}"


def firing_parts(listed: ListedAlert, today: date) -> Iterator[Part]:
    """Compose an alert that fires, with its buttons."""
    yield Said(firing_text(listed, today=today))
    yield Actions(tuple(_buttons(listed, today)))


def _buttons(listed: ListedAlert, today: date) -> Iterator[Block]:
    state, rule = listed.alert.state, listed.alert.rule
    if state.episode is None:
        return
    ref = AlertRef(
        fingerprint=rule.fingerprint, episode=state.episode.number, month=state.status.month
    ).text()
    if state.is_snoozed(today):
        yield alert_button(ALERT_WAKE, "Wake", ref)
        return
    if not state.episode.is_acknowledged:
        yield alert_button(ALERT_ACKNOWLEDGE, "Acknowledge", ref)
    yield snooze_menu(ref)


def rule_line(listed: ListedRule, asker: str, today: date) -> WithPeople:
    """Write a rule, how its alerts stand that do not fire, and who hears of them."""
    text = rule_text_of(listed, today=today)
    return WithPeople(text.label, (text.words, *_recipients(listed.record.recipients, asker)))


def _recipients(
    recipients: Sequence[str], asker: str
) -> Iterator[str | SlackPerson | SlackChannel]:
    for at, one in enumerate(recipients):
        yield ", " if at else "; goes to "
        if one == asker:
            yield "you"
        elif is_person(one):
            yield SlackPerson(one)
        else:
            yield THE_OWNERS if one == OWNERS else SlackChannel(one)
