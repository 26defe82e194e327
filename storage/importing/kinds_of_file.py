"""Kinds of file that can be imported: the names of their columns, and who reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from storage.importing import accounts_csv, movements_csv, rates_csv
from storage.importing.batch import Batch
from storage.importing.levels.reading import REQUIRED, read_balances
from storage.importing.report import Progress
from storage.importing.spool import Scratch
from storage.importing.tables.table import NamedTable


class Reader(Protocol):
    """Turns a table into a batch; faults of its rows go into the findings."""

    def __call__(
        self,
        table: NamedTable,
        *,
        now: datetime,
        today: date,
        scratch: Scratch,
        progress: Progress,
    ) -> Batch:
        """Read ``table``; ``now`` and ``today`` bound moments and dates in it."""
        ...


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its reader, other names of its columns, and those that must be there."""

    read: Reader
    required: Sequence[str]
    aliases: Mapping[str, str] = field(default_factory=dict)


MOVEMENTS = FileKind(movements_csv.read_movements, movements_csv.REQUIRED, movements_csv.ALIASES)
ACCOUNTS = FileKind(accounts_csv.read_accounts, ("account_id",))
RATES = FileKind(rates_csv.read_rates, ("date",))
BALANCES = FileKind(
    read_balances,
    REQUIRED,
    {"amount": "mrr", "customer": "account_id", "customer_id": "account_id"},
)
KINDS_OF_FILE = {"balances": BALANCES, "movements": MOVEMENTS, "accounts": ACCOUNTS, "rates": RATES}
