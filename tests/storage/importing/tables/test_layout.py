"""CSV files as spreadsheets and exports write them: one table, whatever stands around its cells."""

import codecs

import pytest

from tests.storage.importing.tables.opened import cells, opened, refused

HEADER = ["account_id", "date", "amount", "currency"]
ROW = ["anna", "2026-01-05", "49", "EUR"]


def lines(mark: str, *rows: list[str], quote: str = "") -> str:
    return "".join(mark.join(f"{quote}{cell}{quote}" for cell in row) + "\n" for row in rows)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("said", [False, True])
def test_cells_are_separated_by_what_separates_them(mark: str, quote: str, *, said: bool) -> None:
    content = f"sep={mark}\n" * said + lines(mark, HEADER, ROW, quote=quote)

    assert cells(content) == [(1 + said, HEADER), (2 + said, ROW)]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(
            "account_id;date;amount;currency;name, legal\nanna;2026-01-05;49;EUR;x\n",
            [(1, [*HEADER, "name, legal"]), (2, [*ROW, "x"])],
            id="a-comma-in-a-name",
        ),
        pytest.param(
            "account_id;mrr\nanna;10,50\nbert;20,00\n",
            [(1, ["account_id", "mrr"]), (2, ["anna", "10,50"]), (3, ["bert", "20,00"])],
            id="decimal-commas",
        ),
        pytest.param(
            "account_id,tags\nanna,a;b;c\nbert,d;e;f\n",
            [(1, ["account_id", "tags"]), (2, ["anna", "a;b;c"]), (3, ["bert", "d;e;f"])],
            id="semicolons-in-cells",
        ),
        pytest.param("account_id\nanna\n", [(1, ["account_id"]), (2, ["anna"])], id="one-column"),
        pytest.param(
            "MRR movements\n\nCreated,2026-11-21\n" + lines(",", HEADER, ROW),
            [(4, HEADER), (5, ROW)],
            id="titles-above",
        ),
        pytest.param(
            '"Movements\nof January"\n' + lines(",", HEADER, ROW),
            [(3, HEADER), (4, ROW)],
            id="a-title-of-two-lines",
        ),
        pytest.param(
            "a,b,,\n1,2,,\n3,4,,\n",
            [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"])],
            id="empty-last-columns",
        ),
        pytest.param(
            "account_id,date,amount,currency,segment,region\n" + "anna,2026-01-05,49,EUR,,\n" * 9,
            [(1, [*HEADER, "segment", "region"]), *((n, [*ROW, "", ""]) for n in range(2, 11))],
            id="empty-cells-below-a-full-header",
        ),
    ],
)
def test_what_stands_around_a_table_is_not_taken_for_it(
    content: str, found: list[tuple[int, list[str]]]
) -> None:
    assert cells(content) == found


def test_titles_are_told_from_a_header_by_the_rows_below() -> None:
    # Half as many cells as the rows have are a title, one more is a header.
    assert cells("a,b\n" + "1,2,3,4\n" * 3)[0] == (2, ["1", "2", "3", "4"])
    with opened("a,b,c\n" + "1,2,3,4\n" * 3) as table:
        assert (table.header_line, table.header) == (1, ("a", "b", "c"))


CAFE = "account_id,date\ncaf\xe9,2026-01-05\n"
READ = [(1, ["account_id", "date"]), (2, ["caf\xe9", "2026-01-05"])]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CAFE.encode(), id="utf-8"),
        pytest.param(CAFE.encode("utf-8-sig"), id="utf-8-with-a-mark"),
        pytest.param(CAFE.encode("utf-16"), id="utf-16"),
        pytest.param(codecs.BOM_UTF16_BE + CAFE.encode("utf-16-be"), id="utf-16-of-others"),
        pytest.param(CAFE.encode("utf-32"), id="utf-32"),
    ],
)
@pytest.mark.parametrize("said", [None, "cp1252"])
def test_a_byte_order_mark_tells_the_encoding(content: bytes, said: str | None) -> None:
    if said and content == CAFE.encode():
        assert cells(content, encoding=said) != READ  # without a mark it is what was said
    else:
        assert cells(content, encoding=said) == READ


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("cp1252", "cp1252"),
        ("cp1252", "windows-1252"),
        ("latin-1", "latin-1"),
        ("utf-8", "UTF8"),
        ("utf-16-le", "utf-16-le"),
        ("mac-roman", "macroman"),
    ],
)
def test_an_encoding_is_taken_by_its_name(encoding: str, said: str) -> None:
    assert cells(CAFE.encode(encoding), encoding=said) == READ


@pytest.mark.parametrize("said", ["cp12520", "rot13", "hex", "", "a\0b", "undefined"])
def test_what_is_no_encoding_is_refused(said: str) -> None:
    assert refused(CAFE, encoding=said) == (
        f'--encoding "{said}" is not known: write it like utf-8, cp1252 or latin-1'
    )


@pytest.mark.parametrize(
    ("content", "said", "sentence"),
    [
        (b"a,b\n1,\x81\n", "cp1252", "line 2 is not cp1252: name another --encoding"),
        (
            codecs.BOM_UTF16_LE + "a,b\n1,2\n".encode("utf-16-le")[:-1],
            "utf-8",
            "line 2 is not utf-16: name another --encoding",
        ),
        (
            codecs.BOM_UTF16_LE + "a,b\n1,\0\n".encode("utf-16-le"),
            "utf-8",
            "line 2 holds a NUL byte: save it as CSV in UTF-8",
        ),
        (
            b"a,b\n1,\xff\xfe\n\0",
            "utf-8",
            "line 3 holds a NUL byte: save it as CSV in UTF-8",
        ),
    ],
)
def test_what_is_no_text_in_an_encoding_is_told_by_its_line(
    content: bytes, said: str, sentence: str
) -> None:
    assert refused(content, encoding=said) == sentence


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "the file is a workbook of an old Excel, or one with a password: save it as .xlsx",
        ),
        (b"%PDF-1.7", "the file is a PDF: export the table as CSV or XLSX"),
        (b"\x1f\x8b\x08", "the file is compressed: unpack it first"),
        (
            b"-- MySQL dump 10.13\n\nCREATE TABLE `mrr` (`id` int);\n",
            "the file is a dump of a database, in SQL: export the result of a query as CSV",
        ),
        (
            b"INSERT INTO mrr VALUES ('acme', 1);",
            "the file is a dump of a database, in SQL: export the result of a query as CSV",
        ),
        (
            b" account_id | mrr\n------------+-----\n acme       | 100\n(1 row)\n",
            "the file is a table drawn for reading: export the result of a query as CSV",
        ),
        (
            b"+----+-----+\r\n| id | mrr |\r\n+----+-----+\r\n",
            "the file is a table drawn for reading: export the result of a query as CSV",
        ),
        (b"\n <html>", "the file is a web page or XML: export the table as CSV or XLSX"),
    ],
)
def test_what_is_another_kind_of_file_is_called_by_its_name(content: bytes, said: str) -> None:
    assert refused(content) == said
