"""Renewals one row at a time: slow, plain, and what the arrays must equal."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from metrics.contracts.renewal_calendar import coming_renewals, past_renewals
from metrics.contracts.terms import Term
from metrics.renewals import RenewalRate, UpForRenewal
from metrics.rollup import Scope, matches
from storage.columns.standings import by_account
from storage.ledger.reading import LedgerReading


@dataclass(frozen=True, kw_only=True)
class RenewalRows:
    """All renewals of a ledger by all its terms, each account's by itself."""

    reading: LedgerReading
    terms: dict[int, list[Term]]
    day: date
    today: date
    since: date

    def coming(self, scope: Scope) -> list[UpForRenewal]:
        """List what comes up, by day."""
        period, standings = self.reading.between(self.day, self.day), self.reading.standings
        paid = period.worth(standings.amounts(self.day))
        own = by_account(paid, standings.source.positions(), period.opening.size)
        left = Counter[int]()
        found: list[UpForRenewal] = []
        every = (
            (one.day, account, one)
            for account, terms in self.terms.items()
            for one in coming_renewals(terms, today=self.today)
        )
        for day, account, one in sorted(every, key=lambda item: item[0]):
            unit = period.unit(account)
            left.setdefault(unit, int(period.opening[unit]))
            whole = int(own[account]) if one.mrr_minor is None else one.mrr_minor
            [minor] = [whole] if one.mrr_minor is None else self._worth(whole, one.position[1])
            minor = min(minor, left[unit])
            left[unit] -= minor
            if minor > 0:
                up = UpForRenewal(
                    account=account,
                    unit=unit,
                    day=day,
                    minor=minor,
                    is_signed=one.is_signed,
                    attributes=period.table[int(period.opening_sets[unit])],
                )
                found.append(up)
        return [one for one in found if matches(one.attributes, scope)]

    def rate(self, scope: Scope) -> RenewalRate | None:
        """Work out the renewal rate."""
        kept = [row for row in self._past() if matches(row[0], scope)]
        if not kept:
            return None
        return RenewalRate(
            accounts=len({row[4] for row in kept}),
            terms=len(kept),
            renewed=sum(row[3] for row in kept),
            before=sum(row[1] for row in kept),
            kept=sum(row[2] for row in kept),
        )

    def _past(self) -> Iterator[tuple[dict[str, str], int, int, bool, int]]:
        standings = self.reading.standings
        months: defaultdict[date, list[tuple[int, int, int, bool]]] = defaultdict(list)
        for account, terms in self.terms.items():
            for one in past_renewals(terms, since=self.since, until=self.today, today=self.today):
                both = (one.before_minor, one.kept_minor)
                before, kept = (self._worth(each, one.position[1])[0] for each in both)
                months[one.day.replace(day=1)].append((account, before, kept, one.is_renewed))
        for month, rows in months.items():
            units = standings.source.tree(month).roots(np.array([row[0] for row in rows]))
            sets = standings.places(month)
            for unit, (_, before, kept, is_renewed) in zip(units.tolist(), rows, strict=True):
                place = int(sets[unit]) if unit < sets.size else 0
                yield dict(standings.table[place]), before, kept, is_renewed, unit

    def _worth(self, minor: int, currency: str) -> list[int]:
        period = self.reading.between(self.day, self.day)
        assert period.exchange is not None
        number = np.array([self.reading.labels.currencies().index(currency)])
        found: list[int] = period.exchange.converted(np.array([minor]), number, self.day).tolist()
        return found
