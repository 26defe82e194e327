import tracemalloc
from pathlib import Path

import pytest

from storage.errors import UnreadableFileError
from storage.importing.spool import Scratch
from storage.importing.tables.bytes_of_file import blocks_of, stamp_of
from storage.importing.tables.opening import open_table
from storage.importing.tables.table import TableOptions
from storage.store.engine import Store
from tests.storage.importing.row_by_row import CsvTable, read_csv
from tests.storage.importing.tables.opened import cells
from tests.storage.stores import HEADER, csv_text, findings, import_text, refusal, rows

ROW = "acme,2026-01-05,100,USD"


def read(path: Path, max_bytes: int = 2**20) -> CsvTable:
    return read_csv(path, max_bytes=max_bytes)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(
            b"", "the file is empty: its first line must name the columns", id="empty-file"
        ),
        pytest.param(
            b"\n\n", "the file is empty: its first line must name the columns", id="blank-lines"
        ),
        pytest.param(
            b"\xef\xbb\xbf",
            "the file is empty: its first line must name the columns",
            id="nothing-but-a-byte-order-mark",
        ),
        pytest.param(HEADER.encode(), "the file has a header and no rows", id="header-only"),
        pytest.param(
            csv_text(ROW).encode("utf-16-le"),
            "line 1 holds a NUL byte: save it as CSV in UTF-8",
            id="utf-16-without-a-mark",
        ),
        pytest.param(
            csv_text(ROW, "caf\xe9,2026-01-05,1,USD").encode("cp1252"),
            'line 3 is not UTF-8; as cp1252 it says "caf\xe9": if that is right, add --encoding'
            " cp1252, else save the file as CSV in UTF-8",
            id="cp1252",
        ),
        pytest.param(
            csv_text(ROW, "caf\x81,2026-01-05,1,USD").encode("latin-1"),
            "line 3 is not UTF-8: save it as CSV in UTF-8",
            id="no-text-that-is-known",
        ),
        pytest.param(
            csv_text("ac\0me,2026-01-05,100,USD").encode(),
            "line 2 holds a NUL byte: save it as CSV in UTF-8",
            id="nul",
        ),
        pytest.param(
            csv_text('"acme,2026-01-05,100,USD').encode(),
            "the quotes on line 2 do not match, or a cell there is too long",
            id="open-quote",
        ),
        pytest.param(
            b'account_id,"date\na,2026-01-05',
            "the quotes on line 1 do not match, or a cell there is too long",
            id="open-quote-in-the-header",
        ),
        pytest.param(
            csv_text('"ac"me,2026-01-05,100,USD').encode(),
            "the quotes on line 2 do not match, or a cell there is too long",
            id="text-after-a-quote",
        ),
        pytest.param(
            csv_text(f"{'a' * 200_000},2026-01-05,100,USD").encode(),
            "the quotes on line 2 do not match, or a cell there is too long",
            id="giant-cell",
        ),
        pytest.param(
            b"PK\x03\x04\x14\x00\x06",
            "the workbook is damaged, or too large: save the sheet as CSV",
            id="a-workbook",
        ),
        pytest.param(
            b"account_id,date,currency\na,b,c\n",
            'the header (line 1) lacks amount; it has "account_id", "date", "currency"; type'
            " `nrrbot import movements import.csv --map amount=COLUMN`",
            id="missing-column",
        ),
        pytest.param(
            f"{HEADER},amount\n{ROW},100\n".encode(),
            'the header (line 1) has the column amount twice, as "amount" and "amount": rename one',
            id="doubled-column",
        ),
        pytest.param(
            f"{HEADER},Segment, segment\n{ROW},a,b\n".encode(),
            'the header (line 1) has the column segment twice, as "Segment" and'
            ' "segment": rename one',
            id="doubled-but-for-case",
        ),
        pytest.param(
            (
                ",".join([HEADER, *(f"c{n}" for n in range(200))]) + f"\n{ROW}{200 * chr(44)}\n"
            ).encode(),
            "the header (line 1) has more than 200 columns",
            id="too-many-columns",
        ),
        pytest.param(
            csv_text(*[ROW] * 50_000).encode(),
            "the file is larger than the limit of 1 MiB: split it, or raise NRRBOT_MAX_IMPORT_MIB",
            id="over-the-size-limit",
        ),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_one_sentence(
    store: Store, content: bytes, sentence: str
) -> None:
    assert refusal(store, content) == sentence


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        pytest.param("nothing.csv", "there is no such file", id="missing"),
        pytest.param(".", "it is not a file", id="folder"),
        pytest.param("/dev/zero", "it is not a file", id="device"),
        pytest.param("a\0b", "there is no such file", id="nul-in-the-name"),
        pytest.param(
            "a" * 5_000, "the file cannot be read: check its name and rights", id="endless-name"
        ),
    ],
)
def test_what_is_no_regular_file_is_refused(tmp_path: Path, path: str, sentence: str) -> None:
    with pytest.raises(UnreadableFileError) as refused:
        read(tmp_path / path)

    assert str(refused.value) == sentence


