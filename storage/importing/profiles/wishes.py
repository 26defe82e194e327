"""Wishes of a person about the columns of a file: typed as options, or kept as TOML beside it."""

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from metrics.money import is_currency
from storage.errors import StorageError
from storage.importing.months import month_of
from storage.importing.profiles.names import is_attribute_name, listed, plain_name
from storage.importing.profiles.origins import MINOR_UNIT, Origin

_DIVIDED = re.compile(r"(?P<column>.+?)\s*/\s*(?P<divisor>[1-9][0-9]{0,8}|minor)")
_IN_CURRENCY = re.compile(r"(?P<column>.+?)\s+in\s+(?P<currency>[A-Za-z]{3})")
_KEYS = {"kind", "currency", "only", "ignore", "columns"}
_COLUMN_KEYS = {"column", "words", "always"}
MONTH = "month"
"""The column of ours that may be one month for all rows: ``month=2026-07``."""


class MappingError(StorageError):
    """A wish about the columns does not fit; the message says what to write."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Source of one of our columns, as it was written: ``MRR/100``, ``MRR in EUR``."""

    column: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    always: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnWishes:
    """Wishes of a person about the columns of a file.

    Parameters
    ----------
    kind : str, optional
        The kind of file.
    currency : str
        Of rows that name none.
    columns : mapping of str to Wish
        Ours, and what they are made from.
    only : set of str, optional
        Plain names of the only columns that are attributes.
    ignore : set of str
        Plain names of columns that are left out.
    command : sequence of str
        Words before the file in a line that is to be typed next; none for the import of its kind.
    """

    kind: str | None = None
    currency: str = ""
    columns: Mapping[str, Wish] = field(default_factory=dict)
    only: frozenset[str] | None = None
    ignore: frozenset[str] = frozenset()
    command: Sequence[str] = ()

    def over(self, kept: "ColumnWishes") -> "ColumnWishes":
        """Join with those that are kept, over which these count."""
        return replace(
            self,
            kind=self.kind or kept.kind,
            currency=self.currency or kept.currency,
            columns={**kept.columns, **self.columns},
            only=kept.only if self.only is None else self.only,
            ignore=self.ignore | kept.ignore,
        )

    def origins(self, header: Sequence[str]) -> dict[str, Origin]:
        """Find what our columns are made from in a header of cells as they were found.

        Raises
        ------
        MappingError
            If the header has no such column.
        """
        names = {plain_name(cell): cell for cell in header}
        found: dict[str, Origin] = {}
        for ours, wish in self.columns.items():
            origin, currency = _origin(ours, wish, names)
            found[ours] = origin
            if currency:
                found.setdefault("currency", Origin(otherwise=currency))
        return found


def parse_wishes(
    maps: Sequence[str] = (), only: Sequence[str] = (), ignore: Sequence[str] = ()
) -> ColumnWishes:
    """Read what was typed: ``amount=MRR/100``, and names of columns.

    Raises
    ------
    MappingError
        If a map is not written so.
    """
    return ColumnWishes(
        columns=dict(map(_typed, maps)),
        only=_names(only) if only else None,
        ignore=_names(ignore),
    )


def read_wishes(path: Path) -> ColumnWishes:
    """Read what is kept in a TOML file.

    Raises
    ------
    MappingError
        If the file cannot be read or says something else.
    """
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"the mapping {path.name} cannot be read: check its name") from error
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"the mapping {path.name} is not TOML: {error}") from None
    _require_known(path.name, "", said, _KEYS)
    columns = said.get("columns", {})
    if not isinstance(columns, dict):
        raise MappingError(f'the mapping {path.name}: write [columns] and account_id = "CUSTOMER"')
    only = said.get("only")
    return ColumnWishes(
        kind=said.get("kind"),
        currency=str(said.get("currency", "")),
        columns={_own(ours): _kept(path.name, ours, wish) for ours, wish in columns.items()},
        only=None if only is None else _names(_listed(path.name, "only", only)),
        ignore=_names(_listed(path.name, "ignore", said.get("ignore", []))),
    )


def _typed(text: str) -> tuple[str, Wish]:
    ours, equals, theirs = text.partition("=")
    if not equals or not theirs.strip():
        raise MappingError(f'--map takes OURS=COLUMN, such as amount=MRR/100, not "{text}"')
    return _own(ours), Wish(column=theirs.strip())


def _own(ours: str) -> str:
    name = plain_name(ours)
    if not is_attribute_name(name):
        raise MappingError(f'"{ours}" is no name of a column: write account_id, or segment')
    return name


def _names(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(plain_name(name) for text in texts for name in text.split(",") if name.strip())


def _listed(file: str, key: str, said: object) -> Sequence[str]:
    if not isinstance(said, list) or not all(isinstance(each, str) for each in said):
        raise MappingError(f'the mapping {file}: {key} takes a list such as ["segment", "plan"]')
    return said


def _require_known(file: str, where: str, said: Mapping[str, Any], known: Collection[str]) -> None:
    for key in said:
        if key not in known:
            raise MappingError(
                f"the mapping {file}: {where}{key} is not known, use {', '.join(sorted(known))}"
            )


def _kept(file: str, ours: str, said: object) -> Wish:
    if isinstance(said, str):
        return Wish(column=said)
    if not isinstance(said, dict):
        raise MappingError(f'the mapping {file}: write {ours} = "COLUMN"')
    _require_known(file, f"columns.{ours}.", said, _COLUMN_KEYS)
    words = said.get("words", {})
    if not isinstance(words, dict):
        raise MappingError(f'the mapping {file}: words of {ours} take {{ theirs = "ours" }}')
    return Wish(
        column=str(said.get("column", "")),
        words={str(theirs).casefold(): str(meant) for theirs, meant in words.items()},
        always=str(said.get("always", "")),
    )


def _origin(ours: str, wish: Wish, names: Mapping[str, str]) -> tuple[Origin, str]:
    column, divisor, currency = wish.column, 1, ""
    if not column:
        return Origin(words=wish.words, otherwise=wish.always), ""
    found = _IN_CURRENCY.fullmatch(column)
    if plain_name(column) not in names and found and is_currency(found["currency"].upper()):
        column, currency = found["column"], found["currency"].upper()
    found = _DIVIDED.fullmatch(column)
    if plain_name(column) not in names and found:
        column = found["column"]
        divisor = MINOR_UNIT if found["divisor"] == "minor" else int(found["divisor"])
    name = plain_name(column)
    if name not in names and ours == MONTH and month_of(column):
        return Origin(otherwise=column), ""  # of all rows
    if name not in names:
        hint = _hint(column, names)
        raise MappingError(f'{ours}={wish.column}: there is no column "{column}"{hint}')
    return Origin(name, divisor, wish.words, wish.always), currency


def _hint(column: str, names: Mapping[str, str]) -> str:
    from rapidfuzz import process  # noqa: PLC0415 - slow to load, and rarely needed

    near = process.extractOne(plain_name(column), list(names), score_cutoff=60)
    if near:
        return f', did you mean "{names[near[0]]}"?'
    return f", the file has {listed([*names.values()])}"
