"""Rows on disk: each has as many cells as the header, whatever a sheet holds beside it."""

from pathlib import Path

from storage.importing.tables.row_spool import RowSpool, spooled_rows


def test_a_row_is_filled_up_or_cut_to_the_header_but_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rows"
    with path.open("w", encoding="utf-8") as file:
        spool = RowSpool(file)
        for line, cells in enumerate((["title"], ["a"], ["a", "b", ""], ["a", "", "c"]), start=1):
            spool.add(line, cells)
        spool.flush()

    [(lines, rows)] = spooled_rows(path, behind=1, width=2)

    assert lines == [2, 3, 4]
    assert rows == [["a", ""], ["a", "b"], ["a", "", "c"]]
