"""Story of the demo company's last six months, so that there is something to find.

Six months before the end small customers get a price rise. It pays at once, then contraction and
churn follow; meanwhile large customers sign fewer and fewer extra seats.
"""

from dataclasses import dataclass
from typing import Final

from bot.demo.calendar import Month
from bot.demo.profiles import SEGMENTS, Chances, Odds

PRICE_RISE_MONTHS_LEFT: Final = 6
PRICE_RISE_SEGMENT: Final = "smb"
PRICE_RISE_PERCENT: Final = 8
PRICE_RISE_REACH: Final = 6_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How far a month departs from an ordinary one, in percent of the ordinary chance."""

    churn: int = 100
    contraction: int = 100
    expansion: int = 100


_ORDINARY = Shift()

# Months left until the end of the history, to the shift: it builds up and ebbs, as churn does.
_SHIFTS = {
    "smb": {
        6: Shift(churn=105, contraction=150),
        5: Shift(churn=130, contraction=220),
        4: Shift(churn=165, contraction=260, expansion=85),
        3: Shift(churn=175, contraction=230, expansion=80),
        2: Shift(churn=160, contraction=200, expansion=80),
        1: Shift(churn=145, contraction=170, expansion=85),
    },
    "enterprise": {
        6: Shift(expansion=95),
        5: Shift(expansion=90),
        4: Shift(expansion=85),
        3: Shift(contraction=115, expansion=80),
        2: Shift(contraction=120, expansion=75),
        1: Shift(contraction=120, expansion=70),
    },
}


def odds_in(month: Month) -> dict[str, Odds]:
    """Work out the odds of every segment in ``month``, season and story included."""
    return {name: _odds(name, month) for name in SEGMENTS}


def is_price_rise(segment: str, month: Month) -> bool:
    """Whether ``month`` is the one in which customers of ``segment`` get the price rise."""
    return segment == PRICE_RISE_SEGMENT and month.left == PRICE_RISE_MONTHS_LEFT


def has_price_rise_behind_it(segment: str, month: Month) -> bool:
    """Whether customers of ``segment`` already feel the price rise in ``month``."""
    return segment == PRICE_RISE_SEGMENT and month.left < PRICE_RISE_MONTHS_LEFT


def _odds(name: str, month: Month) -> Odds:
    segment = SEGMENTS[name]
    shift = _SHIFTS.get(name, {}).get(month.left, _ORDINARY)
    churn = shift.churn * segment.seasons.churn[month.number - 1]
    expansion = shift.expansion * segment.seasons.expansion[month.number - 1]

    def moved(usual: Chances) -> Chances:
        return Chances(
            churn=usual.churn * churn // 10_000,  # two percentages
            contraction=usual.contraction * shift.contraction // 100,
            pause=usual.pause,
            expansion=usual.expansion * expansion // 10_000,
        )

    return Odds(
        monthly=moved(segment.odds.monthly),
        amendment=moved(segment.odds.amendment),
        renewal=moved(segment.odds.renewal),
    )
