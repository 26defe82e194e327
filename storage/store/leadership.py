"""One process of several leads, so that the others need not do the same work again.

It only saves work: a leader that has stalled may think it still leads, so what must happen once
rests on unique keys and on fences.
"""

import fcntl
import os
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from storage.store.engine import Store
from storage.store.locks import AdvisoryLock
from storage.store.messages import beginning


class Leadership:
    """A process's claim to lead, which ends with the process however that ends.

    On PostgreSQL it is an advisory lock of a connection of its own, which a pooler that shares
    connections between transactions would break; on SQLite a lock on a file beside the database.
    """

    def __init__(self, store: Store) -> None:
        self._turn = threading.Lock()
        self._lock = _lock_for(store)

    def try_lead(self) -> bool:
        """Tell whether this process leads, or does from now on; never waits for the leader.

        False as well when the database does not answer: there is nothing to lead then.
        """
        with self._turn:
            return self._lock.is_held() or self._lock.take()

    def close(self) -> None:
        """Let another process lead."""
        with self._turn:
            self._lock.release()


class _ConnectionLock:
    def __init__(self, store: Store) -> None:
        self._engine = store.engine.execution_options(**beginning(""))  # no transaction
        self._connection: Connection | None = None
        driver: Any = store.engine.dialect.loaded_dbapi
        self._errors = (DBAPIError, PoolTimeoutError, driver.Error)

    def is_held(self) -> bool:
        """Ask on the very connection: only the server knows whether it has lost it."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except self._errors:
            self.release()
            return False
        return True

    def take(self) -> bool:
        try:
            self._connection = self._engine.connect()
            self._connection.begin()  # a pooled one that was lost is replaced
            self._connection.detach()  # back in the pool it would keep the lock
            statement = text("SELECT pg_try_advisory_lock(:key)")
            is_leader: bool = self._connection.scalar(statement, {"key": AdvisoryLock.LEADER.value})
        except self._errors:
            is_leader = False
        if not is_leader:
            self.release()
        return is_leader

    def release(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class _FileLock:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def is_held(self) -> bool:
        # The file is looked at, too: once it is deleted another process can lock a new one.
        if self._descriptor is None:
            return False
        try:
            if os.path.samestat(os.fstat(self._descriptor), self._path.stat()):
                return True
        except FileNotFoundError:
            pass
        self.release()
        return False

    def take(self) -> bool:
        try:
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return False
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self.release()
            return False
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class _NoLock:
    # Of a store in memory, which no other process sees.

    def is_held(self) -> bool:
        return self.take()

    def take(self) -> bool:
        return True

    def release(self) -> None:
        pass


def _lock_for(store: Store) -> _ConnectionLock | _FileLock | _NoLock:
    if store.engine.dialect.name == "postgresql":
        return _ConnectionLock(store)
    path = store.sqlite_path
    return _NoLock() if path is None else _FileLock(path.with_name(f"{path.name}.leader"))
