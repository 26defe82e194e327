"""All that is recorded of one account, as values."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from metrics.contracts.terms import Term
from metrics.rollup import Attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFound:
    """An account that a text names: its number, id and name, and what it pays on the day.

    ``attributes`` are those that it counts under; ``mrr`` is in minor units, with that of accounts
    beneath it.
    """

    number: int
    account_id: str
    name: str | None
    attributes: Attributes
    mrr: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedMovement:
    """A movement as it was recorded: in signed minor units of its currency, and where it is from.

    ``source_row`` is the line of the file ``import_name``. ``is_taken_back`` tells of one that does
    not count any more, and of the row that took it back.
    """

    account_id: str
    day: date
    amount_minor: int
    currency: str
    driver: str | None
    product: str | None
    recorded_at: datetime
    import_id: int
    import_name: str
    source: str
    source_row: int
    movement_id: str | None
    is_taken_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMovement:
    """A movement that waits for its day, in signed minor units of its currency."""

    day: date
    amount_minor: int
    currency: str
    driver: str | None


@dataclass(frozen=True, slots=True)
class SignalValue:
    """The last value of a metric, and its day."""

    metric: str
    value: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class AccountFamily:
    """The accounts around one: the topmost that it counts under, if another; those beneath it."""

    part_of: str | None
    beneath: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecord:
    """An account on a day.

    ``course`` is its MRR in minor units at month starts, the earliest first, and on the day.
    ``since`` is the first day on which it paid. ``waiting`` are movements by their day, but for
    ends of terms; ``terms`` are those of its contracts that stand.
    """

    account: AccountFound
    day: date
    family: AccountFamily
    since: date | None
    course: tuple[tuple[date, int], ...]
    movements: tuple[RecordedMovement, ...]
    waiting: tuple[WaitingMovement, ...]
    terms: tuple[Term, ...]
    renews_on: date | None
    signals: tuple[SignalValue, ...]
