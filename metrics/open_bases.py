"""An opening base at the two ends of a period: all that its NRR takes."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenBase:
    """Accounts that pay when a period opens, and what they pay at its two ends.

    ``opening`` and ``closing`` are in minor units of one currency.
    """

    accounts: int
    opening: int
    closing: int
