"""What somebody may do with alert rules: which they see, which they change, whom they may name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from bot.access.decisions import Action, Reach
from bot.access.gate import Gate
from bot.access.visibility import Visibility, visibility_of
from bot.alerts.rules.wording.sentences import short_id
from bot.errors import AccessDeniedError
from bot.questions.parsing import Vocabulary
from bot.slack.ids import is_person
from bot.slack.sent import Asker
from metrics.alerts.rules import AlertRule
from storage.alerts.rules import OWNERS, RuleRecord, is_default


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAccess:
    """Asks the gate.

    Attributes
    ----------
    quick_gate : Gate
        Asked while a form is open, where Slack waits three seconds for an answer.
    words : callable
        The names that the ledger knows, as far as they may be seen.
    """

    gate: Gate
    quick_gate: Gate
    words: Callable[[Visibility], Vocabulary]

    def visibility(self, asker: Asker) -> Visibility:
        """Return which figures somebody may have alerts on.

        Raises
        ------
        AccessDeniedError
            If they may do nothing at all.
        """
        return visibility_of(self.gate.require_person(asker), Action.OWN_ALERT)

    def vocabulary(self, asker: Asker) -> Vocabulary:
        """Return the names that somebody may know of."""
        return self.words(self.visibility(asker))

    def require_change(self, asker: Asker, record: RuleRecord) -> None:
        """Check that somebody may change a rule: one of their own, or as an administrator any.

        Raises
        ------
        AccessDeniedError
            If not.
        """
        if record.owner_id == asker.user_id:
            return
        try:
            self.gate.require(asker, Action.RULES)
        except AccessDeniedError as error:
            whose = "nobody's own" if record.owner_id is None else "somebody else's"
            raise AccessDeniedError(
                f"alert {short_id(record.rule)} is {whose}: an administrator of this bot can"
                " change it"
            ) from error

    def require_rule(self, asker: Asker, rule: AlertRule, recipients: Iterable[str]) -> None:
        """Check that somebody may have a rule, and that all who are to hear of it may.

        Raises
        ------
        AccessDeniedError
            If somebody may not see such figures, or they may not be posted in a channel.
        """
        if not is_default(rule):
            self.gate.require(asker, Action.OWN_ALERT, Reach(scope=rule.scope))
        for one in recipients:
            if one in {OWNERS, asker.user_id}:
                continue
            is_of_person = is_person(one)
            try:
                if is_of_person:
                    self._require_recipient(replace(asker, user_id=one), rule)
                else:
                    self._require_channel(asker, rule, one)
            except AccessDeniedError as error:
                what = "people" if is_of_person else "channels"
                raise AccessDeniedError(
                    f"one of the {what} named cannot have this alert: {error}"
                ) from error

    def require_channels_if_known(self, channels: Iterable[str]) -> None:
        """Check channels at once, as far as Slack answers at once.

        Raises
        ------
        AccessDeniedError
            If it is known that figures may not be posted in one of them.
        """
        for channel_id in channels:
            self.quick_gate.require_channel_if_known(channel_id)

    def _require_recipient(self, recipient: Asker, rule: AlertRule) -> None:
        """Check a person; what they hear of a default rule is for each message to decide."""
        if is_default(rule):
            self.gate.require_person(recipient)
        else:
            self.gate.require(recipient, Action.OWN_ALERT, Reach(scope=rule.scope))

    def _require_channel(self, asker: Asker, rule: AlertRule, channel_id: str) -> None:
        if is_default(rule):
            self.gate.require_channel(channel_id)
        else:
            reach = Reach(scope=rule.scope)
            self.gate.require_post(asker, Action.SUBSCRIBE, reach, channel_id, fresh=False)
