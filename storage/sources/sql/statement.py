"""Statement that is sent: somebody's one SELECT, and the rows of it from a watermark on."""

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Numeric,
    Select,
    TextClause,
    bindparam,
    column,
    null,
    or_,
    select,
    text,
)
from sqlalchemy.types import TIMESTAMP, NullType, TypeEngine

from storage.errors import SourceFailedError
from storage.sources.sql.watermark import MarkKind, WatermarkValue

_QUIET = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.DOTALL
)
"""Texts, quoted names and comments: what stands in them is no SQL."""
_FIRST_WORD = re.compile(r"[\s(]*(\w*)")
_TAKEN = re.compile(r"\\(?=:\w*(?![:\w]))|(?<![:\w\\]):(?=\w+(?![:\w]))")
"""Text that SQLAlchemy would take for a parameter, and the backslash that it would take for a sign
of none."""
_WATERMARK = re.compile(r"(?<![:\w\\]):watermark\b")
_WRITES = re.compile(
    r"\b(insert|update|delete|merge|into|truncate|drop|alter|create|grant|revoke|exec|execute)\b",
    re.IGNORECASE,
)
_ONE_SELECT = "one SELECT, or WITH ... SELECT, and nothing that writes"
_TYPES: dict[MarkKind, TypeEngine[Any]] = {
    MarkKind.NUMBER: Numeric(),
    MarkKind.DATE: Date(),
    MarkKind.MOMENT: DateTime(),
    MarkKind.INSTANT: TIMESTAMP(timezone=True),
    MarkKind.TEXT: NullType(),  # the database then takes it for what it is compared with
}


@dataclass(frozen=True, slots=True)
class Query:
    """One SELECT of somebody, checked.

    ``binds`` is whether it has a ``:watermark`` of its own, where the last value is to stand.
    """

    sql: str
    binds: bool

    @classmethod
    def of(cls, written: str) -> "Query":
        """Check that a text is one statement that reads.

        Raises
        ------
        SourceFailedError
            If it is none, or more.
        """
        bare = _bare(written)
        end = len(bare.rstrip())
        while end and bare[end - 1] in "; \n\r\t":
            end -= 1
        sql, bare = written[:end].strip(), bare[:end]
        if not sql:
            raise SourceFailedError(f"the query is empty: write {_ONE_SELECT}")
        if ";" in bare:
            raise SourceFailedError(f"the query holds more than one statement: write {_ONE_SELECT}")
        first = _FIRST_WORD.match(bare)
        word = first[1] if first else ""
        if word.casefold() not in ("select", "with"):
            raise SourceFailedError(f'the query begins with "{word}": write {_ONE_SELECT}')
        if found := _WRITES.search(bare):
            raise SourceFailedError(
                f'the query has the word "{found[1]}": write {_ONE_SELECT}; a column of that name'
                " stands in quotes"
            )
        return cls(sql, binds=_WATERMARK.search(bare) is not None)

    def all_rows(self) -> TextClause:
        """Write the statement as it is."""
        return text(self._escaped())

    def rows_since(self, mark: WatermarkValue, name: str) -> TextClause | Select[Any]:
        """Write the statement for the rows from a watermark on, and those that have none.

        Parameters
        ----------
        name : str
            The column of the watermark, as the database names it.
        """
        bound = bindparam("watermark", mark.value, type_=_type_of(mark))
        if self.binds:
            return text(self._escaped()).bindparams(bound)
        rows = text(self._escaped()).columns().subquery("nrrbot_rows")
        marked: ColumnElement[object] = column(name)
        wanted = or_(marked >= bound, marked.is_(null()))
        return select(text("*")).select_from(rows).where(wanted)

    def _escaped(self) -> str:
        # A colon of theirs, of a JSON path or in a text, is no parameter of ours.
        ours = {found.start() for found in _WATERMARK.finditer(_bare(self.sql))}
        escaped = _TAKEN.sub(
            lambda found: found[0] if found.start() in ours else f"\\{found[0]}", self.sql
        )
        return f"{escaped}\n"  # the last line may be a comment


def _bare(sql: str) -> str:
    """Blank out comments, and what stands in quotes, each in its place."""
    return _QUIET.sub(lambda found: (" " if found[0][0] in "-/" else "~") * len(found[0]), sql)


def _type_of(mark: WatermarkValue) -> TypeEngine[Any]:
    return BigInteger() if isinstance(mark.value, int) else _TYPES[mark.kind]
