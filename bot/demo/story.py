"""Story of the demo company, so that every message has something to find.

- **Up-market.** In the second year before the end it wins far more large customers than before.
  Their MRR grows, so the mix lifts the company's twelve months while its segments retain less.
- **Early churn.** For a year and a half a marketplace has brought many small customers, and many of
  those with a monthly contract leave in their first three months.
- **Price rise.** Six months before the end small customers pay 8 % more. It pays at once; then they
  leave, most of them in the last two months, and say that it was the price.
- **One loss.** In the last whole quarter one of the largest customers leaves for a competitor.
- **Win-backs.** In the same month many mid-market customers that had left come back.
- **Renewal cliff.** Through the last year large customers sign only until the quarter after the
  end, so that most of what they pay is up for renewal at once.
"""

from dataclasses import dataclass
from typing import Final

from bot.demo.calendar import Month
from bot.demo.profiles import (
    CHANNELS,
    CHURN_DRIVERS,
    CHURN_DRIVERS_AFTER_PRICE_RISE,
    SEGMENTS,
    Chances,
    Odds,
    Weights,
)

# Each of these counts months left until the end of the history; 3 is in the last whole quarter,
# whichever month the history ends with.
PRICE_RISE: Final = 6
LOSS: Final = 3
WIN_BACKS: Final = 3
MARKETPLACE_OPENS: Final = 18
UP_MARKET: Final = range(13, 25)
SHORT_RENEWALS: Final = range(4, 13)

PRICE_RISE_PERCENT: Final = 8
PRICE_RISE_REACH: Final = 6_500
WON_BACK_BY_CAMPAIGN: Final = 7_500
SHORT_RENEWAL: Final = 6_000
LOSS_AT_MOST: Final = 11_000_000
"""Cents a month of the customer that leaves: a point or two of its segment."""

_AWAY_FOR_CAMPAIGN = range(2, 10)
_UP_MARKET_WEIGHT = {"enterprise": 13}
_DOWN_MARKET_WEIGHT = {"enterprise": 6}
_MARKETPLACE_WEIGHT = 34
_BEFORE_IT_OPENS = 10
_EARLY = 3
_EARLY_CHURN = 800
_CLIFF_MONTHS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthShift:
    """How far a month departs from an ordinary one, in percent of the ordinary chance.

    Where ``churn`` is given it stands in for the season's.
    """

    churn: int | None = None
    contraction: int = 100
    expansion: int = 100


_ORDINARY = MonthShift()

# Months left until the end of the history, to the shift.
_SHIFTS = {
    "smb": {
        6: MonthShift(churn=85),
        5: MonthShift(churn=115, contraction=150),
        4: MonthShift(churn=130, contraction=180, expansion=90),
        3: MonthShift(churn=130, contraction=200, expansion=85),
        2: MonthShift(churn=312, contraction=220, expansion=60),
        1: MonthShift(churn=312, contraction=220, expansion=60),
    },
    "enterprise": {
        6: MonthShift(expansion=95),
        5: MonthShift(expansion=90),
        4: MonthShift(expansion=90),
        3: MonthShift(contraction=110, expansion=85),
        2: MonthShift(contraction=110, expansion=85),
        1: MonthShift(contraction=110, expansion=85),
    },
}


def odds_in(month: Month) -> dict[str, Odds]:
    """Work out the odds of every segment in ``month``, season and story included."""
    return {name: _odds(name, month) for name in SEGMENTS}


def segments_in(month: Month) -> Weights:
    """Weigh the segments that new customers of ``month`` belong to."""
    usual = {name: profile.size.weight for name, profile in SEGMENTS.items()}
    if month.left in UP_MARKET:
        usual |= _UP_MARKET_WEIGHT
    elif month.left > max(UP_MARKET):
        usual |= _DOWN_MARKET_WEIGHT
    return tuple(usual.items())


def channels_in(month: Month, *, segment: str) -> Weights:
    """Weigh the channels that new customers of ``segment`` come by in ``month``."""
    if segment != "smb":
        return CHANNELS
    weight = _MARKETPLACE_WEIGHT if month.left <= MARKETPLACE_OPENS else _BEFORE_IT_OPENS
    return (*CHANNELS, ("marketplace", weight))


def early_churn_in(month: Month, *, channel: str, age: int) -> int:
    """Scale the churn in ``month`` of a customer that is ``age`` months old, in percent."""
    is_early = channel == "marketplace" and age <= _EARLY and month.left <= MARKETPLACE_OPENS
    return _EARLY_CHURN if is_early else 100


def churn_drivers_in(month: Month, *, segment: str) -> Weights:
    """Weigh the reasons that customers of ``segment`` leave for in ``month``."""
    raised = has_price_rise_behind_it(segment, month)
    return CHURN_DRIVERS_AFTER_PRICE_RISE if raised else CHURN_DRIVERS


def is_price_rise(segment: str, month: Month) -> bool:
    """Whether ``month`` is the one in which customers of ``segment`` get the price rise."""
    return segment == "smb" and month.left == PRICE_RISE


def has_price_rise_behind_it(segment: str, month: Month) -> bool:
    """Whether customers of ``segment`` already feel the price rise in ``month``."""
    return segment == "smb" and month.left < PRICE_RISE


def campaign_in(month: Month, *, segment: str) -> int | None:
    """Count the months after which customers that leave in ``month`` are asked to come back."""
    after = month.left - WIN_BACKS
    return after if segment == "mid-market" and after in _AWAY_FOR_CAMPAIGN else None


def short_terms_in(month: Month, *, segment: str) -> range:
    """Name the terms, in months, to which a contract that is renewed in ``month`` may be cut."""
    if segment == "smb" or month.left not in SHORT_RENEWALS:
        return range(0)
    return range(month.left, month.left + _CLIFF_MONTHS)


def _odds(name: str, month: Month) -> Odds:
    segment = SEGMENTS[name]
    shift = _SHIFTS.get(name, {}).get(month.left, _ORDINARY)
    churn = segment.seasons.churn[month.number - 1] if shift.churn is None else shift.churn
    expansion = shift.expansion * segment.seasons.expansion[month.number - 1]

    def moved(usual: Chances) -> Chances:
        return Chances(
            churn=usual.churn * churn // 100,
            contraction=usual.contraction * shift.contraction // 100,
            pause=usual.pause,
            expansion=usual.expansion * expansion // 10_000,  # two percentages
        )

    return Odds(
        monthly=moved(segment.odds.monthly),
        amendment=moved(segment.odds.amendment),
        renewal=moved(segment.odds.renewal),
    )
