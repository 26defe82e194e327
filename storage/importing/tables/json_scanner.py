"""Objects of a JSON text, one after the other: never more than one of them in memory."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

from storage.errors import UnreadableFileError
from storage.importing.tables.bytes_of_file import BLOCK
from storage.importing.tables.numbers import plain_digits

_DEPTH = 3  # objects around the list of an answer, such as {"data": {"items": [...]}}
_FRACTION = re.compile(r"-?[0-9]{1,20}\.[0-9]{1,20}")
_OF_MORE = ("has_more", "hasMore", "next_offset", "next_page", "next_cursor")
"""Keys beside a list that has other pages."""
_SPACE = " \t\r\n"


class JsonScanner:
    """Reads the values of a text; numbers stay the text that they are, but for noise.

    ``goes_on`` is whether the list that was read says of itself that it has other pages.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text, self._place = "", 0
        self._line, self._counted = 1, 0
        self._ended = False
        self.goes_on = False
        self._decoder = json.JSONDecoder(parse_int=str, parse_float=_shortest, parse_constant=str)

    @property
    def line(self) -> int:
        """The line that is read next."""
        self._line += self._text.count("\n", self._counted, self._place)
        self._counted = self._place
        return self._line

    def objects(self) -> Iterator[tuple[int | None, Any]]:
        """Yield the rows: with the line where each has its own, else with None.

        Raises
        ------
        UnreadableFileError
            If it is no JSON, or a value is longer than 1 MiB.
        """
        if self._next() == "[":
            yield from ((None, one) for one in self._elements())
            self._require_end()
            return
        line, first = self.line, self._short_value()
        if first is None:  # longer than any row: the answer of an API
            yield from ((None, one) for one in self._enclosed(_DEPTH))
        elif self._next():
            yield line, first
            yield from self._others(line)
        else:
            found = self._list_within(first, _DEPTH)
            yield from ((None, one) for one in ([first] if found is None else found))

    def _list_within(self, value: dict[str, Any], depth: int) -> list[Any] | None:
        for inner in value.values():
            found = None
            if isinstance(inner, list) and any(isinstance(one, dict) for one in inner):
                found = inner
            elif isinstance(inner, dict) and depth > 1:
                found = self._list_within(inner, depth - 1)
            if found is not None:
                self.goes_on = self.goes_on or _goes_on(value)
                return found
        return None

    def _others(self, line: int) -> Iterator[tuple[int, Any]]:
        while self._next():
            if self.line == line:
                raise UnreadableFileError(f"line {line} holds two values: put each on its own")
            line = self.line
            yield line, self._value()

    def _elements(self) -> Iterator[Any]:
        self._take("[")
        if self._next() == "]":
            self._take("]")
            return
        while True:
            self._next()
            yield self._value()
            if self._next() == "]":
                self._take("]")
                return
            self._take(",")

    def _enclosed(self, depth: int) -> Iterator[Any]:
        """Yield the elements of the first list in an object that holds objects."""
        self._take("{")
        found, said = False, dict[str, Any]()
        while self._next() != "}":
            name = self._value()
            self._next()
            self._take(":")
            mark = self._next()
            if not found and (mark == "[" or (mark == "{" and depth > 1)):
                for one in self._elements() if mark == "[" else self._enclosed(depth - 1):
                    found = found or isinstance(one, dict)
                    if found:
                        yield one
            else:
                said[str(name)] = self._short_value() if found else self._value()
            if self._next() == ",":
                self._take(",")
            elif self._next() != "}":
                break  # behind the list, and longer than what says that there is more
        self.goes_on = self.goes_on or (found and _goes_on(said))
        if self._next() == "}":
            self._take("}")

    def _short_value(self) -> Any:  # noqa: ANN401 - whatever a stranger wrote
        try:
            return self._value()
        except _TooLongError:
            return None

    def _value(self) -> Any:  # noqa: ANN401 - whatever a stranger wrote
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._place)
            except json.JSONDecodeError as error:
                if self._fill():
                    continue
                raise self._broken(error.pos) from None
            except RecursionError:
                raise too_deep() from None
            if end == len(self._text) and self._fill():  # a number may go on
                continue
            self._place = end
            return value

    def _next(self) -> str:
        """Go to the next character that is no space; empty at the end."""
        while True:
            while self._place < len(self._text):
                if self._text[self._place] not in _SPACE:
                    return self._text[self._place]
                self._place += 1
            if not self._fill():
                return ""

    def _take(self, mark: str) -> None:
        if self._next() != mark:
            raise self._broken(self._place)
        self._place += 1

    def _require_end(self) -> None:
        if self._next():
            raise self._broken(self._place)

    def _fill(self) -> bool:
        if self._ended:
            return False
        if len(self._text) - self._place > BLOCK:
            raise _TooLongError(f"a value on line {self.line} is longer than 1 MiB")
        self._line, self._counted = self.line, 0
        block = self._file.read(BLOCK)
        self._text, self._place = self._text[self._place :] + block, 0
        self._ended = not block
        return bool(block)

    def _broken(self, place: int) -> UnreadableFileError:
        line = self.line + self._text.count("\n", self._place, place)
        return UnreadableFileError(f"the JSON is broken on line {line}: export it again")


def _shortest(text: str) -> str:
    return plain_digits(text) if _FRACTION.fullmatch(text) else text


def too_deep() -> UnreadableFileError:
    """Say that no row is so deep."""
    return UnreadableFileError("the JSON is nested too deeply")


class _TooLongError(UnreadableFileError):
    """A value is longer than a row can be."""


def _goes_on(said: Mapping[str, Any]) -> bool:
    paging = said.get("paging")
    is_more = isinstance(paging, dict) and bool(paging.get("next"))
    return is_more or any(said.get(name) for name in _OF_MORE)
