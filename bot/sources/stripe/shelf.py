"""Shelf: what was read of Stripe so far, on disk, so that no account is ever in memory whole."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from decimal import Decimal

from storage.importing.spool import Scratch, temporary_room
from storage.importing.stripe.objects import Json

_TABLES = """
CREATE TABLE object (kind TEXT, id TEXT, said TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE about (
    subject TEXT, kind TEXT, place INTEGER, said TEXT,
    PRIMARY KEY (subject, kind, place)
) WITHOUT ROWID;
"""


class Shelf:
    """Objects by kind and id, and what is told of a subscription or a customer, such as events.

    Everything that was put on it twice is there once.
    """

    def __init__(self, scratch: Scratch) -> None:
        self._rows = scratch.enter_context(closing(sqlite3.connect(scratch.path())))
        self._rows.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {_TABLES}")
        self._place = 0
        self._names: dict[str, set[str]] = {}

    def put(self, kind: str, objects: Iterable[Json]) -> None:
        """Keep objects; what was kept of them before is replaced."""
        rows = [(kind, str(one["id"]), _text(one)) for one in objects]
        with temporary_room(), self._rows:
            self._rows.executemany("INSERT OR REPLACE INTO object VALUES (?, ?, ?)", rows)

    def miss(self, kind: str, key: str) -> None:
        """Keep that there is no such object."""
        with temporary_room(), self._rows:
            self._rows.execute("INSERT OR REPLACE INTO object VALUES (?, ?, NULL)", (kind, key))

    def forget(self, kind: str, key: str) -> None:
        """Keep nothing of an object any more."""
        self._rows.execute("DELETE FROM object WHERE kind = ? AND id = ?", (kind, key))

    def find(self, kind: str, key: str) -> tuple[bool, Json | None]:
        """Find an object: whether anything is known of it, and what."""
        query = "SELECT said FROM object WHERE kind = ? AND id = ?"
        row = self._rows.execute(query, (kind, key)).fetchone()
        return row is not None, None if row is None or row[0] is None else _object(row[0])

    def has(self, kind: str, key: str) -> bool:
        """Tell whether anything is known of an object."""
        return self.find(kind, key)[0]

    def add(self, subject: str, kind: str, said: Json) -> None:
        """Keep something that is about a subscription or a customer."""
        self._place += 1
        with temporary_room():
            self._rows.execute(
                "INSERT INTO about VALUES (?, ?, ?, ?)",
                (subject, kind, self._place, _text(said)),
            )

    def about(self, subject: str, kind: str) -> list[Json]:
        """List what is about a subscription or a customer, in the order in which it came."""
        query = "SELECT said FROM about WHERE subject = ? AND kind = ? ORDER BY place"
        return [_object(said) for (said,) in self._rows.execute(query, (subject, kind))]

    def add_name(self, product: str, name: str) -> None:
        """Keep a name that a product has had."""
        self._names.setdefault(product, set()).add(name)

    def former_names(self) -> Mapping[str, Collection[str]]:
        """Map products to the names that they have had."""
        return self._names

    def ids(self, kind: str) -> Iterator[str]:
        """Yield the ids of the objects of a kind."""
        query = "SELECT id FROM object WHERE kind = ? AND said IS NOT NULL"
        for (key,) in self._rows.execute(query, (kind,)):
            yield key

    def subjects(self) -> Iterator[str]:
        """Yield all subscriptions, or customers, that anything is about, in order."""
        after = ""
        query = "SELECT min(subject) FROM about WHERE subject > ?"
        while (found := self._rows.execute(query, (after,)).fetchone()[0]) is not None:
            yield found
            after = found


def _text(said: Json) -> str:
    return json.dumps(said, default=str)


def _object(text: str) -> Json:
    read: Json = json.loads(text, parse_float=Decimal)
    return read
