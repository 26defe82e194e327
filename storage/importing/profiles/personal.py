"""Columns that no question should ask by: e-mail addresses, notes, amounts, ids of rows."""

import re
from collections.abc import Callable, Sequence

E_MAIL = "looks like e-mail addresses"
FREE_TEXT = "looks like notes"
INVOICES = "looks like invoice numbers"
AMOUNTS = "looks like amounts of MRR"
ROWS = "looks like ids of rows"
DIFFERENT = "has another value in nearly each row"
KEPT = frozenset({"owner"})
"""Attributes that the bot itself needs: an owner is found in Slack by the e-mail address."""

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_INVOICE = re.compile(r"(?:inv|invoice|rechnung|re|fact)[-_ #./]*[0-9]{3,}\S*", re.IGNORECASE)
_INVOICE_WORDS = frozenset({"invoice", "invoices", "rechnung", "rechnungsnummer", "facture"})
_MAIL_WORDS = frozenset({"email", "emails", "mail"})
_TEXT_WORDS = frozenset(
    ("comment", "comments", "description", "memo", "note", "notes", "remark", "remarks")
)
_MONEY_WORDS = frozenset({"mrr", "arr", "acv", "tcv"})
_ROW_NAMES = frozenset(
    ("id", "uuid", "guid", "event_id", "transaction_id", "row_id", "row_number", "line_number")
)
_FIGURE = re.compile(r"[-+(]?\W{0,2}\d[\d.,'\s]*\W{0,2}")
_LONGEST = 80  # characters of a label that people still ask by
_MOST_WORDS = 8
_MANY = 50  # cells, of which as many as differ tell something


def looks_like(name: str, cells: Sequence[str]) -> str:
    """Say what a column looks like that is better left out; nothing of any other.

    Parameters
    ----------
    name : str
        Its plain name.
    cells : sequence of str
        Some of its cells.
    """
    if name in KEPT:
        return ""
    words = set(name.split("_"))
    filled = [cell.strip() for cell in cells if cell.strip()]
    if words & _MAIL_WORDS or _most(filled, _ADDRESS.fullmatch):
        return E_MAIL
    if words & _TEXT_WORDS or _most(filled, _is_long):
        return FREE_TEXT
    if words & _INVOICE_WORDS or _most(filled, _INVOICE.fullmatch):
        return INVOICES
    if words & _MONEY_WORDS and has_figures(filled):
        return AMOUNTS
    return _of_rows(name, filled)


def has_figures(cells: Sequence[str]) -> bool:
    """Tell whether most of the filled cells of a column are figures."""
    return _most([cell.strip() for cell in cells if cell.strip()], _FIGURE.fullmatch)


def _of_rows(name: str, filled: Sequence[str]) -> str:
    if name in _ROW_NAMES:
        return ROWS
    # Cities of customers repeat themselves, names and web addresses do not.
    is_of_each = len(filled) > _MANY and 10 * len(set(filled)) >= 9 * len(filled)
    return DIFFERENT if is_of_each else ""


def _most(cells: Sequence[str], test: Callable[[str], object]) -> bool:
    return 2 * sum(bool(test(cell)) for cell in cells) > len(cells)


def _is_long(cell: str) -> bool:
    return len(cell) > _LONGEST or len(cell.split()) > _MOST_WORDS
