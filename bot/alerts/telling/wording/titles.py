"""An alert in one line: what happened to which ratio in which month, and how far off that is."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from bot.alerts.rules.wording.sentences import RATIOS, accounts_of
from bot.alerts.telling.story import Story
from bot.style.figures import money, percent, points
from metrics.alerts.grouping import AGAIN
from metrics.alerts.rules import RuleKind
from metrics.alerts.states import ENDINGS, TransitionKind
from metrics.alerts.verdicts import Verdict

LIVE = AGAIN | {TransitionKind.FIRED, TransitionKind.SNOOZE_ENDED}
"""What tells of a drop that somebody can still act on."""

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


def title(story: Story) -> str:
    """Return the finding: "Company NRR fell to 98.0% in February 2026"."""
    kind = kind_of(story)
    if kind is TransitionKind.ERROR:
        return capital(f"{_ratio(story)} could not be evaluated")
    if kind is TransitionKind.STALE:
        return f"No figures for {_ratio(story)} {_since(story)}"
    if kind is TransitionKind.FIRED:
        return capital(_news(story))
    opening = _opening(story)
    said = _standing(story)
    return f"{opening} {said}" if opening else capital(said)


def one_line(story: Story) -> str:
    """Return the finding, how far off it is, and its money: all that a notification shows."""
    return ", ".join(filter(None, (title(story), _measure(story))))


def capital(words: str) -> str:
    """Return words as they begin a sentence."""
    return f"{words[:1].upper()}{words[1:]}"


def kind_of(story: Story) -> TransitionKind:
    """Return what the notice is about."""
    return story.notice.transition.kind


def verdict_of(story: Story) -> Verdict | None:
    """Return the verdict on the month of the notice; None where none was judged."""
    return story.notice.transition.verdict


def is_one_account(story: Story) -> bool:
    """Tell whether one account alone breached the rule, and not all of them together."""
    verdict = verdict_of(story)
    return (
        story.rule.kind is RuleKind.SHOCK
        and verdict is not None
        and verdict.account is not None
        and verdict.deviation is None
    )


def month_name(month: date | None) -> str:
    """Return a month as it reads in a sentence."""
    return f"{month:%B %Y}" if month else "no month yet"


def against(story: Story) -> str:
    """Return how a month compares with its yardstick: "4.0 pts below its usual 102.0%"."""
    verdict = verdict_of(story)
    if verdict is None:
        return ""
    if verdict.baseline is None:
        return _against_floor(story, verdict)
    if is_one_account(story):
        return f"{percent(verdict.value)} instead of {percent(verdict.baseline)}"
    if story.rule.kind is RuleKind.MASKING:
        return f"a gap of {_size(verdict.baseline - verdict.value)}"
    usual = percent(verdict.baseline)
    named = f"the {usual} before the drop" if story.rule.kind in _PREVIOUS else f"its usual {usual}"
    share = ""
    if story.rule.kind is RuleKind.PERCENT_DROP and verdict.drop and verdict.baseline:
        share = f" ({percent(verdict.drop / verdict.baseline)})"
    apart = verdict.value - verdict.baseline
    if kind_of(story) is TransitionKind.RESOLVED and (apart <= 0 or _is_nothing(apart)):
        return f"back {'at' if _is_nothing(apart) else f'within {_size(apart)} of'} {named}"
    return _apart(apart, named, share)


def both_ratios(story: Story) -> str:
    """Return that the other ratio is as low, where another rule says that: "GRR was 79.6% too"."""
    verdict, metric = verdict_of(story), story.rule.metric
    other = next((rule.metric for rule in story.also if rule.metric is not metric), None)
    if verdict is None or other is None or kind_of(story) in _UNKNOWN:
        return ""
    return f"{RATIOS[other]} was {percent(verdict.value)} too"


def stake(story: Story) -> str:
    """Return the MRR that the drop stands for; nothing where there is no drop, or no more."""
    if story.at_stake is None or kind_of(story) in ENDINGS:
        return ""
    return f"{money(story.at_stake, story.currency)} of MRR"


def _measure(story: Story) -> str:
    if kind_of(story) in _UNKNOWN:
        return "the alert stands as it stood"
    return ", ".join(filter(None, (against(story), stake(story), both_ratios(story))))


def _opening(story: Story) -> str | None:
    kind = kind_of(story)
    if kind is TransitionKind.RESOLVED and story.rule.kind is RuleKind.MASKING:
        return "No longer masked:"
    if kind is TransitionKind.WORSE and (is_one_account(story) or _has_risen(story)):
        return "Again:"  # another account may have left in a better month
    return _OPENINGS.get(kind)


def _has_risen(story: Story) -> bool:
    """Tell whether the month is above the one before: low still, but not because it fell."""
    before, value = (None, None, *(point.value for point in story.course))[-2:]
    return before is not None and value is not None and value > before


def _news(story: Story) -> str:
    """Return what happened in the month in which it fires."""
    verdict, rule = verdict_of(story), story.rule
    in_month = f"in {month_name(story.month)}"
    if verdict is None:
        return f"{_ratio(story)} fires {in_month}"
    if is_one_account(story) or rule.kind in {RuleKind.FLOOR, RuleKind.MASKING}:
        return _standing(story)
    fell = "stayed low at" if _has_risen(story) else "fell to"
    return f"{_ratio(story)} {fell} {percent(verdict.value)} {in_month}"


def _standing(story: Story) -> str:
    """Return how it was in the month, whatever it was before."""
    verdict, in_month = verdict_of(story), f"in {month_name(story.month)}"
    if verdict is None:
        return f"{_ratio(story)} {in_month}"
    if is_one_account(story):
        return f"one account took {_size(verdict.drop)} off {_ratio(story)} {in_month}"
    said = f"{_ratio(story)} was {percent(verdict.value)}"
    if story.rule.kind is RuleKind.MASKING and story.retention is not None:
        joined = "with" if kind_of(story) in ENDINGS else "under"
        return f"{said} {joined} an NRR of {percent(story.retention.nrr)} {in_month}"
    return f"{said} {in_month}"


def _since(story: Story) -> str:
    return f"since {month_name(story.month)}" if story.month else "yet"


def _ratio(story: Story) -> str:
    ratio = RATIOS[story.rule.metric]
    return f"{ratio} of {accounts_of(story.rule)}" if story.rule.scope else f"company {ratio}"


def _against_floor(story: Story, verdict: Verdict) -> str:
    if verdict.threshold is None:
        return ""
    name = "GRR's floor of" if story.rule.kind is RuleKind.MASKING else "its floor of"
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
