"""The record of decisions: append only, each entry's hash over the one before, and no amounts."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from storage.errors import AuditBrokenError
from storage.store.column_types import moment_text
from storage.store.engine import Store
from storage.store.locks import AdvisoryLock, lock_until_commit
from storage.tables.audit import AuditRow

BOT = "nrrbot"
"""The actor of actions that nobody asked for."""
COMMAND_LINE = "command line"
"""The actor of what somebody does who holds the store."""
BEGINNING = "0" * 64
"""The previous hash of the first entry."""
COLUMNS = (
    *("id", "at", "actor", "team", "action", "scope", "surface", "channel", "decision", "reason"),
    *("data_version", "request_id", "prev_hash", "hash"),
)
"""The fields of an exported entry, in their order."""
_PAGE = 1_000  # the record only grows: an export must not hold all of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A decision as it is recorded and exported: flat, because its hash covers each field.

    Attributes
    ----------
    actor : str
        A user id, ``command line``, or ``nrrbot``.
    decision : str
        ``allow`` or ``deny``; ``reason`` explains a denial in one word.
    request_id : str
        The same in all entries of one command, click or post.
    scope : str, optional
        JSON pairs of dimension and value; None where no figures are touched.
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
    """An entry in the chain; ``id`` counts from 1 without a gap."""

    id: int
    entry: Entry
    prev_hash: str
    hash: str

    def document(self) -> dict[str, Any]:
        """Return the entry as it is exported."""
        chain = {"id": self.id, "prev_hash": self.prev_hash, "hash": self.hash}
        values = asdict(self.entry) | chain | {"at": moment_text(self.entry.at)}
        return {name: values[name] for name in COLUMNS}

    def computed_hash(self) -> str:
        """Return the hash that an entry has if nobody changed it."""
        content = {name: value for name, value in self.document().items() if name != "hash"}
        written = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(written.encode()).hexdigest()


def append(session: Session, entry: Entry) -> Link:
    """Append an entry in the caller's transaction: it is stored exactly if the effect is."""
    lock_until_commit(session, AdvisoryLock.AUDIT)
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
    """Open a writing session for an effect and its entries: both are stored, or neither."""
    with store.write(ledger=False) as session:
        for entry in entries:
            if entry is not None:
                append(session, entry)
        yield session


def newest_link(session: Session) -> Link | None:
    """Return the newest entry; None while there is none."""
    row = session.scalars(select(AuditRow).order_by(col(AuditRow.id).desc()).limit(1)).first()
    return None if row is None else _link(row)


def newest(session: Session, most: int, *, of: str | None = None, but: str = "") -> list[Link]:
    """List the newest entries, the newest first: of one action, or of all but one."""
    wanted = col(AuditRow.action) != but if of is None else col(AuditRow.action) == of
    rows = select(AuditRow).where(wanted).order_by(col(AuditRow.id).desc()).limit(most)
    return [_link(row) for row in session.scalars(rows)]


@dataclass(frozen=True, slots=True)
class Tally:
    """Decisions about one action, and those of them that were a denial."""

    decided: int
    denied: int


def tally(session: Session, action: str, *, after: int) -> Tally:
    """Count the decisions about an action that are newer than an entry, by that one's id."""
    counted = (
        select(col(AuditRow.decision), func.count())
        .where(col(AuditRow.action) == action, col(AuditRow.id) > after)
        .group_by(col(AuditRow.decision))
    )
    found = dict(session.execute(counted).all())
    return Tally(sum(found.values()), found.get("deny", 0))


def every(session: Session, *among: ColumnElement[bool]) -> Iterator[Link]:
    """Yield every entry, or those among some, the oldest first."""
    last = 0
    while True:
        following = select(AuditRow).where(col(AuditRow.id) > last, *among)
        following = following.order_by(col(AuditRow.id))
        rows = session.scalars(following.limit(_PAGE)).all()
        if not rows:
            return
        for row in rows:
            yield _link(row)
        last = rows[-1].id


def between(session: Session, start: datetime, end: datetime) -> Iterator[Link]:
    """Yield the entries in ``[start, end)``, the oldest first."""
    return every(session, col(AuditRow.at) >= start, col(AuditRow.at) < end)


def find(session: Session, action: str) -> Link | None:
    """Find the first entry of an action that was allowed; None without any."""
    row = select(AuditRow).where(col(AuditRow.action) == action, col(AuditRow.decision) == "allow")
    found = session.scalars(row.order_by(col(AuditRow.id)).limit(1)).first()
    return None if found is None else _link(found)


def verify(session: Session) -> Link | None:
    """Check every entry and the chain of hashes; return the newest entry, None without any.

    Raises
    ------
    AuditBrokenError
        With the number of the first entry that was changed, or is missing.
    """
    # entries cut off at the end leave no trace here: operators note the newest hash elsewhere
    newest: Link | None = None
    for link in every(session):
        number, previous = (newest.id + 1, newest.hash) if newest else (1, BEGINNING)
        if link.id != number:
            raise AuditBrokenError(number)
        if link.prev_hash != previous or link.computed_hash() != link.hash:
            raise AuditBrokenError(number)
        newest = link
    return newest


def ledger_entry(action: str, data_version: int, *, actor: str, at: datetime) -> Entry:
    """Return the entry of what the bot, or somebody at the command line, has done to the ledger."""
    return Entry(
        at=at,
        actor=actor,
        team="",
        action=action,
        surface=actor,
        decision="allow",
        request_id=uuid4().hex,
        data_version=data_version,
    )


def own_entry(
    action: str,
    *,
    team_id: str,
    channel_id: str,
    at: datetime,
    reason: str | None = None,
    scope: str | None = None,
) -> Entry:
    """Return the entry of an action that the bot takes on a channel of its own accord."""
    return Entry(
        at=at,
        actor=BOT,
        team=team_id,
        action=action,
        surface="channel",
        decision="allow",
        request_id=uuid4().hex,
        scope=scope,
        channel=channel_id,
        reason=reason,
    )


def _link(row: AuditRow) -> Link:
    entry = Entry(**{each.name: getattr(row, each.name) for each in fields(Entry)})
    return Link(id=row.id, entry=entry, prev_hash=row.prev_hash, hash=row.hash)
