"""Cells that were read before are remembered, but never all of a large file."""

import pytest

from storage.importing import readings as module
from storage.importing.cells import CellError
from storage.importing.readings import Readings


def parse(cell: str) -> int:
    if not cell.isdecimal():
        raise CellError("is no number")
    return int(cell)


def test_many_different_cells_are_forgotten_and_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MANY", 3)
    readings = Readings(parse, nothing=-1)
    assert [readings[cell] for cell in ("1", "2", "x")] == [1, 2, -1]

    readings.limit()
    assert readings.wrong == {"x": "is no number"}  # no more than are remembered

    assert readings["4"] == 4
    readings.limit()

    assert (len(readings), readings.wrong) == (0, {})
    assert readings["2"] == 2
