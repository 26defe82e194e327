"""An explanation as JSON: the change, its exact parts, reasons, accounts and what comes first."""

from fractions import Fraction

from bot.accounts.document import account_json
from bot.benchmarks.document import beside_json, tier_review_json
from bot.confidence.document import sureness_json
from bot.findings.change_document import change_json
from bot.questions.document import head_json
from bot.style.document import Json, grounds_json, money_json, period_json, ratio_json
from bot.style.document import retention_json as retention
from bot.why.explanation import Explanation
from metrics.lever import worth_of_a_point
from metrics.usual import UsualRange


def explanation_json(explanation: Explanation) -> Json:
    """Convert an explanation; ratios and points of NRR are shares: 0.01 is a point."""
    currency, sides = explanation.grounds.currency, explanation.sides
    change, versus = explanation.change, period_json(sides.before_period)
    asked = {"period": period_json(sides.period), "versus": versus}
    return {
        **head_json(explanation, asked),
        "result": retention(sides.now, currency),
        "before": sides.before and retention(sides.before, currency),
        "change": change and change_json(change, explanation.dimension),
        "drivers": [
            {"kind": kind, "driver": driver, "amount": money_json(amount, currency)}
            for (kind, driver), amount in explanation.drivers.by_driver.items()
        ],
        "accounts": explanation.accounts
        and [account_json(one, sides.now.opening, currency) for one in explanation.accounts],
        "usual": explanation.usual and _usual(explanation.usual, sides.now.nrr),
        "confidence": explanation.sureness
        and sureness_json(explanation.sureness, sides.now.opening, currency),
        "lever": _lever(explanation),
        "play": explanation.play,
        **beside_json(explanation.benchmarked, currency),
        "tier_review": tier_review_json(explanation.tier_review),
        "point": money_json(worth_of_a_point(sides.now), currency),
        **grounds_json(explanation.grounds),
    }


def _usual(usual: UsualRange, nrr: Fraction | None) -> Json:
    return {
        "low": ratio_json(usual.low),
        "high": ratio_json(usual.high),
        "periods": usual.periods,
        "is_usual": None if nrr is None else usual.holds(nrr),
    }


def _lever(explanation: Explanation) -> Json | None:
    lever = explanation.lever
    if lever is None:
        return None
    best = lever.best
    return {
        "component": lever.component,
        "ratio": ratio_json(lever.ratio),
        "below_floor": best is None,
        "best": best and {"period": period_json(best[0]), "ratio": ratio_json(best[1])},
    }
