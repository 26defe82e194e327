"""All renewals of a ledger in arrays, ahead and behind, and those of a scope and a time."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from metrics.attribute_table import AttributeTable
from metrics.exact_sums import total_of
from metrics.renewals import RenewalRate, UpForRenewal
from metrics.rollup import Scope
from metrics.runs import begins

_Flags = NDArray[np.bool_]
Whole = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class ComingRenewals:
    """Renewals, as `metrics.renewals.UpForRenewal` has them; days since 1970-01-01.

    ``place`` is that of the attributes in the book's table.
    """

    account: Whole
    unit: Whole
    day: Whole
    minor: Whole
    is_signed: _Flags
    place: Whole

    def pick(self, rows: Whole | _Flags) -> Self:
        """Keep some of them."""
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class PastRenewals:
    """Terms that came up: what each paid before, and what of that is still paid, in minor units."""

    unit: Whole
    before: Whole
    kept: Whole
    is_renewed: _Flags
    place: Whole

    def pick(self, rows: Whole | _Flags) -> Self:
        """Keep some of them."""
        return type(self)(*(getattr(self, each.name)[rows] for each in fields(self)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalBook:
    """All renewals that the terms of contracts tell of, ahead and behind."""

    coming: ComingRenewals
    past: PastRenewals
    table: AttributeTable

    @property
    def has_renewals(self) -> bool:
        """Whether any was renewed or comes up: of today's subscriptions only the ends are known."""
        return bool(self.past.is_renewed.any()) or bool(self.coming.day.size)

    def of(self, scope: Scope) -> "RenewalBook":
        """Keep those of a scope."""
        if not scope:
            return self
        inside = self.table.inside(scope)
        return RenewalBook(
            coming=self.coming.pick(inside[self.coming.place]),
            past=self.past.pick(inside[self.past.place]),
            table=self.table,
        )

    def between(self, first: date, end: date) -> tuple[UpForRenewal, ...]:
        """List what comes up in ``[first, end)``, by day."""
        day = self.coming.day
        return self._listed(self.coming.pick((day >= _number(first)) & (day < _number(end))))

    def unsigned_before(self, day: date, *, since: date) -> tuple[UpForRenewal, ...]:
        """List offers that nobody has signed though their day has come, since another."""
        coming = self.coming
        is_late = (coming.day >= _number(since)) & (coming.day < _number(day))
        return self._listed(coming.pick(is_late & ~coming.is_signed))

    def rate(self) -> RenewalRate | None:
        """Work out how much of what came up was renewed; None where nothing came up."""
        past = self.past
        if not past.before.size:
            return None
        return RenewalRate(
            accounts=np.unique(past.unit).size,
            terms=past.before.size,
            renewed=int(past.is_renewed.sum()),
            before=total_of(past.before),
            kept=total_of(past.kept),
        )

    def _listed(self, rows: ComingRenewals) -> tuple[UpForRenewal, ...]:
        days = rows.day.astype("datetime64[D]").tolist()
        numbers = (rows.account, rows.unit, rows.minor, rows.is_signed, rows.place)
        return tuple(
            UpForRenewal(
                account=account,
                unit=unit,
                day=day,
                minor=minor,
                is_signed=is_signed,
                attributes=self.table[place],
            )
            for day, account, unit, minor, is_signed, place in zip(
                days, *(one.tolist() for one in numbers), strict=True
            )
        )


def capped(opening: Whole, unit: Whole, offered: Whole) -> Whole:
    """Cap what each has up for renewal, one after the other: nobody has more than is paid.

    Parameters
    ----------
    opening : array of whole numbers
        What each unit pays, by its number.
    unit, offered : array of whole numbers, shape (n,)
        Whose it is, and how much in minor units, the earliest first.

    Returns
    -------
    array of whole numbers, shape (n,)
        What is left of each offer.
    """
    order = np.argsort(unit, kind="stable")
    amounts, groups = np.maximum(offered[order], 0).astype(np.int64), unit[order]
    before = np.cumsum(amounts) - amounts  # sums that wrap round do so back in the difference
    is_first = begins(groups)
    begun = before[is_first][np.cumsum(is_first) - 1]
    minor = np.zeros(offered.size, np.int64)
    minor[order] = np.clip(opening[groups] - (before - begun), 0, amounts)
    return minor


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days