MIB = 2**20


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        pytest.param(
            b"id\n" + b"x" * 3 * MIB,
            "line 2 is longer than 1 MiB: end each row with a line break",
            id="a-line",
        ),
        pytest.param(
            b"a," * 2 * MIB,
            "line 1 is longer than 1 MiB: end each row with a line break",
            id="a-header-of-two-million-columns",
        ),
        pytest.param(
            b'"a\n",' * (MIB // 4),
            "what begins on line 1 is too long: end each row with a line break, outside of quotes",
            id="a-header-of-many-lines",
        ),
    ],
)
def test_what_would_be_held_whole_is_bounded(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(content)
    tracemalloc.start()

    with pytest.raises(UnreadableFileError) as refused:
        read(path, max_bytes=2**30)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(refused.value) == sentence
    assert peak < 24 * MIB


def test_rows_of_many_lines_are_bounded_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.importing.tables.text_file._MOST_AT_ONCE", 100)
    path = tmp_path / "long.csv"
    path.write_text("id\n" + '"a\n\n\n\n"\n' * 30)

    with pytest.raises(UnreadableFileError, match="what begins on line 2 is too long"):
        read(path)


def test_old_line_breaks_are_line_breaks(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_bytes(b"id\r" + b"abcdefg\r" * (MIB // 4))

    assert len(read(path, max_bytes=2**30).rows) == MIB // 4


def test_what_the_machine_calls_a_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "kmsg"
    path.symlink_to("/proc/kmsg")  # regular and of no size; who reads it waits for ever

    with pytest.raises(UnreadableFileError, match="the file is empty"):
        read(path)


def test_a_file_of_exactly_the_limit_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_bytes(b"id\na\n")

    assert len(read(path, max_bytes=5).rows) == 1
    with pytest.raises(UnreadableFileError):
        read(path, max_bytes=4)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        pytest.param("acme,2026-01-05,1,000,USD", "has 5 cells where the header has 4", id="many"),
        pytest.param("acme,2026-01-05", "has 2 cells where the header has 4", id="few"),
    ],
)
def test_a_row_with_another_number_of_cells_is_a_finding(
    store: Store, row: str, message: str
) -> None:
    assert findings(store, csv_text(ROW, row, ROW)) == [(3, message)]


def test_a_row_that_fell_out_causes_no_findings_on_the_rows_that_rest_on_it(store: Store) -> None:
    content = csv_text("acme,2026-01-05,1,000,USD", "acme,2026-02-05,-1000,USD")

    assert findings(store, content) == [(2, "has 5 cells where the header has 4")]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeff" + csv_text(ROW), id="byte-order-mark"),
        pytest.param(csv_text(ROW).replace("\n", "\r\n"), id="windows-line-ends"),
        pytest.param(csv_text(ROW).replace("\n", "\r"), id="old-mac-line-ends"),
        pytest.param(csv_text(ROW).rstrip("\n"), id="no-line-end-at-the-end"),
        pytest.param(csv_text("", ROW, "", ""), id="blank-lines"),
        pytest.param(csv_text(ROW.replace(",", " , ")), id="spaces-around-cells"),
        pytest.param(csv_text('"acme","2026-01-05","100","USD"'), id="everything-quoted"),
        pytest.param(csv_text(ROW, header=" Account-ID,DATE,Amount,Currency"), id="header-style"),
        pytest.param(csv_text(ROW, header="account_id,effective_on,amount,currency"), id="alias"),
        pytest.param(
            csv_text("100,USD,acme,2026-01-05", header="amount,currency,account_id,date"),
            id="another-order-of-columns",
        ),
    ],
)
def test_harmless_differences_of_form_are_read_alike(store: Store, content: str) -> None:
    import_text(store, content)

    assert rows(store, "SELECT account_id, effective_on, amount_minor FROM ledger_movement") == [
        ("acme", "2026-01-05", 10_000)
    ]


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_text('id,note\n\na,"one\ntwo"\nb,x\n')

    assert [line for line, _ in read(path).rows] == [3, 5]


