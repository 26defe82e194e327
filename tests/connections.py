"""Connections to PostgreSQL that a store leaves open for the next one on the same database.

Each has a process at the server, which would start and get to know every table anew.
"""

import os
from typing import Any

from psycopg import Connection
from psycopg.pq import ExecStatus, TransactionStatus

_FORGET = """
RESET ALL; UNLISTEN *; DISCARD TEMP; DISCARD SEQUENCES; SELECT pg_advisory_unlock_all()
"""
_HEARD = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)


class LastingConnection(Connection[Any]):
    """Waits, once closed, for who connects next."""

    waiting: list["LastingConnection"]

    def close(self) -> None:
        """Keep it as it was opened, or end it where it is not at rest."""
        if self.closed or not self.hears(_FORGET):
            self.end()
        else:
            self.autocommit = False
            self.waiting.append(self)

    def hears(self, statements: str) -> bool:
        """Execute statements outside of a transaction; False where that is not possible."""
        # Not as the driver does: tests listen to what stores say.
        is_idle = self.pgconn.transaction_status == TransactionStatus.IDLE
        return is_idle and self.pgconn.exec_(statements.encode()).status in _HEARD

    def end(self) -> None:
        super().close()


class LastingConnections:
    """Those to one database."""

    def __init__(self) -> None:
        self._process = os.getpid()
        self._waiting: list[LastingConnection] = []

    def connect(
        self, _dialect: object, _record: object, _arguments: object, parameters: dict[str, Any]
    ) -> LastingConnection | None:
        """Find one that waits, or open one that will; for SQLAlchemy's event `do_connect`."""
        if os.getpid() != self._process:
            return None  # a forked process must not speak on those of its parent
        for found in iter(self._take, None):
            if found.hears("SELECT"):
                return found
            found.end()
        opened = LastingConnection.connect(**parameters)
        opened.waiting = self._waiting
        return opened

    def hear(self, statements: str) -> bool:
        """Execute statements on one that waits, if there is one."""
        return any(one.hears(statements) for one in self._waiting)

    def _take(self) -> LastingConnection | None:
        try:
            return self._waiting.pop()
        except IndexError:  # also where another thread was quicker
            return None
