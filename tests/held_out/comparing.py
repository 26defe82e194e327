"""A store that holds somebody's books, and every read of it held against the oracle's."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import inspect, select

from metrics.retention import Retention
from metrics.segments import Tiers
from storage.columns import derived
from storage.columns.derivation import Circumstances
from storage.ledger.ledger import Ledger
from storage.store.engine import Store
from storage.tables.columns import (
    AccountColumn,
    MonthColumn,
    MovementColumn,
    PauseColumn,
    PlaceColumn,
    PositionColumn,
    StatementColumn,
    WindowSum,
)
from storage.tables.ledger import AttributeSet, ControlTotal
from tests.held_out.books import File
from tests.held_out.ledgers import BEGIN, LAST
from tests.reference.oracle.books import Books, NoRateError, Part
from tests.reference.oracle.ledger import NO_VALUE, later
from tests.reference.oracle.retention import Figures
from tests.storage.stores import import_text

TODAY = date(2025, 2, 10)
TIERS = Tiers(currency="USD")
NOW = datetime(2025, 8, 10, 6, tzinfo=UTC)
DERIVED = ("tenure", "value_tier", "acv_tier")
OUTSIDE = ("new", "returning", "resumed")

Ends = tuple[date, date]


def hold(store: Store, files: Iterable[File]) -> None:
    """Import files one after the other; what is derived must be right after each."""
    for number, file in enumerate(files):
        import_text(store, file.text, source=file.kind, today=TODAY, now=NOW, tiers=TIERS)
        with store.read() as session:
            assert not derived.differences(session, tiers=TIERS), number


def columns(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Read everything derived but the number of its generation."""
    tables = (
        *(PositionColumn, AccountColumn, MonthColumn, PlaceColumn, MovementColumn),
        *(StatementColumn, PauseColumn, WindowSum, AttributeSet, ControlTotal),
    )
    with store.read() as session:
        return {
            str(table.__tablename__): sorted(
                (tuple(row) for row in session.execute(select(*inspect(table).columns))), key=repr
            )
            for table in tables
        }


def rebuilt(store: Store) -> dict[str, list[tuple[object, ...]]]:
    with store.write() as session:
        derived.rebuild(session, Circumstances(tiers=TIERS, today=TODAY))
    return columns(store)


@contextmanager
def reading(store: Store, books: Books, as_of: datetime | None = None) -> Iterator[Ledger]:
    with store.read() as session:
        ledger = Ledger(session, tiers=TIERS, as_of=as_of)
        yield ledger.in_currency(books.reporting) if books.rates else ledger


def end_of(day: date) -> datetime:
    return datetime.combine(day, time(18), UTC)


def some_ends(chance: random.Random, count: int) -> list[Ends]:
    """Draw months, quarters, years and free days."""
    return [_ends(chance) for _ in range(count)]


def _ends(chance: random.Random) -> Ends:
    if chance.random() < 0.5:
        start = later(BEGIN, chance.randrange(-1, 21))
        return start, later(start, chance.choice([1, 1, 3, 12, 2]))
    days = (LAST - BEGIN).days
    start = BEGIN + timedelta(chance.randrange(days))
    return start, start + timedelta(chance.choice([1, 7, 30, 90, 91, chance.randint(1, 400)]))


def compare(ledger: Ledger, books: Books, ends: Ends, *, converts: bool) -> int:
    """Hold one period against the oracle's; count the figures that were compared."""
    start, end = ends
    try:
        parts = books.parts(start, end)
    except NoRateError:
        return 0
    check = _Check(ends)
    check.one("company", ledger.retention(start, end), parts, lambda part: part.figures)
    _compare_memo(check, ledger, parts)
    dimensions = {name for part in parts for name in part.attributes}
    for name in sorted(dimensions):
        _compare_dimension(check, ledger, parts, name)
    if any(product for part in parts for product in part.products) and not books.is_tied:
        _compare_products(check, ledger, parts)
    _compare_cohort(check, ledger, parts)
    if converts:
        moved = sum(books.mrr(one, end) - books.mrr(one, end, at=start) for one in books.accounts)
        check.same("fx", ledger.fx(start, end) or 0, moved)
    else:
        lapsed = books.lapsed(start, end)
        found = ledger.lapsed_pauses(start, end)
        expected = (len(lapsed), sum(lapsed.values()))
        check.same("lapsed", (found.accounts, found.mrr_minor), expected)
        kinds = {kind.value: sum_ for kind, sum_ in ledger.activity(start, end).by_kind.items()}
        expected_kinds = books.activity(start, end)
        check.same(
            "activity",
            {kind: sum_ for kind, sum_ in kinds.items() if sum_},
            {kind: sum_ for kind, sum_ in expected_kinds.items() if sum_},
        )
    return check.count


