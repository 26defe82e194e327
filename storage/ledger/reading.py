"""One reading of the columns: periods between any days, each worked out once."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cached_property, partial

import numpy as np
from sqlmodel import Session

from metrics.activity import Activity
from metrics.attribute_table import AttributeTable
from metrics.confidence.confidence import Confidence
from metrics.confidence.measuring import measure_confidence, seed_of
from metrics.exact_sums import sum_by, total_of
from metrics.migration import Migration
from metrics.money import minor_digits
from metrics.outlook import KnownCourse, KnownOutlook, outlook_of
from metrics.pauses import LapsedPauses
from metrics.period_grammar import ONE_DAY, shift_months
from metrics.period_sums import PeriodSums
from metrics.product_sums import count_holders, product_sums
from metrics.renewals import RenewalBook
from metrics.rollup import Attributes, Scope
from metrics.segments import NO_VALUE, PRODUCT, Tiers
from storage.columns.arrays import Movements, WindowSums
from storage.columns.codec import Whole
from storage.columns.company import Names
from storage.columns.exchange import Exchange, read_exchange
from storage.columns.labels import read_names
from storage.columns.period import Bridge
from storage.columns.placing import Placing
from storage.columns.reading import ColumnReader
from storage.columns.sources import ColumnSource
from storage.columns.standings import Standings, read_table
from storage.columns.windows import LENGTHS
from storage.errors import BelowZeroThenError
from storage.ledger.account_changes import AccountChange
from storage.ledger.account_reader import AccountReader
from storage.ledger.base_changes import BaseChanges
from storage.ledger.contract_terms import read_terms
from storage.ledger.elsewhere import elsewhere, read_copy
from storage.ledger.events import GrossMovements
from storage.ledger.known_changes import KnownChanges
from storage.ledger.labels import LedgerLabels, StoredLabels
from storage.ledger.members import Members
from storage.ledger.outcomes import AccountOutcomes
from storage.ledger.plain_terms import read_plain_terms
from storage.ledger.rankings import AccountRanker
from storage.ledger.renewal_books import RenewalReader
from storage.ledger.replay import ReplayedColumns, known_rows
from storage.ledger.sign_ups import SignUpReader
from storage.ledger.signs import SignReader
from storage.ledger.value_moves import read_migration
from storage.store.column_types import day_number, day_of, moment_number
from storage.store.memory import LedgerMemory

_WIDE = 2**62  # MRR of a company whose sums could need more than 64 bits
_FIGURES = 10
_LATEST = 2**62
_AT_ONCE = 8  # month starts: of more accounts than memory is for, more would not fit together
LAST = datetime.max.replace(tzinfo=UTC)

Ends = tuple[date, date]


class LedgerReading:
    """Periods of one ledger at one moment of knowledge.

    Parameters
    ----------
    currency : str
        That amounts are in.
    reporting : str
        The workspace's currency, in which tiers are placed.
    as_of : datetime, optional
        Only what was recorded by then; everything when left out.
    """

    def __init__(
        self,
        session: Session,
        memory: LedgerMemory,
        *,
        tiers: Tiers,
        currency: str,
        reporting: str,
        as_of: datetime | None = None,
    ) -> None:
        self._session, self._memory, self._tiers = session, memory, tiers
        self._currency, self._reporting, self._as_of = currency, reporting, as_of
        self._stored = ColumnReader(session, memory=memory.columns)
        self._elsewhere = elsewhere(session)
        self._fingerprint = tiers.fingerprint
        self._periods: dict[Ends, Bridge] = {}
        self._of_products: dict[tuple[date, date, str], Bridge] = {}
        self._happened: dict[tuple[date, date, str | None], GrossMovements] = {}
        self._windows: dict[Ends, WindowSums | None] = {}

    def between(self, start: date, end: date) -> Bridge:
        """Read the period ``[start, end)``.

        Raises
        ------
        BelowZeroThenError
            If by a past moment an account's loss was known before its gain.
        """
        if (start, end) not in self._periods:
            if self._as_of is not None:
                self._check_known(start, end)
            self._periods[start, end] = Bridge(self.standings, start, end, exchange=self.exchange)
        return self._periods[start, end]

    def migration(self, start: date, end: date, dimension: str, scope: Scope) -> Migration:
        """Find where the accounts of a scope went between the values of a dimension."""
        return read_migration(self.between(start, end), dimension, scope)

    def renewal_book(self, day: date, *, today: date, since: date) -> RenewalBook:
        """Find all renewals by the terms that stand, with what is paid on a day."""
        reader = RenewalReader(
            standings=self.standings,
            period=self.between(day, day),
            codes=self.labels.currencies(),
            currency=self._currency,
        )
        plain = read_plain_terms(self._session, as_of=self._as_of)
        terms = read_terms(self._session, plain.busy, as_of=self._as_of)
        return reader.book(terms, plain, today=today, since=since)

    def outlook(self, day: date, end: date, scope: Scope) -> KnownOutlook:
        """Work out what those who pay on a day will pay before another, by what is known."""
        period = self.between(day, day)
        base = period.base(scope)
        return outlook_of(
            self._known_changes(day).courses(end, scope),
            accounts=base.size,
            opening=total_of(period.opening[base]),
            end=end,
        )

    def _known_changes(self, day: date) -> KnownChanges:
        return KnownChanges(
            session=self._session,
            period=self.between(day, day),
            codes=self.labels.currencies(),
            currency=self._currency,
        )

    def paying_groups(
        self, day: date, marks: Mapping[int, frozenset[tuple[str, str]]]
    ) -> dict[frozenset[tuple[str, str]], int]:
        """Count the accounts that pay on a day by attributes, and by marks of some of them."""
        period, counts = self.between(day, day), Counter[frozenset[tuple[str, str]]]()
        units = period.base()
        for unit, number in zip(units.tolist(), period.opening_sets[units].tolist(), strict=True):
            pairs = frozenset(period.table[number].items())
            counts[pairs | marks.get(unit, frozenset())] += 1
        return counts

    def sign_ups(self, *, end: date) -> SignUpReader:
        """Read sign-ups of months, by what is known up to a month start."""

        def between(start: date, end: date) -> Bridge:  # not kept: there are hundreds
            return Bridge(self.standings, start, end, exchange=self.exchange)

        if self._as_of is not None:
            self._check_known(end)
        return SignUpReader(self.standings, between, end=end)

    def _check_known(self, *days: date) -> None:
        for day in days:
            below = np.flatnonzero(self.standings.amounts(day) < 0)
            if below.size:
                account = int(self.standings.source.positions().account[below[0]])
                raise BelowZeroThenError(self.labels.names([account])[0].account_id, day)

    def holders(self, start: date, end: date) -> dict[frozenset[tuple[str, str]], tuple[int, int]]:
        """Count the accounts of ``[start, end)`` by their attributes and all their products."""
        period, products = self.between(start, end), self.labels.products()
        rows = period.products(count=len(products))
        names = (*products, NO_VALUE)
        return count_holders(period.ends, rows, table=period.table, names=names)

    @cached_property
    def exchange(self) -> Exchange | None:
        """What converts amounts; None in a ledger that has them all in the currency asked for."""
        return self._exchange(self._currency)

    def _exchange(self, currency: str) -> Exchange | None:
        copy = read_copy(self._session)  # a warehouse's ledger has one currency, and may be away
        codes = self.labels.currencies() if copy is None else (copy.currency,)
        read = partial(read_exchange, self._session, currency, codes, as_of=self._as_of)
        generation = self._stored.generation if self._as_of is None else None
        return self._memory.results.recall(generation, ("exchange", currency), read)

    def product_sums(self, start: date, end: date) -> PeriodSums:
        """Add up ``[start, end)`` by attributes and product."""
        period, products = self.between(start, end), self.labels.products()
        rows = period.products(count=len(products))
        return product_sums(period.ends, rows, table=period.table, names=(*products, NO_VALUE))

    def activity(self, start: date, end: date, scope: Scope) -> Activity:
        """Add up the gross activity of a scope in ``[start, end)``."""
        product, rest = _product_of(scope)
        return self._events(start, end, product).activity(rest)

    def changes_by_driver(self, start: date, end: date, scope: Scope) -> Activity:
        """Split what a scope's opening base gained and lost in ``[start, end)`` by driver."""
        product, rest = _product_of(scope)
        return self._base_changes(start, end, product).activity(rest)

    def lapsed_pauses(self, start: date, end: date, scope: Scope) -> LapsedPauses:
        """Count the pauses of a scope that became too long in ``[start, end)``."""
        period = self.between(start, end)
        lapsed = period.lapsed()
        sets = self.standings.with_stated(period.opening_sets, lapsed.unit, start)
        inside = self.standings.table.inside(scope)[sets[lapsed.unit]]
        accounts = np.unique(lapsed.unit[inside]).size
        return LapsedPauses(accounts, total_of(lapsed.before[inside]))

    def months(self) -> Collection[date]:
        """List the months with a movement that was known at a past moment."""
        return self.replay.months

    def last_before(self, day: date) -> date | None:
        """Find the day of the last movement before a day; None if there is none."""
        month = (day - ONE_DAY).replace(day=1)
        first = self._stored.first_month() if self._is_stored else min(self.months(), default=None)
        while first is not None and month >= first:
            if (last := self._last_of(month, before=day)) is not None:
                return last
            month = shift_months(month, -1)
        return None

    def has_moved(self, month: date) -> bool:
        """Tell whether a month has a movement that was not taken back."""
        return self._last_of(month, before=shift_months(month, 1)) is not None

    def _last_of(self, month: date, *, before: date) -> date | None:
        moved = self.standings.source.movements(month)
        base = day_number(month)
        last = _last_day(moved.pick(np.flatnonzero(moved.day < day_number(before) - base)))
        return None if last is None else day_of(base + last)

    def raw_totals(self, start: date, end: date) -> tuple[dict[str, int], dict[str, int]]:
        """Add up all balances at the two ends by currency, before any is converted."""
        codes = self.labels.currencies()
        opening, closing = (
            {codes[number]: total for number, total in totals.items()}
            for totals in self.between(start, end).raw_totals()
        )
        return opening, closing

    def moved(self, start: date, end: date) -> dict[str, int]:
        """Add up the movements in ``[start, end)`` by currency."""
        moved, codes = self.standings.movements(start, end), self.labels.currencies()
        currency = self.standings.source.positions().currency[moved.position]
        return {
            codes[number]: total_of(moved.amount[currency == number])
            for number in np.unique(currency).tolist()
        }

    def combinations(self) -> tuple[Attributes, ...]:
        """List every combination of attributes that accounts have, or had, and of a product."""
        held = tuple(self._table[number] for number in range(len(self._table)))
        return (*held, *self._with_products()) if self.labels.products() else held

    def _with_products(self) -> Iterator[Attributes]:
        """Yield the products that accounts of each combination pay for at some month start."""
        positions, products = self._stored.positions(), (*self.labels.products(), NO_VALUE)
        month, pairs = self._stored.first_month(), set[tuple[int, int]]()
        while month is not None and month <= self._stored.built_through:
            paying = np.flatnonzero(self._stored.amounts(month))
            roots = self._stored.tree(month).roots(positions.account[paying].astype(np.int64))
            sets = self._stored.places(month)[roots].astype(np.int64)
            keys = np.unique(sets * len(products) + positions.product[paying] % len(products))
            pairs.update(divmod(key, len(products)) for key in keys.tolist())
            month = shift_months(month, 1)
        for number, product in sorted(pairs):
            yield {**self._table[number], PRODUCT: products[product]}

    def members(self, start: date, end: date, scope: Scope) -> Members:
        """Read the accounts of a scope's opening base of ``[start, end)``."""
        product, rest = _product_of(scope)
        return Members(self.of_product(start, end, product), self.labels, rest)

    def confidence(
        self, start: date, end: date, scope: Scope, *, told: tuple[object, ...]
    ) -> Confidence | None:
        """Measure how sure the ratios of a scope's base are, by draws seeded with ``told``."""
        ends = self.members(start, end, scope).ends()
        return measure_confidence(ends, seed=seed_of(*told))

    def explained_losses(
        self, start: date, end: date, scope: Scope, *, most: int
    ) -> tuple[AccountChange, ...]:
        """Find the largest losses of a scope's opening base of ``[start, end)`` by driver."""
        product, _ = _product_of(scope)
        changes = self._base_changes(start, end, product)
        return self.members(start, end, scope).explained_losses(changes, most=most)

    def outcomes(self, start: date, end: date, scope: Scope) -> AccountOutcomes:
        """Read what became of the accounts of a scope in ``[start, end)``."""
        product, rest = _product_of(scope)
        changes = self._base_changes(start, end, product)
        return AccountOutcomes(self.of_product(start, end, product), self.labels, changes, rest)

    def accounts(self, day: date) -> AccountReader:
        """Read single accounts as they stand when a day opens."""
        if self._as_of is not None:
            self._check_known(day)
        return AccountReader(
            self._session, self.standings, self.exchange, day=day, as_of=self._as_of
        )

    def rankings(self) -> AccountRanker:
        """Read accounts by the signs that they show."""

        def waiting(day: date, end: date) -> list[KnownCourse]:
            return self._known_changes(day).courses(end, ())

        signs = SignReader(self._session, self.standings, self.exchange, waiting=waiting)
        return AccountRanker(signs, self.labels)

    def of_product(self, start: date, end: date, product: str | None) -> Bridge:
        """Read the period ``[start, end)`` of one product, of all together where it is None."""
        if product is None:
            return self.between(start, end)
        if (start, end, product) not in self._of_products:
            names = (*self.labels.products(), NO_VALUE)
            place = names.index(product) if product in names else len(names)
            period = self.between(start, end).of_product(place, count=len(names) - 1)
            self._of_products[start, end, product] = period
        return self._of_products[start, end, product]

    def usage_totals(self) -> Mapping[tuple[date, str], int]:
        """Add up the usage that counts by month and currency: of committed MRR alone, none."""
        return {}

    def read_ahead(self, ends: Collection[Ends]) -> None:
        """Read the sums of windows together, and both ends of those that are not stored."""
        wanted = [pair for pair in ends if pair not in self._windows and self._is_window(*pair)]
        if wanted and self.exchange is None:
            self._windows |= dict.fromkeys(wanted) | self._stored.windows(wanted)
        days = {day for pair in ends if self._windows.get(pair) is None for day in pair}
        if self._is_stored and len(days) <= _AT_ONCE:
            self._stored.read_ends(sorted(filter(self._is_built, days)))

    def _window(self, start: date, end: date) -> WindowSums | None:
        if (start, end) not in self._windows:
            self.read_ahead([(start, end)])
        if (
            self._windows.get((start, end)) is None
            and self._elsewhere
            and self._is_window(start, end)
        ):
            self._windows[start, end] = self._elsewhere.window(self._session, start, end)
        return self._windows.get((start, end))

    def sums(self, start: date, end: date, *, closing_total: int) -> PeriodSums:
        """Add up ``[start, end)`` by attributes.

        Parameters
        ----------
        closing_total : int
            All MRR at the close by the control totals.
        """
        window = self._window(start, end) if self.exchange is None else None
        if window is None:
            return self.between(start, end).sums()
        cells = window.sums.astype(np.int64 if closing_total < _WIDE else object)
        sums = np.zeros((len(self._table), _FIGURES), cells.dtype)
        sums[window.attribute_set] = cells
        return PeriodSums(table=self._table, sums=sums, closing_total=closing_total)

    def _events(self, start: date, end: date, product: str | None) -> GrossMovements:
        key = start, end, product
        if key not in self._happened:
            period, drivers = self.of_product(*key), self.labels.drivers()
            self._read_moves(start, end)
            self._happened[key] = GrossMovements(self.standings, period, drivers)
        return self._happened[key]

    def _base_changes(self, start: date, end: date, product: str | None) -> BaseChanges:
        period, drivers = self.of_product(start, end, product), self.labels.drivers()
        if drivers or self.exchange is not None:
            self._read_moves(start, end)
        return BaseChanges(self.standings, period, drivers)

    def _read_moves(self, start: date, end: date) -> None:
        if self._is_stored:
            first, count = start.replace(day=1), (end.year - start.year) * 12 + end.month
            months = (shift_months(first, each) for each in range(count - start.month + 1))
            self._stored.read_moves([month for month in months if month < end])

    @cached_property
    def labels(self) -> LedgerLabels:
        """The texts that numbers stand for."""
        if self._elsewhere is not None:
            return self._replayed[1]
        return StoredLabels(self._session, self._memory.results, self._stored.generation)

    @cached_property
    def standings(self) -> Standings:
        """Where every account stands on any day."""
        source: ColumnSource = self._stored if self._is_stored else self.replay
        return Standings(
            source,
            self._names if self._is_stored else self.replay.names,
            table=self._table,
            stored=self._places,
            placing=self._placing,
        )

    @property
    def replay(self) -> ReplayedColumns:
        """What was known at the moment, or is in a warehouse."""
        return self._replayed[0]

    @cached_property
    def _replayed(self) -> tuple[ReplayedColumns, LedgerLabels]:
        if self._elsewhere is not None:
            work = partial(self._elsewhere.replay, self._session, self._as_of)
            generation = self._stored.generation if self._as_of is None else None
            return self._memory.results.recall(generation, "replay", work)
        rows = known_rows(self._stored, moment_number(self._as_of or LAST))
        return ReplayedColumns(rows, self._names), self.labels

    @property
    def _is_stored(self) -> bool:
        return self._as_of is None and self._elsewhere is None

    @cached_property
    def _names(self) -> Names:
        names = partial(read_names, self._session)
        return self._memory.results.recall(self._stored.generation, "names", names)

    def _placing(self, number: Callable[[Attributes], int]) -> Placing:
        return Placing(
            tiers=self._tiers,
            digits=minor_digits(self._reporting),
            exchange=self._exchange(self._reporting),
            names=self._ids,
            number=number,
        )

    def _ids(self, accounts: Whole) -> list[str]:
        return [found.account_id for found in self.labels.names(accounts.tolist())]

    @cached_property
    def _table(self) -> AttributeTable:
        table = partial(read_table, self._session)
        return self._memory.results.recall(self._stored.generation, "attribute table", table)

    def _places(self, day: date) -> Whole | None:
        is_stored = self._is_stored and self._is_built(day)
        return self._stored.places(day) if is_stored else None

    def _is_built(self, day: date) -> bool:
        build = self._stored.build
        if day.day != 1 or self._as_of is not None or build is None:
            return False
        # Columns that are built with other cut-offs count accounts in other tiers.
        return build.tiers == self._fingerprint and day <= self._stored.built_through

    def _is_window(self, start: date, end: date) -> bool:
        lengths = (shift_months(end, -months) for months in LENGTHS)
        is_kept = self._elsewhere is not None or start in lengths
        return is_kept and self._is_built(start) and self._is_built(end)


def _product_of(scope: Scope) -> tuple[str | None, Scope]:
    """Part the product that a scope names from the attributes that accounts must have."""
    return dict(scope).get(PRODUCT), tuple(pair for pair in scope if pair[0] != PRODUCT)


def _last_day(moved: Movements) -> int | None:
    """Find the last day on which anything is left when reversals have taken rows back.

    What a reversal takes back is recorded later than the row itself, to the same amount.
    """
    for day in np.unique(moved.day)[::-1].tolist():
        rows = moved.pick(np.flatnonzero(moved.day == day))
        keys, place = np.unique(
            rows.position.astype(np.int64) * 2**16 + rows.driver, return_inverse=True
        )
        net = sum_by(place, rows.amount, keys.size)
        first, last = np.full(keys.size, _LATEST), np.full(keys.size, -_LATEST)
        np.minimum.at(first, place, rows.recorded)
        np.maximum.at(last, place, rows.recorded)
        if bool(((net != 0) | (first == last)).any()):
            return int(day)
    return None
