"""Values of a database as the cells of text that a file would have."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import NoneType
from typing import Any
from uuid import UUID

from storage.errors import SourceFailedError
from storage.importing.cells import THOUSANDTHS
from storage.importing.tables.sheet_process import cell_text


def text_of(value: object, column: str) -> str:
    """Write a value exactly, and so that a number means only itself.

    Parameters
    ----------
    column : str
        Where it stands, for a sentence.

    Raises
    ------
    SourceFailedError
        If it is no value that a cell can hold, such as bytes.

    Examples
    --------
    >>> text_of(Decimal("1200.500000"), "mrr"), text_of(0.1 + 0.2, "mrr"), text_of(None, "mrr")
    ('1200.5', '0.3', '')
    >>> text_of(datetime(2026, 2, 28, 23, 30, tzinfo=UTC), "date")
    '2026-02-28T23:30:00+00:00'
    """
    if isinstance(value, str):
        return value
    for kinds, write in _WRITERS:
        if isinstance(value, kinds):
            return write(value)
    raise SourceFailedError(
        f"the column {column} holds {type(value).__name__}: cast it to text, a number or a date"
    )


def _number_text(digits: str) -> str:
    """Drop zeros behind the decimals; three that are left would be doubted as thousands.

    >>> _number_text("1.500"), _number_text("1.505"), _number_text("100"), _number_text("NaN")
    ('1.5', '1.5050', '100', 'NaN')
    """
    whole, mark, fraction = digits.partition(".")
    if not mark:
        return digits
    fraction = fraction.rstrip("0")
    if len(fraction) == THOUSANDTHS:
        fraction += "0"
    return f"{whole}.{fraction}" if fraction else whole


def _moment_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat() if value.tzinfo else cell_text(value)


def _json_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (NoneType, lambda _: ""),
    (bool, cell_text),
    (int, str),
    (Decimal, lambda value: _number_text(f"{value:f}")),
    (float, lambda value: _number_text(cell_text(value))),
    (datetime, _moment_text),
    ((date, time, timedelta, UUID), str),
    ((list, dict), _json_text),
)
