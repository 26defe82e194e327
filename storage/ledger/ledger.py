"""The reads behind every answer: the ledger's periods, and the accounts in them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from metrics.confidence.confidence import Confidence
from metrics.moved import Moved
from metrics.rollup import Scope
from metrics.score_rules import AT_RISK, READY
from storage.errors import AccountsElsewhereError
from storage.ledger.account_changes import (
    AccountChange,
    AccountChanges,
    CohortMember,
    MovedAccounts,
)
from storage.ledger.account_record import AccountFound, AccountRecord
from storage.ledger.coming import LedgerComing
from storage.ledger.ranked_accounts import RankedAccounts

if TYPE_CHECKING:  # the types alone: numpy is slow to load
    from metrics.cohorts import SignUps
    from storage.ledger.evidence import PeriodEvidence
    from storage.ledger.labels import AccountName
    from storage.ledger.members import Losses


class Ledger(LedgerComing):
    """Reads for one session and one moment of knowledge; no commits and no clock.

    Parameters
    ----------
    as_of : datetime, optional
        Only what was recorded by then; everything when left out.
    memory : LedgerMemory, optional
        Shared by the ledgers of one store, to remember what was read before.
    basis : LedgerBasis
        What counts, in which currency, and where.
    """

    def account_names(self, accounts: Sequence[int]) -> "Sequence[AccountName]":
        """Return the ids and names of accounts by their numbers."""
        return self._reading.labels.names(accounts)

    def sign_ups(
        self, months: Sequence[date], ages: Sequence[int], *, end: date, scope: Scope = ()
    ) -> "tuple[SignUps, ...]":
        """Return the sign-ups of months, at ages in months, as far as these are over by ``end``."""
        return tuple(self._reading.sign_ups(end=end).read(months, ages, scope))

    def sign_up_groups(
        self, months: Sequence[date], *, end: date
    ) -> Mapping[date, Mapping[frozenset[tuple[str, str]], int]]:
        """Count the accounts of each month's sign-ups that pay when it is over, by attributes."""
        reader = self._reading.sign_ups(end=end)
        return {month: reader.groups(month) for month in months}

    def cohort(self, start: date, end: date, scope: Scope = ()) -> list[CohortMember]:
        """Return the accounts of a scope's opening base: those in the denominator."""
        return self._reading.members(start, end, scope).cohort()

    def confidence(self, start: date, end: date, scope: Scope = ()) -> Confidence | None:
        """Measure how sure the ratios of a scope's opening base are; None where nobody paid.

        The draws of its intervals are seeded by the version of the data and what is asked, so that
        the same figure has the same interval.
        """
        told = (start, end, tuple(sorted(scope)), self.currency, self._basis.with_usage)
        work = partial(
            self._reading.confidence, start, end, scope, told=(self.state().data_version, *told)
        )
        # A later version has other draws, also of what it did not change.
        return self._recall(start, end, ("confidence", scope), work, until=date.max)

    def largest_accounts(
        self, start: date, end: date, scope: Scope = (), *, most: int
    ) -> tuple[AccountChange, ...]:
        """Return the ``most`` accounts of a scope's opening base that pay the most then."""
        return self._reading.members(start, end, scope).largest(most=most)

    def account_changes(
        self, start: date, end: date, scope: Scope = (), *, most: int
    ) -> AccountChanges:
        """Return the ``most`` largest gains and losses in a scope's opening base by account."""
        return self._reading.members(start, end, scope).changes(most=most)

    def moved_accounts(
        self,
        start: date,
        end: date,
        scope: Scope = (),
        *,
        moved: Moved | None,
        first: int = 0,
        most: int,
    ) -> MovedAccounts:
        """Return the accounts of a scope by what became of them, and a page by name.

        Their changes come to the term of the retention, or of what is outside its base, that they
        are of. Without ``moved`` they are those of the opening base that pay more or less.
        """
        return self._reading.outcomes(start, end, scope).listed(moved, first=first, most=most)

    def paying_accounts(
        self, start: date, end: date, scope: Scope = (), *, first: int = 0, most: int
    ) -> MovedAccounts:
        """Return the accounts of a scope that pay at the close, a page of the largest by name."""
        return self._reading.outcomes(start, end, scope).largest(first=first, most=most)

    def base_accounts(self, start: date, end: date, scope: Scope = ()) -> tuple[AccountChange, ...]:
        """Return every account of a scope's opening base with what became of it, the largest first.

        Of a product those who bought it meanwhile follow: all of them together come to both ends.
        """
        return self._reading.outcomes(start, end, scope).base()

    def explained_losses(
        self, start: date, end: date, scope: Scope = (), *, most: int
    ) -> tuple[AccountChange, ...]:
        """Return the ``most`` largest losses in a scope's opening base, each with its drivers.

        What an account lost is split over the drivers of its movements, as `changes_by_driver`
        does for all of them together.
        """
        return self._reading.explained_losses(start, end, scope, most=most)

    def find_accounts(
        self, text: str, *, day: date, scopes: Collection[Scope], most: int
    ) -> list[AccountFound]:
        """Return the accounts of some scopes that a text names as they stand when a day opens.

        Raises
        ------
        AccountsElsewhereError
            If the ledger is in a warehouse: what is recorded of an account is there alone.
        """
        if self._is_elsewhere:
            raise AccountsElsewhereError
        return self._reading.accounts(day).find(text, scopes, most=most)

    def accounts_nearly(
        self, text: str, *, day: date, scopes: Collection[Scope], most: int
    ) -> list[AccountFound]:
        """Return the accounts of some scopes that are called nearly like a text, on a day.

        It is for a text that `find_accounts` finds none by.
        """
        return self._reading.accounts(day).find_nearly(text, scopes, most=most)

    def account_record(self, account: AccountFound, *, day: date) -> AccountRecord:
        """Return all that is recorded of an account that `find_accounts` found on a day."""
        return self._reading.accounts(day).record(account)

    def ranked_accounts(
        self, day: date, scope: Scope, *, today: date, is_risk: bool, first: int, most: int
    ) -> RankedAccounts:
        """Return the accounts of a scope at risk on a day, or those that are ready to expand.

        ``today`` is the day that contracts and signals are looked at.
        """
        ranking = AT_RISK if is_risk else READY
        rankings = self._reading.rankings()
        return rankings.read(day, scope, ranking, today=today, first=first, most=most, down=is_risk)

    def losses(self, start: date, end: date, least: Mapping[Scope, Fraction]) -> "Losses":
        """Return the accounts that took at least so much out of each scope, the costliest first.

        Parameters
        ----------
        least : mapping of scope to Fraction
            In minor units above zero.
        """
        key = ("losses", frozenset(least.items()))
        work = partial(self._losses, start, end, least)
        return self._recall(start, end, key, work)

    def evidence(self, start: date, end: date, scope: Scope = ()) -> "PeriodEvidence":
        """Open what the figures of a scope in ``[start, end)`` rest on, row by row."""
        from storage.ledger.evidence import PeriodEvidence  # noqa: PLC0415 - numpy is slow to load

        reading = self._reading
        return PeriodEvidence(
            self._session,
            reading.between(start, end),
            reading.standings,
            reading.labels,
            scope=scope,
            as_of=self._as_of,
        )

    def _losses(self, start: date, end: date, least: Mapping[Scope, Fraction]) -> "Losses":
        return {
            scope: self._reading.members(start, end, scope).losses(minor)
            for scope, minor in least.items()
        }
