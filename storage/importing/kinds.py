"""Kinds of new movements, all accounts at once; doubtful accounts are replayed one by one."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from sqlmodel import Session

from metrics.money import minor_digits
from metrics.movements import KINDS
from metrics.runs import begins
from storage.importing.batch import NewMovement, StatedOutcome
from storage.importing.cells import MAX_MINOR
from storage.importing.comparison import GroupComparison
from storage.importing.held import HeldBalance, Unit, held_movements
from storage.importing.held_ahead import balances_before
from storage.importing.movements import NO_NUMBER, NOTHING, FileMovements, Whole
from storage.importing.replay import replay
from storage.importing.report import RowFinding

_NOTHING_HELD = HeldBalance()
_NEW, _EXPANSION, _CONTRACTION, _CHURN, _REACTIVATION, _RENEWAL, _UNCHANGED = range(len(KINDS))
_AT_ONCE = 2**16  # rows
_SUM = 2**62  # an account's amounts could come to more than 64 bits hold from there on


class Residue(NamedTuple):
    """Rest that an account is left with, in minor units of the currency."""

    account_id: str
    currency: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Kinds:
    """Kinds of the new movements by their index in the file, and findings on any movement.

    A kind is a place in ``MovementKind``, `NOTHING` where a finding stands in its way; rows of one
    account, currency and day are what the day comes to. ``residues`` are what accounts are left
    with: less than a major unit, of at least one.
    """

    by_row: Whole
    findings: list[RowFinding] = field(default_factory=list)
    residues: list[Residue] = field(default_factory=list)


def find_kinds(
    session: Session,
    movements: FileMovements,
    comparison: GroupComparison,
    *,
    source: str,
    numbers: Mapping[str, int],
    is_first: bool,
    leave_out: Collection[str],
) -> Kinds:
    """Put new movements behind those that the ledger holds of their accounts, and name each.

    Accounts that nothing is wrong with, and that only have new movements behind the held ones,
    are done at once. All others go through `replay`, which finds the fault. An account has a
    balance in each currency.

    Parameters
    ----------
    numbers : mapping of account to number
        Of all accounts, new ones among them.
    is_first : bool
        Whether the ledger holds no movement yet, and so need not be asked.
    leave_out : collection of str
        Accounts whose balances would be wrong, and findings on them.
    """
    result = Kinds(np.full(len(movements), NOTHING))
    accounts = movements.texts.account
    left_out = np.zeros(len(accounts.names) + 1, bool)
    left_out[[accounts[name] for name in leave_out if name in accounts]] = True
    restated = _restated(movements, comparison, left_out)
    fresh = comparison.fresh[~left_out[movements.account[comparison.fresh]]]
    runs = _Runs.of(movements, fresh)
    held = {} if is_first else balances_before(session, runs.first_days(), numbers)
    doubtful = np.zeros(len(accounts.names) + 1, bool)
    doubtful[movements.account[restated]] = True
    for some in runs.parts():
        doubtful[some.name_kinds(held, result)] = True
    if doubtful.any():
        result.by_row[fresh[doubtful[movements.account[fresh]]]] = NOTHING
        _Replays(session, movements, source).run(fresh, restated, doubtful, result)
    return result


def _restated(movements: FileMovements, comparison: GroupComparison, left_out: Whole) -> Whole:
    known = comparison.known
    states = (movements.stated_kind[known] != NOTHING) | (
        movements.stated_after[known] != NO_NUMBER
    )
    some = known[states & ~left_out[movements.account[known]]]
    is_old = [key in comparison.old.ids for key in movements.ids_of(some)]
    found: Whole = some[np.array(is_old, bool)]
    return found


@dataclass(frozen=True, slots=True)
class _Runs:
    """New movements by account and currency, each run by day and of a day as in the file."""

    movements: FileMovements
    rows: Whole
    starts: Whole

    @classmethod
    def of(cls, movements: FileMovements, fresh: Whole) -> "_Runs":
        account, currency = movements.account[fresh], movements.currency[fresh]
        unit = account * len(movements.texts.currency.names) + currency
        # A day's rows as they were recorded, as far as they say it, else as in the file.
        order = np.lexsort((movements.recorded[fresh], movements.day[fresh], unit))
        return cls(movements, fresh[order], np.flatnonzero(begins(unit[order])))

    def parts(self) -> "Iterator[_Runs]":
        """Part them into those of some accounts, so that little memory is needed beside them."""
        accounts = self.movements.account[self.rows[self.starts]]
        heads = np.flatnonzero(np.diff(accounts, prepend=NOTHING))
        wanted = np.searchsorted(self.starts[heads], np.arange(0, self.rows.size, _AT_ONCE))
        firsts = heads[np.unique(np.minimum(wanted, heads.size - 1))]
        for first, end in pairwise([*firsts.tolist(), self.starts.size]):
            starts = self.starts[first:end]
            behind = self.starts[end] if end < self.starts.size else self.rows.size
            yield _Runs(self.movements, self.rows[starts[0] : behind], starts - starts[0])

    def first_days(self) -> dict[str, int]:
        """Find the first day of each account's rows, in whichever currency."""
        names, firsts = self.movements.texts.account.names, self.rows[self.starts]
        found: dict[str, int] = {}
        cells = self.movements.account[firsts].tolist(), self.movements.day[firsts].tolist()
        for number, day in zip(*cells, strict=True):
            name = names[number]
            found[name] = min(found.get(name, day), day)
        return found

    def name_kinds(self, held: Mapping[Unit, HeldBalance], result: Kinds) -> Whole:
        """Write the kind of each row, and list the accounts that are in doubt."""
        movements, rows, starts = self.movements, self.rows, self.starts
        counts = np.diff(np.append(starts, rows.size))
        last_day, opening, has_paid = self._held(held)
        amounts = movements.amount[rows]
        sums = np.cumsum(amounts)
        after = sums + np.repeat(opening - sums[starts] + amounts[starts], counts)
        days = _Closes.of(movements.day[rows], after, amounts, starts, has_paid)
        by_row = _kinds(after - amounts, after, starts, np.repeat(has_paid, counts))
        stated, stated_after = movements.stated_kind[rows], movements.stated_after[rows]
        kinds, closes = days.kinds[days.of_row], days.after[days.of_row]
        wrong = (closes < 0) | (closes > MAX_MINOR)
        # The source alone knows a renewal; any other kind that it states is the same or wrong.
        is_renewal = (stated == _RENEWAL) & (kinds == _UNCHANGED)
        kinds = np.where(is_renewal, stated, kinds)
        wrong |= (stated != NOTHING) & (stated != kinds) & (stated != by_row)
        wrong |= (stated_after != NO_NUMBER) & (stated_after != after) & (stated_after != closes)
        # Back-dated, it changes the balances at held movements behind it.
        is_odd = movements.day[rows[starts]] < last_day
        is_odd |= (movements.day[rows[starts]] == last_day) & (opening > 0)
        is_odd |= counts > _SUM // max(1, int(np.abs(amounts).max()))
        doubtful = movements.account[np.append(rows[wrong], rows[starts[is_odd]])]
        result.by_row[rows] = kinds
        result.residues.extend(self._residues(days, doubtful))
        return doubtful

    def _residues(self, days: "_Closes", doubtful: Whole) -> Iterator[Residue]:
        texts, movements = self.movements.texts, self.movements
        units = np.array([10 ** minor_digits(code) for code in texts.currency.names], np.int64)
        firsts = self.rows[self.starts]
        unit = units[movements.currency[firsts]]
        left, before = days.after[days.lasts], days.before[days.lasts]
        is_left = (left > 0) & (left < unit) & (before >= unit)
        is_left &= ~np.isin(movements.account[firsts], doubtful)
        for place in np.flatnonzero(is_left).tolist():
            row = firsts[place]
            yield Residue(*movements.unit(row), int(left[place]))

    def _held(self, held: Mapping[Unit, HeldBalance]) -> tuple[Whole, Whole, Whole]:
        if not held:
            nothing = np.zeros(self.starts.size, np.int64)
            return nothing, nothing, nothing != 0
        texts, firsts = self.movements.texts, self.rows[self.starts]
        accounts = (texts.account.names[n] for n in self.movements.account[firsts].tolist())
        currencies = (texts.currency.names[n] for n in self.movements.currency[firsts].tolist())
        units = zip(accounts, currencies, strict=True)
        found = [held.get(unit, _NOTHING_HELD) for unit in units]
        return (
            np.array([one.last_day for one in found]),
            np.array([one.balance for one in found]),
            np.array([one.has_paid for one in found]),
        )


