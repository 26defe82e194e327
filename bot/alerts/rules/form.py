"""The modal in which an alert rule is set up or changed: its fields, and its submission."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from bot.alerts.rules.grammar import BEFORE, PERCENT, UNIT, TypedRule, read_chosen_scope
from bot.alerts.rules.proposals import Proposal, Proposals
from bot.alerts.rules.recipients import MOST_RECIPIENTS, checked_recipients
from bot.alerts.rules.rights import AlertAccess
from bot.alerts.rules.setup import AlertSetup
from bot.alerts.rules.thresholds import MOST_MONTHS, checked_threshold, read_months
from bot.alerts.rules.wording.sentences import THE_OWNERS, split_recipients
from bot.errors import AccessDeniedError, UsageError
from bot.message import Block, Message
from bot.questions.parsing import canonical_scope
from bot.questions.typed_figures import exact_percent, read_figure
from bot.questions.words import Vocabulary
from bot.slack.once import Once
from bot.slack.sent import FieldsError, Submission
from bot.style.blocks import section
from bot.style.fields import accounts_field, field, form, menu, text_field, ticks
from metrics.alerts.rules import AlertRule, Metric, RuleKind, Window
from metrics.rollup import Scope
from storage.alerts.rules import OWNERS, RuleRecord

ALERT_FORM = "alert_form"
"""The form's callback id."""

SCOPE, METRIC, KIND, THRESHOLD, MONTHS = "scope", "metric", "kind", "threshold", "months"
PEOPLE, CHANNELS, ACCOUNT_OWNERS = "people", "channels", "account_owners"

METRICS: Mapping[str, str] = {
    Metric.NRR: "NRR: net revenue retention",
    Metric.GRR: "GRR: gross revenue retention",
}
KINDS: Mapping[str, tuple[RuleKind, Window, str]] = {
    "below": (RuleKind.FLOOR, Window.YEAR, "Twelve months are below a level, in percent"),
    "quarter-below": (RuleKind.FLOOR, Window.QUARTER, "A quarter is below a level, in percent"),
    "month-below": (RuleKind.FLOOR, Window.MONTH, "A month is below a level, in percent"),
    "drops-points": (RuleKind.POINT_DROP, Window.MONTH, f"A month drops {BEFORE}, in points"),
    "drops-percent": (
        RuleKind.PERCENT_DROP,
        Window.MONTH,
        f"A month drops {BEFORE}, in percent of them",
    ),
}
"""Kinds of a rule by the value of their option: the kind, the window and the words."""
MAX_THRESHOLD = 20
LEAST_BARE = Fraction(1, 100)
"""A smaller drop needs its unit: 0.03 may be meant as 3 points."""
_TYPED = re.compile(rf"\s*(?P<figure>\S*?)\s*(?P<unit>{UNIT})?\s*", re.VERBOSE | re.IGNORECASE)
_CHANNEL_KINDS = {"include": ["public", "private"], "exclude_external_shared_channels": True}


def alert_form(
    record: RuleRecord | None,
    *,
    channel_id: str,
    asker: str,
    default: Scope = (),
    example: str = "",
    proposed: AlertRule | None = None,
    note: str = "",
) -> Block:
    """Build the form, filled in with an alert rule that is to be changed, or for a new one.

    Parameters
    ----------
    asker : str
        The recipient of a new alert unless they choose others.
    default : Scope
        Filled in as its accounts; ``example`` are some that could be typed.
    proposed : AlertRule, optional
        Filled in as a new one; ``note`` says how it would have done.
    """
    rule = record.rule if record else None
    filled = rule or proposed
    # A submission names no channel: the form carries the one that the outcome is posted in.
    about = {"channel_id": channel_id} | ({"rule_id": rule.rule_id} if rule else {})
    blocks = (
        *([section(note)] if note else []),
        *_what(filled, filled.scope if filled else default, example),
        *_who(record.recipients if record else (asker,)),
    )
    return form(ALERT_FORM, "Change the alert" if rule else "New alert", blocks, about=about)


def _what(rule: AlertRule | None, scope: Scope, example: str) -> tuple[Block, ...]:
    months = {
        str(count): "Once is enough" if count == 1 else f"{count} running"
        for count in range(1, MOST_MONTHS + 1)
    }
    kinds = {value: words for value, (*_, words) in KINDS.items()}
    return (
        accounts_field(SCOPE, canonical_scope(scope), example=example),
        menu(METRIC, "Which ratio", METRICS, rule.metric if rule else Metric.NRR),
        menu(KIND, "When", kinds, _chosen_kind(rule) if rule else next(iter(kinds))),
        text_field(
            THRESHOLD,
            "How much",
            longest=MAX_THRESHOLD,
            example="105",
            filled=_filled_in(rule) if rule else "",
            hint="105 for a level of 105%, 3 for a drop of 3 points.",
        ),
        menu(MONTHS, "How many in a row", months, str(rule.for_periods if rule else 1)),
    )


def _chosen_kind(rule: AlertRule) -> str:
    kinds = ((value, kind, window) for value, (kind, window, _) in KINDS.items())
    return next(value for value, *said in kinds if said == [rule.kind, rule.window])


