"""The rights of a person over alert rules: which they see and change, whom they may name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import NoReturn

from bot.access.decisions import Action, Reach, Reason
from bot.access.gate import Gate, unless_unsure
from bot.access.visibility import Visibility, visibility_of
from bot.access.wording import how_to_see_accounts, reason_of_another
from bot.alerts.rules.wording.sentences import short_id
from bot.answers.examples import value_in
from bot.answers.small_cohorts import SmallCohortError
from bot.errors import AccessDeniedError
from bot.questions.words import Vocabulary
from bot.slack.ids import is_person
from bot.slack.sent import Asker
from metrics.alerts.rules import AlertRule
from metrics.rollup import Scope
from storage.alerts.rules import OWNERS, RuleRecord, is_default


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAccess:
    """Asks the gate for what people do with alert rules."""

    gate: Gate
    words: Callable[[Visibility], Vocabulary]
    main_dimension: str

    def visibility(self, asker: Asker) -> Visibility:
        """Return the figures that a person may have alerts on; refuse whoever may do nothing."""
        return visibility_of(self.gate.require_person(asker), Action.OWN_ALERT)

    def vocabulary(self, asker: Asker) -> Vocabulary:
        """Return the ledger's names that a person may know of."""
        return self.words(self.visibility(asker))

    def example(self, asker: Asker) -> str:
        """Choose accounts that a person may have an alert on, as they are typed; empty for none."""
        return value_in(self.vocabulary(asker), self.main_dimension)

    def require_change(self, asker: Asker, record: RuleRecord) -> None:
        """Refuse a change by anybody but the rule's owner and administrators."""
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
        """Check that a person may have a rule, and that its recipients may.

        Raises
        ------
        AccessDeniedError
            If one of them may not see such figures, or they may not be posted in a channel.
        """
        if not is_default(rule):
            self.gate.require(asker, Action.OWN_ALERT, Reach(scope=rule.scope))
        for one in recipients:
            try:
                _require_recipient(self.gate, asker, rule, one)
            except AccessDeniedError as error:
                raise _refusal(one, error) from error

    def refuse_few(self, asker: Asker, scope: Scope) -> NoReturn:
        """Refuse figures of too few accounts, with the line that shows them."""
        principal = self.gate.require_person(asker)
        self.gate.refuse(asker, Action.OWN_ALERT, Reason.NO_DETAIL, Reach(scope=scope))
        raise SmallCohortError(scope).with_line(how_to_see_accounts(principal, scope))

    def require_recipients_if_known(
        self, asker: Asker, rule: AlertRule, recipients: Iterable[str]
    ) -> None:
        """Check recipients as `require_rule` does, where Slack answers while a form is open."""
        for one in recipients:
            try:
                with unless_unsure():
                    _require_recipient(self.gate, asker, rule, one)
            except AccessDeniedError as error:
                raise _refusal(one, error) from error


def _require_recipient(gate: Gate, asker: Asker, rule: AlertRule, recipient: str) -> None:
    if recipient in {OWNERS, asker.user_id}:
        return  # owners are checked message by message: they differ from month to month
    reach, theirs = Reach(scope=rule.scope), replace(asker, user_id=recipient)
    # A default rule is on every scope: each message decides which of them a person may see.
    if is_person(recipient) and is_default(rule):
        gate.require_person(theirs)
    elif is_person(recipient):
        gate.require(theirs, Action.OWN_ALERT, reach)
    elif is_default(rule):
        gate.require_channel(recipient)
    else:
        gate.require_post(asker, Action.SUBSCRIBE, reach, recipient, fresh=False)


def _refusal(recipient: str, error: AccessDeniedError) -> AccessDeniedError:
    is_of_person = is_person(recipient)
    what = "people" if is_of_person else "channels"
    why = reason_of_another(str(error)) if is_of_person else str(error)
    return AccessDeniedError(f"one of the {what} named cannot have this alert: {why}")
