"""The title of an alert: the finding on a ratio in a month, and its distance from the usual."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from bot.alerts.rules.wording.sentences import RATIOS, accounts_of
from bot.alerts.telling.details import MonthPoint, NoticeDetails
from bot.style.figures import NOT_DEFINED, distance_of, money, percent
from bot.style.names import shortened
from bot.style.pictures import MAX_ALT_TEXT
from metrics.alerts.rules import RuleKind
from metrics.alerts.states import ENDINGS, TransitionKind
from metrics.alerts.verdicts import Verdict

_OPENINGS: Mapping[TransitionKind, str] = {
    TransitionKind.REMINDER: "Still:",
    TransitionKind.WORSE: "Worse:",
    TransitionKind.RESOLVED: "Recovered:",
    TransitionKind.WITHDRAWN: "Correction: figures restated,",
    TransitionKind.RULE_CHANGED: "Correction: the rule was changed,",
    TransitionKind.SNOOZE_ENDED: "Snooze over:",
}
_UNKNOWN = frozenset({TransitionKind.STALE, TransitionKind.ERROR})
NOTHING = distance_of(Fraction(), Fraction())
_PREVIOUS = frozenset({RuleKind.POINT_DROP, RuleKind.PERCENT_DROP})


def title(details: NoticeDetails) -> str:
    """Write the finding: "Company NRR fell to 98.0% in February 2026"."""
    kind = details.kind
    if kind is TransitionKind.ERROR:
        return capital(f"{_ratio(details)} could not be evaluated")
    if kind is TransitionKind.STALE:
        return f"No figures for {_ratio(details)} {_since(details)}"
    if kind is TransitionKind.FIRED:
        return capital(_finding(details))
    opening = _opening(details)
    said = _status(details)
    return f"{opening} {said}" if opening else capital(said)


def headline(details: NoticeDetails) -> str:
    """Write the finding, its distance and its money: all that a notification shows."""
    return ", ".join(filter(None, (title(details), _measure(details))))


def capital(words: str) -> str:
    """Write words as they begin a sentence."""
    return f"{words[:1].upper()}{words[1:]}"


def month_name(month: date | None) -> str:
    """Write a month as it reads in a sentence."""
    return f"{month:%B %Y}" if month else "no month yet"


def against(details: NoticeDetails) -> str:
    """Write the distance of a month from its yardstick: "4.0 pts below its usual 102.0%"."""
    verdict = details.verdict
    if verdict is None:
        return ""
    if verdict.baseline is None:
        return _against_floor(details, verdict)
    if details.is_of_one_account:
        return f"{percent(verdict.value)} instead of {percent(verdict.baseline)}"
    if details.rule.kind is RuleKind.MASKING:
        return f"a gap of {distance_of(verdict.baseline, verdict.value)}"
    usual = percent(verdict.baseline)
    named = (
        f"the {usual} before the drop" if details.rule.kind in _PREVIOUS else f"its usual {usual}"
    )
    share = ""
    if details.rule.kind is RuleKind.PERCENT_DROP and verdict.drop and verdict.baseline:
        share = f" ({percent(verdict.drop / verdict.baseline)})"
    apart = distance_of(verdict.value, verdict.baseline)
    if details.kind is TransitionKind.RESOLVED and (
        verdict.value <= verdict.baseline or apart == NOTHING
    ):
        return f"back {'at' if apart == NOTHING else f'within {apart} of'} {named}"
    return _apart(verdict.value, verdict.baseline, named, share)


def both_ratios(details: NoticeDetails) -> str:
    """Write that the other ratio is as low, where another rule says so: "GRR was 79.6% too"."""
    verdict, metric = details.verdict, details.rule.metric
    other = next((rule.metric for rule in details.also if rule.metric is not metric), None)
    if verdict is None or other is None or details.kind in _UNKNOWN:
        return ""
    return f"{RATIOS[other]} was {percent(verdict.value)} too"


def stake(details: NoticeDetails) -> str:
    """Write the MRR that the drop stands for; nothing where there is no drop, or no more."""
    if details.at_stake is None or details.kind in ENDINGS:
        return ""
    return f"{money(details.at_stake, details.figures.currency)} of MRR"


def _measure(details: NoticeDetails) -> str:
    if details.kind in _UNKNOWN:
        return "the alert stands as it stood"
    return ", ".join(filter(None, (against(details), stake(details), both_ratios(details))))


def _opening(details: NoticeDetails) -> str | None:
    kind = details.kind
    if kind is TransitionKind.RESOLVED and details.rule.kind is RuleKind.MASKING:
        return "No longer masked:"
    if kind is TransitionKind.WORSE and (details.is_of_one_account or _has_risen(details)):
        return "Again:"  # another account may have left in a better month
    return _OPENINGS.get(kind)


def _has_risen(details: NoticeDetails) -> bool:
    """Tell whether the month is above the one before: low still, but not because it fell."""
    before, value = (None, None, *(point.value for point in details.figures.history))[-2:]
    return before is not None and value is not None and value > before


def _finding(details: NoticeDetails) -> str:
    verdict, rule = details.verdict, details.rule
    in_month = f"in {month_name(details.month)}"
    if verdict is None:
        return f"{_ratio(details)} fires {in_month}"
    if details.is_of_one_account or rule.kind in {RuleKind.FLOOR, RuleKind.MASKING}:
        return _status(details)
    fell = "stayed low at" if _has_risen(details) else "fell to"
    return f"{_ratio(details)} {fell} {percent(verdict.value)} {in_month}"


def _status(details: NoticeDetails) -> str:
    verdict, in_month = details.verdict, f"in {month_name(details.month)}"
    if verdict is None:
        return f"{_ratio(details)} {in_month}"
    if details.is_of_one_account:
        size = distance_of(verdict.value + verdict.drop, verdict.value)
        return f"one account took {size} off {_ratio(details)} {in_month}"
    said = f"{_ratio(details)} was {percent(verdict.value)}"
    if details.rule.kind is RuleKind.MASKING and details.figures.retention is not None:
        joined = "with" if details.kind in ENDINGS else "under"
        return f"{said} {joined} an NRR of {percent(details.figures.retention.nrr)} {in_month}"
    return f"{said} {in_month}"


def _since(details: NoticeDetails) -> str:
    return f"since {month_name(details.month)}" if details.month else "yet"


def _ratio(details: NoticeDetails) -> str:
    ratio = RATIOS[details.rule.metric]
    return f"{ratio} of {accounts_of(details.rule)}" if details.rule.scope else f"company {ratio}"


def _against_floor(details: NoticeDetails, verdict: Verdict) -> str:
    if verdict.threshold is None:
        return ""
    name = "GRR's floor of" if details.rule.kind is RuleKind.MASKING else "its floor of"
    return _apart(verdict.value, verdict.threshold, f"{name} {percent(verdict.threshold)}")


def _apart(value: Fraction, level: Fraction, named: str, share: str = "") -> str:
    if value == level:
        return f"exactly {named}"
    apart = distance_of(value, level)
    size = "just" if apart == NOTHING else apart  # "0.0 pts below" would be no sentence
    return f"{size}{share} {'below' if value < level else 'above'} {named}"


def subtitle(details: NoticeDetails) -> str:
    """Write the ratio and scope that the picture shows, and its shading."""
    who = accounts_of(details.rule) if details.rule.scope else "the company"
    said = f"Monthly {RATIOS[details.rule.metric]} of {who}, closed months."
    verdict = details.verdict
    if verdict is None or not verdict.deviation or verdict.baseline is None:
        return said
    return f"{said} Shaded: the usual range, one standard deviation either way."


def alert_alt_text(details: NoticeDetails) -> str:
    """Write the chart in words, with every month that it shows, for screen readers."""
    months = ", ".join(_month(point) for point in details.figures.history)
    finding = ", ".join(filter(None, (title(details), against(details))))
    ratio = RATIOS[details.rule.metric]
    return shortened(f"{finding}. Line chart of {ratio} by month: {months}.", MAX_ALT_TEXT)


def _month(point: MonthPoint) -> str:
    value = percent(point.value) if point.value is not None else NOT_DEFINED
    return f"{point.month:%Y-%m} {value}"
