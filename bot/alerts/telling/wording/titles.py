"""The title of an alert: the finding on a ratio, and its distance from a level or the usual."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from bot.alerts.rules.thresholds import exact_percent
from bot.alerts.rules.wording.sentences import accounts_of
from bot.alerts.telling.details import MonthPoint, NoticeDetails
from bot.style.differences import distance_of
from bot.style.figures import NOT_DEFINED, money, percent
from bot.style.names import shortened
from bot.style.pictures import MAX_ALT_TEXT
from bot.style.ratios import RATIOS, ratio_name, stretch_label, stretch_name
from metrics.alerts.rules import RuleKind, Window
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
_EACH: Mapping[Window, str] = {
    Window.MONTH: "closed months",
    Window.QUARTER: "closed quarters",
    Window.YEAR: "each point is the twelve months to that month",
}
_KINDS = {Window.MONTH: "Monthly ", Window.QUARTER: "Quarterly ", Window.YEAR: "12-month "}
_BY: Mapping[Window, str] = {
    Window.MONTH: "by month",
    Window.QUARTER: "by quarter",
    Window.YEAR: "of the twelve months to each month",
}


def title(details: NoticeDetails) -> str:
    """Write the finding: "12-month NRR of enterprise is 101.2%, below 105%"."""
    kind = details.kind
    if kind is TransitionKind.ERROR:
        return capital(f"{_ratio(details)} could not be evaluated")
    if kind is TransitionKind.STALE:
        return f"No figures for {_ratio(details)} {_since(details)}"
    if kind is TransitionKind.FIRED:
        return capital(_finding(details))
    if details.is_provisional:
        return f"Provisional: {_before_the_close(details)}"
    opening = _opening(details)
    said = _status(details)
    return f"{opening} {said}" if opening else capital(said)


def headline(details: NoticeDetails) -> str:
    """Write the finding, its distance and its money: all that a notification shows."""
    return ", ".join(filter(None, (title(details), _measure(details))))


def capital(words: str) -> str:
    """Write words as they begin a sentence."""
    return f"{words[:1].upper()}{words[1:]}"


def stretch_of(details: NoticeDetails, month: date | None) -> str:
    """Write the stretch of a rule's window that ends with a month, as it reads in a sentence."""
    return stretch_name(details.rule.window, month) if month else "no month yet"


def against(details: NoticeDetails) -> str:
    """Write the distance of a ratio from its yardstick: "4.0 pts below its usual 102.0%"."""
    verdict = details.verdict
    if verdict is None:
        return ""
    if verdict.baseline is None:
        return _against_level(verdict)
    if details.is_of_one_account:
        return f"{percent(verdict.value)} instead of {percent(verdict.baseline)}"
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
    other = next((rule for rule in details.also if rule.metric is not metric), None)
    if verdict is None or other is None or details.kind in _UNKNOWN:
        return ""
    return f"{ratio_name(other)} {_verb(details)} {percent(verdict.value)} too"


def stake(details: NoticeDetails) -> str:
    """Write the MRR between a ratio and its level; nothing where there is no drop, or no more."""
    if details.at_stake is None or details.kind in ENDINGS:
        return ""
    amount = f"{money(details.at_stake, details.figures.currency)} of MRR"
    if details.is_of_one_account:
        return amount
    if details.is_of_level:
        return f"{amount} below the level"
    below = "what was before the drop" if details.rule.kind in _PREVIOUS else "what is usual"
    return f"{amount} below {below}"


def _measure(details: NoticeDetails) -> str:
    if details.kind in _UNKNOWN:
        return "the alert stands as it stood"
    distance = _by_how_much(details) if details.is_of_level else against(details)
    return ", ".join(filter(None, (distance, stake(details), both_ratios(details))))


def _by_how_much(details: NoticeDetails) -> str:
    """Write the distance from a level that the title names: "by 3.8 pts in the twelve months…"."""
    verdict = details.verdict
    if verdict is None or verdict.threshold is None:
        return ""
    apart = distance_of(verdict.value, verdict.threshold)
    size = "" if apart == NOTHING else f"by {apart}"
    is_named = details.rule.window is not Window.YEAR  # then the title says of which month it is
    stretch = "" if is_named else f"in {stretch_of(details, details.month)}"
    return " ".join(filter(None, (size, stretch)))


def _opening(details: NoticeDetails) -> str | None:
    kind = details.kind
    if kind is TransitionKind.RESOLVED and details.rule.kind is RuleKind.MASKING:
        return "No longer masked:"
    if kind is TransitionKind.WORSE and _has_risen(details):
        return "Again:"  # another account may have left in a better month
    return _OPENINGS.get(kind)


