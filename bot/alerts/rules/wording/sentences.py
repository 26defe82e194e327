"""Alert rules in sentences: the rule itself, its recipients and the states of its alerts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from bot.alerts.rules.grammar import scope_words, threshold_words
from bot.alerts.rules.report import is_outdated, level_of, state_name, verdict_of
from bot.alerts.rules.windows import WINDOW_WORDS
from bot.questions.typed_figures import exact_percent
from bot.slack.ids import is_channel, is_person, mention
from bot.style.figures import percent, points
from bot.style.names import escaped, scope_name
from bot.style.ratios import RATIOS
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import AlertRule, RuleKind, Window
from metrics.alerts.states import StateName
from metrics.alerts.verdicts import Half
from storage.alerts.actions import AlertAction
from storage.alerts.rules import OWNERS, RuleRecord, is_default

OWN = "rule-"
NOBODY_NAMED = "the administrators"
THE_OWNERS = "the owners of the accounts that drove it"
HIDDEN = "not shown without account detail, which a group of few accounts takes:"
EACH_SEGMENT = "of the company and each segment"
LONGEST_REASON = 120  # a form takes 500 characters: a list of many alerts has no room for them
MOST_ALERTS = 8  # of one rule: a company may have dozens of segments
QUIET = frozenset({StateName.INACTIVE, StateName.RESOLVED, StateName.WITHDRAWN, StateName.NO_BASE})
NO_BASE = {
    Window.MONTH: "when the month began",
    Window.QUARTER: "when the quarter began",
    Window.YEAR: "twelve months back",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAlert:
    """An alert as one person sees it."""

    alert: Alert
    snooze: AlertAction | None = None
    is_muted: bool = False  # by that person
    is_hidden: bool = False  # its figures are, from that person: they tell of a small group


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRule:
    """A rule with its alert on each scope; it has none before its first evaluation."""

    record: RuleRecord
    alerts: tuple[ListedAlert, ...]
    is_first: bool = False  # nothing was ever evaluated
    closed_months: int | None = None  # that the ledger has


def short_id(rule: AlertRule) -> str:
    """Return the id that people type for a rule: 3, or the name of a default one."""
    return rule.rule_id.removeprefix(OWN)


def rule_words(rule: AlertRule) -> str:
    """Write a rule on its scope, as a sentence goes on with it.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from metrics.alerts.rules import Window
    >>> enterprise = (("segment", "enterprise"),)
    >>> level = AlertRule(
    ...     rule_id="rule-3",
    ...     kind=RuleKind.FLOOR,
    ...     threshold=Fraction(105, 100),
    ...     window=Window.YEAR,
    ... )
    >>> rule_words(level.over(enterprise))
    '12-month NRR of enterprise below 105%'
    """
    accounts = scope_name(rule.scope) if is_default(rule) else scope_words(rule.scope)
    return f"{ratio_words(rule)} of {accounts} {_breach(rule)}{_notes(rule)}"


def rule_summary(rule: AlertRule) -> str:
    """Write a rule on all its scopes, for a list of rules."""
    if not is_default(rule):
        return rule_words(rule)
    return f"{ratio_words(rule)} {EACH_SEGMENT} {_breach(rule)}{_notes(rule)}"


def ratio_words(rule: AlertRule) -> str:
    """Name the ratio that a rule watches with its window: "12-month GRR", "monthly NRR"."""
    return f"{WINDOW_WORDS[rule.window]} {RATIOS[rule.metric]}"


def recipient_words(recipients: Iterable[str], *, name: Callable[[str], str] = str) -> str:
    """Write the recipients of a rule, each person and channel as ``name`` has it."""
    words = [THE_OWNERS if one == OWNERS else name(one) for one in recipients]
    return ", ".join(words) or NOBODY_NAMED


def split_recipients(
    recipients: Iterable[str],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Sort recipients into people, channels and the rest."""
    known = tuple(recipients)
    people = tuple(one for one in known if is_person(one))
    channels = tuple(one for one in known if is_channel(one))
    return people, channels, tuple(one for one in known if one not in {*people, *channels})


def named(record: RuleRecord) -> str:
    """Write a rule as a sentence about it begins, for Slack: "Alert 3 (NRR of ...)"."""
    return f"Alert {short_id(record.rule)} ({escaped(rule_summary(record.rule))})"


def goes_to(record: RuleRecord, *, asker: str) -> str:
    """Write the recipients of a rule for Slack, to one who may be among them."""
    if record.recipients == (asker,):
        return "it goes to you alone"
    words = recipient_words(
        record.recipients, name=lambda one: "you" if one == asker else mention(one)
    )
    return f"it goes to {words}"


def confirmation(record: RuleRecord, done: str, past: str, *, asker: str) -> str:
    """Write the confirmation of a rule that was typed or submitted, for Slack.

    ``past`` says how it would have done so far.
    """
    name, what = short_id(record.rule), escaped(rule_words(record.rule))
    said = f"Alert {name} is {done}: {what}; {goes_to(record, asker=asker)}. {escaped(past)}"
    if record.rule.enabled:
        return f"{said} It is evaluated within a minute, and then whenever a month is closed."
    return f"{said} It is paused: `/nrr alert resume {name}` lets it watch again."


def accounts_of(rule: AlertRule) -> str:
    """Name the accounts of an alert, short: "company", "enterprise"."""
    return scope_name(rule.scope) if rule.scope else "company"


def odd_words(alert: Alert) -> Iterator[str]:
    """Yield what explains a state that its ratio and its level alone would contradict."""
    verdict, level = verdict_of(alert), level_of(alert)
    if verdict is None or level is None:
        return
    if verdict.half is Half.ACCOUNT:
        yield f"{points(-verdict.drop)} by one account"
    if alert.rule.kind is RuleKind.MASKING and verdict.value <= level and not verdict.is_breach:
        yield "NRR below 100%"  # then nothing is masked: `floor` speaks of it
    if alert.state.name is StateName.FIRING and not verdict.is_breach:
        yield f"ends at {percent(level + alert.rule.recovery_margin)}"


def state_words(alert: Alert) -> str:
    """Write the state of an alert in few words, and why there is none."""
    name = state_name(alert)
    if alert.state.data_version is None and not alert.state.has_failed:
        return "not evaluated yet"
    if is_outdated(alert) and alert.rule.enabled:
        return "not evaluated since it was changed"
    if name == StateName.NO_BASE:
        return f"no opening MRR {NO_BASE[alert.rule.window]}"
    return name


def _breach(rule: AlertRule) -> str:
    level = exact_percent(rule.threshold)
    match rule.kind:
        case RuleKind.SUSTAINED_DROP:
            return f"at least {level} points below usual, {rule.for_periods} months running"
        case RuleKind.SHOCK:
            alone = exact_percent(rule.account_loss) if rule.account_loss else "0"
            points = "1 point" if alone == "1" else f"{alone} points"
            return (
                f"at least {level} points below usual in one month, or {points} lost with one"
                f" account of at least {rule.account_share} times the average size"
            )
        case RuleKind.MASKING:
            return f"at most {level}% under an NRR of 100% or more"
        case _:  # the kinds that people type are written as they are typed
            return threshold_words(rule)


def _notes(rule: AlertRule) -> str:
    if not is_default(rule):
        return ""
    if not rule.deviations:
        return " (default)"
    return f" (default; and at least {float(rule.deviations):g} standard deviations)"
