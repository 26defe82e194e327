"""Workbooks: the right sheet, lines and letters as the office program shows them, exact numbers."""

import io
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook, PasswordError

from storage.errors import UnreadableFileError
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.report import ImportRefusedError
from storage.importing.tables.sheet_process import SheetRefusedError, require_size, write_rows
from storage.store.engine import Store
from tests.storage.histories import sweep
from tests.storage.importing.tables.opened import cells, opened, refused
from tests.storage.importing.tables.workbooks import DAY, MOMENT, Cell, ods, xlsx, zipped
from tests.storage.stores import import_text, rows

HEADER: list[Cell] = ["account_id", "date", "amount", "currency"]
ROW: list[Cell] = ["acme", (46027, DAY), 1200.5, "USD"]  # 5 January 2026 is day 46027 of 1900
READ = ["acme", "2026-01-05", "1200.5", "USD"]


def test_a_workbook_given_as_csv_is_simply_read(store: Store) -> None:
    import_text(store, xlsx({"Deals": [HEADER, ROW]}))

    assert rows(store, "SELECT account_id, effective_on, amount_minor FROM ledger_movement") == [
        ("acme", "2026-01-05", 120_050)
    ]


def test_rows_and_columns_are_called_as_the_sheet_calls_them() -> None:
    content = xlsx(
        {"Deals": [[], ["", "", "Report of 2026"], [], ["", "", *HEADER], [], ["", "", *ROW]]}
    )

    assert cells(content) == [(4, HEADER), (6, READ)]
    with opened(content) as table:
        places = table.named(table.header).places
    assert (places.spot(6), places.letters["account_id"]) == ("row 6 of sheet Deals", "C")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1200.0, "1200"),
        (-0.0, "0"),
        (1200.1, "1200.1"),
        (0.1 + 0.2, "0.3"),
        (3703.6800000000003, "3703.68"),
        (1e-7, "0.0000001"),
        (2.0**53 - 1, "9007199254740991"),
        (2.0**53, "9.00720E+15"),
        (123456789012345678.0, "1.23457E+17"),
        ((46027, DAY), "2026-01-05"),
        ((46027.0, MOMENT), "2026-01-05"),
        ((46027.5625, MOMENT), "2026-01-05 13:30:00"),
        (True, "TRUE"),
        ("1,200.00", "1,200.00"),
        ("007", "007"),
    ],
)
def test_a_cell_becomes_the_text_that_a_csv_file_would_have(cell: float, text: str) -> None:
    assert cells(xlsx({"A": [["a", "b"], ["x", cell]]}))[1] == (2, ["x", text])


def test_an_open_document_is_read_alike() -> None:
    assert cells(ods([HEADER, ["acme", "2026-01-05", 1200.5, "USD"]])) == [(1, HEADER), (2, READ)]


TOO_LARGE = "the workbook is damaged, or too large: save the sheet as CSV"
TWO: dict[str, list[list[Cell]]] = {"Notes": [["hello"]], "Empty": [], "Deals": [HEADER, ROW]}


def test_the_only_sheet_with_rows_is_taken() -> None:
    assert cells(xlsx({"Empty": [], "Deals": [HEADER, ROW]}))[1] == (2, READ)
    assert cells(xlsx(TWO, hidden="Notes"))[1] == (2, READ)


def test_a_sheet_is_taken_by_its_name() -> None:
    assert cells(xlsx(TWO), sheet=" deals")[1] == (2, READ)


