"""The reads behind every answer: the ledger's state, its words, sums, activity and cohorts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import func, select
from sqlmodel import Session, col

from metrics.activity import Activity, ActivitySum, gather
from metrics.data_end import DataEnd
from metrics.errors import ReconciliationError
from metrics.pauses import LapsedPauses, PauseOutcome
from metrics.retention import OutsideCohort, Retention
from metrics.rollup import Attributes, Scope, matches
from metrics.segments import Tiers, derived_values
from storage.balances.activity_sums import ActivitySpan, activity_parts
from storage.balances.attribute_sets import read_attribute_sets
from storage.balances.control_totals import total_before
from storage.balances.dimension_values import attributes_at, values_by_dimension
from storage.balances.month_balances import attribute_sets_at
from storage.balances.pauses import Pauses, read_pauses
from storage.balances.windows import MeasuredWindows, read_activity, read_retention, window_sums
from storage.ledger.account_changes import (
    AccountChanges,
    changes_between_days,
    changes_between_months,
)
from storage.ledger.losses import Losses, losses_between_days, losses_between_months
from storage.ledger.state import LedgerState, read_data_end, read_state
from storage.store.memory import Generation, Memory
from storage.tables.ledger import (
    Account,
    AttributeSet,
    BalanceBuild,
    ControlTotal,
    ImportRun,
    MrrMovement,
)

if TYPE_CHECKING:  # the types alone: month-aligned answers do without pandas
    from metrics.period_sums import PeriodSums, Sums
    from storage.balances.any_days import AnyDays

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CohortMember:
    """One account of an opening base, in minor units, and whether it has only paused."""

    account_id: str
    name: str | None
    opening: int
    closing: int
    is_paused: bool = False


class Ledger:
    """Reads for one session and one moment of knowledge; no commits and no clock.

    Parameters
    ----------
    as_of : datetime, optional
        Only what was recorded by then; everything when left out.
    memory : Memory, optional
        Shared by the ledgers of one store, to remember what was read before.
    """

    def __init__(
        self,
        session: Session,
        *,
        tiers: Tiers,
        as_of: datetime | None = None,
        memory: Memory | None = None,
    ) -> None:
        self._session, self._tiers, self._as_of = session, tiers, as_of
        self._memory = memory or Memory()
        self._data_ends: dict[date, DataEnd] = {}
        self._sums: dict[tuple[date, date], PeriodSums] = {}
        self.measured = MeasuredWindows(retention={}, activity={})
        """Windows that were not kept yet: see `storage.balances.windows.keep`."""

    def state(self) -> LedgerState:
        """Return the currency, version and age of the ledger at this moment of knowledge.

        Raises
        ------
        EmptyLedgerError
            If it holds no movement.
        """
        work = partial(read_state, self._session, as_of=self._as_of)
        return self._memory.recall(self.generation, "state", work)

    def data_version(self) -> int:
        """Return the newest version of the data, whatever moment is asked about."""
        return self._session.scalar(select(func.max(col(ImportRun.data_version)))) or 0

    @cached_property
    def generation(self) -> Generation | None:
        """The state of derived tables; None of a past moment, and before the first import."""
        if self._build is None or self._as_of is not None:
            return None
        return Generation(self._build.generation, self._build.changed_since)

    def data_end(self, today: date) -> DataEnd:
        """Find the first day without data, as known at this moment of knowledge.

        Raises
        ------
        EmptyLedgerError
            If it holds no movement.
        """
        if today not in self._data_ends:  # a past moment has no generation to remember it by
            self._data_ends[today] = self._memory.recall(
                self.generation, ("data end", today), lambda: self._data_end(today)
            )
        return self._data_ends[today]

    def vocabulary(self) -> dict[str, tuple[str, ...]]:
        """Return every dimension, stored and derived, with the values that occur."""
        return values_by_dimension(self._session) | derived_values(self._tiers)

    def combinations(self) -> tuple[Attributes, ...]:
        """Return every combination of dimension values that balances have, or had."""
        return tuple(self._sets.values())

    def retention(self, start: date, end: date, scope: Scope = ()) -> Retention:
        """Return the retention of one scope's opening base over ``[start, end)``."""
        return self._recall(
            start, end, ("retention", scope), lambda: self.sums(start, end).retention(scope)
        )

    def outside_cohort(self, start: date, end: date, scope: Scope = ()) -> OutsideCohort:
        """Return the MRR at the close of the new and returning accounts of one scope."""
        return self._recall(
            start, end, ("outside", scope), lambda: self.sums(start, end).outside_cohort(scope)
        )

    def by(
        self, dimension: str, start: date, end: date, scope: Scope = ()
    ) -> Mapping[str, Retention]:
        """Return the retention per value of a dimension, the largest opening base first."""
        return self._recall(
            start, end, ("by", dimension, scope), lambda: self.sums(start, end).by(dimension, scope)
        )

    def sums(self, start: date, end: date) -> "PeriodSums":
        """Return the company's sums over ``[start, end)``, checked to reconcile.

        Raises
        ------
        ReconciliationError
            If balances do not come to the control totals, at either end.
        """
        if (start, end) not in self._sums:
            sums = (
                self._window(start, end)
                if self._is_window(start, end)
                else self._any_days.sums_between(start, end, closing_total=self._total(end))
            )
            sums.check()  # at the close; the opening is checked here
            if sums.retention().opening != self._total(start):
                raise ReconciliationError
            self._sums[start, end] = sums
        return self._sums[start, end]

    def activity(self, start: date, end: date, scope: Scope = ()) -> Activity:
        """Return the gross activity in ``[start, end)`` of the accounts in a scope.

        An account counts where it is when the period opens; one without MRR then, where it is
        at the close.
        """
        return self._recall(
            start, end, ("activity", scope), lambda: gather(self._activity(start, end), scope)
        )

    def measure(self, start: date, end: date) -> None:
        """Measure a window's sums, so that they are in `measured` to be kept."""
        if self._is_window(start, end):  # between other days there is nothing that could be kept
            self.sums(start, end)

    def cohort(self, start: date, end: date, scope: Scope = ()) -> list[CohortMember]:
        """Return the accounts of a scope's opening base: those in the denominator."""
        columns = select(col(Account.account_id), col(Account.name))
        names = {row.account_id: row.name for row in self._session.execute(columns)}
        paused = self._pauses(start, end).of(PauseOutcome.PAUSED)
        return [
            CohortMember(account, names[account], opening, closing, account in paused)
            for account, opening, closing in self._any_days.members(start, end, scope)
        ]

    def lapsed_pauses(self, start: date, end: date, scope: Scope = ()) -> LapsedPauses:
        """Return the pauses in ``[start, end)`` that have become too long to be contraction.

        Their accounts pay at neither end: they count where they stood when the period opened, by
        stored attributes alone.
        """
        return self._recall(start, end, ("lapsed", scope), lambda: self._lapsed(start, end, scope))

    def account_changes(
        self, start: date, end: date, scope: Scope = (), *, most: int
    ) -> AccountChanges:
        """Return the ``most`` largest gains and losses in a scope's opening base by account."""
        changes = (
            changes_between_months(
                self._session, start, end, most=most, sets=self._sets, scope=scope
            )
            if self._is_window(start, end)
            else changes_between_days(
                self._session, start, end, most=most, days=self._any_days, scope=scope
            )
        )
        return changes.with_pauses(lambda: self._pauses(start, end).of(PauseOutcome.PAUSED))

    def losses(self, start: date, end: date, least: Mapping[Scope, Fraction]) -> Losses:
        """Return the accounts that took at least so much out of each scope, the costliest first.

        Parameters
        ----------
        least : mapping of scope to Fraction
            In minor units above zero.
        """
        key = ("losses", frozenset(least.items()))
        return self._recall(start, end, key, lambda: self._losses(start, end, least))

    def first_month(self) -> date | None:
        """Return the first day of the first month with a movement; None in an empty ledger."""
        first: date | None = self._session.scalar(select(func.min(col(ControlTotal.month))))
        return first

    def _data_end(self, today: date) -> DataEnd:
        return read_data_end(
            self._session, today, base=self.state().declared.base, as_of=self._as_of
        )

    def _lapsed(self, start: date, end: date, scope: Scope) -> LapsedPauses:
        lapsed = self._pauses(start, end).of(PauseOutcome.LAPSED)
        placed = attributes_at(self._session, start, roots=lapsed, as_of=self._as_of)
        inside = [mrr for root, mrr in lapsed.items() if matches(placed[root], scope)]
        return LapsedPauses(len(inside), sum(inside))

    def _losses(self, start: date, end: date, least: Mapping[Scope, Fraction]) -> Losses:
        if self._is_window(start, end):
            return losses_between_months(self._session, start, end, least, sets=self._sets)
        return losses_between_days(start, end, least, days=self._any_days)

    def _pauses(self, start: date, end: date) -> Pauses:
        return read_pauses(self._session, start, end, as_of=self._as_of)

    @cached_property
    def _build(self) -> BalanceBuild | None:
        return self._session.scalar(select(BalanceBuild))

    @cached_property
    def _any_days(self) -> "AnyDays":
        from storage.balances.any_days import AnyDays  # noqa: PLC0415 - pandas is slow to load

        currency = self.state().currency
        return AnyDays(self._session, tiers=self._tiers, currency=currency, as_of=self._as_of)

    @cached_property
    def _sets(self) -> Mapping[int, Attributes]:
        # A window can add a set without a new generation: the newest number tells.
        newest = self._session.scalar(select(func.max(col(AttributeSet.id))))
        return self._memory.recall(
            self.generation, ("sets", newest), partial(read_attribute_sets, self._session)
        )

    def _is_built(self, day: date) -> bool:
        if day.day != 1 or self._as_of is not None or self._build is None:
            return False
        # Balances built with other cut-offs count accounts in other tiers.
        return self._build.tiers == self._tiers.fingerprint and day <= self._build.built_through

    def _is_window(self, start: date, end: date) -> bool:
        return self._is_built(start) and self._is_built(end)

    def _recall(self, start: date, end: date, key: tuple[object, ...], work: Callable[[], T]) -> T:
        key = (start, end, self._tiers.fingerprint, *key)
        return self._memory.recall(self.generation, key, work, until=end)

    def _window(self, start: date, end: date) -> "PeriodSums":
        from metrics.period_sums import PeriodSums  # noqa: PLC0415 - numpy is slow to load

        kept: Mapping[int, Sums] | None = read_retention(self._session, start, end)
        if kept is None:  # by this reader, whose session may not write: `keep` does so later
            kept = window_sums(self._session, start, end)
            self.measured.retention[start, end] = kept
        parts = tuple((self._sets[number], sums) for number, sums in kept.items())
        return PeriodSums.of(parts, closing_total=self._total(end))

    def _activity(self, start: date, end: date) -> tuple[ActivitySum, ...]:
        if not self._is_window(start, end):
            return self._events(start, end)
        kept = read_activity(self._session, start, end, self._sets)
        if kept is None:
            kept = self._events(start, end)
            self.measured.activity[start, end] = kept
        return kept

    def _events(self, start: date, end: date) -> tuple[ActivitySum, ...]:
        month = start.replace(day=1)
        span = ActivitySpan(
            start=start, end=end, base=month if self._is_built(month) else None, as_of=self._as_of
        )
        return activity_parts(
            self._session, span, sets=self._sets, place=partial(self._places, start, end)
        )

    def _places(self, start: date, end: date, roots: set[str]) -> Mapping[str, Attributes]:
        if not self._is_window(start, end):
            return self._any_days.attributes_of(roots, start, end)
        numbers = attribute_sets_at(self._session, end, roots)
        # Accounts that pay at neither end have stored attributes alone: no tier, no tenure.
        paying = {root: self._sets[number] for root, number in numbers.items()}
        return attributes_at(self._session, end, roots=roots - paying.keys()) | paying

    def _total(self, day: date) -> int:
        # By the movements alone: a balance that is wrong cannot be wrong here in the same way.
        if self._as_of is None:
            return total_before(self._session, day)
        statement = select(func.sum(col(MrrMovement.amount_minor))).where(
            col(MrrMovement.effective_on) < day, col(MrrMovement.recorded_at) <= self._as_of
        )
        return int(self._session.scalar(statement) or 0)
