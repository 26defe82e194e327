"""Rows of a file without quotes: split as bytes, all together; cells are made of them on demand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO, overload

import numpy as np
import numpy.typing as npt

from storage.importing.tables.word_numbers import WORD, Whole, WordNumbers, Words

Bytes = npt.NDArray[np.uint8]
_BLOCK = 2**20  # bytes that are split together: of fewer, the calls take longer than the work
_LONGEST = 2**12  # bytes of a cell; longer ones are rare, and left to the `csv` module
_COMPARED = 2**6  # bytes of cells that are compared as numbers
_BREAK, _PADDING = ord("\n"), bytes(WORD)
_MASKS = np.frombuffer(
    b"".join(b"\xff" * size + bytes(WORD - size) for size in range(WORD + 1)), np.uint64
)
"""For each count of bytes, the bits of a word that they fill."""


class PlainColumn(Sequence[str]):
    """Cells of a column, as they stand between their ``starts`` and ``ends`` in a block."""

    def __init__(self, block: Bytes, starts: Whole, ends: Whole) -> None:
        self._block, self._starts, self._sizes = block, starts, ends - starts

    def __len__(self) -> int:
        return self._starts.size

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> list[str]: ...

    def __getitem__(self, place: int | slice) -> str | list[str]:
        found: str | list[str] = self._cells[place]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._cells)

    @cached_property
    def lines(self) -> str:
        """The cells, each with a line break behind it."""
        sizes = self._sizes + 1
        ends = np.cumsum(sizes)
        places = np.repeat(self._starts - (ends - sizes), sizes)
        places += np.arange(places.size)
        found = self._block[places]
        found[ends - 1] = _BREAK
        lines: bytes = found.tobytes()
        return lines.decode()

    @cached_property
    def _cells(self) -> list[str]:
        if self._are_alike():
            return [self._cell(0)] * len(self)
        return self.lines.split("\n")[:-1]

    def _are_alike(self) -> bool:
        size = int(self._sizes[0])
        if size > _COMPARED or self._cell(0) != self._cell(-1) or (self._sizes != size).any():
            return False
        words = self._words(size)
        return bool((words == words[0]).all())

    def _cell(self, place: int) -> str:
        start = int(self._starts[place])
        found: bytes = self._block[start : start + int(self._sizes[place])].tobytes()
        return found.decode()

    @property
    def are_filled(self) -> bool:
        """Whether each cell begins with a sign of ASCII that can be seen."""
        first = self._block[self._starts]
        is_sign = (first > ord(" ")) & (first <= ord("~"))
        return bool((is_sign & (self._sizes > 0)).all())

    def numbers(self, of_text: Mapping[str, int], of_words: WordNumbers) -> Whole:
        """Find the number of each cell; of cells in a row that are alike it is asked for once.

        Parameters
        ----------
        of_words : WordNumbers
            The same numbers, as far as cells were asked for.
        """
        longest = int(self._sizes.max())
        if longest > _COMPARED:
            return np.fromiter(map(of_text.__getitem__, self), np.int64, len(self))
        words = self._words(longest)
        firsts = np.flatnonzero((words[1:] != words[:-1]).any(axis=1)) + 1
        firsts = np.append(0, firsts)
        found = of_words.of(words[firsts], of_text)
        return np.repeat(found, np.diff(firsts, append=len(self)))

    def _words(self, longest: int) -> Words:
        """Pack the bytes of each cell into words, zeros behind them: no cell holds a zero."""
        behind = np.arange(0, max(longest, 1), WORD)
        # Eight bytes from any place on: a word may begin anywhere.
        anywhere = np.ndarray((self._block.size - WORD + 1,), f"S{WORD}", self._block, 0, (1,))
        places = np.minimum(self._starts[:, None] + behind, anywhere.size - 1)
        filled = np.clip(self._sizes[:, None] - behind, 0, WORD)
        words: Words = anywhere[places].view(np.uint64) & _MASKS[filled]
        return words


class PlainRows(Sequence[Sequence[str]]):
    """Rows of one block; each has as many cells as the header."""

    def __init__(self, columns: Sequence[PlainColumn]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0])

    def fill(self, width: int) -> bool:
        """Tell whether they have so many cells, and surely none of them is blank."""
        return len(self.columns) == width and self.columns[0].are_filled

    @overload
    def __getitem__(self, place: int) -> Sequence[str]: ...

    @overload
    def __getitem__(self, place: slice) -> list[Sequence[str]]: ...

    def __getitem__(self, place: int | slice) -> Sequence[str] | list[Sequence[str]]:
        return self._rows[place]

    def __iter__(self) -> Iterator[Sequence[str]]:
        return iter(self._rows)

    @cached_property
    def _rows(self) -> list[Sequence[str]]:
        return list(zip(*self.columns, strict=True))


@dataclass(slots=True)
class PlainReading:
    """Goes through a file in UTF-8, as far as each line has a row of ``width`` cells as they stand.

    ``offset`` is the byte, and ``line`` the line, up to which it has come.
    """

    file: BinaryIO
    separator: str
    width: int
    offset: int
    line: int

    def __iter__(self) -> Iterator[PlainRows]:
        """Yield rows, until something is not plain."""
        for block in self._blocks():
            rows = self._split(block)
            if rows is None:
                return
            yield rows
            self.offset += len(block)
            self.line += len(rows)

    def _blocks(self) -> Iterator[bytes]:
        """Read whole lines; the last one can lack its break."""
        self.file.seek(self.offset)
        rest = b""
        while read := self.file.read(_BLOCK):
            head, mark, rest = (rest + read).rpartition(b"\n")
            if mark:
                yield head + mark
        if rest:
            yield rest

    def _split(self, block: bytes) -> PlainRows | None:
        if not block.endswith(b"\n"):
            block += b"\n"
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        if b'"' in block or b"\r" in block:
            return None
        block.decode()  # a file can be another one meanwhile
        cells = np.frombuffer(block + _PADDING, np.uint8)
        ends: Whole = np.flatnonzero((cells == ord(self.separator)) | (cells == _BREAK))
        starts: Whole = np.append(0, ends[:-1] + 1)
        if ends.size % self.width or int((ends - starts).max()) > _LONGEST:
            return None
        of_row = ends.reshape(-1, self.width)
        # Who has as many breaks as rows, and one at the end of each, has separators elsewhere.
        if block.count(b"\n") != len(of_row) or (cells[of_row[:, -1]] != _BREAK).any():
            return None
        columns = [slice(place, None, self.width) for place in range(self.width)]
        return PlainRows([PlainColumn(cells, starts[each], ends[each]) for each in columns])
