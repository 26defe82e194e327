"""The buttons under an alert: acknowledge, snooze, show accounts, the full answer, mute."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from bot.access.decisions import Action, Principal, Reach, Reason
from bot.access.gate import Gate
from bot.access.visibility import visibility_of
from bot.access.wording import how_to_see_accounts
from bot.alerts.refs import AlertRef
from bot.alerts.rules.setup import AlertSetup
from bot.alerts.telling.details import NoticeDetails
from bot.alerts.telling.details_reader import DetailsReader
from bot.alerts.telling.message import details_message
from bot.alerts.telling.snooze_form import REASON, UNTIL, snooze_form
from bot.answers.asking import PersonalReply
from bot.answers.small_cohorts import SmallCohortError
from bot.errors import ExplainedDenialError, UsageError
from bot.message import Message
from bot.questions.parsing import Question
from bot.questions.question import Listing, View, ViewOptions
from bot.slack.forms import Forms
from bot.slack.sent import Asker, Click, FieldsError, Submission
from bot.style.ratios import stretch_code
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import AlertRule
from metrics.alerts.silence import require_snooze
from metrics.alerts.states import NO_EPISODE
from metrics.errors import SnoozeLengthError
from metrics.moved import news_of
from metrics.periods import parse_period
from storage.alerts.notices import fingerprints_beside
from storage.alerts.snapshot import AlertSnapshot
from storage.alerts.states import StoredAlert

GONE = "this alert's rule has been removed: `/nrr alerts` shows those that are there"
MUTED = Message(
    "Muted: you hear no more of this alert. `/nrr alerts` shows how to hear of it again."
)

UNMUTED = Message("Not muted any more: you hear of this alert again.")
WOKEN = Message("Not snoozed any more: what there is to tell is told again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertButtons:
    """Serves the buttons under alerts, as often as they are pressed."""

    setup: AlertSetup
    details_reader: DetailsReader
    forms: Forms
    gate: Gate
    ask: Callable[[Question, Asker], PersonalReply]

    def acknowledge(self, click: Click) -> Message:
        """Stop the reminders of this drop, for everybody."""
        ref, user_id = _ref(click.value), click.asker.user_id
        alert, _ = self._seen(click.asker, ref)
        if alert.state.episode is None:
            return Message("This alert is over: there is nothing left to acknowledge.")
        rules = (alert.rule, *self._beside(ref, click.asker))
        self.setup.acknowledge(rules, user_id=user_id)
        return Message(
            "Acknowledged: no more reminders of this drop, only a message if it gets two points"
            " worse, and one when it is over."
        )

    def snooze(self, click: Click) -> Message | None:
        """Snooze for the days that were picked; without any, open the form that asks for a day."""
        text, _, days = click.value.partition(" ")
        ref, today = _ref(text), self.setup.today()
        if days.isdigit():
            return self.snooze_until(click.asker, ref, today + timedelta(int(days)), "")
        view = snooze_form(ref, today=today, channel_id=click.asker.channel_id)
        self.forms.open(click.trigger_id, view)
        return None

    def check_snooze(self, submission: Submission) -> Callable[[], Message]:
        """Read the form's fields, and return the snooze that follows once it is closed.

        Raises
        ------
        FieldsError
            If the day is too far away.
        """
        reason = " ".join(submission.text(REASON).split())
        until = date.fromisoformat(submission.text(UNTIL))
        try:
            require_snooze(until=until, today=self.setup.today())
        except SnoozeLengthError as error:
            raise FieldsError({UNTIL: error}) from error
        ref = _ref(str(submission.about.get("ref") or ""))
        return partial(self.snooze_until, submission.asker, ref, until, reason)

    def accounts(self, click: Click) -> Message:
        """List the accounts behind the drop: of the stretch that explains it, and of its news.

        Raises
        ------
        AccessDeniedError
            If they may not see single accounts, with the line that lets them.
        """
        alert, principal = self._seen(click.asker, _ref(click.value))
        scope = alert.rule.scope
        if not visibility_of(principal, Action.OWN_ALERT).sees_accounts(scope):
            how = how_to_see_accounts(principal, scope)
            said = f"this shows single accounts and what they pay: {how}"
            raise ExplainedDenialError(Reason.NO_DETAIL, said)
        details, _ = self._details(click)
        cause = details.figures.cause
        moved = news_of(cause.retention, cause.before) if cause else None
        lost = ViewOptions(listing=Listing(moved=moved))
        asked = replace(self._question(click), view=View.ACCOUNTS, options=lost)
        return self._asked(asked, click)

    def details(self, click: Click) -> Message:
        """Show one alert of several in full."""
        details, names_shown = self._details(click)
        return details_message(details, names_shown=names_shown)

    def answer(self, click: Click) -> Message:
        """Answer the question of the alert's scope, for the stretch that its rule judges."""
        return self._asked(self._question(click), click)

    def _question(self, click: Click) -> Question:
        """Build the question of the alert's scope, for the stretch that its rule judges."""
        ref = _ref(click.value)
        alert, _ = self._seen(click.asker, ref)
        if ref.month is None:
            raise UsageError("no month was judged yet: ask again once one is closed")
        code = stretch_code(alert.rule.window, ref.month)
        stretch = parse_period(code, today=self.setup.today())
        return Question(scope=alert.rule.scope, period=stretch)

    def _asked(self, question: Question, click: Click) -> Message:
        asked = self.ask(question, click.asker)
        return asked.message(self.details_reader.answers.main_dimension)

    def mute(self, click: Click) -> Message:
        """Mute the alert for the person who pressed; other recipients keep it."""
        ref, user_id = _ref(click.value), click.asker.user_id
        beside = [rule.fingerprint for rule in self._beside(ref, click.asker)]
        self.setup.mute((ref.fingerprint, *beside), user_id=user_id)
        return MUTED

    def wake(self, click: Click) -> Message:
        """End a snooze before its day, for everybody."""
        ref = _ref(click.value)
        alert, _ = self._seen(click.asker, ref)
        rules = (alert.rule, *self._beside(ref, click.asker))
        self.setup.wake(rules, user_id=click.asker.user_id)
        return WOKEN

    def unmute(self, click: Click) -> Message:
        """Let whoever pressed hear of the alert again."""
        ref = _ref(click.value)
        beside = [rule.fingerprint for rule in self._beside(ref, click.asker)]
        self.setup.unmute((ref.fingerprint, *beside), user_id=click.asker.user_id)
        return UNMUTED

    def snooze_until(self, asker: Asker, ref: AlertRef, until: date, reason: str) -> Message:
        """Snooze an alert, and those told as one with it, until a day, for everybody."""
        alert, _ = self._seen(asker, ref)
        rules = (alert.rule, *self._beside(ref, asker))
        self.setup.snooze(rules, user_id=asker.user_id, until=until, reason=reason)
        return Message(
            f"Snoozed until {until.day} {until:%B %Y}: until then only its end is told."
            " `/nrr alerts` shows who snoozed it, and why."
        )

    def _details(self, click: Click) -> tuple[NoticeDetails, bool]:
        ref = _ref(click.value)
        alert, principal = self._seen(click.asker, ref)
        visibility = visibility_of(principal, Action.OWN_ALERT)
        details = self.details_reader.read_for_button(alert, ref, recipient_id=click.asker.user_id)
        if visibility.sees_accounts(alert.rule.scope):
            return details, True
        granted = visibility.scopes
        if not self.details_reader.may_tell(alert.rule, (details.notice.transition,), granted):
            how = how_to_see_accounts(principal, alert.rule.scope)
            raise SmallCohortError(alert.rule.scope).with_line(how)
        return self.details_reader.without_small_groups(details, granted), False

    def _beside(self, ref: AlertRef, asker: Asker) -> list[AlertRule]:
        """Return the other rules told as one with the alert: a press is for all of them."""
        with self.setup.store.read() as session:
            snapshot = AlertSnapshot.read(session)
            beside = fingerprints_beside(
                session, (ref.fingerprint, ref.episode), (asker.user_id, asker.channel_id)
            )
        stored = snapshot.stored.get(ref.fingerprint)
        others = sorted(beside - {ref.fingerprint}) if stored else ()
        alerts = (
            snapshot.alert(other)
            for other in others
            if stored and _is_told_as_one(ref, stored, snapshot.stored[other])
        )
        return [alert.rule for alert in alerts if alert]

    def _seen(self, asker: Asker, ref: AlertRef) -> tuple[Alert, Principal]:
        """Return the alert of a button and a person who may see its scope."""
        with self.setup.store.read() as session:
            snapshot = AlertSnapshot.read(session)
        alert = snapshot.alert(ref.fingerprint)
        if alert is None:
            raise UsageError(GONE)
        # The scope that was evaluated: a rule of somebody's own may be about others by now.
        reach = Reach(scope=snapshot.stored[ref.fingerprint].scope)
        return alert, self.gate.require(asker, Action.OWN_ALERT, reach)


def _is_told_as_one(ref: AlertRef, one: StoredAlert, two: StoredAlert) -> bool:
    if ref.episode == NO_EPISODE:  # of the same month, in which it was so for each of them
        return one.scope == two.scope
    return _is_as_low(one, two)


def _is_as_low(one: StoredAlert, two: StoredAlert) -> bool:
    """Tell whether two open alerts are still about the same ratio of the same month."""
    first, second = one.state.status, two.state.status
    is_same = (one.scope, first.month) == (two.scope, second.month)
    values = [place.verdict and place.verdict.value for place in (first, second)]
    return is_same and two.state.episode is not None and values[0] == values[1]


def _ref(text: str) -> AlertRef:
    try:
        return AlertRef.parse(text)
    except ValueError:
        raise UsageError(
            "this button is from another version of me: `/nrr alerts` shows how alerts stand"
        ) from None
