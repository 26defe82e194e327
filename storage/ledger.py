"""The reads behind every answer: the ledger's state, its words, sums, activity and cohorts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from metrics.activity import Activity, Event, tally
from metrics.errors import ReconciliationError
from metrics.rollup import Attributes, PeriodSums, Scope, matches
from metrics.segments import TENURE_NAMES, VALUE_TIER_NAMES, DerivedDimension, Tiers, acv_tier_names
from storage.attribute_sets import read_attribute_sets
from storage.batching import batches
from storage.errors import EmptyLedgerError
from storage.models import Account, AccountAttribute, BalanceBuild, ImportRun, MrrMovement
from storage.month_balances import stored_balances, with_derived
from storage.period_sums import sums_from_balances, sums_from_month_balances
from storage.timeline import Balance, attributes_at, balances_at


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerState:
    """What an answer says of the data it rests on.

    ``closed_through`` is the first day after the last closed month.
    """

    currency: str
    data_version: int
    data_as_of: datetime
    closed_through: date | None


@dataclass(frozen=True, slots=True)
class CohortMember:
    """One account of an opening base, in minor units."""

    account_id: str
    name: str | None
    opening: int
    closing: int


class Ledger:
    """Reads for one session and one moment of knowledge; no commits and no clock.

    Parameters
    ----------
    as_of : datetime, optional
        Only what was recorded by then; everything when left out.
    """

    def __init__(self, session: Session, *, tiers: Tiers, as_of: datetime | None = None) -> None:
        self._session, self._tiers, self._as_of = session, tiers, as_of
        self._read: dict[date, dict[str, tuple[Balance, Attributes]]] = {}

    def state(self) -> LedgerState:
        """Return what the ledger is at this moment of knowledge.

        Raises
        ------
        EmptyLedgerError
            If it holds no movement.
        """
        movement = select(col(MrrMovement.currency)).limit(1)
        if self._as_of is not None:
            movement = movement.where(col(MrrMovement.recorded_at) <= self._as_of)
        currency = self._session.scalar(movement)
        if currency is None:
            raise EmptyLedgerError(as_of=self._as_of is not None)
        run = self._run()
        return LedgerState(
            currency=currency,
            data_version=run.data_version,
            data_as_of=run.finished_at if self._as_of is None else self._newest(self._as_of),
            closed_through=run.closed_through if self._knows(run) else None,
        )

    def _run(self) -> ImportRun:
        """Return the newest import by this moment, or the first: rows may be older than it."""
        newest = select(ImportRun).order_by(col(ImportRun.data_version).desc()).limit(1)
        if self._as_of is None:
            return self._session.scalars(newest).one()
        by_then = self._session.scalar(newest.where(col(ImportRun.finished_at) <= self._as_of))
        first = select(ImportRun).order_by(col(ImportRun.data_version)).limit(1)
        return by_then or self._session.scalars(first).one()

    def _knows(self, run: ImportRun) -> bool:
        return self._as_of is None or run.finished_at <= self._as_of

    def data_version(self) -> int:
        """Return the newest version of the data, whatever moment is asked about."""
        return self._session.scalar(select(func.max(col(ImportRun.data_version)))) or 0

    def vocabulary(self) -> dict[str, tuple[str, ...]]:
        """Return every dimension, stored and derived, with the values that occur."""
        values: defaultdict[str, list[str]] = defaultdict(list)
        columns = col(AccountAttribute.dimension), col(AccountAttribute.value)
        for dimension, value in self._session.execute(
            select(*columns).distinct().order_by(*columns)
        ):
            values[dimension].append(value)
        return {dimension: tuple(found) for dimension, found in values.items()} | {
            DerivedDimension.ACV_TIER.value: acv_tier_names(self._tiers.acv_edges),
            DerivedDimension.VALUE_TIER.value: VALUE_TIER_NAMES,
            DerivedDimension.TENURE.value: TENURE_NAMES,
        }

    def sums(self, start: date, end: date) -> PeriodSums:
        """Return the company's sums over ``[start, end)``, checked to reconcile.

        Raises
        ------
        ReconciliationError
            If what is derived does not come to what the movements say, at either end.
        """
        if self._is_built(start) and self._is_built(end):
            sums = sums_from_month_balances(
                self._session, start, end, sets=self._sets, closing_total=self._total(end)
            )
        else:
            opening, closing = self._at(start), self._at(end)
            sums = sums_from_balances(start, opening, closing, closing_total=self._total(end))
        sums.check()
        if sums.retention().opening != self._total(start):
            raise ReconciliationError
        return sums

    def activity(self, start: date, end: date, scope: Scope = ()) -> Activity:
        """Return the gross activity in ``[start, end)`` of the accounts in a scope.

        An account counts where it is when the period opens; one without MRR then, where it is
        at the close.
        """
        events = [Event(*row) for row in self._session.execute(self._in_period(start, end))]
        if scope:
            placed = self._attributes({event.account_id for event in events}, start, end)
            events = [event for event in events if matches(placed[event.account_id], scope)]
        accounts = sorted({event.account_id for event in events})
        opening = self._opening(accounts, start)
        return tally(
            events,
            opening={account: net for account, (net, _) in opening.items()},
            paid_before={account for account, (_, moved) in opening.items() if moved},
        )

    def cohort(self, start: date, end: date, scope: Scope = ()) -> list[CohortMember]:
        """Return the accounts of a scope's opening base: who is in the denominator."""
        opening, closing = self._at(start), self._at(end)
        columns = select(col(Account.account_id), col(Account.name))
        names = {row.account_id: row.name for row in self._session.execute(columns)}
        return [
            CohortMember(
                account,
                names[account],
                balance.mrr_minor,
                closing[account][0].mrr_minor if account in closing else 0,
            )
            for account, (balance, attributes) in sorted(opening.items())
            if matches(attributes, scope)
        ]

    def _newest(self, as_of: datetime) -> datetime:
        recorded_at = col(MrrMovement.recorded_at)
        known = select(recorded_at).where(recorded_at <= as_of)
        newest: datetime = self._session.scalars(known.order_by(recorded_at.desc()).limit(1)).one()
        return newest

    @cached_property
    def _sets(self) -> dict[int, Attributes]:
        return read_attribute_sets(self._session)

    def _is_built(self, day: date) -> bool:
        if day.day != 1 or self._as_of is not None:
            return False
        build = self._session.get(BalanceBuild, 1)
        return (
            build is not None
            and build.tiers == self._tiers.fingerprint
            and day <= build.built_through
        )

    def _at(self, day: date) -> dict[str, tuple[Balance, Attributes]]:
        """Return every balance above zero on a day, with all its attributes."""
        if day not in self._read:
            self._read[day] = self._stored(day) if self._is_built(day) else self._swept(day)
        return self._read[day]

    def _stored(self, day: date) -> dict[str, tuple[Balance, Attributes]]:
        sets = self._sets
        return {
            root: (Balance(mrr, first_paid_on, sets[number]), sets[number])
            for root, mrr, first_paid_on, number in stored_balances(self._session, day)
        }

    def _swept(self, day: date) -> dict[str, tuple[Balance, Attributes]]:
        currency = self.state().currency
        [balances] = balances_at(self._session, [day], as_of=self._as_of).values()
        placed = with_derived(balances, on=day, tiers=self._tiers, currency=currency)
        return {root: (balance, placed[root]) for root, balance in balances.items()}

    def _attributes(self, accounts: set[str], start: date, end: date) -> dict[str, Attributes]:
        paying = self._at(end) | self._at(start)
        missing = accounts - paying.keys()
        stored = attributes_at(self._session, end, roots=missing, as_of=self._as_of)
        return stored | {root: paying[root][1] for root in accounts & paying.keys()}

    def _total(self, day: date) -> int:
        """Return all MRR on a day by the movements alone, whatever is derived from them."""
        statement = select(func.sum(col(MrrMovement.amount_minor)))
        statement = statement.where(col(MrrMovement.effective_on) < day)
        if self._as_of is not None:
            statement = statement.where(col(MrrMovement.recorded_at) <= self._as_of)
        return int(self._session.scalar(statement) or 0)

    def _in_period(self, start: date, end: date) -> Select[str, int, str | None]:
        statement = (
            select(col(Account.root_id), col(MrrMovement.amount_minor), col(MrrMovement.driver))
            .join(Account, col(Account.account_id) == col(MrrMovement.account_id))
            .where(col(MrrMovement.effective_on) >= start, col(MrrMovement.effective_on) < end)
            .order_by(col(MrrMovement.effective_on), col(MrrMovement.id))
        )
        if self._as_of is not None:
            statement = statement.where(col(MrrMovement.recorded_at) <= self._as_of)
        return statement

    def _opening(self, accounts: Sequence[str], start: date) -> dict[str, tuple[int, int]]:
        """Return each account's MRR before ``start``, and whether it ever had any, as a sum."""
        amount = col(MrrMovement.amount_minor)
        moved = func.sum(func.abs(amount))
        found: dict[str, tuple[int, int]] = {}
        for some in batches(accounts):
            statement = (
                select(col(Account.root_id), func.sum(amount), moved)
                .join(Account, col(Account.account_id) == col(MrrMovement.account_id))
                .where(col(MrrMovement.effective_on) < start, col(Account.root_id).in_(some))
                .group_by(col(Account.root_id))
            )
            if self._as_of is not None:
                statement = statement.where(col(MrrMovement.recorded_at) <= self._as_of)
            rows = self._session.execute(statement)
            found |= {root: (int(net), int(total)) for root, net, total in rows}
        return found
