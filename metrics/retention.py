"""Revenue retention of one opening base over one period, and the company's bridge around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from metrics.errors import ReconciliationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Bridge from an opening base's MRR to its closing MRR, in minor units of one currency.

    Losses are positive amounts that are subtracted, as in the published formula. Adding two
    disjoint bases gives the retention of both together; a part taken from a base leaves the rest.

    Of a product line the base's accounts are those that paid for it at the opening. ``cross_sold``
    is the part of expansion that the others of the company's base brought: they pay, and did not
    pay for that product.

    Raises
    ------
    ReconciliationError
        If the parts contradict each other; gross retention is never clamped into [0, 1].
    """

    accounts_opening: int
    accounts_retained: int
    opening: int
    expansion: int
    contraction: int
    churn: int
    cross_sold: int = 0

    def __post_init__(self) -> None:
        lost = self.accounts_lost
        own = self.expansion - self.cross_sold
        parts = own, self.cross_sold, self.contraction, self.churn
        agrees = (
            min(self.accounts_retained, lost, *parts) >= 0
            and (self.opening > 0) == (self.accounts_opening > 0)
            and (self.churn > 0) == (lost > 0)  # no account of the base paid nothing before
            and self.contraction + self.churn <= self.opening
            # With no account retained there is nothing but churn.
            and (self.accounts_retained > 0 or self.churn == self.opening + own)
        )
        if not agrees:
            raise ReconciliationError

    def __add__(self, other: "Retention") -> "Retention":
        return Retention(
            accounts_opening=self.accounts_opening + other.accounts_opening,
            accounts_retained=self.accounts_retained + other.accounts_retained,
            opening=self.opening + other.opening,
            expansion=self.expansion + other.expansion,
            contraction=self.contraction + other.contraction,
            churn=self.churn + other.churn,
            cross_sold=self.cross_sold + other.cross_sold,
        )

    def __sub__(self, part: "Retention") -> "Retention":
        return Retention(
            accounts_opening=self.accounts_opening - part.accounts_opening,
            accounts_retained=self.accounts_retained - part.accounts_retained,
            opening=self.opening - part.opening,
            expansion=self.expansion - part.expansion,
            contraction=self.contraction - part.contraction,
            churn=self.churn - part.churn,
            cross_sold=self.cross_sold - part.cross_sold,
        )

    @property
    def accounts_lost(self) -> int:
        """Opening accounts that are gone at the close."""
        return self.accounts_opening - self.accounts_retained

    @property
    def closing(self) -> int:
        """MRR of the opening base when the period closes."""
        return self.opening + self.expansion - self.contraction - self.churn

    @property
    def nrr(self) -> Fraction | None:
        """Net revenue retention as an exact ratio; None when there was no opening MRR."""
        return self.share_of_opening(self.closing)

    @property
    def grr(self) -> Fraction | None:
        """Gross revenue retention as an exact ratio in [0, 1]; None without opening MRR."""
        return self.share_of_opening(self.opening - self.contraction - self.churn)

    @property
    def logo_retention(self) -> Fraction | None:
        """Share of the opening accounts that pay or have only paused; None without any."""
        if not self.accounts_opening:
            return None
        return Fraction(self.accounts_retained, self.accounts_opening)

    @property
    def gross_mrr_churn(self) -> Fraction | None:
        """Contraction and churn as a share of opening MRR, ``1 - grr``; None without any."""
        return self.share_of_opening(self.contraction + self.churn)

    @property
    def net_mrr_churn(self) -> Fraction | None:
        """Losses less expansion as a share of opening MRR, ``1 - nrr``; None without any.

        Below zero when expansion outweighs the losses.
        """
        return self.share_of_opening(self.opening - self.closing)

    @property
    def logo_churn(self) -> Fraction | None:
        """Share of the opening accounts that are gone at the close; None without any."""
        return None if self.logo_retention is None else 1 - self.logo_retention

    def share_of_opening(self, amount_minor: int) -> Fraction | None:
        """Return ``amount_minor`` as a share of opening MRR; None when there is none."""
        return Fraction(amount_minor, self.opening) if self.opening else None


NOTHING = Retention(
    accounts_opening=0, accounts_retained=0, opening=0, expansion=0, contraction=0, churn=0
)
"""The retention of an empty base: every ratio is undefined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideCohort:
    """MRR at the close of accounts that were not in the opening base; it never touches a ratio.

    ``new`` had no MRR ever before the period; ``returning`` paid before, but not when it opened;
    ``resumed`` had only paused then, and came back from that in time.

    Raises
    ------
    ReconciliationError
        If any is below zero.
    """

    new: int = 0
    returning: int = 0
    resumed: int = 0

    def __post_init__(self) -> None:
        if min(self.new, self.returning, self.resumed) < 0:
            raise ReconciliationError

    def __add__(self, other: "OutsideCohort") -> "OutsideCohort":
        return OutsideCohort(
            new=self.new + other.new,
            returning=self.returning + other.returning,
            resumed=self.resumed + other.resumed,
        )

    @property
    def total(self) -> int:
        """All MRR at the close that was not there at the opening, whoever brought it."""
        return self.new + self.returning + self.resumed


def reconcile(retention: Retention, outside: OutsideCohort, *, closing_total: int) -> None:
    """Check the bridge: total MRR at the close is the sum of its parts, to the cent.

    Raises
    ------
    ReconciliationError
        If it is not. An answer that does not reconcile is an error, not a number.
    """
    if retention.closing + outside.total != closing_total:
        raise ReconciliationError


def quick_ratio(retention: Retention, outside: OutsideCohort) -> Fraction | None:
    """Divide MRR gained by MRR lost; None, read "no losses", when nothing was lost."""
    gained = outside.total + retention.expansion
    lost = retention.contraction + retention.churn
    return Fraction(gained, lost) if lost else None


def switched(rows: Mapping[str, Retention], whole: Retention) -> int:
    """Work out the losses of products that were gains of others in the same accounts.

    In minor units, never below zero: the rows lose so much more than the whole does.

    Raises
    ------
    ReconciliationError
        If opening or closing of the rows do not come to those of the whole.
    """
    parts = rows.values()
    ends = sum(part.opening for part in parts), sum(part.closing for part in parts)
    excess = sum(part.contraction + part.churn for part in parts) - whole.contraction - whole.churn
    if ends != (whole.opening, whole.closing) or excess < 0:
        raise ReconciliationError
    return excess
