"""A company's books: products, currencies, dated parents, and what was known at a moment.

Written from the definitions alone, in plain Python, position by position and day by day.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property

from tests.reference.oracle.ledger import PAUSE_DAYS
from tests.reference.oracle.retention import Figures

DIGITS = {"USD": 2, "EUR": 2, "JPY": 0, "KWD": 3}
PARENT = "parent_id"
NO_PARENT = "-"
OF_NONE = "(none)"
ONE = timedelta(1)

Position = tuple[str, str, str]
"""Account, product (empty for none) and currency."""


@dataclass(frozen=True)
class Entry:
    """One movement in minor units; ``recorded`` is the day on which it became known.

    Without a ``product`` it says nothing of products, with `OF_NONE` that it is of none.
    """

    account: str
    day: date
    amount: int
    currency: str = "USD"
    product: str = ""
    driver: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    recorded: date = date.min


@dataclass(frozen=True)
class Said:
    """What was said of an account from a day on: a value of a dimension, or its parent."""

    account: str
    dimension: str
    value: str
    day: date = date.min
    recorded: date = date.min


@dataclass(frozen=True)
class Rate:
    """Units of a currency for one euro, from a day on."""

    day: date
    currency: str
    rate: Fraction
    recorded: date = date.min


class NoRateError(Exception):
    """A currency has no rate by a day."""


@dataclass(frozen=True)
class Part:
    """One account of a period, its attributes, and its figures."""

    account: str
    attributes: Mapping[str, str]
    figures: Figures
    is_paused: bool = False
    products: Mapping[str, Figures] = field(default_factory=dict)
    cross_sold: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Books:
    """Entries and sayings in the order in which they were stated.

    Answers are in ``reporting``; tiers are placed in the workspace's own currency. With
    ``placed_on`` accounts have the stated attributes of that day, whatever the period.
    """

    entries: tuple[Entry, ...]
    said: tuple[Said, ...] = ()
    rates: tuple[Rate, ...] = ()
    reporting: str = "USD"
    workspace: str = "USD"
    placed_on: date | None = None

    def known_on(self, day: date) -> "Books":
        """Return the books as they were at the end of a day."""
        return replace(
            self,
            entries=tuple(one for one in self.entries if one.recorded <= day),
            said=tuple(one for one in self.said if one.recorded <= day),
            rates=tuple(one for one in self.rates if one.recorded <= day),
        )

    @cached_property
    def accounts(self) -> list[str]:
        parents = {one.value for one in self.said if one.dimension == PARENT} - {NO_PARENT}
        named = {one.account for one in self.entries} | {one.account for one in self.said}
        return sorted(named | parents)

    @cached_property
    def lowest(self) -> int:
        """The lowest amount of any position at the close of any day, as far as it goes below."""
        return min(self._run[1], default=0)

    @cached_property
    def is_tied(self) -> bool:
        """Whether products were as near to one more unit as others: the law names none of them."""
        return self._run[2]

    @cached_property
    def changes(self) -> Mapping[Position, list[tuple[date, int]]]:
        """What each position moved by, day by day, after decreases were spread."""
        return self._run[0]

    @cached_property
    def _run(self) -> tuple[Mapping[Position, list[tuple[date, int]]], list[int], bool]:
        found: defaultdict[Position, list[tuple[date, int]]] = defaultdict(list)
        lows: list[int] = []
        is_tied = False
        days: defaultdict[tuple[str, str], defaultdict[date, list[Entry]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for one in self.entries:
            days[one.account, one.currency][one.day].append(one)
        for (account, currency), by_day in days.items():
            held: defaultdict[str, int] = defaultdict(int)
            for day, rows in sorted(by_day.items()):
                changes, tied = _of_day(held, rows)
                is_tied = is_tied or tied
                for product, change in changes.items():
                    held[product] += change
                    found[account, product, currency].append((day, change))
                lows += [min(held.values())]
        return found, lows, is_tied

    def balance(self, position: Position, day: date) -> int:
        return sum(change for on, change in self.changes[position] if on < day)

    @cached_property
    def positions(self) -> Mapping[str, list[Position]]:
        found: defaultdict[str, list[Position]] = defaultdict(list)
        for position in self.changes:
            found[position[0]].append(position)
        return found

    def factor(self, currency: str, day: date) -> Fraction:
        """Return units of the reporting currency for one minor unit of another, on a day."""
        if currency == self.reporting:
            return Fraction(1)
        scale = Fraction(10) ** (DIGITS[self.reporting] - DIGITS[currency])
        return self._rate(self.reporting, day) / self._rate(currency, day) * scale

    def _rate(self, currency: str, day: date) -> Fraction:
        if currency == "EUR":
            return Fraction(1)
        stated = [
            (one.day, place)
            for place, one in enumerate(self.rates)
            if one.currency == currency and one.day <= day
        ]
        if not stated:
            raise NoRateError(currency, day)
        return self.rates[max(stated)[1]].rate

    def mrr(
        self, account: str, day: date, *, at: date | None = None, product: str | None = None
    ) -> int:
        """Return what an account has on a day at the rates of another: each position rounded."""
        found = 0
        for position in self.positions.get(account, ()):
            amount = self.balance(position, day)
            if amount and product in {None, position[1]}:
                found += round(amount * self.factor(position[2], at or day))
        return found

    def has(self, account: str, day: date) -> bool:
        """Tell whether an account pays anything before a day, in whatever currency."""
        return any(self.balance(position, day) for position in self.positions.get(account, ()))

    def value(self, account: str, dimension: str, day: date) -> str | None:
        """Return what was stated last of an account, strictly before a day."""
        stated = self._stated.get((account, dimension), ())
        before = [one for one in stated if one[0] < day]
        return max(before)[2] if before else None

    @cached_property
    def _stated(self) -> Mapping[tuple[str, str], list[tuple[date, int, str]]]:
        found: defaultdict[tuple[str, str], list[tuple[date, int, str]]] = defaultdict(list)
        for one in self.entries:
            for dimension, value in one.attributes.items():
                found[one.account, dimension].append((one.day, 0, value))
        for place, said in enumerate(self.said, 1):
            found[said.account, said.dimension].append((said.day, place, said.value))
        return found

    def root(self, account: str, day: date) -> str:
        """Return the topmost account of an account before a day."""
        while (parent := self.value(account, PARENT, day)) not in {None, NO_PARENT}:
            assert parent is not None
            account = parent
        return account

    @cached_property
    def dimensions(self) -> list[str]:
        return sorted({dimension for _, dimension in self._stated} - {PARENT})

    def stated_attributes(self, account: str, day: date) -> dict[str, str]:
        on = self.placed_on or day
        found = {name: self.value(account, name, on) for name in self.dimensions}
        return {name: value for name, value in found.items() if value is not None}

    def attributes(self, unit: str, day: date) -> dict[str, str]:
        """Return what a topmost account that pays counts under at a boundary."""
        if self.reporting != self.workspace:
            return self._in_workspace.attributes(unit, day)
        below = [one for one in self.accounts if one != unit and self.root(one, day) == unit]
        paying = [(-self.mrr(one, day), one) for one in below if self.has(one, day)]
        child = self.stated_attributes(min(paying)[1], day) if paying else {}
        return {
            **child,
            **self.stated_attributes(unit, day),
            "tenure": self._tenure(unit, day),
            **self._tiers(day).get(unit, {}),
        }

    @cached_property
    def _in_workspace(self) -> "Books":
        return replace(self, reporting=self.workspace)

    def _tenure(self, unit: str, day: date) -> str:
        members = [one for one in self.accounts if self.root(one, day) == unit]
        first = min(filter(None, (self.first_paid(one) for one in members)))
        age = (day - first).days
        return "under-90-days" if age < 90 else "90-365-days" if age <= 365 else "over-365-days"

    def first_paid(self, account: str) -> date | None:
        """Return the first day at whose close an account paid."""
        return next((day for day in self.days(account) if self.has(account, day + ONE)), None)

    def days(self, account: str) -> list[date]:
        found = {day for one in self.positions.get(account, ()) for day, _ in self.changes[one]}
        return sorted(found)

    def _tiers(self, day: date) -> dict[str, dict[str, str]]:
        if day not in self._known_tiers:
            self._known_tiers[day] = self._placed(day)
        return self._known_tiers[day]

    @cached_property
    def _known_tiers(self) -> dict[date, dict[str, dict[str, str]]]:
        return {}

    def _placed(self, day: date) -> dict[str, dict[str, str]]:
        sizes: defaultdict[str, int] = defaultdict(int)
        for account in self.accounts:
            sizes[self.root(account, day)] += self.mrr(account, day)
        paying = {self.root(one, day) for one in self.accounts if self.has(one, day)}
        ranked = sorted((-sizes[unit], unit) for unit in paying)
        total = sum(sizes.values())
        found: dict[str, dict[str, str]] = {}
        before, behind = 0, total
        for negative, unit in ranked:
            size, tier = -negative, "mid"
            if before * 5 < total:
                tier = "high"
            elif behind * 5 <= total:
                tier = "long-tail"
            before, behind = before + size, behind - size
            arr = Fraction(size * 12, 10 ** DIGITS[self.reporting])
            acv = "under-25k" if arr < 25_000 else "25k-100k" if arr < 100_000 else "100k-plus"
            found[unit] = {"value_tier": tier, "acv_tier": acv}
        return found

    def parts(self, start: date, end: date) -> list[Part]:
        """Return every account that pays at an end of ``[start, end)``, with its figures."""
        found = (
            self._part(unit, self.units(start, end)[unit], start, end)
            for unit in self.units(start, end)
        )
        return [part for part in found if part is not None]

    def units(self, start: date, end: date) -> dict[str, list[str]]:
        """Return topmost accounts, and all those that count under each in ``[start, end)``."""
        members: defaultdict[str, list[str]] = defaultdict(list)
        for account in self.accounts:
            day = start if self.has(account, start) else end
            members[self.root(account, day)].append(account)
        return dict(members)

    def _part(self, unit: str, members: list[str], start: date, end: date) -> Part | None:
        opening = sum(self.mrr(one, start) for one in members)
        closing = sum(self.mrr(one, end, at=start) for one in members)
        if not opening and not closing:
            return None
        attributes = self.attributes(unit, start if opening else end)
        is_paused = bool(opening) and not closing and self.is_paused(members, end)
        figures = _figures(opening, closing, is_kept=closing > 0 or is_paused)
        outside = "" if opening else self._outside(members, start)
        if outside:
            figures = Figures(**{outside: closing})
        products = {
            position[1] for member in members for position in self.positions.get(member, ())
        }
        split: dict[str, Figures] = {}
        crossed: dict[str, int] = {}
        for product in products:
            before = sum(self.mrr(one, start, product=product) for one in members)
            after = sum(self.mrr(one, end, at=start, product=product) for one in members)
            if not before and not after:
                continue
            if outside:
                split[product] = Figures(**{outside: after})
                continue
            split[product] = _figures(before, after, is_kept=closing > 0 or is_paused)
            if not before:
                crossed[product] = after
        return Part(unit, attributes, figures, is_paused, split, crossed)

    def _outside(self, members: list[str], start: date) -> str:
        firsts = [self.first_paid(one) for one in members]
        if not any(first is not None and first < start for first in firsts):
            return "new"
        return "resumed" if self._is_resumed(members, start) else "returning"

    def pause_before(self, members: Iterable[str], day: date) -> date | None:
        """Return the day on which a pause took accounts to zero, where they stayed up to a day."""
        went = None
        for on in sorted({day for one in members for day in self.days(one)}):
            if on >= day:
                break
            if any(self.has(one, on + ONE) for one in members):
                went = None
            elif any(self.has(one, on) for one in members):
                went = on
        if went is None:
            return None
        is_pause = any(
            one.driver == "pause" and one.amount < 0 and one.day == went and one.account in members
            for one in self.entries
        )
        return went if is_pause else None

    def is_paused(self, members: Iterable[str], day: date) -> bool:
        went = self.pause_before(members, day)
        return went is not None and (day - went).days <= PAUSE_DAYS

    def _is_resumed(self, members: list[str], start: date) -> bool:
        went = self.pause_before(members, start)
        if went is None:
            return False
        days = sorted({day for one in members for day in self.days(one) if day >= start})
        back = next(day for day in days if any(self.has(one, day + ONE) for one in members))
        return (back - went).days <= PAUSE_DAYS

    def lapsed(self, start: date, end: date) -> dict[str, int]:
        """Return accounts whose pause became too long in ``[start, end)``, and what they paid."""
        found: dict[str, int] = {}
        for unit, members in self.units(start, end).items():
            went = self.pause_before(members, start)
            if went is None or went != self.pause_before(members, end):
                continue
            if (start - went).days <= PAUSE_DAYS < (end - went).days:
                found[unit] = sum(self.mrr(one, went) for one in members)
        return found

    def activity(self, start: date, end: date) -> dict[str, int]:
        """Return the sums of changes by kind, a change being what an account moved by on a day."""
        found: defaultdict[str, int] = defaultdict(int)
        for day in sorted({one.day for one in self.entries if start <= one.day < end}):
            for members in self.units(day, day + ONE).values():
                before = sum(self.mrr(one, day) for one in members)
                after = sum(self.mrr(one, day + ONE, at=day) for one in members)
                if before != after:
                    found[self._kind(members, day, before, after)] += after - before
        return dict(found)

    def _kind(self, members: list[str], day: date, before: int, after: int) -> str:
        if before and after:
            return "expansion" if after > before else "contraction"
        if before:
            return "contraction" if self.pause_before(members, day + ONE) == day else "churn"
        firsts = [self.first_paid(one) for one in members]
        is_known = any(first is not None and first < day for first in firsts)
        return "reactivation" if is_known else "new"


def _of_day(held: Mapping[str, int], rows: Iterable[Entry]) -> tuple[Mapping[str, int], bool]:
    """Return the change of each product on one day: a decrease without one is spread.

    Besides, whether it was open which of several products lost one unit more.
    """
    changes, rows = defaultdict(int, {"": 0}), list(rows)
    for one in rows:
        changes["" if one.product == OF_NONE else one.product] += one.amount
    loss = -sum(one.amount for one in rows if not one.product)
    after = {product: held.get(product, 0) + changes[product] for product in {*held, *changes}}
    after[""] += loss
    if loss <= 0 or set(after) == {""}:
        return changes, False
    changes[""] += loss
    total = sum(after.values())
    exact = {product: Fraction(loss * amount, total or 1) for product, amount in after.items()}
    whole = {product: int(part) for product, part in exact.items()}
    missing = loss - sum(whole.values())
    by_rest = sorted(exact, key=lambda product: whole[product] - exact[product])
    for place, product in enumerate(by_rest):
        changes[product] -= whole[product] + (place < missing)
    rests = [exact[product] - whole[product] for product in by_rest]
    return changes, 0 < missing < len(rests) and rests[missing - 1] == rests[missing]


def _figures(opening: int, closing: int, *, is_kept: bool) -> Figures:
    lost = max(0, opening - closing)
    return Figures(
        accounts_opening=int(opening > 0),
        accounts_retained=int(opening > 0 and is_kept),
        opening=opening,
        expansion=max(0, closing - opening),
        contraction=lost if is_kept else 0,
        churn=0 if is_kept else lost,
    )
