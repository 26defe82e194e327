"""A rule that is about to be set up or changed: tried out on the past, asked about, and saved."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.access.visibility import Visibility
from bot.alerts.rules.grammar import rule_text
from bot.alerts.rules.question_message import question
from bot.alerts.rules.rights import AlertAccess
from bot.alerts.rules.setup import AlertSetup, says_the_same
from bot.alerts.rules.wording.backtests import backtest_sentence, backtest_words
from bot.alerts.rules.wording.sentences import confirmation, short_id
from bot.answers.small_cohorts import SmallCohortError
from bot.message import Message
from bot.slack.ids import mention
from bot.slack.sent import Asker
from metrics.alerts.backtest import Backtest
from metrics.alerts.rules import AlertRule
from storage.alerts.rules import OWNERS, RuleRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A rule and its recipients, before anything is stored."""

    rule: AlertRule
    recipients: tuple[str, ...] | None  # None leaves those of the rule that it changes
    known: RuleRecord | None = None  # the rule that it changes; None for a new one

    def text(self) -> str:
        """Write what sets the rule up when it is typed after ``/nrr alert``."""
        change = f"edit {short_id(self.known.rule)} " if self.known else ""
        named = ", ".join(one if one == OWNERS else mention(one) for one in self.recipients or ())
        return f"{change}{rule_text(self.rule)}{f' to {named}' if named else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposals:
    """Saves rules, and asks first about one that would fire at once."""

    setup: AlertSetup
    access: AlertAccess
    backtest: Callable[[AlertRule, Visibility], Backtest | None]

    def save(self, proposal: Proposal, asker: Asker, *, is_confirmed: bool = False) -> Message:
        """Save a rule and say how it would have done; or ask, and save nothing.

        Raises
        ------
        UsageError
            If another rule says the same.
        AccessDeniedError
            If it is to go to one who may not see such figures, or the asker may not.
        """
        known, rule = proposal.known, proposal.rule
        recipients = proposal.recipients
        told = known.recipients if known is not None and recipients is None else recipients or ()
        self.access.require_rule(asker, rule, told)  # before any figure is read
        self.setup.require_new(rule, beside=known.rule.rule_id if known else None)
        try:
            backtest = self.backtest(rule, self.access.visibility(asker))
        except SmallCohortError:
            self.access.refuse_few(asker, rule.scope)
        is_edited = known is None or not says_the_same(known.rule, rule)
        if backtest is not None and backtest.newest.would_fire and is_edited and not is_confirmed:
            return question(backtest_words(rule, backtest), proposal.text(), is_new=known is None)
        if known is None:
            record = self.setup.add(rule, owner_id=asker.user_id, recipients=told)
        else:
            record = self.setup.change(known, rule, recipients)
        done = "set up" if known is None else "changed"
        so_far = backtest_sentence(rule, backtest)
        return Message(confirmation(record, done, so_far, asker=asker.user_id))
