"""The ledger that is read: its session, moment and currency, and the memory of its results."""

from datetime import date, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple, Self

from sqlalchemy import func, select
from sqlmodel import Session, col

from metrics.segments import Tiers
from storage.columns.build_state import read_build
from storage.columns.usage import has_usage
from storage.errors import NoUsageError
from storage.ledger.elsewhere import elsewhere, read_copy
from storage.ledger.health import newest_data_version
from storage.ledger.state import LedgerState, read_currencies, read_state
from storage.store.column_types import day_of
from storage.store.memory import Generation, LedgerMemory
from storage.tables.ledger import ImportRun

if TYPE_CHECKING:  # the types alone: numpy is slow to load
    from storage.ledger.reading import LedgerReading


class LedgerBasis(NamedTuple):
    """What counts in a ledger, in which currency, and where.

    Attributes
    ----------
    currency : str, optional
        That amounts are in; the workspace's when left out.
    with_usage : bool
        Whether usage counts beside committed MRR.
    placed_on : date, optional
        The day whose attributes accounts have; that on which a period opens when left out. What is
        derived from their MRR is of that day in any case.
    """

    currency: str | None = None
    with_usage: bool = False
    placed_on: date | None = None


USUAL_BASIS = LedgerBasis()
"""Committed MRR in the workspace's currency, of accounts where they were."""


class LedgerMoment:
    """One ledger at one moment of knowledge, on one basis.

    Parameters
    ----------
    as_of : datetime, optional
        Only what was recorded by then; everything when left out.
    memory : LedgerMemory, optional
        Shared by the ledgers of one store, to remember what was read before.
    basis : LedgerBasis
        What counts, in which currency, and where.
    """

    def __init__(
        self,
        session: Session,
        *,
        tiers: Tiers,
        as_of: datetime | None = None,
        memory: LedgerMemory | None = None,
        basis: LedgerBasis = USUAL_BASIS,
    ) -> None:
        self._session, self._tiers, self._as_of = session, tiers, as_of
        self._memory, self._basis = memory or LedgerMemory(), basis

    def in_currency(self, currency: str | None) -> Self:
        """Return the same ledger with its amounts in another currency than the workspace's."""
        return self._on(self._basis._replace(currency=currency))

    def with_usage(self) -> Self:
        """Return the same ledger with usage beside committed MRR.

        Raises
        ------
        NoUsageError
            If none was imported, or the ledger is in a warehouse, which has none.
        """
        if not self.has_usage():
            raise NoUsageError(in_warehouse=self._is_elsewhere)
        return self._on(self._basis._replace(with_usage=True))

    def placed_on(self, day: date) -> Self:
        """Return the same ledger with its accounts in the groups that they are in on a day."""
        return self._on(self._basis._replace(placed_on=day))

    def first_closed(self, day: date) -> datetime | None:
        """Find when the months before a day were first declared closed; None where nobody knows."""
        statement = select(func.min(col(ImportRun.finished_at))).where(
            col(ImportRun.closed_through) >= day
        )
        moment: datetime | None = self._session.scalar(statement)
        return moment

    def has_usage(self) -> bool:
        """Tell whether any usage was imported; a warehouse has none."""
        if self._is_elsewhere:
            return False
        work = partial(has_usage, self._session)
        return self._memory.results.recall(self.generation, "has usage", work)

    @property
    def _is_elsewhere(self) -> bool:
        return elsewhere(self._session) is not None or read_copy(self._session) is not None

    def _on(self, basis: LedgerBasis) -> Self:
        if basis == self._basis:
            return self
        return type(self)(
            self._session, tiers=self._tiers, as_of=self._as_of, memory=self._memory, basis=basis
        )

    @cached_property
    def _committed(self) -> Self:
        return self._on(self._basis._replace(with_usage=False))

    @property
    def currency(self) -> str:
        """The currency that amounts are in."""
        return self._basis.currency or self._reporting

    @property
    def _reporting(self) -> str:
        return self._tiers.currency or self.state().currency

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
        return newest_data_version(self._session)

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

    @cached_property
    def _fingerprint(self) -> str:
        return self._tiers.fingerprint

    @cached_property
    def _reading(self) -> "LedgerReading":
        from storage.ledger.reading import LedgerReading  # noqa: PLC0415 - numpy is slow to load
        from storage.ledger.reading_with_usage import UsageReading  # noqa: PLC0415

        return (UsageReading if self._basis.with_usage else LedgerReading)(
            self._session,
            self._memory,
            tiers=self._tiers,
            currency=self.currency,
            reporting=self._reporting,
            as_of=self._as_of,
            placed_on=self._basis.placed_on,
        )

    def _knows(self, start: date, end: date, key: tuple[object, ...]) -> bool:
        return self._memory.results.has(self.generation, self._key(start, end, key))

    def _key(self, start: date, end: date, key: tuple[object, ...]) -> tuple[object, ...]:
        return start, end, self._fingerprint, self._basis, *key
