"""Words for the parts of a change of NRR, rounded so that they add up as they are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from bot.style.differences import difference_of, parts_of
from bot.style.figures import NO_BREAK_SPACE, Unit, bare_points, percent, short_money
from bot.style.names import safe_name
from metrics.change import Change, Component
from metrics.lever import worth_of_a_point
from metrics.retention import Retention

_ALL_OF_IT, _MOST_OF_IT = Fraction(9, 10), Fraction(1, 2)
_TENTH = Fraction(1, 1000)
MOST_BLENDED = 3
"""The values that are named of those that a ratio is a blend of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    """A change as it is shown, in tenths of a point: components and mix add up to the total.

    So do values and mix; a value stands for its rate.
    """

    total: Fraction
    mix: Fraction
    by_component: Mapping[Component, Fraction]
    by_value: Mapping[str, Fraction]


def shown_change(change: Change) -> ShownChange:
    """Round a change and its parts."""
    total = difference_of(change.after, change.before)
    rate, mix = parts_of(total, (change.rate, change.mix))
    components = parts_of(rate, tuple(change.by_component.values()))
    values = parts_of(rate, tuple(one.rate for one in change.segments))
    names = (one.value for one in change.segments)
    return ShownChange(
        total=total,
        mix=mix,
        by_component=dict(zip(change.by_component, components, strict=True)),
        by_value=dict(zip(names, values, strict=True)),
    )


def size_in_points(difference: Fraction) -> str:
    """Write how large a difference is: "6.3 points", "1.0 point"."""
    size = bare_points(abs(difference)).removeprefix("+")
    return f"{size} point{'' if abs(difference) == Fraction(1, 100) else 's'}"


def component_words(component: Component, effect: Fraction) -> str:
    """Name a component's effect on NRR: "more churn −4.9", "less expansion −3.4".

    Examples
    --------
    >>> component_words(Component.CONTRACTION, Fraction(2, 100))
    'less contraction +2.0'
    """
    is_more = (effect > 0) == (component is Component.EXPANSION)
    return f"{'more' if is_more else 'less'} {component} {bare_points(effect)}"


def components_line(shown: ShownChange) -> str:
    """List the components of a change and its mix, the largest first; what is 0.0 is left out."""
    words = {component_words(one, effect): effect for one, effect in shown.by_component.items()}
    words[f"mix {bare_points(shown.mix)}"] = shown.mix
    told = sorted((one for one in words if words[one]), key=lambda one: -abs(words[one]))
    return " · ".join(told) or "no part moved by a tenth of a point"


def main_component(by_component: Mapping[Component, Fraction]) -> str:
    """Say which component a rate comes from: "all of it churn"; empty where none stands out."""
    rate = sum(by_component.values(), Fraction())
    with_it = {one: part for one, part in by_component.items() if part * rate > 0}
    if not with_it:
        return ""
    first = max(with_it, key=lambda one: abs(with_it[one]))
    share = with_it[first] / rate
    if share >= _ALL_OF_IT:
        return f"all of it {first}"
    return f"mostly {first}" if share >= _MOST_OF_IT else ""


def values_words(change: Change, shown: ShownChange, *, most: int) -> Iterable[str]:
    """Yield the values that moved the whole the most, and what the others come to."""
    ranked = sorted(change.segments, key=lambda one: (-abs(one.rate), one.value))
    told = [one for one in ranked if abs(shown.by_value[one.value]) >= _TENTH][:most]
    for place, one in enumerate(told):
        source = main_component(one.by_component) if not place else ""
        beside = f" ({source})" if source else ""
        yield f"{safe_name(one.value)} {bare_points(shown.by_value[one.value])}{beside}"
    left = [one for one in ranked if one not in told]
    if not told:
        yield f"none of {len(left)} by a tenth of a point"
        return
    rest = sum((shown.by_value[one.value] for one in left), Fraction())
    if left:
        more = f" {bare_points(rest)}" if rest else ""
        yield f"{len(left)} more{more}"


def worth_words(base: Retention, unit: Unit, *, points_of_it: Fraction = Fraction(1, 100)) -> str:
    """Write what points of a base are worth: "$7.0k MRR, $84k ARR".

    Examples
    --------
    >>> from metrics.retention import NOTHING
    >>> base = Retention(
    ...     accounts_opening=1,
    ...     accounts_retained=1,
    ...     opening=70_000_000,
    ...     expansion=0,
    ...     contraction=0,
    ...     churn=0,
    ... )
    >>> worth_words(base, Unit("USD", in_arr=False))
    '$7k MRR, $84k ARR'
    """
    monthly = worth_of_a_point(base, points_of_it=points_of_it)
    yearly = Unit(unit.currency, in_arr=True).minor(monthly)
    return f"{short_money(monthly, unit.currency)} MRR, {short_money(yearly, unit.currency)} ARR"


def blend_line(values: Mapping[str, Retention]) -> str | None:
    """Say what a ratio is a blend of, by share of opening MRR; None of less than two values."""
    opening = sum(one.opening for one in values.values())
    known = [(name, one) for name, one in values.items() if one.nrr is not None]
    if len(known) < 2:  # noqa: PLR2004 - one value is no blend
        return None
    largest = sorted(known, key=lambda item: (-item[1].opening, item[0]))
    shares = parts_of(Fraction(1), [Fraction(one.opening, opening) for _, one in largest])
    words = [
        f"{safe_name(name)} {percent(one.nrr)} ({percent(share)})"
        for (name, one), share in list(zip(largest, shares, strict=True))[:MOST_BLENDED]
    ]
    left = len(largest) - MOST_BLENDED
    if left > 0:
        words.append(f"{left}{NO_BREAK_SPACE}other{'s' * (left > 1)}")
    whole = Fraction(sum(one.closing for one in values.values()), opening)
    listed = f"{', '.join(words[:-1])} and {words[-1]}"
    return f"{percent(whole)} is a blend of {listed}, by share of opening MRR."
