"""Movements of a file in columns: a million rows as objects would not fit in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class MovementContent:
    """Columns by which two rows with one ``movement_id`` are the same movement, or contradict.

    Days and moments are the numbers of `storage.store.column_types`, amounts signed minor units.
    ``recorded`` is None where the file leaves it open.
    """

    account_id: list[str] = field(default_factory=list)
    day: list[int] = field(default_factory=list)
    amount_minor: list[int] = field(default_factory=list)
    currency: list[str] = field(default_factory=list)
    driver: list[str | None] = field(default_factory=list)
    recorded: list[int | None] = field(default_factory=list)


_CONTENT = tuple(MovementContent.__dataclass_fields__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMovements:
    """Rows of a movements file in its order; ``stated_*`` are checked, never trusted.

    ``movement_id`` is None where the file leaves it open; ``attributes`` has a column for each
    dimension of the account, and the movement's product under that name.
    """

    line: list[int] = field(default_factory=list)
    movement_id: list[str | None] = field(default_factory=list)
    content: MovementContent = field(default_factory=MovementContent)
    stated_kind: list[str | None] = field(default_factory=list)
    stated_after: list[int | None] = field(default_factory=list)
    attributes: Mapping[str, list[str | None]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.line)

    @classmethod
    def of(cls, columns: Iterable[list[Any]], dimensions: Sequence[str]) -> Self:
        """Build movements from the lists that `columns` gave."""
        line, movement_id, *others = columns
        content, (kind, after, *values) = others[: len(_CONTENT)], others[len(_CONTENT) :]
        return cls(
            line=line,
            movement_id=movement_id,
            content=MovementContent(*content),
            stated_kind=kind,
            stated_after=after,
            attributes=dict(zip(dimensions, values, strict=True)),
        )

    @classmethod
    def none(cls, dimensions: Sequence[str]) -> Self:
        """Build movements without a row, to which others can be added."""
        return cls(attributes={dimension: [] for dimension in dimensions})

    def columns(self) -> list[list[Any]]:
        """List every column in the order that `of` takes."""
        content = (getattr(self.content, name) for name in _CONTENT)  # asdict would copy them
        stated = self.stated_kind, self.stated_after
        return [self.line, self.movement_id, *content, *stated, *self.attributes.values()]

    def extend(self, columns: Iterable[list[Any]]) -> None:
        """Add more rows, as `columns` gave them."""
        for own, more in zip(self.columns(), columns, strict=True):
            own.extend(more)

    def pick(self, places: Sequence[int]) -> Self:
        """Keep the rows at some indexes, in the order of these."""
        if len(places) == len(self):  # the usual file is new as a whole: nothing is copied
            return self
        picked = ([column[place] for place in places] for column in self.columns())
        return self.of(picked, tuple(self.attributes))