@pytest.mark.parametrize(
    ("content", "said", "sentence"),
    [
        (
            xlsx(TWO),
            None,
            (
                'the workbook has rows on the sheets "Notes", "Deals":'
                ' say which one, such as --sheet "Notes"'
            ),
        ),
        (
            xlsx(TWO),
            "Sales",
            'the workbook has no sheet "Sales": it has "Notes", "Empty", "Deals"',
        ),
        (xlsx(TWO), "Empty", 'the workbook has no rows on the sheet "Empty"'),
        (xlsx({"A": [], "B": []}), None, "the workbook has no rows"),
        (zipped({"data.csv": "a,b"}), None, "the workbook is a ZIP archive: unpack it first"),
        (xlsx(TWO)[:300], None, TOO_LARGE),
        (b"PK\x03\x04\x14\x00\x06", None, TOO_LARGE),
        (xlsx({"A": [HEADER]}), None, "the file has a header and no rows"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(
    content: bytes, said: str | None, sentence: str
) -> None:
    assert refused(content, sheet=said) == sentence


CORNERS = (
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
)
WIDE_OPEN = (
    '<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
    ' table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    "</table:table-row>"
)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(xlsx({"A": CORNERS}), id="two-cells-far-apart"),
        pytest.param(ods(WIDE_OPEN), id="a-cell-repeated"),
    ],
)
def test_a_few_bytes_that_ask_for_all_memory_end_nothing_but_their_reader(content: bytes) -> None:
    assert len(content) < 3_000
    assert refused(content) == TOO_LARGE


def test_a_cell_that_no_spreadsheet_could_hold_is_refused_by_its_row() -> None:
    longest = ["x" * 32_767, *ROW[1:]]
    assert len(cells(xlsx({"Deals": [HEADER, longest]}))) == 2

    said = refused(xlsx({"Deals": [HEADER, ROW, ["x" * 32_768, *ROW[1:]]]}))

    assert "more than 32,767 characters in row 3" in said


def test_the_rows_on_disk_are_limited_as_the_file_is() -> None:
    long: list[Cell] = ["x" * 1_000, "y" * 1_000]
    text: list[list[Cell]] = [["a", "b"], *[long] * 600]

    assert refused(xlsx({"A": text}), max_bytes=2**20) == TOO_LARGE
    assert len(cells(xlsx({"A": text}), max_bytes=2**21)) == 601


def test_what_would_be_unpacked_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    few, many = tmp_path / "few", tmp_path / "many"
    few.write_bytes(zipped({"xl/workbook.xml": " " * 2**20}))
    many.write_bytes(zipped({"xl/workbook.xml": " " * (2**26 + 1)}))

    require_size(few, max_bytes=2**21)  # a thousandth, and yet little
    with pytest.raises(SheetRefusedError, match="too large"):
        require_size(few, max_bytes=2**19)
    with pytest.raises(SheetRefusedError, match="too large"):
        require_size(many, max_bytes=2**30)


def test_the_reader_says_what_it_found(tmp_path: Path) -> None:
    book, target = tmp_path / "book", tmp_path / "rows"
    book.write_bytes(xlsx({"Deals": [["", "a", "b"], ["", "x", 1.0]]}))
    with target.open("w") as file:
        assert write_rows(book, file, None) == {"sheet": "Deals", "rows": 2, "first_column": 1}
    assert target.read_text() == '[[1, 2], [["a", "b"], ["x", "1"]]]\n'
    with target.open("w") as file, pytest.raises(SheetRefusedError, match="has no sheet"):
        write_rows(book, file, "Sales")


@sweep(examples=6)
@given(place=st.floats(0, 1), byte=st.integers(0, 255), cut=st.booleans())
def test_a_damaged_workbook_is_a_table_or_one_sentence(
    place: float, byte: int, *, cut: bool
) -> None:
    content = bytearray(xlsx({"Deals": [HEADER, ROW]}))
    at = 4 + int(place * (len(content) - 5))
    content[at] = byte
    with suppress(UnreadableFileError), opened(bytes(content[:at] if cut else content)) as table:
        assert all(len(row) == len(table.header) for chunk in table.chunks() for row in chunk.rows)


ERRORS = """<row r="1"><c r="A1" t="inlineStr"><is><t>account_id</t></is></c>
<c r="B1" t="inlineStr"><is><t>2026-01</t></is></c></row>
<row r="2"><c r="A2" t="inlineStr"><is><t>acme</t></is></c>
<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>"""
_OF_TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
_ROW = "<table:table-row>{}</table:table-row>"
ODS_ERRORS = _ROW.format(_OF_TEXT.format("account_id") + _OF_TEXT.format("2026-01")) + _ROW.format(
    _OF_TEXT.format("acme") + '<table:table-cell table:formula="of:=1/0" office:value-type="string"'
    ' office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
)


@pytest.mark.parametrize("content", [xlsx({"MRR": ERRORS}), ods(ODS_ERRORS)], ids=["xlsx", "ods"])
def test_an_error_of_a_cell_is_said_and_no_empty_cell(sqlite_store: Store, content: bytes) -> None:
    """Read as an empty cell it would say that the account pays nothing."""
    with pytest.raises(ImportRefusedError) as refusal:
        import_text(sqlite_store, content, source="balances", columns=ColumnWishes(currency="USD"))

    [finding] = refusal.value.findings
    assert (finding.line, finding.cell) == (2, "#DIV/0!")
    assert finding.message == (
        "is an error of the sheet: mend the formula, or write what it should give"
    )


HEADER_ROW = ERRORS.split("\n<row", maxsplit=1)[0]


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="B2"><f>500*2</f><v></v></c>',
        '<c r="B2" s="1"><f>500*2</f><v /></c>',
        '<c r="B2" t="n" s="1"><f>500*2</f></c>',
        '<c r="B2"><f t="shared" si="0"/></c>',
    ],
)
def test_a_formula_that_nothing_calculated_is_said_and_no_empty_cell(
    sqlite_store: Store, cell: str
) -> None:
    """A program that writes formulas leaves their values to whoever opens the workbook."""
    name = '<c r="A2" t="inlineStr"><is><t>acme</t></is></c>'
    content = xlsx({"MRR": f'{HEADER_ROW}<row r="2">{name}{cell}</row>'})
    with pytest.raises(ImportRefusedError) as refusal:
        import_text(sqlite_store, content, source="balances", columns=ColumnWishes(currency="USD"))

    [finding] = refusal.value.findings
    assert (finding.line, finding.message) == (
        2,
        "has a formula without its value: save the workbook in a spreadsheet first",
    )


def test_a_formula_that_gives_no_text_is_an_empty_cell() -> None:
    empty = '<row r="2"><c r="A2" t="str"><f>T(1)</f><v></v></c><c r="B2"><v>1</v></c></row>'

    assert cells(xlsx({"MRR": HEADER_ROW + empty}))[1] == (2, ["", "1"])


def test_a_text_that_only_looks_like_an_error_is_a_text() -> None:
    assert cells(xlsx({"MRR": [["id", "plan"], ["#1", "#NA"]]}))[1] == (2, ["#1", "#NA"])


def test_a_workbook_with_a_password_says_how_to_save_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_locked(_: object) -> NoReturn:
        raise PasswordError

    monkeypatch.setattr(CalamineWorkbook, "from_filelike", is_locked)
    (tmp_path / "file.xlsx").write_bytes(b"PK")

    with pytest.raises(SheetRefusedError, match="has a password: save it without one"):
        write_rows(tmp_path / "file.xlsx", io.StringIO(), None)
