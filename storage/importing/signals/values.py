"""Values of metrics: exact decimals as whole numbers, and how many digits are decimals."""

import re

from metrics.drivers import plain_words
from storage.importing.cells import CellError, parse_label

_NUMBER = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(\s?%)?")
_OF_PERCENT = 2  # decimals
_MOST_DIGITS = 18
_MOST_DECIMALS = 30


def parse_value(text: str) -> tuple[int, int]:
    """Turn a plain decimal number into units and decimals, without zeros at its end.

    A percentage is the share that it is, as spreadsheets hold it.

    Raises
    ------
    CellError
        If it is written otherwise, or has more digits than fit in 64 bits.

    Examples
    --------
    >>> parse_value("-12.50")
    (-125, 1)
    >>> parse_value("93%"), parse_value("100 %")
    ((93, 2), (1, 0))
    """
    found = _NUMBER.fullmatch(text)
    if not found or not (found[2] or found[3]):
        raise CellError("is not a plain number: write it like 1200, 0.85 or 85%")
    whole, fraction = found[2], found[3] or ""
    if found[4]:
        padded = whole.zfill(_OF_PERCENT)
        whole, fraction = padded[:-_OF_PERCENT], padded[-_OF_PERCENT:] + fraction
    fraction = fraction.rstrip("0")
    digits = f"{whole}{fraction}".lstrip("0")
    if len(digits) > _MOST_DIGITS or len(fraction) > _MOST_DECIMALS:
        raise CellError(f"has more than {_MOST_DIGITS} digits: round it")
    units = int(digits or "0")
    return -units if found[1] == "-" else units, len(fraction)


def parse_metric(text: str) -> str:
    """Check the name of a metric and write it as a column's: small letters, words joined.

    Raises
    ------
    CellError
        If it holds control characters, is too long, or has no letter or digit.

    Examples
    --------
    >>> parse_metric("API calls")
    'api_calls'
    """
    name = plain_words(parse_label(text))
    if not name:
        raise CellError("is no name of a metric")
    return name
