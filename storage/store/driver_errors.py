"""Errors of a database driver, turned into errors that tell a person the way out."""

from collections.abc import Callable
from functools import partial
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
"""Errors by PostgreSQL's SQLSTATE."""

_unknown_host = partial(
    StoreUnreachableError,
    "the host in DATABASE_URL is not known: check how it is written, and the network",
)
_no_server = partial(
    StoreUnreachableError,
    "nothing answers at the host and port in DATABASE_URL: check both, and that PostgreSQL is"
    " running there",
)
_not_let_in = partial(
    StoreUnreachableError,
    "the database refuses the user or the password in DATABASE_URL: check both",
)
_unknown_name = partial(
    StoreUnreachableError,
    "the server has no database of the name in DATABASE_URL: create it, or correct the name",
)
_WORDS: dict[str, Callable[[], StorageError]] = {
    "locked": StoreBusyError,
    "no such table": StoreNotReadyError,
    "is full": StoreFullError,
    "readonly": StoreReadOnlyError,
    "too many clients": StoreCrowdedError,
    "too many connections": StoreCrowdedError,
    "failed to resolve host": _unknown_host,
    "Connection refused": _no_server,
    "timeout expired": _no_server,
    "password authentication failed": _not_let_in,
    "no password supplied": _not_let_in,
    'role "': _not_let_in,  # ... does not exist, or is not permitted to log in
    "no pg_hba.conf entry": _not_let_in,
    'database "': _unknown_name,  # ... does not exist
}
"""Errors by words, where there is no code: SQLite, and PostgreSQL that does not let us in."""


def meaning(error: BaseException | None, driver: Any) -> StorageError | None:  # noqa: ANN401 - DBAPI
    """Find the error of ours for one of a driver; None for a wrong statement of ours.

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
    meant = (build for words, build in _WORDS.items() if words in message)
    return next(meant, StoreUnreachableError)()
