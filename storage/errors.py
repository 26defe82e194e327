"""Errors about the store and the data in it; each says what to do next."""

from datetime import date, timedelta

from metrics.days import day_in_full


class StorageError(Exception):
    """Base of every error raised on purpose in this package; its text is for a person."""

    sentence = ""  # of a subclass that always says the same

    def __init__(self, sentence: str | None = None) -> None:
        super().__init__(self.sentence if sentence is None else sentence)


class OutOfOrderError(StorageError):
    """Nothing can be asked until whoever runs the bot has mended what the message names."""


class StoreNotReadyError(OutOfOrderError):
    """The database has no tables yet, or those of another version."""

    sentence = "the store is not set up for this version: run `nrrbot db upgrade`"


class StoreTooOldError(StoreNotReadyError):
    """The database has the tables of a version that this one cannot bring up to date."""

    sentence = (
        "the store was set up by an earlier version of nrrbot, whose ledger is kept otherwise: set"
        " DATABASE_URL to a new store, run `nrrbot db upgrade`, and import your files again"
    )


class StoreTooNewError(OutOfOrderError):
    """The database has the tables of a version that this one does not know."""

    sentence = "the store was set up by a later version of nrrbot: install that one"


class MissingDriverError(OutOfOrderError):
    """DATABASE_URL names a kind of database whose driver is not installed."""

    sentence = (
        "DATABASE_URL names a database whose driver is not installed: use sqlite:///FILE or"
        " postgresql://USER:PASSWORD@HOST/NAME"
    )


class StoreUnreachableError(OutOfOrderError):
    """The database did not answer, or DATABASE_URL does not name one; a sentence can say why."""

    sentence = "the store cannot be opened: check DATABASE_URL and that it is running"


class StoreDamagedError(OutOfOrderError):
    """The SQLite file holds what SQLite never wrote, or has lost a part."""

    def __init__(self, backup: str) -> None:
        super().__init__(
            "the store's file is damaged: stop the bot, and put the last backup in its place,"
            f" {backup}"
        )


class StoreNoDatabaseError(OutOfOrderError):
    """The file in DATABASE_URL is none of SQLite's."""

    def __init__(self, backup: str) -> None:
        super().__init__(
            "DATABASE_URL names a file that is no database: correct it, or put the last backup"
            f" in its place, {backup}"
        )


class StoreBusyError(StorageError):
    """Another process holds a write lock of the store."""

    sentence = (
        "the store is busy, because another process writes to it, such as an import: try again"
        " in a moment"
    )


class CoveredAlreadyError(StorageError):
    """An import declares the data covered through a day that lies before others that are."""

    def __init__(self, covered_through: date, known: date) -> None:
        last, said = known - timedelta(days=1), covered_through - timedelta(days=1)
        super().__init__(
            f"--through {said} lies before {last}, through which the data is in already:"
            " leave it out, or name a later day"
        )


class LedgerFullError(StorageError):
    """All movements together come to more than 64 bits can hold."""

    sentence = (
        "nothing was imported: all amounts together are more than can be added up, so look for"
        " decimal points that are missing"
    )


class StoreCrowdedError(StorageError):
    """Every connection that the bot or the database allows is in use."""

    sentence = (
        "every connection to the store is in use: try again in a moment, or allow for more"
        " with NRRBOT_DB_POOL_SIZE and max_connections"
    )


class StoreSlowError(StorageError):
    """The database took longer over one statement than the store waits."""

    sentence = (
        "the store took too long over this: try again in a moment, or raise"
        " NRRBOT_DB_TIMEOUT_SECONDS"
    )


class StoreForbiddenError(OutOfOrderError):
    """The database user may not read or write the store's tables."""

    sentence = (
        "the database user in DATABASE_URL may not use the store's tables: use the one that"
        " ran `nrrbot db upgrade`"
    )


class StoreFullError(OutOfOrderError):
    """There is no room left for what was to be written, so nothing was."""

    sentence = "the store's disk is full: nothing was stored; make room and try again"


class NoTemporaryRoomError(OutOfOrderError):
    """A temporary file could not be written, so nothing was stored."""

    sentence = (
        "there is no room for temporary files, so nothing was stored: make room, or name another"
        " folder in TMPDIR"
    )


class StoreReadOnlyError(OutOfOrderError):
    """The database may be read and not written."""

    sentence = (
        "the store may not be written: check the rights on its file and folder, or that"
        " DATABASE_URL names no replica"
    )


class AlreadyToldError(StorageError):
    """Another process has told people of an alert meanwhile."""

    sentence = "another process has told of an alert meanwhile: nothing was told twice"


class MissingWarehouseDriverError(OutOfOrderError):
    """A setting names a kind of database whose driver is not installed."""

    def __init__(
        self, backend: str, package: str | None, *, setting: str = "WAREHOUSE_URL"
    ) -> None:
        super().__init__(
            f"{setting} needs the driver for {backend}://: pip install {package}"
            if package
            else f"{setting} begins with {backend}://, for which no driver is installed:"
            " correct it, or install the SQLAlchemy dialect of that name"
        )


class WarehouseUnreachableError(OutOfOrderError):
    """The warehouse did not answer, or WAREHOUSE_URL does not name one."""

    sentence = "the warehouse cannot be reached: check WAREHOUSE_URL and that it is running"


