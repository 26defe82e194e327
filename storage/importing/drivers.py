"""Drivers of a file by our names where they have one; those that nobody knows are counted."""

from collections import Counter
from collections.abc import Mapping

import numpy as np

from metrics.drivers import find_driver, plain_words
from metrics.listing import few_of
from storage.importing.cells import parse_label
from storage.importing.movements import Texts, Whole

_SHOWN = 5


class DriverNames:
    """Names for the drivers that a file gives, and a count of its rows by those.

    Parameters
    ----------
    texts : Texts
        Numbers of the names.
    said : mapping of str to str
        What a person says that words mean, by their plain form.
    """

    def __init__(self, texts: Texts, said: Mapping[str, str]) -> None:
        self._texts, self._said = texts, said
        self._rows: Counter[int] = Counter()
        self._unknown: set[int] = set()

    def number(self, cell: str) -> int | None:
        """Find the number of what a cell says; None where it says nothing.

        Raises
        ------
        CellError
            If it holds control characters or is too long.
        """
        label = parse_label(cell.strip())
        if not label:
            return None
        known = self._said.get(plain_words(label)) or find_driver(label)
        number = self._texts[known or label]
        if known is None:
            self._unknown.add(number)
        return number

    def count(self, numbers: Whole) -> None:
        """Take note of the drivers of some rows."""
        found, rows = np.unique(numbers, return_counts=True)
        self._rows.update(dict(zip(found.tolist(), rows.tolist(), strict=True)))

    def notes(self) -> list[str]:
        """Say which of them nobody knows; nothing where all are known."""
        rows = {number: self._rows[number] for number in self._unknown if self._rows[number]}
        if not rows:
            return []
        ordered = sorted(rows, key=lambda number: (-rows[number], self._texts.names[number]))
        named = [f"'{self._texts.names[one]}' ({rows[one]:,})" for one in ordered]
        total = sum(rows.values())
        have = "1 row has a driver" if total == 1 else f"{total:,} rows have drivers"
        kept = "They are kept as they are; map them with --drivers FILE.toml."
        return [f"{have} that nrrbot does not know: {few_of(named, _SHOWN)}. {kept}"]
