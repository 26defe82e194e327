"""Attribute sets: combinations of dimension values, each stored once and named by a number."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import insert, select
from sqlmodel import Session, col

from metrics.rollup import Attributes
from storage.tables.ledger import AttributeSet


def read_attribute_sets(session: Session) -> dict[int, Attributes]:
    """Return every stored combination by its number."""
    rows = session.execute(select(col(AttributeSet.id), col(AttributeSet.values_json)))
    return {number: _parsed(values) for number, values in rows}


@lru_cache(maxsize=2**14)  # parsed once for all threads: every answer reads all sets
def _parsed(values: str) -> Attributes:
    return MappingProxyType(json.loads(values))


class Combinations:
    """Numbers combinations of attributes, equal ones alike; 0 is to have none."""

    def __init__(self, known: Mapping[int, Attributes] = MappingProxyType({0: {}})) -> None:
        self._known = dict(known)
        # As sets of pairs, so that it does not matter in which order attributes were set.
        self._numbers = {frozenset(found.items()): number for number, found in known.items()}
        self._last = max(known, default=0)

    def __getitem__(self, number: int) -> Attributes:
        return self._known[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._known)

    def number(self, attributes: Attributes) -> int:
        """Return the number of a combination, a new one if it never occurred."""
        number = self._numbers.setdefault(frozenset(attributes.items()), self._last + 1)
        if number > self._last:
            self._last = number
            self._known[number] = MappingProxyType(dict(attributes))
        return number


class AttributeSets(Combinations):
    """Numbers of stored combinations within one writing session; `flush` stores the new ones."""

    def __init__(self, session: Session) -> None:
        super().__init__(read_attribute_sets(session))
        self._session = session
        self._saved = self._last  # the one writer numbers, not the database

    def flush(self) -> None:
        """Store the combinations that are new."""
        new = [
            {"id": number, "values_json": _text(self._known[number])}
            for number in range(self._saved + 1, self._last + 1)
        ]
        if new:
            self._session.execute(insert(AttributeSet), new)
            self._saved = self._last


def _text(attributes: Attributes) -> str:
    return json.dumps(dict(attributes), sort_keys=True, ensure_ascii=False)
