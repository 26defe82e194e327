"""Measures of the quality of the data, and which of them got worse since a week before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from bot.style.figures import percent
from bot.style.names import dimension_name, plural
from storage.quality.bridge import differing, months_of
from storage.quality.review import DataReview

BRIDGE, ALIKE, UNMATCHED = "bridge", "alike", "unmatched"
NO_DRIVER, UNKNOWN_DRIVER = "no driver", "unknown driver"
LACKING = "lacking "
"""Before the dimension of which accounts have no value."""
_PARTS = 1000
"""The unit of shares; a share has got worse from half a point on."""
_WORTH_SAYING = 5


@dataclass(frozen=True, slots=True)
class Worse:
    """A measure that got worse, and what it was before."""

    name: str
    before: int
    now: int


def measures(review: DataReview) -> dict[str, int]:
    """Count what is wrong with the data: accounts, pairs, months, and thousandths of money."""
    drivers = review.drivers
    return {
        BRIDGE: len(months_of(differing(review.bridge))),
        NO_DRIVER: int(drivers.without_share * _PARTS),
        UNKNOWN_DRIVER: int(drivers.unknown_share * _PARTS),
        # Where no account has a value, one more without any is no news.
        **{f"{LACKING}{gap.dimension}": gap.lacking.count for gap in review.gaps if gap.is_known},
        ALIKE: len(review.alike),
        UNMATCHED: len(review.unmatched or ()),
    }


def worsened(before: Mapping[str, int], now: Mapping[str, int]) -> list[Worse]:
    """List what got worse, in the order of measures; what was not measured before is no news."""
    return [
        Worse(name, before[name], count)
        for name, count in now.items()
        if name in before and count - before[name] >= _least(name)
    ]


def _least(name: str) -> int:
    return _WORTH_SAYING if name in (NO_DRIVER, UNKNOWN_DRIVER) else 1


def worse_lines(found: list[Worse]) -> Iterator[str]:
    """Write a line for each: "12 accounts have no owner, 9 before"."""
    for one in found:
        yield _line(one)


def _line(one: Worse) -> str:
    before = f"{one.before:,} before"
    if one.name.startswith(LACKING):
        have = "has" if one.now == 1 else "have"
        what = dimension_name(one.name.removeprefix(LACKING))
        return f"{plural(one.now, 'account')} {have} no {what}, {before}"
    if one.name in (NO_DRIVER, UNKNOWN_DRIVER):
        now, then = (percent(Fraction(part, _PARTS)) for part in (one.now, one.before))
        says = "names no driver" if one.name == NO_DRIVER else "has a driver that is not known"
        return f"{now} of what existing accounts moved {says}, {then} before"
    if one.name == ALIKE:
        look = "looks" if one.now == 1 else "look"
        return f"{plural(one.now, 'pair')} of accounts {look} alike, {before}"
    if one.name == UNMATCHED:
        are = "is" if one.now == 1 else "are"
        return f"{plural(one.now, 'account')} {are} in no list of accounts, {before}"
    do = "does" if one.now == 1 else "do"
    return f"{plural(one.now, 'month')} {do} not add up, {before}"
