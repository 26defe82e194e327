"""Renewals of all accounts, ahead and behind, by the terms of contracts that stand."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from metrics.contracts.plain_renewals import plain_renewals
from metrics.contracts.renewal_calendar import coming_renewals, past_renewals
from metrics.contracts.terms import Term
from metrics.renewals import CameUp, RenewalBook, UpForRenewal
from metrics.rollup import Attributes
from storage.columns.arrays import day_number, day_of
from storage.columns.exchange import Exchange
from storage.columns.period import Bridge
from storage.columns.standings import Standings, by_account
from storage.ledger.plain_terms import StoredPlainTerms


class _Row(NamedTuple):
    """A renewal of an account before its amounts are converted."""

    account: int
    day: date
    currency: str
    amounts: tuple[int, ...]
    flag: bool


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
        ahead, behind = _plain_rows(plain, today=today, since=since)
        for account, own in terms.items():
            for one in coming_renewals(own, today=today):
                amounts = () if one.mrr_minor is None else (one.mrr_minor,)
                row = _Row(account, one.day, one.position.currency, amounts, one.is_signed)
                ahead.append(row)
            for past in past_renewals(own, since=since, until=today, today=today):
                both = past.before_minor, past.kept_minor
                behind.append(
                    _Row(account, past.day, past.position.currency, both, past.is_renewed)
                )
        return RenewalBook(coming=tuple(self._coming(ahead)), past=tuple(self._past(behind)))

    def _coming(self, rows: Sequence[_Row]) -> Iterator[UpForRenewal]:
        period, day = self.period, self.period.start
        paid = period.worth(self.standings.amounts(day))
        own = by_account(paid, self.standings.source.positions(), period.opening.size)
        left = Counter[int]()
        for row, amounts in sorted(self._converted(rows), key=lambda item: item[0].day):
            if row.account >= own.size:
                continue
            unit = period.unit(row.account)
            # Nobody has more up for renewal than is paid.
            left.setdefault(unit, int(period.opening[unit]))
            minor = min(amounts[0] if amounts else int(own[row.account]), left[unit])
            left[unit] -= minor
            if minor > 0:
                yield UpForRenewal(
                    account=row.account,
                    unit=unit,
                    day=row.day,
                    minor=minor,
                    is_signed=row.flag,
                    attributes=period.table[int(period.opening_sets[unit])],
                )

    def _past(self, rows: Sequence[_Row]) -> Iterator[CameUp]:
        months: defaultdict[date, list[tuple[_Row, tuple[int, ...]]]] = defaultdict(list)
        for item in self._converted(rows):
            months[item[0].day.replace(day=1)].append(item)
        for month, held in sorted(months.items()):
            accounts = np.array([row.account for row, _ in held], np.int64)
            units = self.standings.source.tree(month).roots(accounts)
            sets, table = self.standings.places(month), self.standings.table
            for (row, (before, kept)), unit in zip(held, units.tolist(), strict=True):
                yield CameUp(
                    unit=unit,
                    day=row.day,
                    before=before,
                    kept=kept,
                    is_renewed=row.flag,
                    attributes=table[int(sets[unit])] if unit < sets.size else _nothing(),
                )

    def _converted(self, rows: Sequence[_Row]) -> Iterator[tuple[_Row, tuple[int, ...]]]:
        """Convert amounts; those in a currency that the ledger does not have are left out."""
        exchange, known = self.period.exchange, {*self.codes}
        for row in rows:
            if exchange is None:
                if row.currency == self.currency:
                    yield row, row.amounts
            elif row.currency in known:
                yield row, tuple(self._worth(exchange, row))

    def _worth(self, exchange: Exchange, row: _Row) -> list[int]:
        amounts = np.array(row.amounts, np.int64)
        numbers = np.full(amounts.size, self.codes.index(row.currency), np.int64)
        found: list[int] = exchange.converted(amounts, numbers, self.period.start).tolist()
        return found


def _plain_rows(
    plain: StoredPlainTerms, *, today: date, since: date
) -> tuple[list[_Row], list[_Row]]:
    found = plain_renewals(plain.columns, today=day_number(today), since=day_number(since))
    accounts = plain.columns.account
    coming = (found.coming, accounts[found.coming], found.coming_day, found.coming_minor)
    past = (found.past, accounts[found.past], found.past_day, found.before, found.after)
    ahead = [
        _Row(account, day_of(day), plain.currency[place], (minor,), flag=True)
        for place, account, day, minor in zip(*(one.tolist() for one in coming), strict=True)
    ]
    behind = [
        _Row(account, day_of(day), plain.currency[place], (was, min(was, now)), flag=now > 0)
        for place, account, day, was, now in zip(*(one.tolist() for one in past), strict=True)
    ]
    return ahead, behind


def _nothing() -> Attributes:
    return {}
