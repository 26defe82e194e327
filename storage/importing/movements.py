"""Movements as columns: a list for each thing that a file says, with one entry for each row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMovements:
    """Rows of a movements file in its order; ``stated_*`` are checked, never trusted.

    Days are ISO text, moments `storage.store.column_types.moment_text`, amounts minor units.
    ``recorded_at`` and ``movement_id`` are None where the file leaves them open. ``attributes``
    has a column for each dimension.
    """

    line: list[int] = field(default_factory=list)
    movement_id: list[str | None] = field(default_factory=list)
    account_id: list[str] = field(default_factory=list)
    effective_on: list[str] = field(default_factory=list)
    amount_minor: list[int] = field(default_factory=list)
    currency: list[str] = field(default_factory=list)
    recorded_at: list[str | None] = field(default_factory=list)
    product: list[str | None] = field(default_factory=list)
    driver: list[str | None] = field(default_factory=list)
    stated_kind: list[str | None] = field(default_factory=list)
    stated_after: list[int | None] = field(default_factory=list)
    attributes: Mapping[str, list[str | None]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.line)

    @classmethod
    def of(cls, columns: Iterable[list[Any]], dimensions: Sequence[str]) -> Self:
        """Return movements from what `columns` gave."""
        rest = iter(columns)
        own = {name: next(rest) for name in _OWN}
        return cls(**own, attributes=dict(zip(dimensions, rest, strict=True)))

    @classmethod
    def none(cls, dimensions: Sequence[str]) -> Self:
        """Return no movements, to which others can be added."""
        return cls.of(([] for _ in (*_OWN, *dimensions)), dimensions)

    def columns(self) -> list[list[Any]]:
        """Return all columns: a movement's own, then the attributes."""
        return [*(getattr(self, name) for name in _OWN), *self.attributes.values()]

    def extend(self, columns: Iterable[list[Any]]) -> None:
        """Add more rows, as `columns` gave them."""
        for own, more in zip(self.columns(), columns, strict=True):
            own.extend(more)

    def pick(self, places: Sequence[int]) -> Self:
        """Return the rows in some places, in the order of these."""
        if len(places) == len(self):
            return self
        picked = ([column[place] for place in places] for column in self.columns())
        return self.of(picked, tuple(self.attributes))


_OWN = tuple(column.name for column in fields(FileMovements) if column.name != "attributes")
