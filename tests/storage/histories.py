"""Any history of a small company, and what follows from it, worked out the long way round.

The oracle shares nothing with `storage` but the definitions: it adds up rows one by one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import chain

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from metrics.segments import Tiers
from storage.store.engine import Store
from tests.metrics.plain_tiers import acv_tier, tenure, value_tiers
from tests.slow import IS_SLOW
from tests.storage.stores import csv_text, import_text

ACCOUNTS = "abcdef"
BEGINNING = date(2025, 1, 1)
DAYS = 500
LONGEST = 90
ALL = -1_000_000
"""The amount of a row that takes all that its account has."""
TODAYS = (date(2026, 6, 1), date(2026, 7, 31), date(2026, 11, 21))
Standing = tuple[int, date, dict[str, str]]
"""MRR in minor units, the first day paid, and the attributes of a topmost account."""


@dataclass(frozen=True)
class Row:
    """A line of a movements file; amounts in major units."""

    account: str
    day: date
    amount: int
    region: str
    driver: str = ""


@dataclass(frozen=True)
class Placement:
    """A line of an accounts file."""

    account: str
    parent: str
    segment: str
    since: date


@dataclass(frozen=True)
class File:
    """One import: some rows, and the day it happens on."""

    lines: tuple[Row, ...] | tuple[Placement, ...]
    today: date


@dataclass
class History:
    """What was imported, in the order it came in."""

    rows: list[Row] = field(default_factory=list)
    said: list[tuple[str, date, str, str]] = field(default_factory=list)
    parents: list[tuple[str, date, str]] = field(default_factory=list)

    def keeps_above_zero(self, row: Row) -> bool:
        own = sorted(
            (known for known in [*self.rows, row] if known.account == row.account),
            key=lambda known: known.day,
        )
        return all(sum(r.amount for r in own[: n + 1]) >= 0 for n in range(len(own)))

    def resolved(self, row: Row) -> Row:
        if row.amount != ALL:
            return row
        own = (known for known in self.rows if known.account == row.account)
        return replace(row, amount=-sum(known.amount for known in own if known.day <= row.day))

    def take(self, line: Row | Placement) -> None:
        if isinstance(line, Row):
            self.rows.append(line)
            if line.region:
                self.said.append((line.account, line.day, "region", line.region))
            return
        if line.parent:
            self.parents.append((line.account, line.since, line.parent))
        if line.segment:
            self.said.append((line.account, line.since, "segment", line.segment))

    def root(self, account: str, on: date) -> str:
        """Return the topmost account of an account at a boundary."""
        said = [one for one in self.parents if one[0] == account and one[1] < on]
        if not said:
            return account
        _, _, parent = max(reversed(said), key=lambda one: one[1])  # of a day the last one counts
        return self.root(parent, on)

    def accounts(self) -> set[str]:
        return {row.account for row in self.rows}

    def own(self, account: str, before: date) -> int:
        """Return the MRR of one account alone, in minor units."""
        rows = (row for row in self.rows if row.account == account and row.day < before)
        return 100 * sum(row.amount for row in rows)

    def unit(self, account: str, start: date, end: date) -> str:
        """Return the topmost account under which an account counts in a period."""
        return self.root(account, start if self.own(account, start) else end)

    def ends(self, start: date, end: date) -> dict[str, tuple[int, int]]:
        """Return the MRR of each topmost account at the two ends of a period."""
        found: dict[str, tuple[int, int]] = {}
        for account in self.accounts():
            unit = self.unit(account, start, end)
            opening, closing = found.get(unit, (0, 0))
            own = self.own(account, start), self.own(account, end)
            found[unit] = opening + own[0], closing + own[1]
        return found

    def pauses(self, root: str) -> list[tuple[date, date]]:
        """Return the days on which a topmost account paused, and those on which it came back."""
        return self._pauses(lambda account, on, after: self.unit(account, on, after) == root)

    def _pauses(self, belongs: Callable[[str, date, date], bool]) -> list[tuple[date, date]]:
        spells: list[tuple[date, date]] = []
        for day in sorted({row.day for row in self.rows}):
            after = day + timedelta(days=1)
            group = [account for account in self.accounts() if belongs(account, day, after)]
            opening, closing = (sum(self.own(one, on) for one in group) for on in (day, after))
            moved = [row for row in self.rows if row.day == day and row.account in group]
            if moved and (opening or closing):  # it pays: what was paused is over
                spells = [(on, min(back, day)) for on, back in spells]
            has_pause = any(row.driver == "pause" and row.amount < 0 for row in moved)
            if opening and not closing and has_pause:
                spells.append((day, date.max))
        return spells

    def _pauses_in(self, unit: str, start: date, end: date) -> list[tuple[date, date]]:
        """Return the pauses of a period: of the accounts that count together in it, on any day."""
        return self._pauses(lambda account, *_: self.unit(account, start, end) == unit)

    def is_paused(self, unit: str, start: date, end: date) -> bool:
        """Tell whether an account that paid before has only paused at the end of a period."""
        return any(
            on < end <= back and (end - on).days <= LONGEST
            for on, back in self._pauses_in(unit, start, end)
        )

    def is_resumed(self, unit: str, start: date, end: date) -> bool:
        """Tell whether an account that pays at the end had only paused at the start."""
        return any(
            on < start <= back < end and (back - on).days <= LONGEST
            for on, back in self._pauses_in(unit, start, end)
        )

    def has_paid(self, unit: str, start: date, end: date) -> bool:
        """Tell whether any account of a topmost one paid before a period."""
        return any(
            self.first_paid_on(account) < start
            for account in self.accounts()
            if self.unit(account, start, end) == unit
        )

    def first_paid_on(self, account: str) -> date:
        days = sorted({row.day for row in self.rows if row.account == account})
        paid = (day for day in days if self.own(account, day + timedelta(days=1)) > 0)
        return next(paid, date.max)

    def attributes(self, root: str, on: date) -> dict[str, str]:
        said = sorted(
            (statement for statement in self.said if statement[0] == root and statement[1] < on),
            key=lambda statement: statement[1],
        )
        return {dimension: value for _, _, dimension, value in said}

    def stated(self, root: str, on: date) -> dict[str, str]:
        """Return the attributes of a topmost account, those of its largest child where it lacks."""
        children = [a for a in self.accounts() if a != root and self.root(a, on) == root]
        paying = [child for child in children if self.own(child, on) > 0]
        largest = min(paying, key=lambda child: (-self.own(child, on), child), default=root)
        return self.attributes(largest, on) | self.attributes(root, on)

    def standings(self, on: date, tiers: Tiers) -> dict[str, Standing]:
        """Return every topmost account with MRR on a day, with all its attributes."""
        mrr = {root: amount for root, (amount, _) in self.ends(on, on).items() if amount > 0}
        result, by_value = {}, value_tiers(mrr, tiers)
        for root, amount in mrr.items():
            group = [account for account in self.accounts() if self.root(account, on) == root]
            first = min(self.first_paid_on(account) for account in group)
            derived = {
                "acv_tier": acv_tier(amount, tiers, digits=2),
                "tenure": tenure(first, on=on),
                "value_tier": by_value[root],
            }
            result[root] = (amount, first, self.stated(root, on) | derived)
        return result


def sweep(*, examples: int) -> settings:
    """Return how long a property is searched: a while, and `make test-slow` at length."""
    drawn = examples * 50 if IS_SLOW else examples // 2
    return settings(
        max_examples=max(1, drawn),  # on each kind of database
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


days = st.integers(0, DAYS).map(lambda n: BEGINNING + timedelta(days=n))
boundaries = st.integers(-40, DAYS + 400).map(lambda n: BEGINNING + timedelta(days=n))
first_days = boundaries.map(lambda day: day.replace(day=1))
_rows = st.builds(
    Row,
    account=st.sampled_from(ACCOUNTS),
    day=days | days.map(lambda day: day.replace(day=1)),
    amount=st.sampled_from([1, 10, 400, 2_500, 9_000, -1, -10, -400, -2_500, -9_000, 0]),
    region=st.sampled_from(["", "EMEA", "US", "NA"]),
    driver=st.sampled_from(["", "seats", "pause"]),
)
_early = st.integers(0, DAYS - LONGEST).map(lambda n: BEGINNING + timedelta(days=n))
_goes_and_returns = st.builds(
    lambda account, day, away, driver: (
        Row(account, day - timedelta(days=200), 10, "EMEA"),
        Row(account, day, ALL, "", driver),
        Row(account, day + timedelta(days=away), 400, "US"),
    ),
    st.sampled_from(ACCOUNTS),
    _early | _early.map(lambda day: day.replace(day=1)),
    st.sampled_from([0, 1, 89, 90, 91, 92]),
    st.sampled_from(["pause", "pause", ""]),
)
_placements = st.builds(
    Placement,
    account=st.sampled_from(ACCOUNTS),
    parent=st.sampled_from(["", *ACCOUNTS]),
    segment=st.sampled_from(["", "smb", "enterprise"]),
    since=days,
).map(
    lambda line: (
        line if line.parent < line.account else Placement(line.account, "", "smb", line.since)
    )
)
files = st.lists(
    st.builds(
        File,
        lines=st.lists(_rows, max_size=12).map(tuple)
        | st.tuples(st.lists(_goes_and_returns, max_size=3), st.lists(_rows, max_size=4)).flatmap(
            lambda found: st.permutations([*chain.from_iterable(found[0]), *found[1]]).map(tuple)
        )
        | st.lists(_placements, max_size=3).map(tuple),
        today=st.sampled_from(TODAYS),
    ),
    min_size=1,
    max_size=5,
)
"""Any number of imports, in any order of their dates, on days that may even go back."""


def import_history(store: Store, imports: list[File], *, tiers: Tiers | None = None) -> History:
    """Import all that is possible of the files, one after the other."""
    history = History()
    for number, file in enumerate(imports):
        import_lines(store, history, file, number=number, tiers=tiers or Tiers())
    return history


def import_lines(store: Store, history: History, file: File, *, number: int, tiers: Tiers) -> None:
    placed: dict[str, Placement] = {}
    written: list[str] = []
    for line in file.lines:
        if isinstance(line, Placement):
            placed[line.account] = line
            continue
        row = history.resolved(line)
        if history.keeps_above_zero(row):
            history.take(row)
            place = f"f{number}r{len(written)}"
            written.append(
                f"{row.account},{row.day},{row.amount},USD,{place},{row.region},{row.driver},"
            )
    if written:
        # With the last column it is no file of levels, which some are like in which nothing falls.
        header = "account_id,date,amount,currency,movement_id,region,driver,mrr_after"
        import_text(store, csv_text(*written, header=header), today=file.today, tiers=tiers)
    if placed:
        for line in placed.values():
            history.take(line)
        lines = [
            *(f"{line.parent},,," for line in placed.values() if line.parent),
            *(f"{at.account},{at.parent},{at.segment},{at.since}" for at in placed.values()),
        ]
        header = "account_id,parent_id,segment,valid_from"
        content = csv_text(*lines, header=header)
        import_text(store, content, source="accounts", today=file.today, tiers=tiers)
