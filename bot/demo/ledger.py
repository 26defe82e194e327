"""Books of the demo company for one month: changes in, rows of the import format out."""

from collections.abc import Iterator
from operator import attrgetter, itemgetter
from typing import Final

from bot.demo.calendar import Month
from bot.demo.contracts import Attributes, DemoAccount, SubscriptionItem
from metrics.movements import MovementKind, classify

COLUMNS: Final = (
    "movement_id", "account_id", "date", "type", "amount", "currency", "mrr_after", "driver",
    "product", "segment", "industry", "channel", "plan", "region", "owner",
)  # fmt: skip

CURRENCY: Final = "USD"
_ORDER = itemgetter(1, 0)  # date, then account: a stable sort keeps the order of a day


class MonthLedger:
    """The movements of one month, posted account by account.

    Each account's movements must be posted in the order of their days.
    """

    def __init__(self, month: Month) -> None:
        self.month = month
        self._rows: list[tuple[str, ...]] = []

    def settle(
        self, account: DemoAccount, item: SubscriptionItem, *, day: int, driver: str
    ) -> None:
        """Book ``item`` at its present price; no row if the ledger holds it so."""
        self._book(account, item, day=day, driver=driver, price=item.price)

    def clear(self, account: DemoAccount, *, day: int, driver: str) -> None:
        """Book every item at nothing, the smallest first."""
        for item in sorted(account.items, key=attrgetter("booked")):
            self._book(account, item, day=day, driver=driver, price=0)

    def note(self, account: DemoAccount, *, day: int, driver: str) -> None:
        """State changed attributes in a row without money."""
        self._post(account, account.main, day=day, driver=driver, amount=0)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the month's rows without their ``movement_id``, by date then account."""
        self._rows.sort(key=_ORDER)
        return iter(self._rows)

    def _book(
        self, account: DemoAccount, item: SubscriptionItem, *, day: int, driver: str, price: int
    ) -> None:
        amount = price - item.booked
        if amount:
            item.booked = price
            self._post(account, item, day=day, driver=driver, amount=amount)

    def _post(
        self, account: DemoAccount, item: SubscriptionItem, *, day: int, driver: str, amount: int
    ) -> None:
        books = account.books
        before, books.balance = books.balance, books.balance + amount
        kind = classify(before, books.balance, has_paid=books.has_paid)
        books.has_paid = True
        self._rows.append(
            (
                account.account_id,
                self.month.on(day),
                "" if kind is MovementKind.UNCHANGED else kind.value,
                major_units(amount),
                CURRENCY,
                major_units(books.balance),
                driver,
                item.product,
                *_unstated(account),
            )
        )


def _unstated(account: DemoAccount) -> tuple[str, ...]:
    now, stated = account.attributes, account.books.stated
    if now == stated:  # nearly every row, so it is not compared cell by cell
        return Attributes()
    account.books.stated = now
    return tuple("" if new == known else new for new, known in zip(now, stated, strict=True))


def major_units(cents: int) -> str:
    """Write an amount as the import format has it: ``-12.05``."""
    units, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{units}.{rest:02d}"
