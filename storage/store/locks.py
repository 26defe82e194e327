"""Advisory locks of PostgreSQL: a key for each kind of work that is done one at a time."""

from enum import IntEnum, unique

from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from storage.errors import StoreBusyError


@unique  # two kinds with one key would keep each other waiting for ever
class AdvisoryLock(IntEnum):
    """The keys of this product, "nrr" and upwards; a database has one set of keys for everybody."""

    LEDGER = 0x6E7272  # one writer of the ledger
    OTHER = 0x6E7273  # one writer of everything else, which need not wait for an import
    LEADER = 0x6E7274  # held by the process that leads, for as long as it runs
    AUDIT = 0x6E7275  # one appends to the chain, whatever else its transaction writes


_BUSY = {
    AdvisoryLock.LEDGER: "the store is busy with another import",
    AdvisoryLock.OTHER: "the store is busy with messages, rules or grants of another process",
    AdvisoryLock.AUDIT: "the record of decisions is busy with another process",
}
_NOT_IN_TIME = "55P03"


def lock_until_commit(session: Session, lock: AdvisoryLock) -> None:
    """Wait for a lock that the transaction keeps; nothing is locked on SQLite, with one writer.

    Raises
    ------
    StoreBusyError
        If who has it keeps it for longer than the transaction waits; it says what that is.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    try:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock.value})
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _NOT_IN_TIME:
            raise
        raise StoreBusyError(f"{_BUSY[lock]}: try again in a moment") from error
