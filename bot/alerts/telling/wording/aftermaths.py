"""The end or snooze of an alert in words: "Snoozed until 12 Dec by @maya: renewal pending"."""

from datetime import date, datetime

from bot.slack.ids import is_person
from bot.style.names import safe_name
from metrics.alerts.states import TransitionKind
from storage.alerts.actions import AlertAction
from storage.alerts.aftermaths import Aftermath

LONGEST_REASON = 200  # a form takes 500 characters: the message has its own to say
_ENDINGS = {
    TransitionKind.RESOLVED: "Recovered",
    TransitionKind.WITHDRAWN: "Withdrawn: the figures were restated",
    TransitionKind.RULE_CHANGED: "Withdrawn: the rule was changed",
}


def aftermath_words(aftermath: Aftermath, *, now: datetime) -> tuple[str, str | None, str]:
    """Write what became of an alert, in three pieces: words, a person's id, more words.

    All are empty where it stands as it was told. Days are those of the zone that ``now`` is in.
    """
    snooze, seen, today = aftermath.snooze, aftermath.acknowledgement, now.date()
    if aftermath.is_removed:
        return "This rule was removed", None, ""
    if aftermath.is_over:
        return _ended(aftermath), None, ""
    if snooze is not None and snooze.until is not None:
        reason = safe_name(snooze.reason or "", longest=LONGEST_REASON)
        until = f"Snoozed until {day_words(snooze.until, today=today)}"
        return _by(until, snooze, f": {reason}" if reason else "")
    if seen is not None:
        on = day_words(seen.at.astimezone(now.tzinfo).date(), today=today)
        return _by(f"Acknowledged on {on}", seen, "")
    return ("Muted for you" if aftermath.is_muted else ""), None, ""


def day_words(day: date, *, today: date) -> str:
    """Write a day as people say it: "12 Dec", with its year where that is another one."""
    return f"{day.day} {day:%b}" + (f" {day.year}" if day.year != today.year else "")


def _ended(aftermath: Aftermath) -> str:
    if aftermath.ending is None:
        return ""  # news of one month, which has passed
    kind, month = aftermath.ending
    recovered_in = f" in {month:%B %Y}" if month and kind is TransitionKind.RESOLVED else ""
    return f"{_ENDINGS[kind]}{recovered_in}"


def _by(words: str, action: AlertAction, more: str) -> tuple[str, str | None, str]:
    if is_person(action.user_id):
        return f"{words} by ", action.user_id, more
    return f"{words} at the command line", None, more
