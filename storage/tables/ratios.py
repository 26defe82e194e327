"""Exact ratios as text in tables, such as ``203/200``."""

from fractions import Fraction


def ratio_text(ratio: Fraction | None) -> str | None:
    """Return a ratio as it is stored; None stays none."""
    return None if ratio is None else str(ratio)


def read_ratio_text(text: str | None) -> Fraction | None:
    """Read a ratio from its stored text."""
    return None if text is None else Fraction(text)
