"""The record of decisions: append only, each entry's hash over the one before, and no amounts."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import select, text
from sqlmodel import Session, col

from storage.errors import AuditBrokenError
from storage.store.column_types import moment_text
from storage.store.engine import Store
from storage.tables.access import AuditRow

BEGINNING = "0" * 64
"""What the first entry has for the hash of the one before."""
COLUMNS = (
    *("id", "at", "actor", "team", "action", "scope", "surface", "channel", "decision", "reason"),
    *("data_version", "request_id", "prev_hash", "hash"),
)
"""What `Link.document` holds, in its order."""
_CHAIN_LOCK = 0x6E7274  # "nrt": on PostgreSQL one appends at a time, whatever else it writes
_PAGE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Who was let do what, or was not.

    Attributes
    ----------
    actor : str
        A user id, or ``command line``.
    scope : str, optional
        JSON pairs of dimension and value; None where no figures are touched.
    decision : str
        ``allow`` or ``deny``; then ``reason`` is why, in one word.
    request_id : str
        What it was part of, so that entries can be put together.
    """

    at: datetime
    actor: str
    team: str
    action: str
    surface: str
    decision: str
    request_id: str
    scope: str | None = None
    channel: str | None = None
    reason: str | None = None
    data_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry in its place: its number counts from 1 without a gap."""

    id: int
    entry: Entry
    prev_hash: str
    hash: str

    def document(self) -> dict[str, Any]:
        """Return it as it is exported, and as it is hashed without its own hash."""
        entry = self.entry
        return {
            "id": self.id,
            "at": moment_text(entry.at),
            "actor": entry.actor,
            "team": entry.team,
            "action": entry.action,
            "scope": entry.scope,
            "surface": entry.surface,
            "channel": entry.channel,
            "decision": entry.decision,
            "reason": entry.reason,
            "data_version": entry.data_version,
            "request_id": entry.request_id,
            "prev_hash": self.prev_hash,
            "hash": self.hash,
        }

    def computed_hash(self) -> str:
        """Return the hash that the entry has if nobody changed it."""
        content = {name: value for name, value in self.document().items() if name != "hash"}
        written = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()


def append(session: Session, entry: Entry) -> Link:
    """Write an entry in the caller's transaction: it is there exactly if the effect is."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    newest = newest_link(session)
    link = Link(
        id=newest.id + 1 if newest else 1,
        entry=entry,
        prev_hash=newest.hash if newest else BEGINNING,
        hash="",
    )
    link = replace(link, hash=link.computed_hash())
    session.add(AuditRow(**{**link.document(), "at": entry.at}))
    session.flush()
    return link


@contextmanager
def audited(store: Store, *entries: Entry | None) -> Iterator[Session]:
    """Open the writing session for an effect that the entries are about: both, or neither."""
    with store.write(ledger=False) as session:
        for entry in entries:
            if entry is not None:
                append(session, entry)
        yield session


def newest_link(session: Session) -> Link | None:
    """Return the last entry; None while there is none."""
    row = session.scalars(select(AuditRow).order_by(col(AuditRow.id).desc()).limit(1)).first()
    return None if row is None else _link(row)


def newest(session: Session, most: int) -> list[Link]:
    """Return the last entries, the newest first."""
    rows = session.scalars(select(AuditRow).order_by(col(AuditRow.id).desc()).limit(most))
    return [_link(row) for row in rows]


def every(session: Session) -> Iterator[Link]:
    """Yield all entries, the oldest first, however many they are."""
    last = 0
    while True:
        following = select(AuditRow).where(col(AuditRow.id) > last).order_by(col(AuditRow.id))
        rows = session.scalars(following.limit(_PAGE)).all()
        if not rows:
            return
        for row in rows:
            yield _link(row)
        last = rows[-1].id


def verify(session: Session) -> Link | None:
    """Check every entry and how they hang together; return the newest, None if there is none.

    What is cut off at the end leaves no trace in the rest: compare the number and the hash of the
    newest with those noted elsewhere.

    Raises
    ------
    AuditBrokenError
        With the number of the first entry that was changed, or is missing.
    """
    beginning = Link(id=0, entry=_NOTHING, prev_hash="", hash=BEGINNING)
    newest = beginning
    for before, link in pairwise(_from(beginning, session)):
        if link.id != before.id + 1:
            raise AuditBrokenError(before.id + 1)
        if link.prev_hash != before.hash or link.computed_hash() != link.hash:
            raise AuditBrokenError(link.id)
        newest = link
    return None if newest is beginning else newest


def _from(first: Link, session: Session) -> Iterator[Link]:
    yield first
    yield from every(session)


def _link(row: AuditRow) -> Link:
    entry = Entry(
        at=row.at,
        actor=row.actor,
        team=row.team,
        action=row.action,
        scope=row.scope,
        surface=row.surface,
        channel=row.channel,
        decision=row.decision,
        reason=row.reason,
        data_version=row.data_version,
        request_id=row.request_id,
    )
    return Link(id=row.id, entry=entry, prev_hash=row.prev_hash, hash=row.hash)


_NOTHING = Entry(
    at=datetime.min.replace(tzinfo=UTC),
    actor="",
    team="",
    action="",
    surface="",
    decision="",
    request_id="",
)