@dataclass(frozen=True, slots=True)
class _Closes:
    """Days of each account and currency: MRR before and after, and the kind.

    ``of_row`` is the day of each row, ``lasts`` the last day of each account and currency.
    """

    before: Whole
    after: Whole
    kinds: Whole
    of_row: Whole
    lasts: Whole

    @classmethod
    def of(
        cls, day: Whole, after: Whole, amounts: Whole, starts: Whole, has_paid: Whole
    ) -> "_Closes":
        is_first = begins(day)
        is_first[starts] = True
        firsts = np.flatnonzero(is_first)
        closes = np.append(firsts[1:], day.size) - 1
        of_row = np.cumsum(is_first) - 1
        before, closing = after[firsts] - amounts[firsts], after[closes]
        first_days = of_row[starts]
        counts = np.diff(np.append(first_days, firsts.size))
        kinds = _kinds(before, closing, first_days, np.repeat(has_paid, counts))
        return cls(before, closing, kinds, of_row, np.append(first_days[1:], firsts.size) - 1)


def _kinds(before: Whole, after: Whole, starts: Whole, had_paid: Whole) -> Whole:
    # `metrics.movements.classify` for all steps at once.
    paid_by = np.cumsum(after > 0)
    at_start: Whole = paid_by[starts] - (after[starts] > 0)
    counts = np.diff(np.append(starts, after.size))
    paid_before = had_paid | (paid_by - (after > 0) > np.repeat(at_start, counts))
    gains = np.where(after > before, _EXPANSION, _CONTRACTION)
    kinds = np.where(after == 0, _CHURN, gains)
    begins = np.where(paid_before, _REACTIVATION, _NEW)
    kinds = np.where(before == 0, begins, kinds)
    return np.where(after == before, _UNCHANGED, kinds)


