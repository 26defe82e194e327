"""Single accounts: found by id or name, and read with all that is recorded of them."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import cached_property

import numpy as np
from sqlalchemy import select
from sqlmodel import Session, col

from metrics.contracts.next_renewal import next_renewal
from metrics.exact_sums import total_of
from metrics.period_grammar import ONE_DAY, shift_months
from metrics.rollup import Attributes, Scope
from storage.columns.arrays import NEVER
from storage.columns.chunks import fitted
from storage.columns.codec import Whole
from storage.columns.exchange import Exchange
from storage.columns.standings import Standings, by_account
from storage.ledger.account_names import alike, named, nearest, with_parts
from storage.ledger.account_record import AccountFamily, AccountFound, AccountRecord
from storage.ledger.account_rows import read_movements, read_signals, read_waiting
from storage.ledger.renewals import held_terms
from storage.store.column_types import day_number, day_of
from storage.tables.facts import AccountRow

COURSE = 24  # months
_LOOKED_AT = 1_000  # accounts, of those that share the most parts with a text


class AccountReader:
    """Accounts as they stand when a day opens.

    Parameters
    ----------
    as_of : datetime, optional
        Only what was recorded by then.
    """

    def __init__(
        self,
        session: Session,
        standings: Standings,
        exchange: Exchange | None,
        *,
        day: date,
        as_of: datetime | None = None,
    ) -> None:
        self._session, self._standings, self._exchange = session, standings, exchange
        self._day, self._as_of = day, as_of
        self._positions = standings.source.positions()

    def find(self, text: str, scopes: Collection[Scope], *, most: int) -> list[AccountFound]:
        """Find the accounts of some scopes that a text names, the best likeness alone.

        That is the id; else the name as it is typed; else either of them, whatever its case and
        accents; else what begins with the text; else what holds it. The largest come first,
        ``most`` of them.
        """
        for numbers in alike(self._session, text):
            seen = self._within(numbers, scopes)
            if seen.size:
                return self._largest(seen, most)
        return []

    def find_nearly(self, text: str, scopes: Collection[Scope], *, most: int) -> list[AccountFound]:
        """Find the accounts of some scopes that are called nearly like a text, the largest first.

        These are ``most`` of them at the most; whoever looks has found none that it names.
        """
        numbers, parts = with_parts(self._session, text)
        is_seen = np.isin(numbers, self._within(numbers, scopes))
        numbers, parts = numbers[is_seen], parts[is_seen]
        likely = numbers[np.lexsort((numbers, -self._paid(numbers), -parts))[:_LOOKED_AT]]
        near = nearest(text, named(self._session, likely.tolist()))
        return self._largest(np.array([number for number, *_ in near], np.int64), most)

    def record(self, account: AccountFound) -> AccountRecord:
        """Read all that is recorded of an account."""
        account = self._found(account.number, account.account_id, account.name)
        number, members = account.number, self._members(account.number)
        root = self._root(number)
        terms = dict(held_terms(self._session, [account.account_id], by=self._as_of))
        own = terms.get(account.account_id, [])
        return AccountRecord(
            account=account,
            day=self._day,
            family=AccountFamily(
                None if root == number else self._name(root), beneath=members.size - 1
            ),
            since=self._since(members),
            course=tuple(self._course(members)),
            movements=read_movements(
                self._session, members.tolist(), before=self._day, as_of=self._as_of
            ),
            waiting=()
            if self._as_of  # what waited at a past moment is not kept
            else read_waiting(self._session, members.tolist(), since=self._day),
            terms=tuple(own),
            renews_on=next_renewal(own, today=self._day - ONE_DAY),
            signals=read_signals(self._session, account.account_id, as_of=self._as_of),
        )

    def _within(self, numbers: Whole, scopes: Collection[Scope]) -> Whole:
        if () in scopes or not numbers.size:
            return numbers
        sets, table = self._sets(numbers), self._standings.table
        is_seen = np.zeros(len(table), np.bool_)
        for scope in scopes:
            is_seen |= table.inside(scope)
        seen: Whole = numbers[is_seen[sets]]
        return seen

    def _largest(self, numbers: Whole, most: int) -> list[AccountFound]:
        first = numbers[np.lexsort((numbers, -self._paid(numbers)))[:most]]
        found = [self._found(*row) for row in named(self._session, first.tolist())]
        return sorted(found, key=lambda one: (-one.mrr, one.account_id))

    def _found(self, number: int, account_id: str, name: str | None) -> AccountFound:
        return AccountFound(
            number=number,
            account_id=account_id,
            name=name,
            attributes=self._attributes(number),
            mrr=self._mrr(self._members(number), self._day),
        )

    def _attributes(self, number: int) -> Attributes:
        place = int(self._sets(np.array([number]))[0])
        return self._standings.table[place]

    def _sets(self, numbers: Whole) -> Whole:
        """Find the attribute sets that accounts count under: those of their topmost accounts."""
        roots = self._standings.source.tree(self._day).roots(numbers)
        sets = fitted(self._standings.places(self._day), self._standings.names.accounts)
        sets = self._standings.with_stated(sets, np.unique(roots), self._day)
        own: Whole = sets[roots]
        return own

    def _root(self, number: int) -> int:
        return int(self._standings.source.tree(self._day).roots(np.array([number]))[0])

    def _members(self, number: int) -> Whole:
        """Find an account and those beneath it; of one that is beneath another itself alone."""
        tree = self._standings.source.tree(self._day)
        children = tree.child[tree.root == number]
        return np.append(np.array([number]), children[children != number])

    def _paid(self, numbers: Whole) -> Whole:
        """Look up what accounts pay, with those beneath them, as far as rates are known."""
        own, rolled_up = (
            fitted(each, int(numbers.max(initial=-1)) + 1)[numbers] for each in self._balances
        )
        paid: Whole = np.where(rolled_up, rolled_up, own)
        return paid

    @cached_property
    def _balances(self) -> tuple[Whole, Whole]:
        """The MRR of all accounts on the day: each by itself, and topmost ones with all beneath."""
        amounts = self._standings.amounts(self._day)
        if self._exchange is not None:
            currency = self._positions.currency
            # Of all others a rate may be lacking: only whoever is found needs one.
            amounts = self._exchange.converted_where_known(amounts, currency, self._day)
        accounts = self._standings.names.accounts
        own = by_account(amounts, self._positions, accounts).astype(np.int64)
        rolled_up = self._standings.source.tree(self._day).rolled_up(own)
        return own, fitted(rolled_up, accounts)

    def _mrr(self, members: Whole, day: date) -> int:
        rows = np.flatnonzero(np.isin(self._positions.owner, members))
        amounts = self._standings.amounts(day)[rows]
        if self._exchange is not None:
            currency = self._positions.currency[rows]
            amounts = self._exchange.converted(amounts, currency, self._day)
        return total_of(amounts)

    def _course(self, members: Whole) -> Iterator[tuple[date, int]]:
        month = self._day.replace(day=1)
        first = COURSE - (month == self._day)
        for back in range(first, -1, -1):
            start = shift_months(month, -back)
            yield start, self._mrr(members, start)
        if month != self._day:
            yield self._day, self._mrr(members, self._day)

    def _since(self, members: Whole) -> date | None:
        first = int(self._standings.first_paid()[members].min())
        return None if first == NEVER or first >= day_number(self._day) else day_of(first)

    def _name(self, number: int) -> str:
        statement = select(col(AccountRow.account_id), col(AccountRow.name)).where(
            col(AccountRow.number) == number
        )
        account_id, name = self._session.execute(statement).one()
        return str(name or account_id)
