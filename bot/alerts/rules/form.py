"""The form of an alert: which accounts, which ratio, when it has dropped, who hears."""

import json
from collections.abc import Iterable, Mapping

from bot.alerts.rules.grammar import MOST_MONTHS, exact_percent
from bot.alerts.rules.recipients import MOST_RECIPIENTS
from bot.alerts.rules.wording.sentences import THE_OWNERS, split_recipients
from bot.message import Block
from bot.questions.parsing import canonical_scope
from bot.style.blocks import plain
from bot.style.fields import field, initial, menu, ticks
from metrics.alerts.rules import AlertRule, Metric, RuleKind
from storage.alerts.rules import OWNERS, RuleRecord

ALERT_FORM = "alert_form"
"""The form's callback id."""

SCOPE, METRIC, KIND, THRESHOLD, MONTHS = "scope", "metric", "kind", "threshold", "months"
PEOPLE, CHANNELS, ACCOUNT_OWNERS = "people", "channels", "account_owners"

METRICS: Mapping[str, str] = {
    Metric.NRR: "NRR: net revenue retention",
    Metric.GRR: "GRR: gross revenue retention",
}
KINDS: Mapping[str, str] = {
    RuleKind.FLOOR: "It is below a level, in percent",
    RuleKind.POINT_DROP: "It drops from the month before, in points",
    RuleKind.PERCENT_DROP: "It drops from the month before, in percent of that",
}
MAX_SCOPE = 2_000
MAX_THRESHOLD = 20
_CHANNEL_KINDS = {"include": ["public", "private"], "exclude_external_shared_channels": True}


def alert_form(record: RuleRecord | None, *, channel_id: str, asker: str) -> Block:
    """Return the form, filled in with an alert that is to be changed, or for a new one.

    Parameters
    ----------
    channel_id : str
        Where it was asked for, and where it is said what came of it.
    asker : str
        Who hears of a new alert unless they choose otherwise.
    """
    rule = record.rule if record else None
    about = {"channel_id": channel_id} | ({"rule_id": rule.rule_id} if rule else {})
    return {
        "type": "modal",
        "callback_id": ALERT_FORM,
        "private_metadata": json.dumps(about),
        "title": plain("Change the alert" if rule else "New alert"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [*_what(rule), *_who(record.recipients if record else (asker,))],
    }


def _what(rule: AlertRule | None) -> tuple[Block, ...]:
    months = {
        str(count): "One month is enough" if count == 1 else f"{count} months running"
        for count in range(1, MOST_MONTHS + 1)
    }
    return (
        field(
            SCOPE,
            "Which accounts",
            {
                "type": "plain_text_input",
                "max_length": MAX_SCOPE,
                "placeholder": plain("enterprise"),
                **initial(canonical_scope(rule.scope) if rule else ""),
            },
            hint="As in a question; empty for the whole company.",
            optional=True,
        ),
        menu(METRIC, "Which ratio", METRICS, rule.metric if rule else Metric.NRR),
        menu(KIND, "When", KINDS, rule.kind if rule else RuleKind.FLOOR),
        field(
            THRESHOLD,
            "How much",
            {
                "type": "plain_text_input",
                "max_length": MAX_THRESHOLD,
                "placeholder": plain("105"),
                **initial(exact_percent(rule.threshold) if rule else ""),
            },
            hint="105 for a level of 105%, 3 for a drop of 3 points.",
        ),
        menu(MONTHS, "For how long", months, str(rule.for_periods if rule else 1)),
    )


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