class WarehouseRefusedError(OutOfOrderError):
    """The warehouse will not run a statement: a table is missing, or may not be read."""

    sentence = (
        "the warehouse refused a statement: check that it holds the ledger's tables"
        " and that they may be read"
    )


class WarehouseEmptyError(StorageError):
    """The warehouse has the tables, and no ledger in them."""

    sentence = "the warehouse's ledger is empty: load its tables first"


class WarehouseChangedError(StorageError):
    """New data came into the warehouse after it was last looked at."""

    sentence = "the warehouse has just taken in new data: ask again"


class StoreHoldsLedgerError(OutOfOrderError):
    """WAREHOUSE_URL is set, and the store has a ledger of its own."""

    sentence = (
        "the store has a ledger of its own: with WAREHOUSE_URL, let DATABASE_URL name another store"
    )


class StoreHoldsCopyError(OutOfOrderError):
    """The store keeps what a warehouse answered, and was to be used without the warehouse."""

    sentence = (
        "the store keeps what a warehouse answered: set WAREHOUSE_URL to ask, and to import"
        " let DATABASE_URL name another store"
    )


class SourceFailedError(StorageError):
    """A source could not be read; the sentence says what to do, and holds no secret."""


class EndsMostError(StorageError):
    """Most of what stands would end, because a complete list lacks it."""

    def __init__(self, ended: int, standing: int, noun: str) -> None:
        super().__init__(
            f"{ended:,} of {standing:,} {noun} are missing in what is said to be complete, and"
            " would end"
        )


class SourceMovedOnError(StorageError):
    """Another process has read a source on while this one fetched it."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} was synced by another process meanwhile: what this one fetched is dropped"
        )


class EmptyLedgerError(StorageError):
    """No import has landed yet, or none by the moment asked about, or none that left any MRR.

    Rows can still be ``waiting`` for their day, the first of them for this one.
    """

    def __init__(
        self, *, as_of: bool = False, is_imported: bool = False, waiting: date | None = None
    ) -> None:
        sentence = "the ledger is empty: run `nrrbot import FILE` first"
        if as_of:
            sentence = "nothing was in the ledger yet at that moment: ask for a later --as-of"
        elif waiting is not None:
            sentence = (
                "the ledger has no MRR yet: all of what was imported waits for its day, the first"
                f" of it for {day_in_full(waiting)}"
            )
        elif is_imported:
            sentence = (
                "the ledger has no MRR: nothing that was imported pays any, or it was taken back"
                " (see `nrrbot import list`): import a file with amounts above 0"
            )
        super().__init__(sentence)


class NoUsageError(StorageError):
    """Usage was asked for where there is none."""

    def __init__(self, *, in_warehouse: bool) -> None:
        super().__init__(
            "usage is not read from a warehouse: leave out “incl. usage”"
            if in_warehouse
            else "the ledger has no usage: import rows with yes in a column named usage first, or"
            " leave out “incl. usage”"
        )


class AccountsElsewhereError(StorageError):
    """A question about the records of single accounts, which are in a warehouse."""

    sentence = (
        "the ledger is in the warehouse, and so is what is recorded of single accounts: ask for a"
        " list, such as accounts churned last-quarter"
    )


class BelowZeroThenError(StorageError):
    """At a past moment an account's loss was known before its gain."""

    def __init__(self, account: str, day: date, *, is_named: bool = False) -> None:
        self._account, self._day = account, day
        super().__init__(
            f"by what was known at that moment {f'account {account}' if is_named else 'an account'}"
            f" has MRR below zero on {day_in_full(day)}: its loss was recorded before its gain;"
            " ask for a later --as-of"
        )

    def named(self) -> "BelowZeroThenError":
        """Say which account it is, to who may see every account."""
        return BelowZeroThenError(self._account, self._day, is_named=True)


class MonthNotBuiltError(StorageError):
    """The columns hold no such month."""

    def __init__(self, month: date, first: date, last: date) -> None:
        super().__init__(
            f"{month:%Y-%m} is outside the months that are built:"
            f" choose one from {first:%Y-%m} to {last:%Y-%m}"
        )


class ColumnsDifferError(StorageError):
    """Something that is derived is not what the ledger says."""

    def __init__(self, where: str, *, others: int) -> None:
        more = f", nor are {others:,} others" if others else ""
        super().__init__(
            f"the column {where} is not what the ledger says{more}: run `nrrbot db rebuild`"
        )


class UnknownRuleError(StorageError):
    """No alert rule of the workspace has that id."""

    def __init__(self, rule_id: str) -> None:
        super().__init__(f"there is no alert rule {rule_id}")


class AuditBrokenError(StorageError):
    """An entry of the audit was changed, or is missing."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"the audit is broken at entry {number}: it, or one before it, was changed or removed"
        )
        self.number = number


class CodeRefusedError(StorageError):
    """A one-time code is wrong, used or too old."""

    sentence = "this code is not valid, or not any more: restart `nrrbot serve` for a new one"


class LastAdministratorError(StorageError):
    """A change would leave nobody who can grant anything, nor take this change back."""

    sentence = (
        "that would leave this bot without an administrator: make somebody else one first, with"
        " `access grant @user admin`"
    )


class UnreadableFileError(StorageError):
    """A file is refused as a whole, before its rows are looked at."""
