"""Sizes that people pick accounts by, such as "more than 100 seats": no list goes by them."""

import re

_COUNTED = "seats?|users?|licen[cs]es?|employees|people"
_OF_ACCOUNTS = re.compile(
    r"\b(?:accounts?|customers?|clients?|logos?|who|churned|left|shrank|grew|contracted|expanded"
    rf"|{_COUNTED})\b",
    re.IGNORECASE,
)
_OF_GROUPS = re.compile(r"\b(?:nrr|grr|ndr|retention|churn)\b", re.IGNORECASE)
_MORE = (
    r"(?:by |with |paying |worth )?(?:[<>]=?|over|above|below|under|at (?:least|most)"
    r"|(?:more|less|fewer|larger|bigger|smaller|greater|higher|lower) than)"
)
_MONEY = "k|m|usd|eur|gbp|dollars|euros|pounds|mrr|arr"
_SIZE = re.compile(
    rf"(?<!\w)(?:{_MORE} ?[$€£]?[0-9][0-9.,]*\+?(?: ?%| ?(?:{_COUNTED})\b|(?: ?(?:{_MONEY})\b)*)"
    rf"|with [0-9][0-9.,]*\+? (?:{_COUNTED})\b)"
    r"(?! ?(?:days?|weeks?|months?|quarters?|years?|points?|pts?)\b)(?![\w.,-])",
    re.IGNORECASE,
)


def size_in(text: str) -> tuple[int, int] | None:
    """Find where a text picks accounts by their size; None where it does not, or of groups.

    Examples
    --------
    >>> text = "customers above $5,000 mrr in q3"
    >>> text[slice(*size_in(text))]
    'above $5,000 mrr'
    >>> size_in("customers over 12 months"), size_in("churn above 5%")
    (None, None)
    """
    found = _SIZE.search(text)
    if found is None or not _OF_ACCOUNTS.search(text) or _OF_GROUPS.search(text):
        return None
    return found.span()
