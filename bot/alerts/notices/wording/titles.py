"""An alert in one line: what happened to which ratio in which month, and how far off that is."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from bot.alerts.notices.details import NoticeDetails
from bot.alerts.rules.wording.sentences import RATIOS, accounts_of
from bot.style.figures import money, percent, points
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
_PREVIOUS = frozenset({RuleKind.POINT_DROP, RuleKind.PERCENT_DROP})


def title(details: NoticeDetails) -> str:
    """Return the finding: "Company NRR fell to 98.0% in February 2026"."""
    kind = details.kind
    if kind is TransitionKind.ERROR:
        return capital(f"{_ratio(details)} could not be evaluated")
    if kind is TransitionKind.STALE:
        return f"No figures for {_ratio(details)} {_since(details)}"
    if kind is TransitionKind.FIRED:
        return capital(_news(details))
    opening = _opening(details)
    said = _standing(details)
    return f"{opening} {said}" if opening else capital(said)


def one_line(details: NoticeDetails) -> str:
    """Return the finding, how far off it is, and its money: all that a notification shows."""
    return ", ".join(filter(None, (title(details), _measure(details))))


def capital(words: str) -> str:
    """Return words as they begin a sentence."""
    return f"{words[:1].upper()}{words[1:]}"


def month_name(month: date | None) -> str:
    """Return a month as it reads in a sentence."""
    return f"{month:%B %Y}" if month else "no month yet"


def against(details: NoticeDetails) -> str:
    """Return how a month compares with its yardstick: "4.0 pts below its usual 102.0%"."""
    verdict = details.verdict
    if verdict is None:
        return ""
    if verdict.baseline is None:
        return _against_floor(details, verdict)
    if details.is_of_one_account:
        return f"{percent(verdict.value)} instead of {percent(verdict.baseline)}"
    if details.rule.kind is RuleKind.MASKING:
        return f"a gap of {_size(verdict.baseline - verdict.value)}"
    usual = percent(verdict.baseline)
    named = (
        f"the {usual} before the drop" if details.rule.kind in _PREVIOUS else f"its usual {usual}"
    )
    share = ""
    if details.rule.kind is RuleKind.PERCENT_DROP and verdict.drop and verdict.baseline:
        share = f" ({percent(verdict.drop / verdict.baseline)})"
    apart = verdict.value - verdict.baseline
    if details.kind is TransitionKind.RESOLVED and (apart <= 0 or _is_nothing(apart)):
        return f"back {'at' if _is_nothing(apart) else f'within {_size(apart)} of'} {named}"
    return _apart(apart, named, share)


def both_ratios(details: NoticeDetails) -> str:
    """Return that the other ratio is as low, where another rule says that: "GRR was 79.6% too"."""
    verdict, metric = details.verdict, details.rule.metric
    other = next((rule.metric for rule in details.also if rule.metric is not metric), None)
    if verdict is None or other is None or details.kind in _UNKNOWN:
        return ""
    return f"{RATIOS[other]} was {percent(verdict.value)} too"


def stake(details: NoticeDetails) -> str:
    """Return the MRR that the drop stands for; nothing where there is no drop, or no more."""
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


def _news(details: NoticeDetails) -> str:
    """Return what happened in the month in which it fires."""
    verdict, rule = details.verdict, details.rule
    in_month = f"in {month_name(details.month)}"
    if verdict is None:
        return f"{_ratio(details)} fires {in_month}"
    if details.is_of_one_account or rule.kind in {RuleKind.FLOOR, RuleKind.MASKING}:
        return _standing(details)
    fell = "stayed low at" if _has_risen(details) else "fell to"
    return f"{_ratio(details)} {fell} {percent(verdict.value)} {in_month}"


def _standing(details: NoticeDetails) -> str:
    """Return how it was in the month, whatever it was before."""
    verdict, in_month = details.verdict, f"in {month_name(details.month)}"
    if verdict is None:
        return f"{_ratio(details)} {in_month}"
    if details.is_of_one_account:
        return f"one account took {_size(verdict.drop)} off {_ratio(details)} {in_month}"
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
    return _apart(verdict.value - verdict.threshold, f"{name} {percent(verdict.threshold)}")


def _apart(difference: Fraction, named: str, share: str = "") -> str:
    if not difference:
        return f"exactly {named}"
    size = "just" if _is_nothing(difference) else _size(difference)
    return f"{size}{share} {'below' if difference < 0 else 'above'} {named}"


def _is_nothing(difference: Fraction) -> bool:
    """Tell whether a difference is none when it is shown."""
    return points(difference) == points(Fraction())


def _size(difference: Fraction) -> str:
    """Return points without a sign, where words say which way."""
    return points(abs(difference)).removeprefix("+")
