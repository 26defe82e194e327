"""How sure a figure is, as JSON."""

from fractions import Fraction

from bot.accounts.document import account_json
from bot.confidence.sureness import Sureness
from bot.style.document import Json, ratio_json
from metrics.confidence.confidence import LEVEL, Interval
from metrics.money import round_half_up


def sureness_json(sureness: Sureness, opening: int, currency: str) -> Json:
    """Convert it; what may not be seen is None, and so is an interval that there is none of."""
    found, single = sureness.confidence, sureness.confidence.single
    return {
        "level": ratio_json(LEVEL),
        "method": None if found.doubt else found.method.value,
        "nrr": _interval(found.nrr),
        "grr": _interval(found.grr),
        "doubt": found.doubt and found.doubt.value,
        "is_flagged": found.is_flagged,
        "accounts": found.accounts,
        "effective_accounts": None
        if found.effective is None
        else f"{round_half_up(found.effective, 1):f}",
        "top_1_share": ratio_json(single.top_1 if single else None),
        "top_5_share": ratio_json(single.top_5 if single else None),
        "nrr_without_largest": ratio_json(single.without_largest if single else None),
        "median_account_nrr": ratio_json(single.median if single else None),
        "largest_accounts": None
        if sureness.accounts is None
        else [account_json(one, opening, currency) for one in sureness.accounts],
    }


def _interval(interval: Interval | None) -> Json | None:
    if interval is None:
        return None
    ends = {"low": interval.low, "high": interval.high}
    return {name: ratio_json(Fraction(end)) for name, end in ends.items()}
