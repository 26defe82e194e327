"""Ledgers of any size, the same for the same seed: subscriptions that grow, shrink, leave, return.

Every account keeps its attributes and is nobody's subsidiary: the statements that nrrbot is
compared with count on both, nrrbot does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

FIRST_MONTH = date(2021, 11, 1)
MONTHS = 60
TODAY = date(2026, 11, 21)
LAST_CLOSE = date(2026, 11, 1)
"""First day after the ledger's last month."""
NEW_DAY = date(2026, 10, 31)
"""The day that arrives later than all others: one before the last close, so everything counts."""

CURRENCY = "USD"
DIMENSIONS = {
    "segment": ("smb", "mid-market", "enterprise"),
    "industry": ("fintech", "health", "retail", "media", "logistics", "education"),
    "region": ("amer", "emea", "apac"),
}
KINDS = ("new", "expansion", "contraction", "churn", "reactivation")
REASONS = {
    "expansion": {"seats": 0.35, "upsell": 0.20, "price": 0.15},
    "contraction": {"seats": 0.35, "shrink": 0.25, "price": 0.20},
    "churn": {"competitor": 0.25, "unused": 0.25, "closed_down": 0.15, "price": 0.15},
}
"""How often movements of a kind have each driver; the rest of them state none."""
DRIVERS = tuple(dict.fromkeys(driver for shares in REASONS.values() for driver in shares))
NO_DRIVER = -1

