"""What a database says through its driver, as an error that says it to a person."""

from typing import Any

from storage.errors import (
    StorageError,
    StoreBusyError,
    StoreCrowdedError,
    StoreForbiddenError,
    StoreFullError,
    StoreNotReadyError,
    StoreReadOnlyError,
    StoreSlowError,
    StoreUnreachableError,
)

_STATES: dict[str, type[StorageError]] = {
    "25006": StoreReadOnlyError,  # a replica, or a database that was set so
    "40001": StoreBusyError,  # could not be put in order with another transaction
    "40P01": StoreBusyError,  # deadlock
    "42501": StoreForbiddenError,
    "42P01": StoreNotReadyError,  # no such table
    "53100": StoreFullError,
    "55P03": StoreBusyError,  # waited long enough for a lock
    "57014": StoreSlowError,  # statement timeout
}
"""PostgreSQL's SQLSTATE, and what it means."""

_WORDS: dict[str, type[StorageError]] = {
    "locked": StoreBusyError,
    "no such table": StoreNotReadyError,
    "is full": StoreFullError,
    "readonly": StoreReadOnlyError,
    "too many clients": StoreCrowdedError,
    "too many connections": StoreCrowdedError,
}
"""The same where there is no such code: on SQLite, and before a connection to PostgreSQL stands."""


def meaning(error: BaseException | None, driver: Any) -> StorageError | None:  # noqa: ANN401 - DBAPI
    """Return the state of the store that an error tells of; None for a wrong statement of ours.

    Parameters
    ----------
    error : BaseException
        As the driver raised it.
    driver : module
        The driver, as PEP 249 defines one.
    """
    state = getattr(error, "sqlstate", None)
    if state in _STATES:
        return _STATES[state]()
    if type(error) is not driver.DatabaseError and not isinstance(error, driver.OperationalError):
        return None
    message = str(error)
    meant = (kind for words, kind in _WORDS.items() if words in message)
    return next(meant, StoreUnreachableError)()
