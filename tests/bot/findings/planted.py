"""Ledgers with one planted cause: a calm company by the month, and what happens to it beside."""

from collections.abc import Iterable
from dataclasses import dataclass, field

PRICES = {"ent": 30_000, "mid": 20_000, "smb": 10_000}
"""What an account of a segment pays, in cents; there are a hundred of each."""
MONTHS = 34
Q2, Q3, LAST_YEAR = range(27, 30), range(30, 33), range(22, 34)
"""Months of 2026, and the last twelve, counted from January 2024."""
HEAD = "movement_id,account_id,date,amount,currency,driver,segment\n"


@dataclass(frozen=True)
class Event:
    """What some accounts of a segment do in each of some months.

    ``change`` is a share of what each pays: -1 leaves, and None is of accounts that join, or, if
    the driver is win_back, of accounts that left and come back.
    """

    segment: str
    months: Iterable[int]
    accounts: int
    change: float | None
    driver: str


@dataclass
class Book:
    """Accounts month by month, and the movements that were written."""

    paying: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    rows: list[str] = field(default_factory=list)
    turn: int = 0

    def move(self, account: str, month: int, cents: int, driver: str) -> None:
        day = f"{2024 + month // 12}-{month % 12 + 1:02}-10"
        segment = account.partition("-")[0]
        number = len(self.rows)
        self.rows.append(f"m{number},{account},{day},{cents / 100:.2f},USD,{driver},{segment}\n")
        self.paying[account] = self.paying.get(account, 0) + cents
        if not self.paying[account]:
            self.left[account] = -cents
            del self.paying[account]

    def join(self, segment: str, month: int) -> None:
        self.turn += 1
        self.move(f"{segment}-{self.turn}", month, PRICES[segment], "new_logo")

    def happen(self, event: Event, month: int) -> None:
        if event.change is None and event.driver == "win_back":
            gone = [one for one in self.left if one.startswith(event.segment)]
            for account in gone[: event.accounts]:
                self.move(account, month, self.left.pop(account), event.driver)
            return
        for _ in range(event.accounts):
            if event.change is None:
                self.join(event.segment, month)
            else:
                account = self.next_of(event.segment)
                self.move(account, month, round(self.paying[account] * event.change), event.driver)

    def next_of(self, segment: str) -> str:
        """Take the account of a segment that has waited the longest."""
        account = next(one for one in self.paying if one.startswith(f"{segment}-"))
        self.paying[account] = self.paying.pop(account)
        return account


CALM = (
    *(Event(one, range(1, MONTHS), 5, 0.1, "seats") for one in PRICES),
    *(Event(one, range(1, MONTHS), 4, -0.1, "shrink") for one in PRICES),
    Event("smb", range(2, MONTHS, 3), 1, -1, "closed_down"),
    Event("smb", range(2, MONTHS, 3), 1, None, "new_logo"),
)
"""Each segment gains 6 % a year by seats and loses 4.8 %, and smb four accounts, month by month."""


def ledger(*planted: Event, calm: Iterable[Event] = CALM, large: int = 0) -> str:
    """Write the movements of a company; one more account of ent pays ``large`` cents."""
    book = Book()
    for segment in PRICES:
        for _ in range(100):
            book.join(segment, 0)
    if large:
        book.rows.append(f"w0,whale,2024-01-10,{large / 100:.2f},USD,new_logo,ent\n")
    for month in range(1, MONTHS):
        for event in (*calm, *planted):
            if month in event.months:
                book.happen(event, month)
    return HEAD + "".join(book.rows)
