"""Numbers of cells by the words that their bytes fill: found for all cells of a block at once."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
WORD = 8
"""Bytes of a word."""
_MOST = 8  # words of a cell
_FACTORS = np.cumprod(np.full(_MOST, 0x9E3779B97F4A7C15, np.uint64))
_HALF = np.uint64(32)  # bits
_NO_CELL = np.uint64(2**64 - 1)  # bytes that text in UTF-8 does not have
_FEWEST = 2**12  # places
_GROWTH = 4  # times as many
_ROOM = 4  # places for each cell: with fewer, too many cells would want the place of another


class WordNumbers:
    """Numbers of cells that were asked for; each at the place of its hash, where one has room.

    A dictionary would be asked for one cell after the other, and takes longer than all else to read
    a row.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all cells."""
        self._make_room(_FEWEST, 1)

    def of(self, words: Words, of_text: Mapping[str, int]) -> Whole:
        """Find the number of each cell; of one that is not here, by its text.

        Parameters
        ----------
        words : array of cells and their words
            Zeros fill a cell up.
        """
        self._grow(len(of_text) * _ROOM, words.shape[1])
        narrower = self._words.shape[1] - words.shape[1]
        if narrower:
            words = np.pad(words, ((0, 0), (0, narrower)))
        place = self._places(words)
        found = self._numbers[place]
        others = np.flatnonzero((self._words[place] != words).any(axis=1))
        if others.size:
            found[others] = _asked(words[others], of_text)
            own, firsts = np.unique(place[others], return_index=True)
            self._words[own] = words[others[firsts]]
            self._numbers[own] = found[others[firsts]]
        return found

    def _grow(self, wanted: int, width: int) -> None:
        places, known = self._words.shape
        if wanted > places or width > known:
            self._make_room(places if wanted <= places else places * _GROWTH, max(width, known))

    def _make_room(self, places: int, width: int) -> None:
        self._words = np.full((places, width), _NO_CELL)
        self._numbers = np.zeros(places, np.int64)
        self._shift = np.uint64(64 - (places.bit_length() - 1))

    def _places(self, words: Words) -> Whole:
        mixed = words @ _FACTORS[: words.shape[1]]
        mixed = (mixed ^ (mixed >> _HALF)) * _FACTORS[0]  # each bit counts in the highest ones
        places: Whole = (mixed >> self._shift).astype(np.int64)
        return places


def _asked(words: Words, of_text: Mapping[str, int]) -> Whole:
    cells = words.view(f"S{WORD * words.shape[1]}").ravel().tolist()
    return np.fromiter((of_text[cell.decode()] for cell in cells), np.int64, len(cells))
