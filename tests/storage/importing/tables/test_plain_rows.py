import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.errors import UnreadableFileError
from storage.importing.report import RowFinding
from storage.importing.tables import plain_rows
from storage.importing.tables.plain_rows import PlainColumn, PlainRows
from storage.importing.tables.table import TableOptions
from storage.importing.tables.word_numbers import WordNumbers
from tests.storage.importing.tables.opened import opened

Said = tuple[list[tuple[int, list[str]]], list[RowFinding]]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file of some rows come to several blocks."""
    monkeypatch.setattr(plain_rows, "_BLOCK", 16)


def read(content: str, encoding: str | None = None) -> Said | str:
    rows, findings = list[tuple[int, list[str]]](), list[RowFinding]()
    try:
        with opened(content, options=TableOptions(encoding)) as table:
            for chunk in table.chunks():
                rows += [(line, [*row]) for line, row in zip(chunk.lines, chunk.rows, strict=True)]
                findings += chunk.findings
    except UnreadableFileError as error:
        return str(error)
    return rows, findings


def kinds_of_rows(content: str) -> list[bool]:
    with opened(content) as table:
        return [isinstance(chunk.rows, PlainRows) for chunk in table.chunks()]


def column(*cells: str) -> PlainColumn:
    each = [cell.encode() for cell in cells]
    ends = np.cumsum([len(cell) + 1 for cell in each]) - 1
    starts = np.append(0, ends[:-1] + 1)
    block = np.frombuffer(b"".join(cell + b"," for cell in each) + bytes(8), np.uint8)
    return PlainColumn(block, starts, ends)


CELLS = st.text("a-9 ", max_size=5)
ROWS = st.lists(CELLS, min_size=3, max_size=3).map(",".join)
ODD = st.sampled_from(["", ",", ",,", " ,,", "a", "a,b,c,d", '"a,b",c,d', 'a,"b\nc",d', 'a,b"c,d'])


@given(
    lines=st.lists(ROWS | ROWS | ROWS | ODD, max_size=12),
    end=st.sampled_from(["\n", "\n", "\r\n", "\r"]),
    last=st.sampled_from([0, 1]),
)
@settings(max_examples=100)
def test_rows_split_together_are_those_that_the_csv_module_splits_one_by_one(
    lines: list[str], end: str, last: int
) -> None:
    content = end.join(["x,y,z", *lines]) + end * last

    assert read(content) == read(content, "latin-1")  # which is not split together


def test_a_plain_file_is_split_together_to_its_last_line_without_a_break() -> None:
    content = "x,y\n" + "\n".join(f"a{n},caf\u00e9" for n in range(8))

    assert read(content) == ([(n + 2, [f"a{n}", "caf\u00e9"]) for n in range(8)], [])
    assert all(kinds_of_rows(content))


def test_from_the_first_quotes_on_rows_are_split_one_by_one() -> None:
    content = "x,y\r\n" + "a,1\r\n" * 6 + '"b,c",2\r\n' + "d,3\r\n" * 2

    assert read(content) == (
        [(n, ["a", "1"]) for n in range(2, 8)]
        + [(8, ["b,c", "2"]), (9, ["d", "3"]), (10, ["d", "3"])],
        [],
    )
    assert kinds_of_rows(content) == [True, True, False]


def test_a_cell_that_the_csv_module_finds_too_long_is_too_long_here() -> None:
    assert read("x,y\na,b\n" + "a" * 140_000 + ",b\n") == (
        "the quotes on line 3 do not match, or a cell there is too long"
    )


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0\n"), max_size=9), min_size=1
    )
)
@settings(max_examples=60)
def test_a_column_has_the_cells_that_it_was_made_of(cells: list[str]) -> None:
    made = column(*cells)

    assert [*made] == cells
    assert made.lines == "".join(f"{cell}\n" for cell in cells)
    assert made.are_filled == all("!" <= cell[:1] <= "~" for cell in cells)


@pytest.mark.parametrize(
    "cells",
    [
        ["a", "a", "b", "a", "", ""],
        ["12345678", "123456789", "1234567", "12345678"],  # at the edge of a word
        ["a" * 65, "a" * 64, "a" * 65],  # too long to be compared as words
        ["caf\u00e9", "cafe", "caf\u00e9"],
    ],
)
def test_equal_cells_have_one_number_and_others_another(cells: list[str]) -> None:
    of_text = {cell: place for place, cell in enumerate(dict.fromkeys(cells))}

    found = column(*cells).numbers(of_text, WordNumbers())

    assert found.tolist() == [of_text[cell] for cell in cells]


def test_cells_that_are_all_alike_are_one_text() -> None:
    assert len({id(cell) for cell in column("USD", "USD", "USD")}) == 1
    assert [*column("USD", "EUR", "USD")] == ["USD", "EUR", "USD"]