def _filled_in(rule: AlertRule) -> str:
    figure = exact_percent(rule.threshold)
    if rule.threshold >= LEAST_BARE or rule.kind is RuleKind.FLOOR:
        return figure
    return f"{figure} points" if rule.kind is RuleKind.POINT_DROP else f"{figure}%"


def _who(recipients: Iterable[str]) -> tuple[Block, ...]:
    people, channels, others = split_recipients(recipients)
    return (
        field(
            PEOPLE,
            "Who hears of it",
            {
                "type": "multi_users_select",
                "max_selected_items": MOST_RECIPIENTS,
                **({"initial_users": list(people)} if people else {}),
            },
            hint="By direct message from me.",
            optional=True,
        ),
        field(
            CHANNELS,
            "In which channels",
            {
                "type": "multi_conversations_select",
                "max_selected_items": MOST_RECIPIENTS,
                "filter": _CHANNEL_KINDS,
                **({"initial_conversations": list(channels)} if channels else {}),
            },
            hint="I have to be in them, and nobody of another company may be.",
            optional=True,
        ),
        ticks(ACCOUNT_OWNERS, "And", {OWNERS: THE_OWNERS.capitalize()}, others),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertForm:
    """Reads submissions of the form, and saves the alert rule."""

    setup: AlertSetup
    access: AlertAccess
    proposals: Proposals
    once: Once

    def check(self, submission: Submission) -> Callable[[], Message]:
        """Read the fields, and return the saving that follows once the form is closed.

        Raises
        ------
        FieldsError
            If a field cannot be used, or it is known that a recipient may not have the alert.
        """
        typed = read_fields(submission, vocabulary=self.access.vocabulary(submission.asker))
        try:
            self.access.require_rule(submission.asker, typed.rule, ())
            self.setup.require_new(typed.rule, beside=submission.about.get("rule_id"))
        except (AccessDeniedError, UsageError) as error:
            raise FieldsError({SCOPE: error}) from error
        for name in (PEOPLE, CHANNELS):
            try:
                chosen = submission.several(name)
                self.access.require_recipients_if_known(submission.asker, typed.rule, chosen)
            except AccessDeniedError as error:
                raise FieldsError({name: error}) from error
        return partial(self._save, submission, typed)

    def _save(self, submission: Submission, typed: TypedRule) -> Message:
        store = partial(self._stored, submission, typed)
        return self.once.saved(submission.view_id, store, listed_by="/nrr alerts")

    def _stored(self, submission: Submission, typed: TypedRule) -> Message:
        asker, rule_id = submission.asker, submission.about.get("rule_id")
        known = None
        if rule_id is not None:
            known = self.setup.find(str(rule_id), sees=self.access.visibility(asker).sees)
            self.access.require_change(asker, known)
        proposal = Proposal(rule=typed.rule, recipients=typed.recipients, known=known)
        return self.proposals.save(proposal, asker)


def read_fields(submission: Submission, *, vocabulary: Vocabulary) -> TypedRule:
    """Read a rule from the fields of a submission, or raise `FieldsError` with every problem."""
    kind, window, _ = KINDS[submission.text(KIND)]
    metric = Metric(submission.text(METRIC))
    found = submission.read_all(
        {
            SCOPE: partial(read_chosen_scope, vocabulary=vocabulary),
            THRESHOLD: lambda text: checked_threshold(
                _figure(text, kind), kind=kind, metric=metric
            ),
            MONTHS: read_months,
            PEOPLE: lambda _: _chosen(submission),
        }
    )
    rule = AlertRule(
        rule_id="",
        kind=kind,
        metric=metric,
        threshold=found[THRESHOLD],
        scope=found[SCOPE],
        window=window,
        for_periods=found[MONTHS],
    )
    return TypedRule(rule=rule, recipients=found[PEOPLE])


def _figure(text: str, kind: RuleKind) -> Fraction:
    # The unit need not be typed: the menu has chosen it, and another one is refused.
    found = _TYPED.fullmatch(text)
    figure, unit = (found["figure"], found["unit"]) if found else (text.strip(), None)
    is_percent = kind is not RuleKind.POINT_DROP
    if unit is not None and is_percent is not (unit.casefold() in PERCENT):
        unit_chosen = "percent" if is_percent else "points"
        raise UsageError(f"what is chosen above is in {unit_chosen}: type {figure} alone if so")
    read = read_figure(figure)
    if kind is not RuleKind.FLOOR and unit is None and 0 < read < LEAST_BARE:
        meant, unit_typed = exact_percent(read * 100), "%" if is_percent else " points"
        raise UsageError(
            f"{figure} may be meant as {meant}{unit_typed}: type {meant} if so, or"
            f" {figure}{unit_typed}"
        )
    return read


def _chosen(submission: Submission) -> tuple[str, ...]:
    fields = (PEOPLE, CHANNELS, ACCOUNT_OWNERS)
    chosen = tuple(dict.fromkeys(one for name in fields for one in submission.several(name)))
    if not chosen:
        raise UsageError("choose who hears of it: people, a channel or the owners of accounts")
    return checked_recipients(chosen)
