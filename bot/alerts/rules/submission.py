"""The form of an alert, submitted: its fields are read, and the alert is stored."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from bot.alerts.rules import form
from bot.alerts.rules.grammar import (
    PERCENT,
    UNIT,
    TypedRule,
    checked_threshold,
    read_figure,
    read_months,
    read_rule_scope,
)
from bot.alerts.rules.recipients import checked_recipients
from bot.alerts.rules.rights import AlertAccess
from bot.alerts.rules.setup import AlertSetup
from bot.alerts.rules.wording.sentences import confirmation, split_recipients
from bot.errors import AccessDeniedError, UsageError
from bot.message import Message
from bot.questions.parsing import Vocabulary
from bot.slack.once import Once
from bot.slack.sent import FieldsError, Submission
from metrics.alerts.rules import AlertRule, Metric, RuleKind

_TYPED = re.compile(rf"\s*(?P<figure>\S*?)\s*(?P<unit>{UNIT})?\s*", re.VERBOSE | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertForm:
    """Takes submissions."""

    setup: AlertSetup
    access: AlertAccess
    once: Once

    def check(self, submission: Submission) -> Callable[[], Message]:
        """Read the fields, and return what is to be done once the form is closed.

        Raises
        ------
        FieldsError
            If a field cannot be used, or it is known that a channel may not have alerts.
        """
        typed = read_fields(submission, vocabulary=self.access.vocabulary(submission.asker))
        try:
            self.access.require_rule(submission.asker, typed.rule, ())
            self.setup.require_new(typed.rule, beside=submission.about.get("rule_id"))
        except (AccessDeniedError, UsageError) as error:
            raise FieldsError({form.SCOPE: error}) from error
        _, channels, _ = split_recipients(typed.recipients)
        try:
            self.access.require_channels_if_known(channels)
        except AccessDeniedError as error:
            raise FieldsError({form.CHANNELS: error}) from error
        return partial(self._save, submission, typed)

    def _save(self, submission: Submission, typed: TypedRule) -> Message:
        store = partial(self._stored, submission, typed)
        return self.once.saved(submission.view_id, store, listed_by="/nrr alerts")

    def _stored(self, submission: Submission, typed: TypedRule) -> Message:
        asker, rule_id = submission.asker, submission.about.get("rule_id")
        self.access.require_rule(asker, typed.rule, typed.recipients)
        by = asker.user_id
        if rule_id is None:
            added = self.setup.add(typed.rule, owner_id=by, recipients=typed.recipients)
            return Message(confirmation(added, "set up", asker=by))
        known = self.setup.find(str(rule_id), sees=self.access.visibility(asker).sees)
        self.access.require_change(asker, known)
        changed = self.setup.change(known, typed.rule, typed.recipients)
        return Message(confirmation(changed, "changed", asker=by))


def read_fields(submission: Submission, *, vocabulary: Vocabulary) -> TypedRule:
    """Return what the fields of a submission say.

    Raises
    ------
    FieldsError
        With what is wrong, for each field that cannot be used.
    """
    kind, metric = RuleKind(submission.text(form.KIND)), Metric(submission.text(form.METRIC))
    found = submission.read_all(
        {
            form.SCOPE: partial(read_rule_scope, vocabulary=vocabulary),
            form.THRESHOLD: lambda text: checked_threshold(
                _figure(text, kind), kind=kind, metric=metric
            ),
            form.MONTHS: read_months,
            form.PEOPLE: lambda _: _recipients(submission),
        }
    )
    rule = AlertRule(
        rule_id="",
        kind=kind,
        metric=metric,
        threshold=found[form.THRESHOLD],
        scope=found[form.SCOPE],
        for_periods=found[form.MONTHS],
    )
    return TypedRule(rule=rule, recipients=found[form.PEOPLE])


def _figure(text: str, kind: RuleKind) -> Fraction:
    """Return a threshold; its unit need not be typed, and has to be the one that is chosen."""
    found = _TYPED.fullmatch(text)
    figure, unit = (found["figure"], found["unit"]) if found else (text.strip(), None)
    is_percent = kind is not RuleKind.POINT_DROP
    if unit is not None and is_percent is not (unit.casefold() in PERCENT):
        unit_chosen = "percent" if is_percent else "points"
        raise UsageError(f"what is chosen above is in {unit_chosen}: type {figure} alone if so")
    return read_figure(figure)


def _recipients(submission: Submission) -> tuple[str, ...]:
    """Return everybody who is chosen.

    Raises
    ------
    UsageError
        If nobody is, or too many are.
    """
    fields = (form.PEOPLE, form.CHANNELS, form.ACCOUNT_OWNERS)
    chosen = tuple(dict.fromkeys(one for name in fields for one in submission.several(name)))
    if not chosen:
        raise UsageError("choose who hears of it: people, a channel or the owners of accounts")
    return checked_recipients(chosen)
