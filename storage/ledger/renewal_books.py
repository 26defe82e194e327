"""Renewals of all accounts, ahead and behind, by the terms of contracts that stand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from metrics.contracts.plain_renewals import PlainRenewals, plain_renewals
from metrics.contracts.renewal_calendar import coming_renewals, past_renewals
from metrics.contracts.terms import Term
from metrics.renewal_book import ComingRenewals, PastRenewals, RenewalBook, capped
from storage.columns.arrays import Columns
from storage.columns.chunks import fitted
from storage.columns.codec import Whole
from storage.columns.period import Bridge
from storage.columns.standings import Standings, by_account
from storage.ledger.plain_terms import StoredPlainTerms
from storage.store.column_types import day_number

_ALL_THAT_IS_PAID = -1  # in place of an amount


class _Row(NamedTuple):
    """A renewal before its amounts are converted; one that lies ahead has but the first amount."""

    account: int
    day: int
    currency: int
    amount: int
    kept: int
    flag: bool


@dataclass(frozen=True, slots=True)
class _Rows(Columns):
    """The same of many, in arrays; ``currency`` is a place in the reader's own list."""

    account: Whole
    day: Whole
    currency: Whole
    amount: Whole
    kept: Whole
    flag: Whole

    @classmethod
    def of(cls, columns: Sequence[Whole], rows: Sequence[_Row]) -> "_Rows":
        """Put rows behind columns."""
        more = np.array(rows, np.int64).reshape(len(rows), len(_Row._fields)).T
        return cls(*(np.concatenate(pair) for pair in zip(columns, more, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalReader:
    """Reads renewals: what accounts pay, and where they count, is what the columns say.

    Attributes
    ----------
    period : Bridge
        Of no length, on the day whose balances count.
    codes : sequence of str
        The currencies of the ledger by their numbers, ``currency`` the one that amounts are in.
    """

    standings: Standings
    period: Bridge
    codes: Sequence[str]
    currency: str

    def book(
        self,
        terms: Mapping[int, Sequence[Term]],
        plain: StoredPlainTerms,
        *,
        today: date,
        since: date,
    ) -> RenewalBook:
        """Find what comes up after today, or should have been signed, and what came up before."""
        names = {name: place for place, name in enumerate(dict.fromkeys(_currencies(terms, plain)))}
        own = np.array([names[code] for *_, code in plain.kinds], np.int64)[plain.kind]
        found = plain_renewals(plain.columns, today=day_number(today), since=day_number(since))
        ahead = [*_ahead(terms, names, today)]
        behind = [*_behind(terms, names, today=today, since=since)]
        coming = self._coming(_Rows.of(_plain_coming(found, plain, own), ahead), [*names])
        past = self._past(_Rows.of(_plain_past(found, plain, own), behind), [*names])
        return RenewalBook(coming=coming, past=past, table=self.standings.table)

    def _coming(self, rows: _Rows, names: Sequence[str]) -> ComingRenewals:
        period = self.period
        paid = period.worth(self.standings.amounts(period.start))
        own = by_account(paid, self.standings.source.positions(), period.opening.size)
        rows = self._converted(rows.pick(np.lexsort((rows.account, rows.day))), names)
        rows = rows.pick(np.flatnonzero(rows.account < own.size))
        unit = period.units(rows.account)
        every = rows.amount == _ALL_THAT_IS_PAID
        offered = np.where(every, own[rows.account], rows.amount)
        minor = capped(period.opening, unit, offered)
        found = ComingRenewals(
            account=rows.account,
            unit=unit,
            day=rows.day,
            minor=minor,
            is_signed=rows.flag == 1,
            place=period.opening_sets[unit],
        )
        return found.pick(minor > 0)

    def _past(self, rows: _Rows, names: Sequence[str]) -> PastRenewals:
        rows = self._converted(rows, names)
        month = rows.day.astype("datetime64[D]").astype("datetime64[M]")
        unit, place = np.zeros((2, rows.day.size), np.int64)
        for first in np.unique(month):
            own = np.flatnonzero(month == first)
            begin: date = first.astype("datetime64[D]").item()
            unit[own] = units = self.standings.source.tree(begin).roots(rows.account[own])
            sets = self.standings.places(begin)
            place[own] = fitted(sets, max(sets.size, int(units.max()) + 1))[units]
        return PastRenewals(unit, rows.amount, rows.kept, rows.flag == 1, place)

    def _converted(self, rows: _Rows, names: Sequence[str]) -> _Rows:
        """Convert amounts; those in a currency that the ledger does not have are left out."""
        exchange = self.period.exchange
        known = [self.currency] if exchange is None else self.codes
        numbers = np.array([known.index(one) if one in known else -1 for one in names], np.int64)
        rows = rows.pick(np.flatnonzero(numbers[rows.currency] >= 0))
        if exchange is None:
            return rows
        currency, day = numbers[rows.currency], self.period.start
        amount = exchange.converted(np.maximum(rows.amount, 0), currency, day)
        amount[rows.amount == _ALL_THAT_IS_PAID] = _ALL_THAT_IS_PAID
        kept = exchange.converted(rows.kept, currency, day)
        return _Rows(rows.account, rows.day, rows.currency, amount, kept, rows.flag)


def _currencies(terms: Mapping[int, Sequence[Term]], plain: StoredPlainTerms) -> Iterator[str]:
    yield from (code for *_, code in plain.kinds)
    yield from (one.position.currency for own in terms.values() for one in own)


def _ahead(
    terms: Mapping[int, Sequence[Term]], names: Mapping[str, int], today: date
) -> Iterator[_Row]:
    for account, own in terms.items():
        for one in coming_renewals(own, today=today):
            amount = _ALL_THAT_IS_PAID if one.mrr_minor is None else one.mrr_minor
            currency = names[one.position.currency]
            yield _Row(account, day_number(one.day), currency, amount, 0, one.is_signed)


def _behind(
    terms: Mapping[int, Sequence[Term]], names: Mapping[str, int], *, today: date, since: date
) -> Iterator[_Row]:
    for account, own in terms.items():
        for past in past_renewals(own, since=since, until=today, today=today):
            both, currency = (past.before_minor, past.kept_minor), names[past.position.currency]
            yield _Row(account, day_number(past.day), currency, *both, past.is_renewed)


def _plain_coming(found: PlainRenewals, plain: StoredPlainTerms, currency: Whole) -> list[Whole]:
    rows, nothing = found.coming, np.zeros(found.coming.size, np.int64)
    of_term = plain.columns.account[rows], found.coming_day, currency[rows]
    return [*of_term, found.coming_minor, nothing, nothing + 1]


def _plain_past(found: PlainRenewals, plain: StoredPlainTerms, currency: Whole) -> list[Whole]:
    rows = found.past
    of_term = plain.columns.account[rows], found.past_day, currency[rows]
    kept = np.minimum(found.before, found.after)
    return [*of_term, found.before, kept, (found.after > 0).astype(np.int64)]
