"""Errors about the store and what is in it; each says what to do next."""


class StorageError(Exception):
    """Base of every error raised on purpose in this package; its text is for a person."""


class StoreNotReadyError(StorageError):
    """The database has no tables yet, or those of another version."""

    def __init__(self) -> None:
        super().__init__("the store is not set up for this version: run `nrrbot db upgrade`")


class StoreTooNewError(StorageError):
    """The database has the tables of a version that this one does not know."""

    def __init__(self) -> None:
        super().__init__("the store was set up by a later version of nrrbot: install that one")


class MissingDriverError(StorageError):
    """DATABASE_URL names a kind of database whose driver is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "DATABASE_URL names a database whose driver is not installed: use sqlite:///FILE"
        )


class StoreUnreachableError(StorageError):
    """The database did not answer, or DATABASE_URL does not name one."""

    def __init__(self) -> None:
        super().__init__("the store cannot be opened: check DATABASE_URL and that it is running")


class StoreBusyError(StorageError):
    """Another process holds the store's only write lock."""

    def __init__(self) -> None:
        super().__init__("the store is busy with another import: try again in a moment")


class StoreFullError(StorageError):
    """There is no room left for what was to be written, so nothing was."""

    def __init__(self) -> None:
        super().__init__("the store's disk is full: nothing was stored; make room and try again")


class StoreReadOnlyError(StorageError):
    """The database may be read and not written."""

    def __init__(self) -> None:
        super().__init__("the store may not be written: check the rights on its file and folder")


class EmptyLedgerError(StorageError):
    """No import has landed yet, or none by the moment asked about."""

    def __init__(self, *, as_of: bool = False) -> None:
        super().__init__(
            "nothing was in the ledger yet at that moment: ask for a later --as-of"
            if as_of
            else "the ledger is empty: run `nrrbot import movements FILE` first"
        )


class UnreadableFileError(StorageError):
    """A file is refused as a whole, before its rows are looked at."""
