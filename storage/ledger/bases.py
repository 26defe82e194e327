"""Opening bases of many months at a time: what a look at what is usual takes, and no more."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial

from metrics.errors import ReconciliationError
from metrics.open_bases import OpenBase
from metrics.period_grammar import shift_months
from metrics.rollup import Scope
from metrics.segments import PRODUCT
from storage.ledger.periods import LedgerPeriods
from storage.ledger.totals import without_zeros

_AT_ONCE = (
    7  # months whose ends are read together: more would not fit where there are many accounts
)
_WIDE = 2**62  # MRR whose sums could need more than 64 bits

Ends = tuple[date, date]


class LedgerBases(LedgerPeriods):
    """Opening bases, added up without what became of each account."""

    def open_bases(
        self, months: Sequence[date], scopes: Collection[Scope]
    ) -> Mapping[Scope, Mapping[date, OpenBase]]:
        """Add up the opening bases of scopes in several months.

        Raises
        ------
        ReconciliationError
            If the balances of a month do not come to the control totals.
        """
        asked, every = tuple(sorted(scopes)), [(one, shift_months(one, 1)) for one in months]
        key = "open bases", asked
        if new := [ends for ends in every if not self._knows(*ends, key)]:
            self.read_ahead(new)
        found: dict[Scope, dict[date, OpenBase]] = {scope: {} for scope in asked}
        for place, (start, end) in enumerate(every):
            ahead = every[place : place + _AT_ONCE]
            work = partial(self._bases_of, asked, ahead)
            bases = self._recall(start, end, key, work)
            for scope, base in zip(asked, bases, strict=True):
                found[scope][start] = base
        return found

    def _bases_of(self, scopes: tuple[Scope, ...], ahead: Sequence[Ends]) -> tuple[OpenBase, ...]:
        """Add up the first period of ``ahead``; what the others rest on is read together."""
        start, end = ahead[0]
        totals = self.totals_at(start), self.totals_at(end)
        is_wide = any(sum(total.values()) >= _WIDE for total in totals)
        if self.converts or is_wide or any(PRODUCT in dict(scope) for scope in scopes):
            parts = (self.retention(start, end, scope) for scope in scopes)
            return tuple(
                OpenBase(accounts=one.accounts_opening, opening=one.opening, closing=one.closing)
                for one in parts
            )
        self.read_ahead(ahead)
        sums = self._reading.base_sums(start, end)
        found = ({self.currency: total} for total in (sums.opening, sums.closing))
        if tuple(map(without_zeros, found)) != totals:
            raise ReconciliationError
        return sums.of(scopes)
