"""Columns that look like others: what a header may mean by a name that is not ours."""

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, utils

_ENOUGH = 85  # of 100
_WORDS: Mapping[str, Sequence[str]] = {
    "account_id": ("customer id", "client", "company", "subscriber", "organization", "tenant"),
    "date": ("day", "month", "created", "effective", "occurred", "timestamp"),
    "amount": ("mrr", "value", "change", "delta", "revenue"),
    "currency": ("currency code", "iso code"),
    "rate": ("exchange rate", "price"),
}
"""Words that headers have for our columns."""


def look_alikes(wanted: Sequence[str], header: Sequence[str]) -> dict[str, str]:
    """Find the cell of a header that looks most like each wanted column, where one does.

    >>> look_alikes(["account_id", "amount"], ["CUSTOMER_EXTERNAL_ID", "Movement of MRR", "Notes"])
    {'account_id': 'CUSTOMER_EXTERNAL_ID', 'amount': 'Movement of MRR'}
    """
    found: dict[str, str] = {}
    for name in wanted:
        left = [text for text in header if text not in found.values()]
        best = max(left, key=lambda text: _likeness(name, text), default="")
        if best and _likeness(name, best) >= _ENOUGH:
            found[name] = best
    return found


def _likeness(name: str, text: str) -> float:
    words = (name, *_WORDS.get(name, ()))
    plain = utils.default_process(text.replace("_", " "))
    return max(fuzz.token_set_ratio(utils.default_process(_spaced(word)), plain) for word in words)


def _spaced(name: str) -> str:
    return name.replace("_", " ")