@dataclass(frozen=True, slots=True)
class _Replays:
    session: Session
    movements: FileMovements
    source: str

    def run(self, fresh: Whole, restated: Whole, doubtful: Whole, result: Kinds) -> None:
        """Replay the doubtful accounts, currency by currency."""
        movements = self.movements
        places = self._by_unit(fresh[doubtful[movements.account[fresh]]])
        again = self._by_unit(restated)
        accounts = {unit[0] for unit in (*places, *again)}
        held = held_movements(self.session, accounts)
        for unit in dict.fromkeys([*places, *again]):
            new = places.get(unit, [])
            stated = [self._movement(place) for place in again.get(unit, ())]
            by_key: dict[tuple[str, str | None], NewMovement] = {
                (self.source, movement.movement_id): movement for movement in stated
            }
            found = replay(
                held.get(unit, ()),
                [self._movement(place) for place in new],
                account=unit[0],
                restated=by_key,
            )
            result.findings.extend(found.findings)
            if found.left:
                result.residues.append(Residue(*unit, found.left))
            for place in new:
                kind = found.kinds.get(self._key(place))
                if kind is not None:
                    result.by_row[place] = KINDS.index(kind)

    def _by_unit(self, rows: Whole) -> Mapping[Unit, list[int]]:
        found: defaultdict[Unit, list[int]] = defaultdict(list)
        # As they were recorded, as far as they say it, else in file order: `replay` wants them so.
        for place in rows[np.argsort(self.movements.recorded[rows], kind="stable")].tolist():
            found[self.movements.unit(place)].append(place)
        return found

    def _key(self, place: int) -> str:
        # A row without an id gets one that no row can have: labels hold no line break. Its line may
        # be that of other rows: one line of a list of contracts comes to several movements.
        return self.movements.movement_id[place] or f"\n{place}"

    def _movement(self, place: int) -> NewMovement:
        movements = self.movements
        kind, after = int(movements.stated_kind[place]), int(movements.stated_after[place])
        return NewMovement(
            line=int(movements.line[place]),
            movement_id=self._key(place),
            day=int(movements.day[place]),
            amount_minor=int(movements.amount[place]),
            currency=movements.texts.currency.names[movements.currency[place]],
            stated=StatedOutcome(
                None if kind == NOTHING else KINDS[kind],
                None if after == NO_NUMBER else after,
            ),
        )
