"""Watermarks: the highest value of a column that was read, kept as text between two reads."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum, unique

from storage.errors import SourceFailedError

Value = int | float | Decimal | date | datetime | str
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9]).*", re.DOTALL)


@unique
class MarkKind(StrEnum):
    """Kinds of values that only grow; those of one kind can be compared.

    An ``INSTANT`` is a moment with its offset, a ``TEXT`` one that begins with an ISO date.
    """

    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    INSTANT = "instant"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class WatermarkValue:
    """One value of a watermark's column."""

    kind: MarkKind
    value: Value

    @classmethod
    def of(cls, value: object, column: str) -> "WatermarkValue":
        """Take a value as the driver gives it.

        Raises
        ------
        SourceFailedError
            If it is none of which later ones are larger.
        """
        if isinstance(value, datetime):
            return cls(MarkKind.MOMENT if value.tzinfo is None else MarkKind.INSTANT, value)
        if isinstance(value, date):
            return cls(MarkKind.DATE, value)
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return cls(MarkKind.NUMBER, value)
        if isinstance(value, str) and _ISO.fullmatch(value):
            return cls(MarkKind.TEXT, value)
        raise SourceFailedError(
            f"the watermark {column} is neither number, date nor moment: name a column in which"
            " later rows have larger values"
        )

    @classmethod
    def from_text(cls, kind: str, text: str) -> "WatermarkValue":
        """Read back what `text` has written."""
        found = MarkKind(kind)
        if found is MarkKind.NUMBER:
            return cls(found, int(text) if text.lstrip("-").isdigit() else Decimal(text))
        if found is MarkKind.DATE:
            return cls(found, date.fromisoformat(text))
        if found is MarkKind.TEXT:
            return cls(found, text)
        return cls(found, datetime.fromisoformat(text))

    @property
    def text(self) -> str:
        """The value as text, exactly."""
        if isinstance(self.value, date):  # a moment is one, too
            return self.value.isoformat()
        return str(Decimal(self.value)) if isinstance(self.value, float) else str(self.value)

    @property
    def since(self) -> "WatermarkValue":
        """From where to read on: the beginning of its day, as a day's rows tell equal ones apart.

        Of two equal rows without an id, the second one is new if both are read together.
        """
        if isinstance(self.value, datetime):
            start = datetime.combine(self.value.date(), time.min, self.value.tzinfo)
            return replace(self, value=start)
        return replace(self, value=self.value[:10]) if isinstance(self.value, str) else self

    def is_beyond(self, other: "WatermarkValue | None", column: str) -> bool:
        """Tell whether it is larger than another one, if there is one.

        Raises
        ------
        SourceFailedError
            If they are of different kinds.
        """
        if other is None:
            return True
        if self.kind is not other.kind:
            raise SourceFailedError(
                f"the watermark {column} is {other.kind} in one row and {self.kind} in another:"
                " cast it to one type"
            )
        larger: bool = self.value > other.value  # type: ignore[operator]  # one kind
        return larger


BEGINNINGS = (
    WatermarkValue(MarkKind.NUMBER, 0),
    WatermarkValue(MarkKind.INSTANT, datetime(1970, 1, 1, tzinfo=UTC)),
    WatermarkValue(MarkKind.TEXT, "1970-01-01"),
)
"""Marks before all rows, to be tried in turn where a query wants one and none was read yet."""
