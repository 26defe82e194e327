"""Alerts acknowledged, snoozed, woken and muted in words: "snooze 3 until friday"."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.access.visibility import Visibility
from bot.alerts.rules.grammar import read_rule_scope
from bot.alerts.rules.rights import AlertAccess
from bot.alerts.rules.setup import AlertSetup
from bot.alerts.rules.wording.sentences import accounts_of, short_id
from bot.errors import UsageError
from bot.message import Message
from bot.questions.echo import echoed
from bot.slack.sent import Request
from bot.style.names import day_words, escaped
from metrics.alerts.rules import AlertRule
from metrics.alerts.states import AlertState
from metrics.day_grammar import read_day_ahead
from storage.alerts.rules import RuleRecord

SILENCING = re.compile(
    r"(?P<word>snooze|wake|acknowledge|ack|mute)\s+(?P<name>\S+)(?:\s+(?P<rest>.*))?",
    re.IGNORECASE | re.DOTALL,
)
HOW_TO_SNOOZE = (
    "say until when, as in `/nrr alert snooze 3 until friday`, `snooze 3 2w` or `snooze 3 until 12"
    " Dec because renewal pending`"
)
_WHICH = (
    "say which alert, as in `/nrr alert snooze 3 until friday`: `/nrr alerts` lists them with their"
    " numbers"
)
_REASON = re.compile(r"\s*(?:\bbecause\b(?:\s+of\b)?|:)\s*", re.IGNORECASE)
_UNTIL = re.compile(r"(?:^|\s+)(?:until|till|for|to)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """A snooze as it was typed: whose accounts, until when and why."""

    scope: str
    until: date
    reason: str


def read_snooze(text: str, *, today: date) -> Snooze:
    """Read what follows the number of an alert: "smb until 12 Dec because renewal pending".

    Raises
    ------
    UsageError
        If it names no day.
    """
    said, *reason = _REASON.split(text.strip(), maxsplit=1)
    scope, until = _split(said, today)
    if until is None:
        unread = f"{echoed(said)} is no day that I read: " if said else ""
        raise UsageError(f"{unread}{HOW_TO_SNOOZE}")
    return Snooze(scope=scope, until=until, reason=" ".join(" ".join(reason).split()))


def _split(said: str, today: date) -> tuple[str, date | None]:
    scope, *day = _UNTIL.split(said, maxsplit=1)
    if day:
        return scope, read_day_ahead(day[0], today=today)
    words = said.split()
    for at in range(len(words)):  # the longest end that is a day
        if (found := read_day_ahead(" ".join(words[at:]), today=today)) is not None:
            return " ".join(words[:at]), found
    return "", None


@dataclass(frozen=True, slots=True, kw_only=True)
class Silencing:
    """Does in words what the buttons under an alert do."""

    setup: AlertSetup
    access: AlertAccess

    def answer(self, request: Request, typed: re.Match[str]) -> Message:
        """Do as was typed, for everybody but a mute, and confirm it.

        Raises
        ------
        UsageError
            If the words mean nothing here, or there is nothing to silence.
        """
        visibility = self.access.visibility(request.asker)
        if _UNTIL.fullmatch(f" {typed['name']} "):
            raise UsageError(_WHICH)
        record = self.setup.find(typed["name"], sees=visibility.sees)
        user_id, rest = request.asker.user_id, (typed["rest"] or "").strip()
        match typed["word"].casefold():
            case "snooze":
                snooze = read_snooze(rest, today=self.setup.today())
                rules = self._rules(record, snooze.scope, visibility, _fires)
                self.setup.snooze(rules, user_id=user_id, until=snooze.until, reason=snooze.reason)
                why = f" ({snooze.reason})" if snooze.reason else ""
                until = day_words(snooze.until)
                done = f"snoozed until {until}{why}: until then only its end is told"
                return _said(record, rules, done, "wake")
            case "wake":
                rules = self._rules(record, rest, visibility, _sleeps)
                self.setup.wake(rules, user_id=user_id)
                return _said(record, rules, "not snoozed any more")
            case "mute":
                rules = self._rules(record, rest, visibility, _fires)
                self.setup.mute((rule.fingerprint for rule in rules), user_id=user_id)
                return _said(record, rules, "muted for you", "unmute")
            case _:
                rules = self._rules(record, rest, visibility, _fires)
                self.setup.acknowledge(rules, user_id=user_id)
                done = "acknowledged: no more reminders, unless it gets two points worse"
                return _said(record, rules, done)

    def _rules(
        self,
        record: RuleRecord,
        scope_text: str,
        visibility: Visibility,
        is_meant: Callable[[AlertState], bool],
    ) -> list[AlertRule]:
        """Find a rule's alerts on one scope, or all that are meant where none is named."""
        alerts = [
            one.alert
            for listed in self.setup.listed(sees=visibility.sees)
            for one in listed.alerts
            if one.alert.rule.rule_id == record.rule.rule_id
        ]
        if scope_text:
            scope = read_rule_scope(scope_text, vocabulary=self.access.words(visibility))
            found = [alert for alert in alerts if alert.rule.scope == scope]
        else:
            found = [alert for alert in alerts if is_meant(alert.state)]
        if not found:
            what = "is snoozed" if is_meant is _sleeps else "fires"
            raise UsageError(
                f"nothing of alert {short_id(record.rule)} {what} there: `/nrr alerts` shows how"
                " it stands"
            )
        return [alert.rule for alert in found]


def _fires(state: AlertState) -> bool:
    return state.episode is not None


def _sleeps(state: AlertState) -> bool:
    return state.snoozed_until is not None


def _said(
    record: RuleRecord, rules: Sequence[AlertRule], done: str, undo: str | None = None
) -> Message:
    name, where = short_id(record.rule), ", ".join(map(accounts_of, rules))
    more = f"; `/nrr alert {undo} {name}` ends that" if undo else ""
    return Message(f"Alert {name} on {escaped(where)} is {escaped(done)}{more}.")
