"""The buttons under an alert: acknowledge, snooze, show accounts, the full answer, mute."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from bot.actions.click import Click
from bot.actions.submission import FieldsError, Submission
from bot.alert_stories import StoryReader
from bot.alert_story import AlertRef, Story
from bot.answers import Reply
from bot.authorization.askers import Asker
from bot.blocks.alert import accounts_message, details_message
from bot.blocks.alert_snooze_form import REASON, UNTIL, snooze_form
from bot.blocks.reply import private_reply
from bot.delivery.forms import Forms
from bot.errors import UsageError
from bot.message import Message
from bot.questions import canonical_scope
from metrics.alert_grouping import Alert
from metrics.alert_rules import AlertRule
from metrics.alert_silence import require_snooze
from metrics.errors import SnoozeLengthError
from metrics.rollup import Scope
from storage import alert_actions
from storage.alert_rules import list_records, rule_on
from storage.alerting import read_alerts
from storage.engine import Store

GONE = "this alert's rule has been removed: `/nrr alerts` shows those that are there"
MUTED = Message(
    "Muted: you hear no more of this alert. `/nrr alerts` shows how to hear of it again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertButtons:
    """Does what the buttons are for, as often as they are pressed.

    Attributes
    ----------
    ask : callable
        From a question's text to its answer.
    require_scope : callable
        Raises unless the person may see a scope.
    names_shown : callable
        Tells whether a person, by user id, may see which accounts it was.
    """

    store: Store
    reader: StoryReader
    forms: Forms
    ask: Callable[[str], Reply]
    require_scope: Callable[[Asker, Scope], None]
    names_shown: Callable[[str], bool]
    main_dimension: str
    today: Callable[[], date]
    now: Callable[[], datetime]

    def acknowledge(self, click: Click) -> Message:
        """Stop the reminders of this drop, for everybody."""
        alert = self._alert(click.asker, _ref(click.value))
        if alert.state.episode is None:
            return Message("This alert is over: there is nothing left to acknowledge.")
        with self.store.write(ledger=False) as session:
            user_id = click.asker.user_id
            alert_actions.acknowledge(session, alert.rule, user_id=user_id, now=self.now())
        return Message(
            "Acknowledged: no more reminders of this drop. It is told again if it gets two points"
            " worse, and when it is over."
        )

    def snooze(self, click: Click) -> None:
        """Open the form that asks until when, and why."""
        ref = _ref(click.value)
        view = snooze_form(ref, today=self.today(), channel_id=click.asker.channel_id)
        self.forms.open(click.trigger_id, view)

    def check_snooze(self, submission: Submission) -> Callable[[], Message]:
        """Read the form's fields, and return what is to be done once it is closed.

        Raises
        ------
        FieldsError
            If a field is empty, or the day too far away.
        """
        reason = " ".join(submission.text(REASON).split())
        if not reason:
            raise FieldsError({REASON: UsageError("say in a few words why")})
        until = _day(submission.text(UNTIL))
        try:
            require_snooze(until=until, today=self.today())
        except SnoozeLengthError as error:
            raise FieldsError({UNTIL: error}) from error
        return partial(self._snoozed, submission, until, reason)

    def accounts(self, click: Click) -> Message:
        """Return the accounts that drove the drop."""
        return accounts_message(self._story(click), names_shown=self._names_shown(click))

    def details(self, click: Click) -> Message:
        """Return one alert of several in full."""
        return details_message(self._story(click), names_shown=self._names_shown(click))

    def answer(self, click: Click) -> Message:
        """Return the full answer for the month of the alert."""
        ref = _ref(click.value)
        alert = self._alert(click.asker, ref)
        if ref.month is None:
            raise UsageError("no month was judged yet: ask again once one is closed")
        question = f"{canonical_scope(alert.rule.scope)} {ref.month:%Y-%m}".strip()
        reply = self.ask(question)
        return private_reply(reply, can_share=True, main_dimension=self.main_dimension)

    def mute(self, click: Click) -> Message:
        """Let the person hear no more of this rule on this scope; others go on hearing of it."""
        ref = _ref(click.value)
        with self.store.write(ledger=False) as session:
            alert_actions.mute(session, ref.fingerprint, click.asker.user_id, now=self.now())
        return MUTED

    def _snoozed(self, submission: Submission, until: date, reason: str) -> Message:
        alert = self._alert(submission.asker, _ref(str(submission.about.get("ref") or "")))
        with self.store.write(ledger=False) as session:
            alert_actions.snooze(
                session,
                alert.rule,
                user_id=submission.asker.user_id,
                until=until,
                reason=reason,
                today=self.today(),
                now=self.now(),
            )
        return Message(
            f"Snoozed until {until:%d %B %Y}: nobody is told of it before, but that it is over if"
            " it is. `/nrr alerts` shows who snoozed it, and why."
        )

    def _story(self, click: Click) -> Story:
        """Return what there is to tell of an alert's month now, as its firing notice would."""
        ref = _ref(click.value)
        alert = self._alert(click.asker, ref)
        return self.reader.tell_again(alert, ref, recipient_id=click.asker.user_id)

    def _names_shown(self, click: Click) -> bool:
        return self.names_shown(click.asker.user_id)

    def _alert(self, asker: Asker, ref: AlertRef) -> Alert:
        """Return the alert of a button, for somebody who may see its scope.

        Raises
        ------
        UsageError
            If its rule is there no more.
        AccessDeniedError
            If they may not see it.
        """
        with self.store.read() as session:
            stored = read_alerts(session).get(ref.fingerprint)
            records = {record.rule.rule_id: record for record in list_records(session)}
        record = records.get(stored.rule_id) if stored else None
        if stored is None or record is None:
            raise UsageError(GONE)
        self.require_scope(asker, stored.scope)
        rule: AlertRule = rule_on(record, stored.scope)
        return Alert(rule=rule, state=stored.state, recipients=())


def _ref(text: str) -> AlertRef:
    try:
        return AlertRef.parse(text)
    except ValueError:
        raise UsageError(
            "this button is from another version of me: `/nrr alerts` shows how alerts stand"
        ) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FieldsError({UNTIL: UsageError("pick a day")}) from None
