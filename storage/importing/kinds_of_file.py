"""Kinds of file that can be imported: the names of their columns, and who reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from storage.importing import accounts_csv, movements_csv, rates_csv
from storage.importing.batch import Batch
from storage.importing.contracts import columns as contract_columns
from storage.importing.contracts.reading import read_contracts
from storage.importing.levels import columns as level_columns
from storage.importing.levels.reading import read_balances
from storage.importing.read_options import ReadOptions
from storage.importing.report import Progress
from storage.importing.signals import reading as signals_reading
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
        options: ReadOptions,
    ) -> Batch:
        """Read ``table``; ``now`` and ``today`` bound moments and dates in it."""
        ...


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its reader, the columns that must be there, and all that have a meaning.

    A reader gets columns of these names only; those that are none of its own are attributes.
    """

    read: Reader
    required: Sequence[str]
    own: frozenset[str]


# A new kind is a reader and an entry here; `profiles.all_profiles` has what tells its header.
KINDS_OF_FILE = {
    "movements": FileKind(
        movements_csv.read_movements,
        movements_csv.REQUIRED,
        frozenset(movements_csv.OWN_COLUMNS),
    ),
    "balances": FileKind(
        read_balances,
        ("account_id", "month", "mrr", "currency"),
        frozenset(level_columns.OWN_COLUMNS),
    ),
    "contracts": FileKind(
        read_contracts,
        contract_columns.REQUIRED,
        frozenset(contract_columns.OWN_COLUMNS),
    ),
    "accounts": FileKind(
        accounts_csv.read_accounts, ("account_id",), frozenset(accounts_csv.OWN_COLUMNS)
    ),
    "rates": FileKind(rates_csv.read_rates, ("date",), frozenset(rates_csv.OWN_COLUMNS)),
    "signals": FileKind(
        signals_reading.read_signals,
        signals_reading.REQUIRED,
        frozenset(signals_reading.OWN_COLUMNS),
    ),
}
