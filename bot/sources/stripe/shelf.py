"""Shelf: what was read of Stripe so far, on disk, so that no account is ever in memory whole."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from decimal import Decimal

from storage.importing.spool import Scratch, temporary_room
from storage.importing.stripe.objects import Json

_TABLES = """
CREATE TABLE object (kind TEXT, id TEXT, said TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE about (
    subscription TEXT, kind TEXT, place INTEGER, said TEXT,
    PRIMARY KEY (subscription, kind, place)
) WITHOUT ROWID;
"""


class Shelf:
    """Objects by kind and id, and what belongs to a subscription: events, invoices and the like.

    Everything that was put on it twice is there once.
    """

    def __init__(self, scratch: Scratch) -> None:
        self._rows = scratch.enter_context(closing(sqlite3.connect(scratch.path())))
        self._rows.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
        self._place = 0

    def put(self, kind: str, objects: Iterable[Json]) -> None:
        """Keep objects; what was kept of them before is replaced."""
        rows = [(kind, str(one["id"]), _text(one)) for one in objects]
        with temporary_room(), self._rows:
            self._rows.executemany("INSERT OR REPLACE INTO object VALUES (?, ?, ?)", rows)

    def miss(self, kind: str, key: str) -> None:
        """Keep that there is no such object."""
        with temporary_room(), self._rows:
            self._rows.execute("INSERT OR REPLACE INTO object VALUES (?, ?, NULL)", (kind, key))

    def find(self, kind: str, key: str) -> tuple[bool, Json | None]:
        """Find an object: whether anything is known of it, and what."""
        query = "SELECT said FROM object WHERE kind = ? AND id = ?"
        row = self._rows.execute(query, (kind, key)).fetchone()
        return row is not None, None if row is None or row[0] is None else _object(row[0])

    def has(self, kind: str, key: str) -> bool:
        """Tell whether anything is known of an object."""
        return self.find(kind, key)[0]

    def add(self, subscription: str, kind: str, said: Json) -> None:
        """Keep something that is about a subscription."""
        self._place += 1
        with temporary_room():
            self._rows.execute(
                "INSERT INTO about VALUES (?, ?, ?, ?)",
                (subscription, kind, self._place, _text(said)),
            )

    def about(self, subscription: str, kind: str) -> list[Json]:
        """List what is about a subscription, in the order in which it came."""
        query = "SELECT said FROM about WHERE subscription = ? AND kind = ? ORDER BY place"
        return [_object(said) for (said,) in self._rows.execute(query, (subscription, kind))]

    def subscriptions(self) -> Iterator[str]:
        """Yield all subscriptions that anything is about, in order."""
        after = ""
        query = "SELECT min(subscription) FROM about WHERE subscription > ?"
        while (found := self._rows.execute(query, (after,)).fetchone()[0]) is not None:
            yield found
            after = found


def _text(said: Json) -> str:
    return json.dumps(said, default=str)


def _object(text: str) -> Json:
    read: Json = json.loads(text, parse_float=Decimal)
    return read
