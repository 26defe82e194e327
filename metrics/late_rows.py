"""Late rows: how NRR of a month moves when balances of some accounts change."""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class CohortMrr:
    """MRR of an opening base when its month opens and when it closes, in minor units."""

    opening: int = 0
    closing: int = 0

    @property
    def nrr(self) -> Fraction | None:
        """Closing over opening; None without opening MRR."""
        return Fraction(self.closing, self.opening) if self.opening else None

    def with_balances(self, *, before: tuple[int, int], after: tuple[int, int]) -> "CohortMrr":
        """Replace the balances of one account when the month opens and closes.

        An account without MRR at the opening is outside the base, whatever it pays at the close.

        Examples
        --------
        >>> CohortMrr(200, 200).with_balances(before=(100, 100), after=(100, 0)).nrr
        Fraction(1, 2)
        """
        return replace(
            self,
            opening=self.opening - before[0] + after[0],
            closing=self.closing - _kept(*before) + _kept(*after),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthChange:
    """NRR of a closed month as it was and as late rows make it; None without opening MRR."""

    month: date
    before: Fraction | None
    after: Fraction | None


def _kept(opening: int, closing: int) -> int:
    return closing if opening else 0
