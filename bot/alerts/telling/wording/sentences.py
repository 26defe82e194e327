"""The sentences of an alert message: size, rarity and reasons of a drop, and the next step."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from bot.alerts.rules.wording.sentences import rule_words
from bot.alerts.telling.details import MixChange, NoticeDetails
from bot.alerts.telling.wording.accounts import (
    HALVES,
    accounts_together,
    is_driven_by_one,
    one_driver,
)
from bot.alerts.telling.wording.titles import (
    against,
    both_ratios,
    stake,
    stretch_of,
)
from bot.answers.wording.diagnosis import loss_shares, meaning_of_losses
from bot.style.differences import difference_of, distance_of, parts_of
from bot.style.figures import Unit, money, percent, points
from bot.style.grid import LabelledText
from bot.style.grounds import DEFINITION
from bot.style.names import plural, safe_name
from bot.style.ratios import RATIOS, stretch_label
from metrics.alerts.rules import RuleKind, Window
from metrics.alerts.states import ENDINGS, TransitionKind
from metrics.alerts.verdicts import MONTHS_BEFORE_A_DROP, RAREST
from metrics.diagnosis import losses_of
from metrics.period_grammar import ONE_DAY
from metrics.retention import Retention

BREAKDOWN = "Segments that this alert stands for"
ALSO = "Also"

TWO_SEGMENTS = 2  # one alone has no mix that could change

_STANDS = "The alert stands as it stood, which is no sign that all is well."


def what_happened(details: NoticeDetails) -> str:
    """Write how far off the ratio is, how unusual that is, and its money."""
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
        case TransitionKind.PROVISIONAL:
            return " ".join((*_measured(details), *_money(details), *_before_the_close(details)))
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
        _losses(details, details.figures.retention),
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
    elif not _losses_explain(details, retention):
        step = "mostly missing expansion: see which upsells of the months before did not come."
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
    month = details.month
    said = f"figures of {_figures_of(details, month)}" if month else "no month judged yet"
    return f"definition {DEFINITION} · {said} · data v{details.figures.data_version}"


def _measured(details: NoticeDetails) -> Iterator[str]:
    verdict = details.verdict
    if verdict is None or not (said := against(details)):
        return
    if details.is_of_one_account:
        is_so_far = details.is_provisional
        was, would = ("is", "would be") if is_so_far else ("was", "would have been")
        ratio = f"{RATIOS[details.rule.metric]} {was} {percent(verdict.value)}"
        yield f"{ratio}; without that loss it {would} {percent(verdict.baseline)}."
        return
    if verdict.deviation is not None:
        said += " (median of the months before the drop)"
    elif details.rule.kind in {RuleKind.POINT_DROP, RuleKind.PERCENT_DROP}:
        said += f" (median of {MONTHS_BEFORE_A_DROP} months)"
    if details.rule.window is Window.YEAR:  # the title has no room for it
        said += f" in {stretch_of(details, details.month)}"
    yield f"That is {said}{_in_a_row(details)}."


def _before_the_close(details: NoticeDetails) -> Iterator[str]:
    if details.figures.ends is not None:
        last = details.figures.ends - ONE_DAY
        yield f"The data ends {last.day} {last:%b %Y}."
    yield "This changes no alert: it fires if that is still so when the month is closed."


def _other_ratio(details: NoticeDetails) -> Iterator[str]:
    if both := both_ratios(details):
        yield f"{both}."


def _in_a_row(details: NoticeDetails) -> str:
    count, unit = details.figures.in_a_row, "month"
    if details.rule.window is Window.QUARTER:
        unit = "quarter"
    return f", for {count} {unit}s in a row" if count > 1 else ""


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
    if retention is None or details.kind in ENDINGS:
        return
    if at_stake:
        yield _at_stake(details, retention, at_stake)
    if details.rule.kind is RuleKind.MASKING:
        gap = distance_of(retention.nrr or Fraction(), retention.grr or Fraction())
        expansion = money(retention.expansion, details.figures.currency)
        yield f"The {gap} between NRR and GRR are {expansion} of expansion."


def _at_stake(details: NoticeDetails, retention: Retention, at_stake: str) -> str:
    opening = money(retention.opening, details.figures.currency)
    base = f"an opening base of {opening} from {plural(retention.accounts_opening, 'account')}"
    if details.rule.window is Window.YEAR:
        base += " twelve months before"
    if details.is_of_one_account:
        return f"The account took {at_stake}, of {base}."
    what = "The last month stands" if _is_of_last_month(details) else "It stands"
    return f"{what} for {at_stake}, on {base}."


def _is_of_last_month(details: NoticeDetails) -> bool:
    """Tell whether the money is of one month of several that are low, one after the other."""
    return details.rule.window is Window.MONTH and details.figures.in_a_row > 1


def _losses(details: NoticeDetails, retention: Retention) -> LabelledText:
    if (losses := losses_of(retention)) is None:
        return LabelledText("Losses:", "none, so it is expansion that is missing.")
    shares = loss_shares(losses, Unit(details.figures.currency, in_arr=False))
    if _losses_explain(details, retention):
        meaning = meaning_of_losses(losses.churn_minor, losses.contraction_minor)
        return LabelledText("Losses:", f"{shares}: {meaning}.")
    share, usual = percent(losses.share_of_opening), details.figures.usual_losses
    beside = f"where {percent(usual)} is usual" if _is_of_drop(details) else "less than the gap"
    missing = "it is mostly expansion that is missing"
    said = f"{shares}, together {share} of the opening base, {beside}: {missing}."
    return LabelledText("Losses:", said)


def _losses_explain(details: NoticeDetails, retention: Retention) -> bool:
    """Tell whether losses make up the gap, and not expansion that did not come."""
    verdict, usual = details.verdict, details.figures.usual_losses
    if verdict is None or details.is_of_one_account:
        return True
    if usual is None or not _is_of_drop(details):
        return retention.opening * verdict.drop <= _lost(retention)
    # Of a drop below what is usual, only what is lost beyond the usual is a reason.
    more = Fraction(_lost(retention), retention.opening) - usual
    return more * HALVES >= verdict.drop


def _is_of_drop(details: NoticeDetails) -> bool:
    return details.figures.usual_losses is not None and not details.is_of_level


def _lost(retention: Retention) -> int:
    return retention.churn + retention.contraction


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
    return LabelledText(f"NRR against {stretch_of(details, mix.since)}:", f"{words}.")


def _figures_of(details: NoticeDetails, month: date) -> str:
    label = stretch_label(details.rule.window, month)
    if details.is_provisional:
        return f"{label} so far"
    return f"the twelve months to {label}" if details.rule.window is Window.YEAR else label


def _is_mix(mix: MixChange | None) -> bool:
    change = mix.change if mix else None
    return change is not None and change.mix < 0 and -change.mix > abs(change.rate)
