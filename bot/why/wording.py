"""The sentences of an explanation: what moved, by how much, why, and what to work on first."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from bot.benchmarks.wording import bands_words, goal_line, quadrant_line, tier_line
from bot.confidence.wording import short_line
from bot.findings.changes import (
    ShownChange,
    blend_line,
    components_line,
    shown_change,
    size_in_points,
    values_words,
    worth_words,
)
from bot.findings.reasons import reason_name, reason_shares
from bot.style.figures import bare_points, percent, points
from bot.style.grid import LabelledText
from bot.style.names import (
    as_it_opened,
    capitalised,
    dimension_name,
    in_a_sentence,
    in_period,
    period_name,
    safe_name,
    scope_name,
    short_period,
)
from bot.style.parts import Line
from bot.why.explanation import Explanation
from metrics.activity import UNSTATED
from metrics.change import Component
from metrics.findings.finding import MOVED
from metrics.findings.years import GRR_FLOOR
from metrics.movements import MovementKind
from metrics.periods import Period, PeriodUnit
from metrics.retention import Retention
from metrics.usual import FEWEST
from storage.ledger.account_changes import AccountChange

NAMED_VALUES = 3
NAMED_REASONS = 3
_LOSSES = (MovementKind.CHURN, MovementKind.CONTRACTION)
_GAINS = (MovementKind.EXPANSION,)
HOW_TO_SEE_ACCOUNTS = "those with account detail see them; accounts says how to get it."
_AS_LONG = "periods as long"
_UNITS = {
    PeriodUnit.MONTH: "months",
    PeriodUnit.QUARTER: "quarters",
    PeriodUnit.YEAR: "years",
    PeriodUnit.TTM: "years",
}


def headline(explanation: Explanation) -> str:
    """Write what NRR did, with both of its levels: "NRR of smb fell 6.3 points: ..."."""
    sides, scope = explanation.sides, explanation.question.scope
    of = f" of {scope_name(scope)}" if scope else ""
    name = explanation.question.nrr
    change, now = explanation.change, percent(sides.now.nrr)
    if change is None:
        return f"{name}{of} was {now} {in_period(sides.period)}"
    earlier = _when(sides.before_period, beside=sides.period)
    levels = f"{percent(change.before)} {earlier}, {now} {_when(sides.period)}"
    total = shown_change(change).total
    if not total:
        return f"{name}{of} stood still: {levels}"
    moved = "fell" if total < 0 else "rose"
    return f"{name}{of} {moved} {size_in_points(total)}: {levels}"


def lines(explanation: Explanation) -> Iterator[Line | None]:
    """Write the sentences below the headline; None for one that has nothing to say."""
    yield from (write(explanation) for write in _LINES)
    yield quadrant_line(explanation.benchmarked)
    yield tier_line(explanation.tier_review)


def no_change_line(explanation: Explanation) -> str | None:
    """Say why there is no change to explain; None where there is one."""
    if explanation.change is not None:
        return None
    if explanation.sides.now.nrr is None:
        return f"Nobody paid {as_it_opened(explanation.sides.period)}."
    before = explanation.sides.before_period
    if no_rate := explanation.sides.no_rate:
        return f"There is nothing to compare with {in_period(before)}: {no_rate}."
    name = in_a_sentence(period_name(before))
    return f"There is nothing to compare with: no opening MRR of {name} can be shown."


def parts_line(explanation: Explanation) -> LabelledText | None:
    """List the exact parts of the change, and what it is worth."""
    if (change := explanation.change) is None:
        return None
    shown = shown_change(change)
    if not shown.total or _is_quiet(shown):
        quiet = " Nothing moved it by half a point." if _is_quiet(shown) else ""
        return LabelledText("Parts:", f"{components_line(shown)}.{quiet}")
    size = size_in_points(shown.total)
    worth = worth_words(explanation.sides.now, explanation.unit, points_of_it=abs(shown.total))
    are = "is" if size.endswith("point") else "are"
    return LabelledText("Parts:", f"{components_line(shown)}. {size} {are} {worth}.")


def _is_quiet(shown: ShownChange) -> bool:
    return all(abs(part) < MOVED for part in (*shown.by_component.values(), shown.mix))


def reversal_line(explanation: Explanation) -> str | None:
    """Say that every segment moved against the whole, and whose share of it grew; else None."""
    change, dimension = explanation.change, explanation.dimension
    if change is None or dimension is None or not change.is_reversed:
        return None
    every = f"Every {dimension_name(dimension)} {'improved' if change.total < 0 else 'got worse'}"
    moved = "fall" if change.total < 0 else "rise"
    return f"{every}: the {moved} is all mix. {_largest_shift(explanation)}"


def split_line(explanation: Explanation) -> LabelledText | None:
    """List the values that moved the whole, the costliest first, and the mix apart."""
    change, dimension = explanation.change, explanation.dimension
    if change is None or dimension is None or len(change.segments) < 2:  # noqa: PLR2004
        return None
    shown = shown_change(change)
    listed = ", ".join(values_words(change, shown, most=NAMED_VALUES))
    return LabelledText(
        f"By {dimension_name(dimension)}:", f"{listed}; mix {_mix_words(explanation, shown)}"
    )


def reasons_line(explanation: Explanation) -> LabelledText | None:
    """Give the reasons as shares of what was lost, or gained where the change is a gain of that."""
    kinds, verb = (_GAINS, "gained") if _is_about_gains(explanation) else (_LOSSES, "lost")
    amounts: Counter[str] = Counter()
    for (kind, driver), minor in explanation.drivers.by_driver.items():
        if kind in kinds:
            amounts[driver] += abs(minor)
    if not amounts.total():
        return None
    shares = reason_shares(dict(amounts.most_common()))
    words = [f"{reason_name(one)} {share}%" for one, share in shares.items() if one != UNSTATED]
    if not words:
        few = "hardly any" if any(one != UNSTATED for one in +amounts) else "none"
        return LabelledText("Reasons given:", f"{few}, of what was {verb}.")
    return LabelledText("Reasons given:", f"{', '.join(words[:NAMED_REASONS])} of what was {verb}.")


def accounts_line(explanation: Explanation) -> LabelledText | None:
    """Name the accounts with the largest changes, or say who may see them."""
    accounts, base = explanation.accounts, explanation.sides.now
    label = "Largest single accounts:"
    if accounts is None:
        return LabelledText(label, HOW_TO_SEE_ACCOUNTS)
    if not accounts or not base.opening:
        return None
    words = (_account_words(explanation, one) for one in accounts)
    return LabelledText(label, f"{', '.join(words)}.")


def usual_line(explanation: Explanation) -> LabelledText | None:
    """Say whether the level is unusual among equally long periods, and how sure it is."""
    label, sureness = "Is it unusual?", explanation.sureness
    words = (_usual_words(explanation), short_line(sureness) if sureness else None)
    return LabelledText(label, " ".join(filter(None, words))) if any(words) else None


def _usual_words(explanation: Explanation) -> str | None:
    nrr, period = explanation.sides.now.nrr, explanation.sides.period
    if nrr is None or not period.complete or explanation.change is None:
        return None
    noun = _kind_of(period)
    usual, known = explanation.usual, len(explanation.surroundings.earlier)
    if usual is None:
        return f"Too few {noun} are known to tell: {known}, and it takes {FEWEST}."
    those = f"{capitalised(noun)} of {scope_name(explanation.question.scope)}"
    low, high = percent(max(usual.low, Fraction())), percent(usual.high)
    lie = f"usually lie between {low} and {high}" if low != high else f"are usually at {high}"
    where = "within" if low != high else "no other"
    if not usual.holds(nrr):
        where = "below" if nrr < usual.low else "above"
    return f"{those} {lie}: this one is {where}."


def lever_line(explanation: Explanation) -> LabelledText | None:
    """Say what to work on first, and what a point of it is worth."""
    lever, sides = explanation.lever, explanation.sides
    if lever is None:
        return None
    scope = explanation.question.scope
    of = f"{scope_name(scope)} " if scope else ""
    worth = worth_words(sides.now, explanation.unit)
    if lever.best is None:
        year = explanation.surroundings.year
        grr = percent(year.grr if year else None)
        return LabelledText(
            "Lever:",
            f"GRR of 12 months is {grr}, below its floor of {percent(GRR_FLOOR)}, so keep customers"
            f" first: each point of {of}{lever.component} avoided keeps {worth}, and lifts GRR and"
            " the base that can expand.",
        )
    period, best = lever.best
    verb = "brings" if lever.component is Component.EXPANSION else "keeps"
    when = _when(period, beside=sides.period)
    return LabelledText(
        "Lever:",
        f"{of}{lever.component} has the most room: {percent(abs(lever.ratio))} of opening MRR,"
        f" {percent(abs(best))} {when}. Each point {verb} {worth}.",
    )


def year_beside_line(explanation: Explanation) -> LabelledText | None:
    """Hold twelve months against their goal and their peers; None where there are none."""
    beside = explanation.benchmarked
    if beside is None:
        return None
    lines = (bands_words(beside), goal_line(beside.goal, explanation.unit))
    return LabelledText("12 months:", " ".join(line for line in lines if line))


def play_line(explanation: Explanation) -> LabelledText | None:
    """Give the playbook's text for the lever; None where it has none."""
    return LabelledText("Playbook:", explanation.play) if explanation.play else None


