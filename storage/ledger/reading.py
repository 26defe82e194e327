"""One reading of the ledger: its periods, and the accounts in them."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from metrics.confidence.confidence import Confidence
from metrics.confidence.measuring import measure_confidence, seed_of
from metrics.exact_sums import total_of
from metrics.migration import Migration
from metrics.outlook import KnownCourse, KnownOutlook, outlook_of
from metrics.product_sums import count_holders
from metrics.renewal_book import RenewalBook
from metrics.rollup import Scope
from metrics.scores import Truth
from metrics.segments import NO_VALUE
from storage.columns.period import Bridge
from storage.columns.plain_period import plain_parts
from storage.ledger.account_changes import AccountChange
from storage.ledger.account_reader import AccountReader
from storage.ledger.contract_terms import read_terms
from storage.ledger.known_changes import KnownChanges
from storage.ledger.members import Members
from storage.ledger.open_bases import BaseSums
from storage.ledger.outcomes import AccountOutcomes
from storage.ledger.period_reading import PeriodReading, product_of
from storage.ledger.plain_terms import read_plain_terms
from storage.ledger.rankings import AccountRanker
from storage.ledger.renewal_books import RenewalReader
from storage.ledger.sign_ups import SignUpReader
from storage.ledger.signs import SignReader
from storage.ledger.value_moves import read_migration


class LedgerReading(PeriodReading):
    """Accounts of one ledger at one moment of knowledge, in groups and one by one."""

    def base_sums(self, start: date, end: date) -> BaseSums:
        """Add up the opening base of ``[start, end)`` at its two ends, by attributes."""
        window = self._window(start, end)
        if window is not None:
            return BaseSums.of_window(window, self._table)
        may_be_plain = self._may_be_plain(start, end)
        if may_be_plain and (parts := plain_parts(self._stored, start, end)) is not None:
            return BaseSums.of_parts(parts, self._table)
        period = self.between(start, end)
        return BaseSums.of_parts((period,), period.opening_table)

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
            session=self._session, period=self.between(day, day), currency=self._currency
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

    def holders(self, start: date, end: date) -> dict[frozenset[tuple[str, str]], tuple[int, int]]:
        """Count the accounts of ``[start, end)`` by their attributes and all their products."""
        period, products = self.between(start, end), self.labels.products()
        rows = period.products(count=len(products))
        names, marks = (*products, NO_VALUE), self._marks(start, end)
        return count_holders(period.ends, rows, table=period.table, names=names, marks=marks)

    def _marks(self, start: date, end: date) -> dict[tuple[str, str], Truth]:
        """Find pairs of accounts that are no attributes."""
        del start, end
        return {}

    def members(self, start: date, end: date, scope: Scope) -> Members:
        """Read the accounts of a scope's opening base of ``[start, end)``."""
        product, rest = product_of(scope)
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
        product, _ = product_of(scope)
        changes = self._base_changes(start, end, product)
        return self.members(start, end, scope).explained_losses(changes, most=most)

    def outcomes(self, start: date, end: date, scope: Scope) -> AccountOutcomes:
        """Read what became of the accounts of a scope in ``[start, end)``."""
        product, rest = product_of(scope)
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
