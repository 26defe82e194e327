"""The title of an alert: the ratio, what it crossed or fell below, and where it is now."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from bot.alerts.telling.details import MonthPoint, NoticeDetails
from bot.questions.typed_figures import exact_percent
from bot.style.differences import difference_of
from bot.style.figures import NOT_DEFINED, percent, points
from bot.style.names import capitalised, scope_name, shortened
from bot.style.pictures import MAX_ALT_TEXT
from bot.style.ratios import RATIOS, ratio_name, stretch_label, stretch_name
from metrics.alerts.rules import RuleKind, Window
from metrics.alerts.states import ENDINGS, TransitionKind

_OPENINGS: Mapping[TransitionKind, str] = {
    TransitionKind.REMINDER: "Still: ",
    TransitionKind.WORSE: "Worse: ",
    TransitionKind.RESOLVED: "Recovered: ",
    TransitionKind.WITHDRAWN: "Correction: ",
    TransitionKind.RULE_CHANGED: "Correction: ",
    TransitionKind.SNOOZE_ENDED: "Snooze over: ",
    TransitionKind.PROVISIONAL: "Provisional: ",
}
MOST_OF_SCOPE = 36  # characters: a finding of which the figure is cut off is none
_UNKNOWN = frozenset({TransitionKind.STALE, TransitionKind.ERROR})
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
    """Write the finding: "12-month GRR of media fell below 90%: now 88.9%"."""
    kind, ratio = details.kind, _ratio(details)
    if kind is TransitionKind.ERROR:
        return f"{ratio} could not be evaluated"
    if kind is TransitionKind.STALE:
        since = f"since {details.month:%B %Y}" if details.month else "yet"
        return f"No figures for {ratio} {since}"
    said = f"{_opening(details)}{_finding(details)}"
    return capitalised(said)


def stretch_of(details: NoticeDetails, month: date | None) -> str:
    """Write the stretch of a rule's window that ends with a month, as it reads in a sentence."""
    return stretch_name(details.rule.window, month) if month else "no month yet"


def in_points(apart: Fraction) -> str:
    """Write a distance of two ratios in words: "2.9 points"."""
    return points(abs(apart)).removeprefix("+").removesuffix(" pts") + " points"


def subtitle(details: NoticeDetails) -> str:
    """Write the ratio and window that the picture shows, and its shading: whose, the title says."""
    rule, verdict = details.rule, details.verdict
    said = f"{_KINDS[rule.window]}{RATIOS[rule.metric]}, {_EACH[rule.window]}"
    said += " and the one not closed yet" if details.is_provisional else ""
    if verdict is None or not verdict.deviation or verdict.baseline is None:
        return said
    return f"{said}; shaded: its usual range"


def alert_alt_text(details: NoticeDetails) -> str:
    """Write the chart in words, with every stretch that it shows, for screen readers."""
    rule = details.rule
    shown = ", ".join(_point(rule.window, point) for point in details.figures.history)
    chart = f"Line chart of {ratio_name(rule)} {_BY[rule.window]}: {shown}."
    return shortened(f"{title(details)}. {chart}", MAX_ALT_TEXT)


def has_risen(details: NoticeDetails) -> bool:
    """Tell whether the month is above the one before: low still, but not because it fell."""
    before, value = (None, None, *(point.value for point in details.figures.history))[-2:]
    return before is not None and value is not None and value > before


def _opening(details: NoticeDetails) -> str:
    if details.kind is TransitionKind.WORSE and has_risen(details):
        return "Again: "  # another account may have left in a better month
    return _OPENINGS.get(details.kind, "")


def _finding(details: NoticeDetails) -> str:
    verdict, ratio, where = details.verdict, _ratio(details), _where(details)
    if verdict is None:
        return f"{ratio} fires{where}"
    now = percent(verdict.value)
    if details.is_of_one_account:
        size = in_points(difference_of(verdict.value + verdict.drop, verdict.value))
        return f"one account took {size} off {ratio}{where}"
    if verdict.threshold is None:  # nothing to hold it against
        return f"{ratio} {_verb(details)} {now}{where}"
    if verdict.baseline is None:
        return f"{ratio} {_level(details, verdict.value, verdict.threshold)}"
    return f"{ratio} {_drop(details, verdict.value, verdict.baseline)}"


def _level(details: NoticeDetails, value: Fraction, level: Fraction) -> str:
    now, name, where = percent(value), f"{exact_percent(level)}%", _where(details)
    hidden = ""
    if details.rule.kind is RuleKind.MASKING and details.figures.retention is not None:
        joined = "with" if details.kind in ENDINGS else "under"
        hidden = f", {joined} an NRR of {percent(details.figures.retention.nrr)}"
    if details.has_crossed:
        at = "now " if details.rule.window is Window.YEAR else ""
        return f"fell below {name}{where}: {at}{now}{hidden}"
    if value == level:
        return f"{_verb(details)} {now}{where}, at {name}{hidden}"
    just = "just " if not difference_of(value, level) else ""
    side = "below" if value < level else "above"
    return f"{_verb(details)} {now}{where}, {just}{side} {name}{hidden}"


def _drop(details: NoticeDetails, value: Fraction, usual: Fraction) -> str:
    now, where = percent(value), _where(details)
    fell = f"{_verb(details)} {now}"
    if details.kind is TransitionKind.FIRED:
        fell = f"stayed low at {now}" if has_risen(details) else f"fell to {now}"
    apart, named = difference_of(value, usual), _usual(details)
    if not apart:
        return f"{fell}{where}, at {named}"
    return f"{fell}{where}, {in_points(apart)} {'below' if apart < 0 else 'above'} {named}"


def _usual(details: NoticeDetails) -> str:
    return "what it was before" if details.rule.kind in _PREVIOUS else "usual"


def _where(details: NoticeDetails) -> str:
    """Write the month or quarter that a ratio is of; twelve months are in its name."""
    if details.rule.window is Window.YEAR and not details.is_provisional:
        return ""
    so_far = " so far" if details.is_provisional else ""
    return f" in {stretch_of(details, details.month)}{so_far}"


def _verb(details: NoticeDetails) -> str:
    return "is" if details.rule.window is Window.YEAR or details.is_provisional else "was"


def _ratio(details: NoticeDetails) -> str:
    return f"{ratio_name(details.rule)} of {_whose(details)}"


def _whose(details: NoticeDetails) -> str:
    scope = details.rule.scope
    return shortened(scope_name(scope), MOST_OF_SCOPE) if scope else "the company"


def _point(window: Window, point: MonthPoint) -> str:
    value = percent(point.value) if point.value is not None else NOT_DEFINED
    return f"{stretch_label(window, point.month)} {value}"