class _Check:
    def __init__(self, ends: Ends) -> None:
        self.ends, self.count = ends, 0

    def same(self, name: str, found: object, right: object) -> None:
        self.count += 1
        assert found == right, f"{name} of {self.ends[0]}..{self.ends[1]}: {found}, right {right}"

    def one(
        self,
        name: str,
        found: Retention,
        parts: Iterable[Part],
        figures: Callable[[Part], Figures],
    ) -> None:
        total = sum((figures(part) for part in parts), Figures())
        names = [each.name for each in fields(Figures) if each.name not in OUTSIDE]
        self.same(
            name,
            {each: getattr(found, each) for each in names},
            {each: getattr(total, each) for each in names},
        )
        self.same(f"{name} NRR", (found.nrr, found.grr), (total.nrr, total.grr))


def _compare_memo(check: _Check, ledger: Ledger, parts: list[Part]) -> None:
    found = ledger.outside_cohort(*check.ends)
    total = sum((part.figures for part in parts), Figures())
    for name in OUTSIDE:
        check.same(name, getattr(found, name), getattr(total, name))


def _compare_dimension(check: _Check, ledger: Ledger, parts: list[Part], name: str) -> None:
    rows: defaultdict[str, list[Part]] = defaultdict(list)
    for part in parts:
        rows[part.attributes.get(name, NO_VALUE)].append(part)
    found = ledger.by(name, *check.ends)
    opened = {value for value, some in rows.items() if any(one.figures.opening for one in some)}
    check.same(f"rows by {name}", set(found), opened)
    for value in opened:
        check.one(f"{name} {value}", found[value], rows[value], lambda part: part.figures)
    for value, some in rows.items():
        if value != NO_VALUE:
            memo = ledger.outside_cohort(*check.ends, ((name, value),))
            total = sum((part.figures for part in some), Figures())
            check.same(
                f"memo of {name} {value}",
                [getattr(memo, each) for each in OUTSIDE],
                [getattr(total, each) for each in OUTSIDE],
            )


def _compare_products(check: _Check, ledger: Ledger, parts: list[Part]) -> None:
    found = ledger.by("product", *check.ends)
    rows: defaultdict[str, Figures] = defaultdict(Figures)
    crossed: defaultdict[str, int] = defaultdict(int)
    for part in parts:
        for product, figures in part.products.items():
            rows[product or NO_VALUE] += figures
            crossed[product or NO_VALUE] += part.cross_sold.get(product, 0)
    for product, figures in rows.items():
        of_one = found.get(product)
        if of_one is None:
            check.same(f"product {product} left out", figures.opening + figures.expansion, 0)
            continue
        names = ("opening", "expansion", "contraction", "churn", "closing")
        check.same(
            f"product {product}",
            {name: getattr(of_one, name) for name in names},
            {name: getattr(figures, name) for name in names},
        )
        check.same(f"cross-sold {product}", of_one.cross_sold, crossed[product])
        scope = (("product", product),)
        memo = ledger.outside_cohort(*check.ends, scope)
        check.same(
            f"memo of product {product}",
            [getattr(memo, each) for each in OUTSIDE],
            [getattr(figures, each) for each in OUTSIDE],
        )
    whole = ledger.retention(*check.ends)
    check.same("products' opening", sum(one.opening for one in found.values()), whole.opening)
    check.same("products' closing", sum(one.closing for one in found.values()), whole.closing)


def _compare_cohort(check: _Check, ledger: Ledger, parts: list[Part]) -> None:
    base = [part for part in parts if part.figures.opening]
    right = {one.account: (one.figures.opening, one.figures.closing, one.is_paused) for one in base}
    found = {
        one.account_id: (one.opening, one.closing, one.is_paused)
        for one in ledger.cohort(*check.ends)
    }
    check.same("cohort", found, right)
    changes = ledger.account_changes(*check.ends, most=3)
    moved = {account: closing - opening for account, (opening, closing, _) in right.items()}
    _compare_changes(check, {one.account_id: one.change for one in changes.gains}, moved, sign=1)
    _compare_changes(check, {one.account_id: one.change for one in changes.losses}, moved, sign=-1)


def _compare_changes(
    check: _Check, found: Mapping[str, int], moved: Mapping[str, int], *, sign: int
) -> None:
    ranked = sorted((-sign * change, account) for account, change in moved.items())
    right = [(account, -sign * size) for size, account in ranked if size < 0][:3]
    check.same("changes", list(found.items()), right)
