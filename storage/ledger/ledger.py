"""The reads behind every answer: the ledger's state, its words, sums, activity and cohorts."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import func, select
from sqlmodel import Session, col

from metrics.activity import Activity
from metrics.confidence.confidence import Confidence
from metrics.data_end import DataEnd, find_data_end
from metrics.errors import ReconciliationError
from metrics.moved import Moved
from metrics.pauses import LapsedPauses
from metrics.period_grammar import ONE_DAY, shift_months
from metrics.retention import OutsideCohort, Retention, switched
from metrics.rollup import Attributes, Scope
from metrics.segments import PRODUCT, Tiers, derived_values
from storage.columns.build_state import read_build
from storage.columns.control_totals import ledger_control_totals, read_control_totals
from storage.columns.dimension_values import values_by_dimension
from storage.columns.usage import has_usage
from storage.errors import AccountsElsewhereError, NoUsageError
from storage.ledger.account_changes import (
    AccountChange,
    AccountChanges,
    CohortMember,
    MovedAccounts,
)
from storage.ledger.account_record import AccountFound, AccountRecord
from storage.ledger.contract_terms import has_terms
from storage.ledger.elsewhere import elsewhere, read_copy
from storage.ledger.known_changes import has_waiting_rows
from storage.ledger.renewals import next_renewals
from storage.ledger.state import (
    LedgerState,
    read_currencies,
    read_products,
    read_state,
)
from storage.store.column_types import day_of
from storage.store.memory import Generation, LedgerMemory
from storage.tables.ledger import ImportRun

if TYPE_CHECKING:  # the types alone: numpy is slow to load
    from metrics.cohorts import SignUps
    from metrics.migration import Migration
    from metrics.outlook import KnownOutlook
    from metrics.period_sums import PeriodSums
    from metrics.renewals import RenewalBook
    from storage.ledger.labels import AccountName
    from storage.ledger.members import Losses
    from storage.ledger.reading import LedgerReading

T = TypeVar("T")


class Ledger:
    """Reads for one session and one moment of knowledge; no commits and no clock.

    Parameters
    ----------
    as_of : datetime, optional
        Only what was recorded by then; everything when left out.
    memory : LedgerMemory, optional
        Shared by the ledgers of one store, to remember what was read before.
    currency : str, optional
        That amounts are in; the workspace's when left out.
    with_usage : bool
        Whether usage counts beside committed MRR.
    """

    def __init__(
        self,
        session: Session,
        *,
        tiers: Tiers,
        as_of: datetime | None = None,
        memory: LedgerMemory | None = None,
        currency: str | None = None,
        with_usage: bool = False,
    ) -> None:
        self._session, self._tiers, self._as_of = session, tiers, as_of
        self._memory = memory or LedgerMemory()
        self._asked_currency, self._with_usage = currency, with_usage
        self._fingerprint = tiers.fingerprint
        self._totals_until: dict[date, Mapping[str, int]] = {}
        self._data_ends: dict[date, DataEnd] = {}
        self._sums: dict[tuple[date, date], PeriodSums] = {}
        self._by_product: dict[tuple[date, date], PeriodSums] = {}

    def in_currency(self, currency: str | None) -> "Ledger":
        """Return the same ledger with its amounts in another currency than the workspace's."""
        return self._as(currency, with_usage=self._with_usage)

    def with_usage(self) -> "Ledger":
        """Return the same ledger with usage beside committed MRR.

        Raises
        ------
        NoUsageError
            If none was imported, or the ledger is in a warehouse, which has none.
        """
        if not self.has_usage():
            raise NoUsageError(in_warehouse=self._is_elsewhere)
        return self._as(self._asked_currency, with_usage=True)

    def has_usage(self) -> bool:
        """Tell whether any usage was imported; a warehouse has none."""
        if self._is_elsewhere:
            return False
        work = partial(has_usage, self._session)
        return self._memory.results.recall(self.generation, "has usage", work)

    @property
    def _is_elsewhere(self) -> bool:
        return elsewhere(self._session) is not None or read_copy(self._session) is not None

    def _as(self, currency: str | None, *, with_usage: bool) -> "Ledger":
        if (currency, with_usage) == (self._asked_currency, self._with_usage):
            return self
        return Ledger(
            self._session,
            tiers=self._tiers,
            as_of=self._as_of,
            memory=self._memory,
            currency=currency,
            with_usage=with_usage,
        )

    @cached_property
    def _committed(self) -> "Ledger":
        return self._as(self._asked_currency, with_usage=False)

    @property
    def currency(self) -> str:
        """The currency that amounts are in."""
        return self._asked_currency or self._reporting

    @property
    def _reporting(self) -> str:
        return self._tiers.currency or self.state().currency

    @property
    def converts(self) -> bool:
        """Whether any amount is converted into that currency."""
        if self.currency == self.state().currency and len(self.currencies()) == 1:
            return False  # the usual ledger, whose columns need not be looked at
        return self._reading.exchange is not None

    def currencies(self) -> frozenset[str]:
        """Return the currencies that amounts can be asked for in: the ledger's, and quoted ones."""
        return self._currencies

    def state(self) -> LedgerState:
        """Return the currency, version and age of the ledger at this moment of knowledge.

        Raises
        ------
        EmptyLedgerError
            If it holds no movement.
        """
        return self._state

    def data_version(self) -> int:
        """Return the newest version of the data, whatever moment is asked about."""
        return self._session.scalar(select(func.max(col(ImportRun.data_version)))) or 0

    @cached_property
    def _state(self) -> LedgerState:  # a past moment has no generation to remember it by
        work = partial(read_state, self._session, as_of=self._as_of)
        return self._memory.results.recall(self.generation, "state", work)

    @cached_property
    def _currencies(self) -> frozenset[str]:
        work = partial(read_currencies, self._session, self.state().currency)
        return self._memory.results.recall(self.generation, "currencies", work)

    @cached_property
    def generation(self) -> Generation | None:
        """The state of derived tables; None of a past moment, and before the first import."""
        build = read_build(self._session) if self._as_of is None else None
        if build is None:
            return None
        return Generation(build.generation, day_of(build.changed_since))

    def data_end(self, today: date) -> DataEnd:
        """Find the first day without data, as known at this moment of knowledge.

        Raises
        ------
        EmptyLedgerError
            If it holds no movement.
        """
        if self._with_usage:
            return self._committed.data_end(today)
        if today not in self._data_ends:  # a past moment has no generation to remember it by
            self._data_ends[today] = self._memory.results.recall(
                self.generation, ("data end", today), lambda: self._data_end(today)
            )
        return self._data_ends[today]

    def vocabulary(self) -> dict[str, tuple[str, ...]]:
        """Return every dimension, stored, derived and of movements, with the values that occur."""
        products = read_products(self._session)
        return (
            values_by_dimension(self._session)
            | ({PRODUCT: products} if products else {})
            | derived_values(self._tiers)
        )

    def combinations(self) -> tuple[Attributes, ...]:
        """Return every combination of dimension values that accounts have, or had."""
        return self._reading.combinations()

    def retention(self, start: date, end: date, scope: Scope = ()) -> Retention:
        """Return the retention of one scope's opening base over ``[start, end)``."""
        return self._recall(
            start, end, ("retention", scope), lambda: self._of(start, end, scope).retention(scope)
        )

    def outside_cohort(self, start: date, end: date, scope: Scope = ()) -> OutsideCohort:
        """Return the MRR at the close of the new and returning accounts of one scope."""
        return self._recall(
            start,
            end,
            ("outside", scope),
            lambda: self._of(start, end, scope).outside_cohort(scope),
        )

    def fx(self, start: date, end: date, scope: Scope = ()) -> int | None:
        """Measure what a scope's MRR at the close gains by the exchange rates of that day.

        In minor units; None where no amount is converted. It feeds no ratio.
        """
        if not self.converts:
            return None
        return self._recall(
            start, end, ("fx", scope), lambda: self._of(start, end, scope).fx(scope)
        )

    def by(
        self, dimension: str, start: date, end: date, scope: Scope = ()
    ) -> Mapping[str, Retention]:
        """Return the retention per value of a dimension, the largest opening base first.

        Products are classified each by itself: see `metrics.product_sums.product_sums`.
        """
        return self._recall(
            start,
            end,
            ("by", dimension, scope),
            lambda: self._of(start, end, scope, dimension).by(dimension, scope),
        )

    def accounts(self, start: date, end: date) -> dict[frozenset[tuple[str, str]], tuple[int, int]]:
        """Count the accounts of each combination: in the opening base, and paying outside it.

        Where there are products, a combination has all of those that its accounts pay for.
        """
        if read_products(self._session):
            return self._reading.holders(start, end)
        return self.sums(start, end).accounts()

    def sums(self, start: date, end: date) -> "PeriodSums":
        """Return the company's sums over ``[start, end)``, checked to reconcile.

        Raises
        ------
        ReconciliationError
            If balances do not come to the control totals, at either end.
        """
        if (start, end) not in self._sums:
            ends = self._totals_at(start), self._totals_at(end)
            sums = self._reading.sums(start, end, closing_total=sum(ends[1].values()))
            sums.check()  # at the close; the opening is checked here
            if self.converts:
                found = self._reading.raw_totals(start, end)
            else:
                figures = sums.retention().opening, sums.closing_total
                opening, closing = ({self.currency: figure} for figure in figures)
                found = opening, closing
            if tuple(map(_without_zeros, found)) != ends:
                raise ReconciliationError
            self._sums[start, end] = sums
        return self._sums[start, end]

    def _of(
        self, start: date, end: date, scope: Scope, dimension: str | None = None
    ) -> "PeriodSums":
        whole = self.sums(start, end)
        if dimension != PRODUCT and PRODUCT not in dict(scope):
            return whole
        if (start, end) not in self._by_product:
            rows = self._reading.product_sums(start, end)
            rows.check()
            switched(rows.by(PRODUCT), whole.retention())  # raises unless they come to the whole
            self._by_product[start, end] = rows
        return self._by_product[start, end]

    def activity(self, start: date, end: date, scope: Scope = ()) -> Activity:
        """Return the gross activity in ``[start, end)`` of the accounts in a scope.

        An account counts where it is when the period opens; one without MRR then, where it is
        at the close.
        """
        work = partial(self._reading.activity, start, end, scope)
        return self._recall(start, end, ("activity", scope), work)

    def changes_by_driver(self, start: date, end: date, scope: Scope = ()) -> Activity:
        """Return the expansion, contraction and churn of a scope's opening base by driver.

        What each account gained or lost from one end to the other is split over the drivers of
        its movements, exactly.
        """
        work = partial(self._reading.changes_by_driver, start, end, scope)
        return self._recall(start, end, ("drivers", scope), work)

    def migration(self, dimension: str, start: date, end: date, scope: Scope = ()) -> "Migration":
        """Return where the accounts of a scope went between the values of a dimension.

        Raises
        ------
        ReconciliationError
            If they do not come to the scope's retention and to what it has gained beside it.
        """
        found = self._reading.migration(start, end, dimension, scope)
        arrived = self.outside_cohort(start, end, scope).total
        found.check(self.retention(start, end, scope), arrived=arrived)
        return found

    def has_contracts(self) -> bool:
        """Tell whether any term of a contract is held."""
        return not self._is_elsewhere and has_terms(self._session)

    def renewal_book(self, day: date, *, today: date, since: date) -> "RenewalBook":
        """Return what comes up after today, with what is paid on a day, and what came up before."""
        key = "renewals", day, today, since, self.data_version()
        work = partial(self._reading.renewal_book, day, today=today, since=since)
        return self._recall(day, day, key, work)

    def has_waiting_rows(self) -> bool:
        """Tell whether any row waits for its day."""
        return not self._is_elsewhere and has_waiting_rows(self._session)

    def outlook(self, day: date, end: date, scope: Scope = ()) -> "KnownOutlook":
        """Return what those who pay on a day will pay before another, by what is known."""
        key = "outlook", end, scope, self.data_version()
        return self._recall(day, day, key, partial(self._reading.outlook, day, end, scope))

    def paying_groups(
        self, day: date, marks: Mapping[int, frozenset[tuple[str, str]]]
    ) -> Mapping[frozenset[tuple[str, str]], int]:
        """Count the accounts that pay on a day by attributes, and by marks of some of them."""
        return self._reading.paying_groups(day, marks)

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

    def read_ahead(self, ends: Collection[tuple[date, date]]) -> None:
        """Read the sums of several windows together."""
        self._reading.read_ahead(ends)

    def cohort(self, start: date, end: date, scope: Scope = ()) -> list[CohortMember]:
        """Return the accounts of a scope's opening base: those in the denominator."""
        return self._reading.members(start, end, scope).cohort()

    def confidence(self, start: date, end: date, scope: Scope = ()) -> Confidence | None:
        """Measure how sure the ratios of a scope's opening base are; None where nobody paid.

        The draws of its intervals are seeded by the version of the data and what is asked, so that
        the same figure has the same interval.
        """
        told = (start, end, tuple(sorted(scope)), self.currency, self._with_usage)
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

    def lapsed_pauses(self, start: date, end: date, scope: Scope = ()) -> LapsedPauses:
        """Return the pauses in ``[start, end)`` that have become too long to be contraction.

        Their accounts pay at neither end: they count where they stood when the period opened, by
        stored attributes alone.
        """
        work = partial(self._reading.lapsed_pauses, start, end, scope)
        return self._recall(start, end, ("lapsed", scope), work)

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

    def account_record(self, account: AccountFound, *, day: date) -> AccountRecord:
        """Return all that is recorded of an account that `find_accounts` found on a day."""
        return self._reading.accounts(day).record(account)

    def next_renewals(self, accounts: Collection[str], *, today: date) -> Mapping[str, date]:
        """Return the day after today on which each of some accounts renews, by the terms held.

        One whose next renewal is not known is left out: see `storage.ledger.renewals`.
        """
        return next_renewals(self._session, accounts, today=today)

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

    def first_month(self) -> date | None:
        """Return the first day of the first month with a movement; None in an empty ledger.

        Where amounts are converted, every currency has a rate by then.
        """
        if self._with_usage:  # usage alone does not tell where the data begins and ends
            return self._committed.first_month()
        first, exchange = min(self._months, default=None), None
        if first is not None and self.converts:
            exchange = self._reading.exchange
        if first is None or exchange is None:
            return first
        if exchange.since is None:
            return None
        return max(first, shift_months(exchange.since - ONE_DAY, 1).replace(day=1))

    def _data_end(self, today: date) -> DataEnd:
        months = self._months if self._as_of is None else self._reading.months()
        return find_data_end(
            today=today,
            base=self.state().declared.base,
            months=months,
            last_before=self._last_before,
        )

    def _last_before(self, day: date) -> date | None:
        copy = read_copy(self._session) if self._as_of is None else None
        copied = copy.last_movement_on if copy is not None else None
        if copied is not None and copied < day:
            return copied  # without the warehouse, which may be away
        return self._reading.last_before(day)

    def _losses(self, start: date, end: date, least: Mapping[Scope, Fraction]) -> "Losses":
        return {
            scope: self._reading.members(start, end, scope).losses(minor)
            for scope, minor in least.items()
        }

    def _totals_at(self, day: date) -> Mapping[str, int]:
        if day not in self._totals_until:
            self._totals_until[day] = _without_zeros(self._totals_before(day))
        return self._totals_until[day]

    def _totals_before(self, day: date) -> Mapping[str, int]:
        # By the movements alone: a balance that is wrong cannot be wrong here in the same way.
        away = elsewhere(self._session)
        if away is not None and self._as_of is not None:
            return away.totals(self._session, day, self._as_of)
        month = day.replace(day=1)
        totals = Counter[str]()
        for (start, currency), amount in self._totals.items():
            if start < month:
                totals[currency] += amount
        if day != month:
            totals.update(self._reading.moved(month, day))
        return totals

    @cached_property
    def _months(self) -> Collection[date]:
        net = Counter[date]()
        for (month, _), amount in self._totals.items():
            net[month] += abs(amount)
        # Of a month that comes to nothing, all can have been taken back.
        return {month for month in net if net[month] or self._reading.has_moved(month)}

    @cached_property
    def _totals(self) -> Mapping[tuple[date, str], int]:
        if self._with_usage:
            totals = dict(self._committed._totals)  # noqa: SLF001 - itself without usage
            work = self._reading.usage_totals
            usage = self._memory.results.recall(self.generation, "usage totals", work)
            keys = {*totals, *usage}
            return {key: totals.get(key, 0) + usage.get(key, 0) for key in keys}
        work = partial(read_control_totals, self._session)
        totals = self._memory.results.recall(self.generation, "control totals", work)
        if self._as_of is None or elsewhere(self._session) is not None:
            return totals
        later = ledger_control_totals(self._session, after=self._as_of)
        return {key: totals.get(key, 0) - later.get(key, 0) for key in totals | later}

    @cached_property
    def _reading(self) -> "LedgerReading":
        from storage.ledger.reading import LedgerReading  # noqa: PLC0415 - numpy is slow to load
        from storage.ledger.reading_with_usage import UsageReading  # noqa: PLC0415

        return (UsageReading if self._with_usage else LedgerReading)(
            self._session,
            self._memory,
            tiers=self._tiers,
            currency=self.currency,
            reporting=self._reporting,
            as_of=self._as_of,
        )

    def _recall(
        self,
        start: date,
        end: date,
        key: tuple[object, ...],
        work: Callable[[], T],
        *,
        until: date | None = None,
    ) -> T:
        key = (start, end, self._fingerprint, self._asked_currency, self._with_usage, *key)
        until = until or (end + ONE_DAY if self.converts else end)  # the last day's rate counts
        if self._with_usage:  # that changes without a change of the columns
            until = date.max
        return self._memory.results.recall(self.generation, key, work, until=until)


def _without_zeros(totals: Mapping[str, int]) -> dict[str, int]:
    return {currency: total for currency, total in totals.items() if total}
