"""Combinations of dimension values, each stored once and named by a number."""

import json
from collections.abc import Mapping

from sqlalchemy import func, insert, select
from sqlmodel import Session, col

from storage.models import AttributeSet

Attributes = Mapping[str, str]


def read_attribute_sets(session: Session) -> dict[int, Attributes]:
    """Return every stored combination by its number."""
    rows = session.execute(select(col(AttributeSet.id), col(AttributeSet.values_json)))
    return {number: json.loads(values) for number, values in rows}


class AttributeSets:
    """Numbers combinations within one writing session; `flush` stores the ones that are new."""

    def __init__(self, session: Session) -> None:
        self._session = session
        rows = session.execute(select(col(AttributeSet.values_json), col(AttributeSet.id)))
        self._numbers = {values: number for values, number in rows if number is not None}
        self._next = (session.scalar(select(func.max(col(AttributeSet.id)))) or 0) + 1
        self._unsaved: list[dict[str, int | str]] = []

    def number(self, attributes: Attributes) -> int:
        """Return the number of a combination, a new one if it never occurred."""
        values = json.dumps(attributes, sort_keys=True, ensure_ascii=False)
        number = self._numbers.get(values)
        if number is None:
            number = self._numbers[values] = self._next
            self._unsaved.append({"id": number, "values_json": values})
            self._next += 1
        return number

    def flush(self) -> None:
        """Store the combinations that are new."""
        if self._unsaved:
            self._session.execute(insert(AttributeSet), self._unsaved)
            self._unsaved = []