def _has_risen(details: NoticeDetails) -> bool:
    """Tell whether the month is above the one before: low still, but not because it fell."""
    before, value = (None, None, *(point.value for point in details.figures.history))[-2:]
    return before is not None and value is not None and value > before


def _finding(details: NoticeDetails) -> str:
    verdict = details.verdict
    in_month = f"in {stretch_of(details, details.month)}"
    if verdict is None:
        return f"{_ratio(details)} fires {in_month}"
    if details.is_of_one_account or details.is_of_level:
        return _status(details)
    fell = "stayed low at" if _has_risen(details) else "fell to"
    return f"{_ratio(details)} {fell} {percent(verdict.value)} {in_month}"


def _before_the_close(details: NoticeDetails) -> str:
    verdict = details.verdict
    said = f"{stretch_of(details, details.month)} is not closed yet"
    if verdict is None:
        return f"{said}, {_ratio(details)}"
    if details.is_of_one_account:
        size = distance_of(verdict.value + verdict.drop, verdict.value)
        return f"{said}, one account took {size} off {_ratio(details)}"
    return f"{said}, {_ratio(details)} is {percent(verdict.value)} so far"


def _status(details: NoticeDetails) -> str:
    verdict, in_month = details.verdict, f"in {stretch_of(details, details.month)}"
    if verdict is None:
        return f"{_ratio(details)} {in_month}"
    if details.is_of_one_account:
        size = distance_of(verdict.value + verdict.drop, verdict.value)
        return f"one account took {size} off {_ratio(details)} {in_month}"
    said = f"{_ratio(details)} {_verb(details)} {percent(verdict.value)}"
    if details.rule.window is not Window.YEAR:  # twelve months have no room for their name here
        said += f" {in_month}"
    if details.rule.kind is RuleKind.MASKING and details.figures.retention is not None:
        joined = "with" if details.kind in ENDINGS else "under"
        said += f" {joined} an NRR of {percent(details.figures.retention.nrr)}"
    if verdict.baseline is None and verdict.threshold is not None:
        said += f", {_side(verdict.value, verdict.threshold)}"
    return said


def _verb(details: NoticeDetails) -> str:
    return "is" if details.rule.window is Window.YEAR else "was"


def _since(details: NoticeDetails) -> str:
    return f"since {details.month:%B %Y}" if details.month else "yet"


def _ratio(details: NoticeDetails) -> str:
    ratio = ratio_name(details.rule)
    return f"{ratio} of {accounts_of(details.rule)}" if details.rule.scope else f"company {ratio}"


def _against_level(verdict: Verdict) -> str:
    if verdict.threshold is None:
        return ""
    return _apart(verdict.value, verdict.threshold, f"{exact_percent(verdict.threshold)}%")


def _side(value: Fraction, level: Fraction) -> str:
    name = f"{exact_percent(level)}%"
    if value == level:
        return f"at {name}"
    just = "just " if distance_of(value, level) == NOTHING else ""
    return f"{just}{'below' if value < level else 'above'} {name}"


def _apart(value: Fraction, level: Fraction, named: str, share: str = "") -> str:
    if value == level:
        return f"exactly {named}"
    apart = distance_of(value, level)
    size = "just" if apart == NOTHING else apart  # "0.0 pts below" would be no sentence
    return f"{size}{share} {'below' if value < level else 'above'} {named}"


def subtitle(details: NoticeDetails) -> str:
    """Write the ratio, window and scope that the picture shows, and its shading."""
    rule, verdict = details.rule, details.verdict
    who = accounts_of(rule) if rule.scope else "the company"
    said = f"{_KINDS[rule.window]}{RATIOS[rule.metric]} of {who}, {_EACH[rule.window]}"
    said += " and the one that is not closed yet." if details.is_provisional else "."
    if verdict is None or not verdict.deviation or verdict.baseline is None:
        return said
    return f"{said} Shaded: the usual range, one standard deviation either way."


def alert_alt_text(details: NoticeDetails) -> str:
    """Write the chart in words, with every stretch that it shows, for screen readers."""
    rule = details.rule
    shown = ", ".join(_point(rule.window, point) for point in details.figures.history)
    finding = ", ".join(filter(None, (title(details), against(details))))
    chart = f"Line chart of {ratio_name(rule)} {_BY[rule.window]}: {shown}."
    return shortened(f"{finding}. {chart}", MAX_ALT_TEXT)


def _point(window: Window, point: MonthPoint) -> str:
    value = percent(point.value) if point.value is not None else NOT_DEFINED
    return f"{stretch_label(window, point.month)} {value}"
