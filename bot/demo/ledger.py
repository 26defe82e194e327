"""The demo company's books for one month: changes in, rows of the import format out."""

from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from bot.demo.calendar import Month
from bot.demo.contracts import NOTHING_SAID, DemoAccount, SubscriptionItem
from metrics.movements import MovementKind, classify

COLUMNS: Final = (
    "movement_id", "account_id", "date", "type", "amount", "currency", "mrr_after", "driver",
    "product", "segment", "industry", "channel", "plan", "region", "owner",
)  # fmt: skip

_CURRENCY = "USD"
_ORDER = itemgetter(1, 0)


class MonthLedger:
    """The movements of one month, posted account by account.

    Each account's movements must be posted in the order of their days.
    """

    def __init__(self, month: Month) -> None:
        self.month = month
        self._rows: list[tuple[str, ...]] = []

    def settle(
        self, account: DemoAccount, line: SubscriptionItem, *, day: int, driver: str
    ) -> None:
        """Book ``line`` at its present price; no row if that is what the ledger holds."""
        self._book(account, line, day=day, driver=driver, price=line.price)

    def clear(self, account: DemoAccount, *, day: int, driver: str) -> None:
        """Book every line at nothing, the smallest first."""
        for line in sorted(account.lines, key=_booked):
            self._book(account, line, day=day, driver=driver, price=0)

    def note(self, account: DemoAccount, *, day: int, driver: str) -> None:
        """State changed attributes in a row without money."""
        self._post(account, account.main, day=day, driver=driver, amount=0)

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the month's rows without their ``movement_id``, by date then account."""
        self._rows.sort(key=_ORDER)
        return iter(self._rows)

    def _book(
        self, account: DemoAccount, line: SubscriptionItem, *, day: int, driver: str, price: int
    ) -> None:
        amount = price - line.booked
        if amount:
            line.booked = price
            self._post(account, line, day=day, driver=driver, amount=amount)

    def _post(
        self, account: DemoAccount, line: SubscriptionItem, *, day: int, driver: str, amount: int
    ) -> None:
        before = account.balance
        account.balance = after = before + amount
        kind = classify(before, after, has_paid=account.has_paid)
        account.has_paid = True
        self._rows.append(
            (
                account.account_id,
                self.month.on(day),
                "" if kind is MovementKind.UNCHANGED else kind.value,
                _major(amount),
                _CURRENCY,
                _major(after),
                driver,
                line.product,
                *_news(account),
            )
        )


def _news(account: DemoAccount) -> tuple[str, ...]:
    attributes, said = account.attributes, account.said
    if attributes == said:
        return NOTHING_SAID
    account.said = attributes
    return tuple("" if now == known else now for now, known in zip(attributes, said, strict=True))


def _booked(line: SubscriptionItem) -> int:
    return line.booked


def _major(cents: int) -> str:
    units, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{units}.{rest:02d}"