def test_an_empty_last_column_is_none(store: Store) -> None:
    report = import_text(store, f"{HEADER},\n{ROW},\n{ROW.replace('acme', 'b')}\n")
    assert report.imported == 2
    assert findings(store, f"{HEADER},\n{ROW},spare\n") == [
        (2, "has 5 cells where the header has 4")
    ]


@pytest.mark.parametrize("title", ["", "Report of October\n\n"])
def test_the_bar_counts_rows_and_no_header(tmp_path: Path, title: str) -> None:
    path = tmp_path / "file.csv"
    path.write_text(title + csv_text(ROW, ROW), encoding="utf-8")

    with Scratch() as scratch:
        table = open_table(path, max_bytes=2**20, scratch=scratch)

    assert table.file.line_count == 2


def test_rows_of_empty_cells_are_skipped_as_empty_lines_are(store: Store) -> None:
    content = f"{HEADER}\n,,,\n{ROW}\n ,,,\n,,\n{ROW.replace('acme', 'b')}\n,,,\n"

    assert import_text(store, content).imported == 2
    assert findings(store, f"{HEADER}\n,,,\n{ROW},x\n") == [
        (3, "has 5 cells where the header has 4")
    ]


def test_a_file_of_another_encoding_than_is_said_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    path.write_bytes("id\na\n".encode("utf-16-le"))  # without the mark that utf-16 begins with

    # Python names a place in the file from 3.13 on.
    said = "(the file|line 1) is not utf-16: name another --encoding"
    with pytest.raises(UnreadableFileError, match=said), Scratch() as scratch:
        open_table(path, max_bytes=99, scratch=scratch, options=TableOptions("utf-16"))


def test_a_file_that_the_machine_does_not_read_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="check its name and rights"):
        [*blocks_of(tmp_path, 99)]  # a folder took its place
    with pytest.raises(UnreadableFileError, match="check its name and rights"):
        stamp_of(tmp_path / ("a" * 5_000))


FOOTER = ("", '"Grand Totals (2 records)"', "", '"Copyright (c) 2026"', "Confidential")


def test_what_a_report_says_below_its_table_is_no_row(store: Store) -> None:
    assert import_text(store, csv_text(ROW, "beta,2026-01-06,50,USD", *FOOTER)).imported == 2


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(("bet",), id="a-row-that-was-cut-off"),
        pytest.param((*FOOTER, "beta,2026-01-06,50,USD"), id="what-stands-between-rows"),
        pytest.param(("", "note,of two cells"), id="more-than-one-cell"),
    ],
)
def test_what_may_be_a_row_is_refused(store: Store, below: tuple[str, ...]) -> None:
    assert "where the header has 4" in findings(store, csv_text(ROW, *below))[0][1]


def test_a_thousand_lines_of_one_cell_are_no_notice_below_a_table(store: Store) -> None:
    text = csv_text(ROW, "", *(f"note {number}" for number in range(2_000)))

    assert len(findings(store, text)) > 1_000


def test_lines_below_a_table_are_left_out_of_several_chunks_too() -> None:
    many = [f"acme {number},2026-01-05,100,USD" for number in range(700)]

    assert len(cells(csv_text(*many, '"a, b",2026-01-05,1,USD', *FOOTER))) == 702
