"""Accounts ranked by the signs that they show: how many, their MRR, and a page of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np

from metrics.exact_sums import sum_by, total_of
from metrics.period_grammar import shift_months
from metrics.rollup import Attributes, Scope
from metrics.score_rules import Hindsight, Ranking, Sign
from metrics.scores import Truth, hindsight, ranked, scores
from storage.columns.codec import Whole
from storage.ledger.labels import LedgerLabels
from storage.ledger.ranked_accounts import RankedAccount, RankedAccounts, RankedGroup, SignShown
from storage.ledger.signs import SignedAccounts, SignReader
from storage.store.column_types import day_of


@dataclass(frozen=True)
class AccountRanker:
    """Ranks the accounts of a day by their signs."""

    signs: SignReader
    labels: LedgerLabels

    def read(
        self,
        day: date,
        scope: Scope,
        ranking: Ranking,
        *,
        today: date,
        first: int,
        most: int,
        down: bool,
    ) -> RankedAccounts:
        """Rank the accounts of a scope, and read a page of them by name.

        The list of a month before is held against what its accounts pay on the day.

        Parameters
        ----------
        down : bool
            Whether the ranking is right about accounts that pay less later, or about those that
            pay more.
        """
        accounts = self.signs.read(day, today=today)
        inside = self._inside(accounts, scope)
        score = scores(accounts.signs, ranking)
        order = ranked(np.where(inside, score, 0), accounts.mrr, ranking)
        page = order[first : first + most]
        return RankedAccounts(
            day=day,
            count=order.size,
            mrr=total_of(accounts.mrr[order]),
            listed=tuple(self._named(accounts, page, score, ranking)),
            groups=tuple(self._groups(accounts, np.flatnonzero(inside), order)),
            everybody=tuple(self._everybody(accounts, score, ranking)),
            hindsight=self._hindsight(day, scope, ranking, down=down),
        )

    def _hindsight(
        self, day: date, scope: Scope, ranking: Ranking, *, down: bool
    ) -> Hindsight | None:
        then = shift_months(day.replace(day=1), -1)
        accounts = self.signs.read(then)
        inside = np.flatnonzero(self._inside(accounts, scope))
        if not inside.size:
            return None
        score = scores(accounts.signs, ranking)[inside]
        before = accounts.mrr[inside]
        later = shift_months(then, 1)
        after = self.signs.balances(later, at=then)[accounts.units][inside]
        listed, least = ranked(score, before, ranking), self.signs.thresholds.least_change
        return hindsight(listed, before, after, least, down=down)

    def _inside(self, accounts: SignedAccounts, scope: Scope) -> Truth:
        inside: Truth = self.signs.standings.table.inside(scope)[accounts.sets]
        return inside

    def _everybody(
        self, accounts: SignedAccounts, score: Whole, ranking: Ranking
    ) -> list[RankedGroup]:
        """Count all accounts, whatever scope is asked about."""
        listed = ranked(score, accounts.mrr, ranking)
        return self._groups(accounts, np.arange(accounts.units.size), listed)

    def _groups(self, accounts: SignedAccounts, inside: Whole, listed: Whole) -> list[RankedGroup]:
        """Count the accounts of each combination of attributes, those listed and the others."""
        sets, place = np.unique(accounts.sets[inside], return_inverse=True)
        is_listed = np.zeros(accounts.units.size, np.bool_)
        is_listed[listed] = True
        own = is_listed[inside]
        counts = (sum_by(place, each, sets.size) for each in (own.astype(np.int64), 1 - own))
        listed_of, others = (each.tolist() for each in counts)
        mrr = sum_by(place, np.where(own, accounts.mrr[inside], 0), sets.size).tolist()
        table = self.signs.standings.table
        return [
            RankedGroup(attributes=table[number], listed=count, others=rest, mrr=int(sum_))
            for number, count, rest, sum_ in zip(sets.tolist(), listed_of, others, mrr, strict=True)
        ]

    def _named(
        self, accounts: SignedAccounts, page: Whole, score: Whole, ranking: Ranking
    ) -> list[RankedAccount]:
        labels = self.labels.names(accounts.units[page].tolist())
        return [
            RankedAccount(
                account_id=label.account_id,
                name=label.name,
                mrr=int(accounts.mrr[at]),
                score=int(score[at]),
                attributes=self._attributes(accounts, at),
                signs=tuple(
                    SignShown(rule.sign, rule.weight, _detail(accounts, rule.sign, at))
                    for rule in ranking.rules
                    if accounts.signs[rule.sign][at]
                ),
            )
            for at, label in zip(page.tolist(), labels, strict=True)
        ]

    def _attributes(self, accounts: SignedAccounts, at: int) -> Attributes:
        return self.signs.standings.table[int(accounts.sets[at])]


def _detail(accounts: SignedAccounts, sign: Sign, at: int) -> date | Fraction | int | None:
    """Find what a sign rests on: a day, a share, or minor units."""
    known: Mapping[int, date | Fraction] = accounts.known.get(sign, {})
    if known:
        return known[int(accounts.units[at])]
    now, _, earlier = (int(course[at]) for course in accounts.course)
    match sign:
        case Sign.SHRINKING:
            return Fraction(earlier - now, earlier)
        case Sign.GROWING:
            return Fraction(now - earlier, earlier)
        case Sign.CONTRACTED:
            return int(accounts.lost[at])
        case Sign.NEW_HERE:
            return day_of(int(accounts.first_paid[at]))
        case _:
            return None
