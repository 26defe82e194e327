"""Rows of the second series as arrays, and which of them count."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlmodel import Session

from metrics.exact_sums import sum_by
from metrics.month_numbers import months_of
from storage.columns.arrays import Columns
from storage.columns.codec import Whole
from storage.columns.ledger_rows import read_parts
from storage.store.column_types import moment_number

_CELLS = {
    **{name: name for name in ("id", "account", "currency", "day", "recorded", "import_id")},
    "product": "coalesce(product, -1)",
    "amount": "amount_minor",
    "reverses": "coalesce(reverses, 0)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageRows(Columns):
    """Rows in the order of the ledger, whether they count or not.

    ``day`` counts from 1970-01-01, ``amount`` is in signed minor units, ``recorded`` in
    microseconds; ``product`` is `NONE` and ``reverses`` 0 where nothing is stated.
    """

    id: Whole
    account: Whole
    product: Whole
    currency: Whole
    day: Whole
    amount: Whole
    recorded: Whole
    import_id: Whole
    reverses: Whole

    def counting(self, gone: Collection[int], *, by: datetime | None = None) -> "UsageRows":
        """Pick the rows that were not taken back: by another one, or with their import.

        Parameters
        ----------
        gone : collection of int
            Imports that were reversed.
        by : datetime, optional
            Only what was recorded by then counts, and takes back.
        """
        stands = np.isin(self.import_id, [*gone], invert=True)
        if by is not None:
            stands &= self.recorded <= moment_number(by)
        taken = self.reverses[stands & (self.reverses > 0)]
        own = stands & (self.reverses == 0)
        return self.pick(np.flatnonzero(own & np.isin(self.id, taken, invert=True)))

    def totals(self, codes: Sequence[str]) -> dict[tuple[date, str], int]:
        """Add up each month and currency by its rows alone, to prove balances with.

        Parameters
        ----------
        codes : sequence of str
            Those of the currencies by number.
        """
        month = months_of(self.day)
        keys, place = np.unique(month * len(codes) + self.currency, return_inverse=True)
        sums = sum_by(place, self.amount, keys.size)
        months = (keys // max(1, len(codes))).astype("datetime64[M]").astype(object)
        cells = zip(months, (keys % max(1, len(codes))).tolist(), sums.tolist(), strict=True)
        return {(first, codes[currency]): amount for first, currency, amount in cells}


def read_usage_rows(session: Session) -> UsageRows:
    """Read every row of usage, those that do not count among them."""
    return UsageRows.joined([*read_parts(session, UsageRows, "usage_movement", _CELLS)])