def blend(explanation: Explanation) -> str | None:
    """Say what the level is a blend of; None where nothing is split."""
    return blend_line(explanation.sides.values_now)


def account_name(account: AccountChange) -> str:
    """Name an account as its ledger does."""
    return safe_name(account.name or account.account_id)


def _account_words(explanation: Explanation, account: AccountChange) -> str:
    amount = explanation.unit.signed_short(account.change)
    share = Fraction(account.change, explanation.sides.now.opening)
    owner = account.attributes.get("owner")
    of = f", {safe_name(owner)}" if owner else ""
    return f"{account_name(account)} {amount} ({points(share)}{of})"


def _is_about_gains(explanation: Explanation) -> bool:
    """Tell whether expansion is what moved the most; without a change, whether it is larger."""
    now, change = explanation.sides.now, explanation.change
    if change is None:
        return now.expansion > now.contraction + now.churn
    parts = change.by_component
    return change.total > 0 and parts[Component.EXPANSION] == max(parts.values())


def _mix_words(explanation: Explanation, shown: ShownChange) -> str:
    mix = bare_points(shown.mix)
    if abs(shown.mix) < MOVED or (explanation.change and explanation.change.is_reversed):
        return f"{mix}."
    return f"{mix}. {_largest_shift(explanation)}"


def _largest_shift(explanation: Explanation) -> str:
    """Say which value's share of opening MRR changed the most."""
    sides = explanation.sides
    before, now = _shares(sides.values_before), _shares(sides.values_now)
    none = Fraction()
    name = max(
        {**before, **now}, key=lambda one: (abs(now.get(one, none) - before.get(one, none)), one)
    )
    was, became = percent(before.get(name, none)), percent(now.get(name, none))
    return f"The share of {safe_name(name)} in opening MRR went from {was} to {became}."


def _when(period: Period, *, beside: Period | None = None) -> str:
    return in_period(period, short_period(period, beside=beside))


def _kind_of(period: Period) -> str:
    if period.unit is PeriodUnit.MONTH and not period.is_month:
        return _AS_LONG
    return _UNITS.get(period.unit, _AS_LONG)


def _shares(values: Mapping[str, Retention]) -> dict[str, Fraction]:
    total = sum(one.opening for one in values.values())
    return {name: Fraction(one.opening, total) for name, one in values.items()}


_LINES: tuple[Callable[[Explanation], Line | None], ...] = (
    *(reversal_line, no_change_line, parts_line, split_line, reasons_line, accounts_line),
    *(usual_line, lever_line, play_line, year_beside_line),
)
