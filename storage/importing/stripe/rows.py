"""Terms of subscriptions as rows of a list of contracts."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from metrics.contracts.terms import Cadence, Term
from metrics.money import to_major

COLUMNS = (
    *("account_id", "contract_id", "product", "start", "end", "amount", "per", "currency"),
    *("seats", "discount", "discount_percent", "discount_end", "status", "cancelled_on"),
    *("paused_on", "resumed_on", "trial_end", "past_due_since", "usage"),
)
_PER = {
    Cadence.ONCE: "once",
    Cadence.TOTAL: "total",
    Cadence.MONTH: "month",
    Cadence.QUARTER: "quarter",
    Cadence.HALF_YEAR: "half-year",
    Cadence.YEAR: "year",
}
_HUNDRED = 100


def row_of(account: str, term: Term) -> Sequence[str]:
    """Write a term as cells, in the order of `COLUMNS`."""
    price, course, currency = term.price, term.course, term.position.currency
    minor = price.discount_minor
    cells: Mapping[str, str] = {
        "account_id": account,
        "contract_id": term.contract or "",
        "product": term.position.product or "",
        "start": term.start.isoformat(),
        "end": _day(term.last),
        "amount": f"{to_major(price.amount_minor, currency):f}",
        "per": _PER[price.cadence],
        "currency": currency,
        "seats": "" if price.seats is None else str(price.seats),
        "discount": f"{to_major(minor, currency):f}" if minor else "",
        "discount_percent": _percent(price.discount_share),
        "discount_end": _day(price.discount_last),
        "status": course.status.value,
        "cancelled_on": _day(course.cancelled_on),
        "paused_on": _day(course.paused_on),
        "resumed_on": _day(course.resumed_on),
        "trial_end": _day(course.trial_last),
        "past_due_since": _day(course.past_due_since),
        "usage": "yes" if term.is_usage else "",
    }
    return [cells[name] for name in COLUMNS]


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _percent(share: Fraction) -> str:
    """Write a share with up to four decimals, which is all that it has."""
    if not share:
        return ""
    whole, rest = divmod(int(share * _HUNDRED * 10_000), 10_000)
    return f"{whole}.{rest:04d}"
