"""Twenty kinds of differences, planted in a drawn ledger: each is found, and nothing else is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

import pytest

from metrics.period_grammar import shift_months
from metrics.reconciliation import Mismatch
from storage.store.engine import Store
from tests.slow import only_slow
from tests.storage.at_head import sqlite_at_head
from tests.storage.quality.test_reconciling import compared
from tests.storage.stores import csv_text, import_text

MONTHS = [shift_months(date(2025, 7, 1), place) for place in range(12)]
FIRST, LAST = 2, 9
"""Places of months within which amounts move, so that each has one before and behind it."""
Key = tuple[str, int, str]
"""An account, the place of a month, and a currency."""
Found = dict[Key, tuple[int, int, Mismatch]]


@dataclass
class Books:
    """Two books of MRR at the end of months in cents, the same until something is planted.

    Each planter takes accounts of its own, so that what it must lead to is known by itself.
    """

    drawn: Random
    here: dict[Key, int] = field(default_factory=dict)
    there: dict[Key, int] = field(default_factory=dict)
    moves: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    expected: Found = field(default_factory=dict)

    def account(self, **named: int) -> str:
        """Open an account that pays from the first month on, and moves where it is said."""
        name = f"acct-{len(self.moves):03d}"
        start = self.drawn.randrange(100_00, 900_00, 2)
        self.move(name, 0, start)
        if "grows" in named:
            self.move(name, named["grows"], self.drawn.randrange(10_00, 90_00, 2))
        return name

    def move(self, name: str, place: int, amount: int, driver: str = "") -> None:
        day = MONTHS[place].replace(day=self.drawn.randint(1, 28))
        cents = f"{'-' * (amount < 0)}{abs(amount) // 100}.{abs(amount) % 100:02d}"
        self.moves.append(f"{name},{day},{cents},USD,{driver}")
        for later in range(place, len(MONTHS)):
            for book in (self.here, self.there):
                book[name, later, "USD"] = book.get((name, later, "USD"), 0) + amount

    def say(self, name: str, place: int, amount: int, cause: Mismatch, code: str = "USD") -> None:
        """Let the other book say something else, which is to be found."""
        key = (name, place, code)
        self.there[key] = amount
        self.expected[key] = amount, self.here.get(key, 0), cause

    def text(self) -> str:
        rows = [
            f"{name},{MONTHS[place]:%Y-%m},{amount / 100:.2f},{code}"
            for (name, place, code), amount in self.there.items()
        ]
        self.drawn.shuffle(rows)
        return csv_text(*rows, *self.twice, header="account_id,month,mrr,currency")


Planter = Callable[[Books, int], None]


def more_in_a_month(books: Books, place: int) -> None:
    name = books.account()
    books.say(name, place, books.here[name, place, "USD"] + 1_234, Mismatch.AMOUNT)


def less_in_a_month(books: Books, place: int) -> None:
    name = books.account()
    books.say(name, place, books.here[name, place, "USD"] - 99, Mismatch.AMOUNT)


def a_cent_in_all_months(books: Books, _: int) -> None:
    name = books.account()
    for place in range(len(MONTHS)):
        books.say(name, place, books.here[name, place, "USD"] + 1, Mismatch.AMOUNT)


def a_year_in_one_month(books: Books, place: int) -> None:
    name = books.account()
    books.say(name, place, books.here[name, place, "USD"] * 12, Mismatch.AMOUNT)


def a_loss_in_one_month_alone(books: Books, place: int) -> None:
    name = books.account()
    books.say(name, place, 0, Mismatch.AMOUNT)


def in_the_file_twice(books: Books, place: int) -> None:
    name = books.account()
    amount = books.here[name, place, "USD"]
    books.twice.append(f"{name},{MONTHS[place]:%Y-%m},{amount / 100:.2f},USD")
    books.expected[name, place, "USD"] = 2 * amount, amount, Mismatch.AMOUNT


def gone_there_in_the_middle(books: Books, place: int) -> None:
    name = books.account()
    for later in range(place, len(MONTHS)):
        books.say(name, later, 0, Mismatch.AMOUNT)
        del books.there[name, later, "USD"]  # a row that is not there is no MRR


def begun_there_in_the_middle(books: Books, place: int) -> None:
    name = books.account()
    for earlier in range(place):
        books.say(name, earlier, 0, Mismatch.AMOUNT)


def only_there(books: Books, _: int) -> None:
    for place in range(len(MONTHS)):
        books.say("ghost-1", place, 7_00, Mismatch.ONLY_THERE)


def only_there_once(books: Books, place: int) -> None:
    books.say("ghost-2", place, 5_01, Mismatch.ONLY_THERE)


def only_here(books: Books, _: int) -> None:
    name = books.account()
    for place in range(len(MONTHS)):
        books.say(name, place, 0, Mismatch.ONLY_HERE)
        del books.there[name, place, "USD"]


def under_another_id(books: Books, _: int) -> None:
    name = books.account()
    for place in range(len(MONTHS)):
        books.say(name.upper(), place, books.here[name, place, "USD"], Mismatch.ONLY_THERE)
        books.say(name, place, 0, Mismatch.ONLY_HERE)


def growth_a_month_later_there(books: Books, place: int) -> None:
    name = books.account(grows=place)
    books.say(name, place, books.here[name, place - 1, "USD"], Mismatch.LATER_THERE)


def growth_a_month_later_here(books: Books, place: int) -> None:
    name = books.account(grows=place)
    books.say(name, place - 1, books.here[name, place, "USD"], Mismatch.LATER_HERE)


def a_start_a_month_later_there(books: Books, place: int) -> None:
    books.move("late", place, 44_00)
    books.say("late", place, 0, Mismatch.LATER_THERE)


def a_loss_a_month_later_there(books: Books, place: int) -> None:
    name = books.account()
    held = books.here[name, place, "USD"]
    books.move(name, place, -held)
    books.say(name, place, held, Mismatch.LATER_THERE)


def a_loss_a_month_later_here(books: Books, place: int) -> None:
    name = books.account()
    books.move(name, place, -books.here[name, place, "USD"])
    books.say(name, place - 1, 0, Mismatch.LATER_HERE)


def paused_here(books: Books, place: int) -> None:
    name = books.account()
    held = books.here[name, place, "USD"]
    books.move(name, place, -held, "pause")
    for later in range(place, len(MONTHS)):
        if later < place + 2:  # a pause of more than 90 days is a loss
            books.say(name, later, held, Mismatch.PAUSE)
    books.move(name, place + 2, held, "resume")


def a_paused_group_here(books: Books, place: int) -> None:
    names = books.account(), books.account()
    books.parents.append(f"{names[1]},{names[0]}")
    held = {name: books.here[name, place, "USD"] for name in names}
    for name in names:
        books.move(name, place, -held[name], "pause")
        for later in (place, place + 1):
            books.say(name, later, held[name], Mismatch.PAUSE)
        books.move(name, place + 2, held[name], "resume")


def in_another_currency(books: Books, place: int) -> None:
    name = books.account()
    books.say(name, place, 90_00, Mismatch.CURRENCY, "EUR")
    books.say(name, place, 0, Mismatch.CURRENCY)


def swapped_with_another(books: Books, place: int) -> None:
    one, other = books.account(), books.account()
    books.move(other, 0, 1_000_00)
    first, second = (books.here[name, place, "USD"] for name in (one, other))
    books.say(one, place, second, Mismatch.AMOUNT)
    books.say(other, place, first, Mismatch.AMOUNT)


PLANTERS: tuple[Planter, ...] = (
    *(more_in_a_month, less_in_a_month, a_cent_in_all_months, a_year_in_one_month),
    *(a_loss_in_one_month_alone, in_the_file_twice, gone_there_in_the_middle),
    *(begun_there_in_the_middle, only_there, only_there_once, only_here, under_another_id),
    *(growth_a_month_later_there, growth_a_month_later_here, a_start_a_month_later_there),
    *(a_loss_a_month_later_there, a_loss_a_month_later_here, paused_here, a_paused_group_here),
    *(in_another_currency, swapped_with_another),
)


@pytest.fixture
def store() -> Iterator[Store]:
    with sqlite_at_head().fresh() as opened:
        yield opened


def check(store: Store, folder: Path, seed: int) -> None:
    books = Books(Random(seed))  # noqa: S311 - drawn, not secret
    for _ in range(10):
        books.account(grows=books.drawn.randint(FIRST, LAST))  # in these nothing is planted
    for planter in books.drawn.sample(PLANTERS, len(PLANTERS)):
        planter(books, books.drawn.randint(FIRST, LAST))
    import_text(store, csv_text(*books.moves, header="account_id,date,amount,currency,driver"))
    lists = csv_text(*books.parents, header="account_id,parent_id")
    import_text(store, lists, source="accounts")

    result = compared(store, folder, books.text(), end=date(2026, 7, 1))

    found = {
        (one.account, MONTHS.index(month.month), month.currency): (one.there, one.here, one.cause)
        for month in result.months
        for one in month.accounts
    }
    assert found == books.expected
    for month in result.months:
        place = MONTHS.index(month.month)
        own = [one for key, one in books.expected.items() if key[1:] == (place, month.currency)]
        assert month.difference == sum(here - there for there, here, _ in own)


def test_each_is_found_with_its_account_amount_and_reason(store: Store, tmp_path: Path) -> None:
    check(store, tmp_path, 1)


@only_slow
@pytest.mark.parametrize("seed", range(2, 42))
def test_in_many_drawn_ledgers(store: Store, tmp_path: Path, seed: int) -> None:
    check(store, tmp_path, seed)
