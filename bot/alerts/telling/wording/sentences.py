"""The sentences of an alert message: size, rarity and reasons of a drop, and the next step."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import takewhile

from bot.alerts.rules.wording.sentences import RATIOS, rule_words
from bot.alerts.telling.details import MixChange, NoticeDetails
from bot.alerts.telling.wording.accounts import accounts_together, is_driven_by_one, one_driver
from bot.alerts.telling.wording.titles import (
    against,
    both_ratios,
    month_name,
    stake,
)
from bot.answers.wording.diagnosis import meaning_of_losses
from bot.style.figures import difference_of, distance_of, money, parts_of, percent, points
from bot.style.grid import LabelledText
from bot.style.grounds import DEFINITION
from bot.style.names import plural, safe_name
from metrics.alerts.rules import RuleKind
from metrics.alerts.states import ENDINGS, TransitionKind
from metrics.alerts.verdicts import RAREST
from metrics.retention import Retention

BREAKDOWN = "Segments that this alert stands for"
ALSO = "Also"

TWO_SEGMENTS = 2  # one alone has no mix that could change

_STANDS = "The alert stands as it stood, which is no sign that all is well."


def what_happened(details: NoticeDetails) -> str:
    """Write how far off the month is, how unusual that is, and its money."""
    match details.kind:
        case TransitionKind.ERROR:
            return f"{_STANDS} The log says what failed."
        case TransitionKind.STALE:
            return f"The last closed month is missing. {_STANDS} Check the last import."
        case TransitionKind.WITHDRAWN:
            said = "The drop that was told of is not there in the figures as they are now."
            return " ".join((*_measured(details), said))
        case TransitionKind.RULE_CHANGED:
            said = "The drop that was told of is none by the rule as it is now."
            return " ".join((*_measured(details), said))
        case _:
            return " ".join(
                (*_measured(details), *_other_ratio(details), *_money(details), *_unusual(details))
            )


def reasons(details: NoticeDetails, *, names_shown: bool) -> tuple[LabelledText, ...]:
    """Write the reasons of a drop, as far as figures say: losses, accounts, rate against mix."""
    if not details.is_live or details.figures.retention is None:
        return ()
    alone = one_driver(details, names_shown=names_shown)
    is_said = alone is not None and len(details.figures.drivers) == 1
    found = (
        _losses(details.figures.retention, details.figures.currency),
        _change(details),
        alone,
        None if is_said or not names_shown else accounts_together(details),
    )
    return tuple(line for line in found if line)


def next_step(details: NoticeDetails) -> LabelledText | None:
    """Write the next step where the figures suggest one; else None."""
    retention = details.figures.retention
    if not details.is_live or retention is None:
        return None
    if details.rule.kind is RuleKind.MASKING:
        step = (
            "losses before expansion: a point less churn lifts NRR as much as a point more"
            " expansion, and GRR too."
        )
    elif is_driven_by_one(details):
        step = "one account explains it: talk to its owner first."
    elif details.is_of_one_account:
        step = "talk to the owner of that account first; the others together lost at least as much."
    elif _is_mix(details.figures.mix):
        step = (
            "the base shifted more than its segments changed: see which segments the opening MRR"
            " moved to before calling anybody."
        )
    elif not retention.churn + retention.contraction:
        step = "nobody left or cut: see which upsells of the months before did not come."
    elif retention.churn > retention.contraction:
        step = "mostly churn: ask the owners of the accounts that left why, and who may follow."
    else:
        step = "mostly contraction: ask the owners of the accounts that cut what they cut, and why."
    return LabelledText("Next:", step)


def breached_rules(details: NoticeDetails) -> str:
    """Name the rules that a drop breaches; nothing once it is over."""
    if details.kind in ENDINGS:
        return ""
    rules = "; and ".join(rule_words(rule) for rule in (details.rule, *details.also))
    return f"{'Rules' if details.also else 'Rule'}: {rules}."


def more_alerts(count: int) -> str:
    """Count the alerts without room, and name the command that lists them."""
    return f"And {count:,} more: /nrr alerts"


def footer(details: NoticeDetails) -> str:
    """Write the definition, month and version of the data that the figures rest on."""
    month = f"figures of {details.month:%Y-%m}" if details.month else "no month judged yet"
    return f"definition {DEFINITION} · {month} · data v{details.figures.data_version}"


def _measured(details: NoticeDetails) -> Iterator[str]:
    verdict = details.verdict
    if verdict is None or not (said := against(details)):
        return
    if details.is_of_one_account:
        ratio = f"{RATIOS[details.rule.metric]} was {percent(verdict.value)}"
        yield f"{ratio}; without that loss it would have been {percent(verdict.baseline)}."
        return
    if details.rule.kind is RuleKind.MASKING and verdict.baseline is not None:
        return  # the gap is told with its money
    if verdict.deviation is not None:
        said += " (median of the months before the drop)"
    count = _months_running(details)
    running = f", for {count} months in a row" if count > 1 else ""
    yield f"That is {said}{running}."


def _other_ratio(details: NoticeDetails) -> Iterator[str]:
    if both := both_ratios(details):
        yield f"{both}."


def _months_running(details: NoticeDetails) -> int:
    """Count the months up to the last one that breach its level, one after the other."""
    verdict, rule = details.verdict, details.rule
    is_of_one = rule.kind is RuleKind.MASKING or details.is_of_one_account
    if verdict is None or verdict.threshold is None or is_of_one:  # what is hidden is of one month
        return 0
    level = verdict.threshold
    if verdict.baseline is not None:
        level = verdict.baseline - verdict.threshold
    is_floor = verdict.baseline is None

    def breaches(value: Fraction | None) -> bool:
        return value is not None and (value < level if is_floor else value <= level)

    values = (point.value for point in reversed(details.figures.history))
    return sum(1 for _ in takewhile(breaches, values))


def _unusual(details: NoticeDetails) -> Iterator[str]:
    months = details.verdict.months_per_occurrence if details.verdict else None
    if months is None or details.is_of_one_account or not details.is_live:
        return
    if months >= RAREST:
        yield f"By chance not 1 in {RAREST:,} months is as low."
    else:
        yield f"By chance 1 in {months:,} months is as low."


def _money(details: NoticeDetails) -> Iterator[str]:
    retention, at_stake = details.figures.retention, stake(details)
    if retention is None or not at_stake:
        return
    opening = money(retention.opening, details.figures.currency)
    base = f"an opening base of {opening} from {plural(retention.accounts_opening, 'account')}"
    if details.rule.kind is RuleKind.MASKING:
        gap = distance_of(retention.nrr or Fraction(), retention.grr or Fraction())
        expansion = money(retention.expansion, details.figures.currency)
        yield f"The {gap} between NRR and GRR are {expansion} of expansion, on {base}."
    else:
        what = "The last month" if _months_running(details) > 1 else "It"
        yield f"{what} comes to {at_stake}, on {base}."


def _losses(retention: Retention, currency: str) -> LabelledText:
    churn, contraction = retention.churn, retention.contraction
    lost = churn + contraction
    if not lost:
        return LabelledText("Losses:", "none, so it is expansion that is missing.")
    shares = ", ".join(
        f"{percent(Fraction(part, lost))} {name} ({money(part, currency)})"
        for name, part in (("churn", churn), ("contraction", contraction))
        if part
    )
    return LabelledText("Losses:", f"{shares}: {meaning_of_losses(churn, contraction)}.")


def _change(details: NoticeDetails) -> LabelledText | None:
    mix = details.figures.mix
    if mix is None or len(mix.change.segments) < TWO_SEGMENTS:
        return None
    change = mix.change
    moved = difference_of(change.after, change.before)
    rate, shift = map(points, parts_of(moved, (change.rate, change.mix)))
    words = (
        f"{f'{points(moved)} to' if moved else 'unchanged at'} {percent(change.after)}, of which"
        f" {rate} from rates inside segments and {shift} from mix"
    )
    lowest = change.segments[0]
    if change.is_reversed:
        is_fall = change.total < 0
        words += f"; every segment {'improved' if is_fall else 'got worse'}"
        words += f", yet the whole {'fell' if is_fall else 'rose'}"
    elif lowest.total < 0:
        taken = parts_of(moved, [segment.total for segment in change.segments])[0]
        words += f"; {safe_name(lowest.value)} took most ({points(taken)})"
    return LabelledText(f"NRR against {month_name(mix.since)}:", f"{words}.")


def _is_mix(mix: MixChange | None) -> bool:
    change = mix.change if mix else None
    return change is not None and change.mix < 0 and -change.mix > abs(change.rate)
