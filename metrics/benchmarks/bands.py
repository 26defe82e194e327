"""Published bands of a ratio over twelve months, and where a ratio stands to one."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Self


class BandPosition(StrEnum):
    """The side of a band that a ratio lies on."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Band:
    """A published range of a ratio; both ends belong to it.

    Attributes
    ----------
    high : Fraction, optional
        None where only a lower end is published: "110%+".
    is_open : bool
        Whether more than ``high`` belongs to it, too: "110-120%+".
    """

    low: Fraction
    high: Fraction | None
    is_open: bool = False

    @classmethod
    def of_percent(cls, low: int, high: int | None = None, *, is_open: bool = False) -> Self:
        """Read a band from percentages; without an upper end it is open."""
        top = None if high is None else Fraction(high, 100)
        return cls(Fraction(low, 100), top, is_open or high is None)

    @property
    def limit(self) -> Fraction | None:
        """The largest ratio that belongs to the band; None where it is open."""
        return None if self.is_open else self.high

    def position_of(self, ratio: Fraction) -> BandPosition:
        """Compare a ratio with both ends, exactly.

        Examples
        --------
        >>> smb = Band.of_percent(90, 100)
        >>> str(smb.position_of(Fraction(9, 10))), str(smb.position_of(Fraction(8999, 10000)))
        ('within', 'below')
        >>> str(Band.of_percent(110, 120, is_open=True).position_of(Fraction(13, 10)))
        'within'
        """
        if ratio < self.low:
            return BandPosition.BELOW
        if self.limit is not None and ratio > self.limit:
            return BandPosition.ABOVE
        return BandPosition.WITHIN