_CHUNK = 100_000
_ROWS_AT_ONCE = 500_000
_SEGMENT_SHARES = (0.62, 0.28, 0.10)
_TYPICAL_MRR = np.array([4.8, 6.8, 8.7])  # logarithms of whole dollars, by segment
_CHURN = np.array([0.016, 0.009, 0.004])
_PLAN_SHARES = (0.20, 0.40, 0.40)  # annual, monthly, by usage
_CHANGE = np.array([0.09, 0.58, 0.97])
_RETURN, _BRIEF, _LOST_ON_A_DAY = 0.02, 0.10, 0.05
_BASE_SHARE = 0.30
_FLOOR, _CEILING = 500, 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which ledger; about 23 movements come to an account."""

    accounts: int
    seed: int = 2026


@dataclass(frozen=True, slots=True, kw_only=True)
class Movements:
    """Changes of MRR in order of day and account, one array for each of their parts.

    ``account`` counts from 0, ``day`` from 1970, ``amount`` is in minor units, ``kind`` is a
    place in `KINDS`, ``driver`` one in `DRIVERS`, or `NO_DRIVER`.
    """

    account: Ints
    day: Ints
    amount: Ints
    kind: Ints
    driver: Ints

    def __len__(self) -> int:
        return len(self.account)

    def rows(self) -> Iterator[tuple[int, str, int, int, int]]:
        """Yield each movement's account, day as ISO text, kind, amount, and driver."""
        for some in self.batches():
            yield from zip(
                some.account.tolist(),
                iso_days(some.day),
                some.kind.tolist(),
                some.amount.tolist(),
                some.driver.tolist(),
                strict=True,
            )

    def batches(self) -> Iterator["Movements"]:
        """Yield them in pieces: as Python's numbers, a large ledger's would take gigabytes."""
        for start in range(0, len(self), _ROWS_AT_ONCE):
            yield self.where(slice(start, start + _ROWS_AT_ONCE))

    def where(self, chosen: Flags | Ints | slice) -> "Movements":
        """Return some of them, or all in another order."""
        return Movements(
            account=self.account[chosen],
            day=self.day[chosen],
            amount=self.amount[chosen],
            kind=self.kind[chosen],
            driver=self.driver[chosen],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedLedger:
    """Movements, and for every account its place among the values of each dimension."""

    plan: Plan
    movements: Movements
    attributes: dict[str, Ints]

    def value(self, dimension: str, account: int) -> str:
        """Return an account's value for a dimension."""
        return DIMENSIONS[dimension][int(self.attributes[dimension][account])]

    def balances(self, day: date) -> Ints:
        """Return every account's MRR on a day, movements strictly before it counted."""
        before = self.movements.day < days(day)
        return _added(self.movements.where(before), self.plan.accounts)

    def numbers(self) -> Ints:
        """Return the number that an import gives every account: they count as they come."""
        _, firsts = np.unique(self.movements.account, return_index=True)
        numbers = np.empty(len(firsts), np.int64)
        numbers[np.argsort(firsts)] = np.arange(len(firsts))
        return numbers

    def first_days(self) -> Ints:
        """Return the first day of every account: each has one."""
        first = np.full(self.plan.accounts, days(date.max))
        np.minimum.at(first, self.movements.account, self.movements.day)
        return first


def days(day: date) -> int:
    """Return a date as days since 1970."""
    return (day - date(1970, 1, 1)).days


def iso_days(numbers: Ints) -> list[str]:
    """Return days since 1970 as ISO text."""
    return [str(day) for day in numbers.astype("datetime64[D]").astype(str).tolist()]


def account_name(account: int) -> str:
    """Return an account's id as text of fixed width."""
    return f"a{account:07d}"


def generate(plan: Plan) -> GeneratedLedger:
    """Return the ledger of a plan."""
    chunks = [_chunk(plan.seed, start, count) for start, count in _pieces(plan.accounts)]
    return GeneratedLedger(
        plan=plan,
        movements=_joined([movements for movements, _ in chunks]),
        attributes={
            name: np.concatenate([attributes[name] for _, attributes in chunks])
            for name in DIMENSIONS
        },
    )


def new_day(ledger: GeneratedLedger, count: int) -> Movements:
    """Return what comes in on `NEW_DAY`: changes of accounts that pay, one in twenty a churn."""
    random = np.random.default_rng([ledger.plan.seed, 1, count])
    balances = ledger.balances(LAST_CLOSE)
    paying = np.flatnonzero(balances)
    account = np.sort(random.choice(paying, min(count, len(paying)), replace=False))
    before = balances[account]
    after = _changed(before, random)
    after[random.random(len(account)) < _LOST_ON_A_DAY] = 0
    kind, moved = _kinds(before, after, np.zeros(len(account), bool)), after != before
    return Movements(
        account=account,
        day=np.full(len(account), days(NEW_DAY)),
        amount=after - before,
        kind=kind,
        driver=_drivers(kind, random),
    ).where(moved)


def write_csv(ledger: GeneratedLedger, movements: Movements, path: Path, *, prefix: str) -> None:
    """Write movements as a file for `nrrbot import movements`.

    ``prefix`` begins their ids. An account's attributes stand in the row that begins it.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"movement_id,account_id,date,amount,currency,driver,{','.join(DIMENSIONS)}\n")
        file.writelines(_lines(ledger, movements, prefix))


def _lines(ledger: GeneratedLedger, movements: Movements, prefix: str) -> Iterator[str]:
    nothing = "," * (len(DIMENSIONS) - 1)
    for number, (account, day, kind, amount, driver) in enumerate(movements.rows()):
        values = nothing if kind else ",".join(ledger.value(name, account) for name in DIMENSIONS)
        whole, part = divmod(abs(amount), 100)
        sign = "-" if amount < 0 else ""
        yield (
            f"{prefix}{number:08d},{account_name(account)},{day},"
            f"{sign}{whole}.{part:02d},{CURRENCY},"
            f"{'' if driver == NO_DRIVER else DRIVERS[driver]},{values}\n"
        )


def _pieces(accounts: int) -> Iterator[tuple[int, int]]:
    for start in range(0, accounts, _CHUNK):
        yield start, min(_CHUNK, accounts - start)


def _chunk(seed: int, start: int, count: int) -> tuple[Movements, dict[str, Ints]]:
    random = np.random.default_rng([seed, 0, start])
    attributes = {
        name: random.choice(
            len(values), count, p=_SEGMENT_SHARES if name == "segment" else None
        ).astype(np.int64)
        for name, values in DIMENSIONS.items()
    }
    accounts = _Accounts(attributes["segment"], random)
    found = _joined([part for month in range(MONTHS) for part in accounts.live(month)])
    shifted = Movements(
        account=found.account + start,
        day=found.day,
        amount=found.amount,
        kind=found.kind,
        driver=found.driver,
    )
    return shifted, attributes


class _Accounts:
    """Some accounts, lived through month by month."""

    def __init__(self, segment: Ints, random: np.random.Generator) -> None:
        count = len(segment)
        self._random, self._segment = random, segment
        is_base = random.random(count) < _BASE_SHARE
        self._start = np.where(is_base, 0, random.integers(0, MONTHS, count))
        self._plan = random.choice(3, count, p=_PLAN_SHARES)
        first = 100 * np.exp(random.normal(_TYPICAL_MRR[segment], 1.0))
        self._first = np.clip(np.rint(first), _FLOOR, _CEILING).astype(np.int64)
        self._mrr = np.zeros(count, np.int64)
        self._former = self._first.copy()

    def live(self, month: int) -> Iterator[Movements]:
        """Yield what happens in one month, in two parts: who returns at once does so later."""
        random, count = self._random, len(self._mrr)
        before = self._mrr
        begins, paying = self._start == month, before > 0
        leaves = paying & (random.random(count) < _CHURN[self._segment])
        returns = ~paying & (self._start < month) & (random.random(count) < _RETURN)
        renews = (self._plan == 0) & ((month - self._start) % 12 == 0)
        chance = np.where(renews, 0.85, _CHANGE[self._plan])
        changes = paying & ~leaves & (random.random(count) < chance)
        after = before.copy()
        after[changes] = _changed(before[changes], random)
        after[begins], after[leaves] = self._first[begins], 0
        after[returns] = self._former[returns]
        self._former[leaves] = before[leaves]
        brief = leaves & (random.random(count) < _BRIEF)
        yield self._movements(month, before, after, begins, random.integers(0, 20, count))
        self._mrr = np.where(brief, self._former, after)
        yield self._movements(
            month, after, self._mrr, np.zeros(count, bool), random.integers(20, 28, count)
        )

    def _movements(
        self, month: int, before: Ints, after: Ints, begins: Flags, day: Ints
    ) -> Movements:
        moved = np.flatnonzero(before != after)
        start, kind = days(_month_start(month)), _kinds(before, after, begins)[moved]
        return Movements(
            account=moved,
            day=start + day[moved],
            amount=(after - before)[moved],
            kind=kind,
            driver=_drivers(kind, self._random),
        )


def _month_start(month: int) -> date:
    months = FIRST_MONTH.month - 1 + month
    return date(FIRST_MONTH.year + months // 12, months % 12 + 1, 1)


def _changed(mrr: Ints, random: np.random.Generator) -> Ints:
    factor = np.exp(random.normal(0.004, 0.09, len(mrr)))
    return np.clip(np.rint(mrr * factor), _FLOOR, _CEILING).astype(np.int64)


def _kinds(before: Ints, after: Ints, begins: Flags) -> Ints:
    cases = [begins, after == 0, before == 0, after > before]
    names = ("new", "churn", "reactivation", "expansion")
    places = [KINDS.index(name) for name in names]
    return np.select(cases, places, KINDS.index("contraction")).astype(np.int64)


def _drivers(kind: Ints, random: np.random.Generator) -> Ints:
    found = np.full(len(kind), NO_DRIVER)
    for name, shares in REASONS.items():
        rows = np.flatnonzero(kind == KINDS.index(name))
        drivers = [*map(DRIVERS.index, shares), NO_DRIVER]
        found[rows] = random.choice(
            drivers, len(rows), p=[*shares.values(), 1 - sum(shares.values())]
        )
    return found


def _joined(parts: list[Movements]) -> Movements:
    """Return all movements, in order of day and account."""
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("account", "day", "amount", "kind", "driver")
    }
    joined = Movements(**columns)
    return joined.where(np.lexsort((joined.account, joined.day)))


def _added(movements: Movements, accounts: int) -> Ints:
    total = np.zeros(accounts, np.int64)
    np.add.at(total, movements.account, movements.amount)
    return total


def month_starts(since: date, count: int) -> list[date]:
    """Return ``count`` first days of months, beginning with ``since``."""
    starts = [since]
    while len(starts) < count:
        starts.append((starts[-1] + timedelta(days=31)).replace(day=1))
    return starts
