"""Numbers of programs, which hold about fifteen digits and write what rounding left behind them."""

from decimal import Decimal

_DIGITS = 15  # as many as a spreadsheet shows and writes into a CSV file


def plain_digits(written: str) -> str:
    """Write a number without an exponent, and without what lies behind its fifteenth digit.

    >>> plain_digits("0.30000000000000004"), plain_digits("1.5e-07"), plain_digits("12.50")
    ('0.3', '0.00000015', '12.50')
    """
    digits = len(Decimal(written).as_tuple().digits)
    return f"{Decimal(written if digits <= _DIGITS else f'{float(written):.{_DIGITS}g}'):f}"
