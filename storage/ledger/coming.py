"""Days to come of a ledger: renewals of contracts, rows that wait for their day, the outlook."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from metrics.rollup import Scope
from storage.ledger.bases import LedgerBases
from storage.ledger.contract_terms import has_terms
from storage.ledger.known_changes import has_waiting_rows
from storage.ledger.renewals import next_renewals

if TYPE_CHECKING:  # the types alone: numpy is slow to load
    from metrics.outlook import KnownOutlook
    from metrics.renewal_book import RenewalBook


class LedgerComing(LedgerBases):
    """A reader of the days to come."""

    def has_contracts(self) -> bool:
        """Tell whether any term of a contract is held."""
        return not self._is_elsewhere and has_terms(self._session)

    def renewal_book(self, day: date, *, today: date, since: date) -> "RenewalBook":
        """Read the renewals after today, with the MRR of a day, and those that came up before."""
        key = "renewals", day, today, since, self.data_version()
        work = partial(self._reading.renewal_book, day, today=today, since=since)
        return self._recall(day, day, key, work)

    def has_waiting_rows(self) -> bool:
        """Tell whether any row waits for its day."""
        return not self._is_elsewhere and has_waiting_rows(self._session)

    def outlook(self, day: date, end: date, scope: Scope = ()) -> "KnownOutlook":
        """Read the known changes, before a second day, of those who pay on the first."""
        key = "outlook", end, scope, self.data_version()
        return self._recall(day, day, key, partial(self._reading.outlook, day, end, scope))

    def paying_groups(
        self, day: date, marks: Mapping[int, frozenset[tuple[str, str]]]
    ) -> Mapping[frozenset[tuple[str, str]], int]:
        """Count the accounts that pay on a day by attributes, and by marks of some of them."""
        return self._reading.paying_groups(day, marks)

    def next_renewals(self, accounts: Collection[str], *, today: date) -> Mapping[str, date]:
        """Return the day after today on which each of some accounts renews, by the terms held.

        One whose next renewal is not known is left out: see `storage.ledger.renewals`.
        """
        return next_renewals(self._session, accounts, today=today)
