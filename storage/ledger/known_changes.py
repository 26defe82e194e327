"""Changes that wait for their day: dated rows, signed changes, and ends that are known."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlmodel import Session

from metrics.contracts.amendments import amended
from metrics.contracts.renewals import end_of
from metrics.contracts.terms import STATUSES, Term, TermStatus
from metrics.outlook import ENDS, NOTICE, KnownChange, KnownCourse
from metrics.period_grammar import ONE_DAY
from metrics.rollup import Scope
from storage.columns.codec import Whole
from storage.columns.exchange import read_exchange
from storage.columns.period import Bridge
from storage.ledger.contract_terms import read_terms
from storage.store.column_types import day_number, day_of
from storage.store.statements import binary_rows

_GIVEN = (
    "SELECT DISTINCT account FROM contract_term WHERE cancelled_on IS NOT NULL OR status ="  # noqa: S608 # nosec
    f" {STATUSES.index(TermStatus.CANCELLED)}"
)
_WAITING = (
    "SELECT due_movement.account_id, account.number, day, amount_minor, currency, driver"
    " FROM due_movement LEFT JOIN account ON account.account_id = due_movement.account_id"
    " WHERE landed IS NULL AND withdrawn IS NULL AND day < ? ORDER BY due_movement.id"
)


class _Waiting(NamedTuple):
    """A waiting row; ``number`` is None of an account that the ledger does not have yet."""

    account: str
    number: int | None
    day: int
    amount: int
    currency: str
    driver: str | None


def has_waiting_rows(session: Session) -> bool:
    """Tell whether any row waits for its day."""
    statement = "SELECT id FROM due_movement WHERE landed IS NULL AND withdrawn IS NULL LIMIT 1"
    return bool(binary_rows(session, statement))


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownChanges:
    """Reads what is known to change for the accounts that pay on a day.

    Attributes
    ----------
    period : Bridge
        Of no length, on that day.
    currency : str
        The one that amounts are in.
    """

    session: Session
    period: Bridge
    currency: str

    def courses(self, end: date, scope: Scope) -> list[KnownCourse]:
        """List the accounts of a scope with changes before a day.

        An account that pays nothing yet is in a scope of the whole company alone: where it will
        count is not known.
        """
        inside = {*self.period.base(scope).tolist()}
        waiting = (
            _Waiting(*row) for row in binary_rows(self.session, _WAITING, (day_number(end),))
        )
        rows = [
            row
            for row in waiting
            if self._unit(row) in inside or (not scope and not self._opening(self._unit(row)))
        ]
        terms = self._terms_of(rows)
        held: defaultdict[int | str, list[KnownChange]] = defaultdict(list)
        for row, minor in self._worth(rows):
            own = () if row.number is None else terms.get(row.number, ())
            held[self._unit(row)].append(KnownChange(day_of(row.day), minor, _driver(row, own)))
        return [
            KnownCourse(unit=unit, opening=self._opening(unit), changes=tuple(changes))
            for unit, changes in held.items()
        ]

    def _terms_of(self, rows: Sequence[_Waiting]) -> Mapping[int, Sequence[Term]]:
        """Read the terms of accounts that end, where any says that notice was given."""
        ending = {row.number for row in rows if row.driver == ENDS and row.number is not None}
        given = {number for (number,) in binary_rows(self.session, _GIVEN)} if ending else set()
        return read_terms(self.session, ending & given) if ending & given else {}

    def _unit(self, row: _Waiting) -> int | str:
        return row.account if row.number is None else self.period.unit(row.number)

    def _opening(self, unit: int | str) -> int:
        return 0 if isinstance(unit, str) else self.period.balances(unit)[0]

    def _worth(self, rows: Sequence[_Waiting]) -> Iterable[tuple[_Waiting, int]]:
        # Nothing may have landed yet in a currency that somebody will pay in.
        codes = sorted({row.currency for row in rows})
        amounts: Whole = np.array([row.amount for row in rows], np.int64)
        if exchange := read_exchange(self.session, self.currency, codes):
            currency = np.array([codes.index(row.currency) for row in rows])
            amounts = exchange.converted(amounts, currency, self.period.start)
        return zip(rows, amounts.tolist(), strict=True)


def _driver(row: _Waiting, terms: Sequence[Term]) -> str:
    if row.driver != ENDS:
        return row.driver or ""
    standings, day = amended(terms), day_of(row.day)
    # A loss is dated the last paid day, or the day after where another product joins.
    given = any(
        one.term.course.has_notice and end_of(one, standings) in (day, day - ONE_DAY)
        for one in standings
    )
    return NOTICE if given else ENDS
