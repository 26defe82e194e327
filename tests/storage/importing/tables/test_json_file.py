"""JSON as programs and APIs give it: each object a row, with the numbers as they are written."""

import json
import os
import threading
import tracemalloc
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import UnreadableFileError
from storage.importing.asking import Ask, ImportAsksError
from storage.importing.profiles.recognition import recognise
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.spool import Scratch
from storage.importing.tables.opening import open_table
from storage.store.engine import Store
from tests.storage.histories import sweep
from tests.storage.importing.tables.opened import cells, opened, refused
from tests.storage.stores import findings, import_text, rows

MIB = 2**20
ROWS = [{"account_id": "acme", "amount": 1200.5}, {"account_id": "beta", "amount": -80}]
HEADER = (0, ["account_id", "amount"])
BY_NUMBER = [HEADER, (1, ["acme", "1200.5"]), (2, ["beta", "-80"])]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(json.dumps(ROWS), id="a-list"),
        pytest.param(json.dumps(ROWS, indent=2), id="a-list-on-many-lines"),
        pytest.param("\ufeff \n" + json.dumps(ROWS), id="a-byte-order-mark"),
        pytest.param(json.dumps({"data": ROWS, "has_more": False}), id="what-an-api-answers"),
        pytest.param(json.dumps({"object": "list", "data": ROWS}), id="words-before-the-list"),
        pytest.param(json.dumps({"meta": {"n": [1]}, "data": {"items": ROWS}}), id="deeper"),
        pytest.param(
            json.dumps({"note": "x" * 600, "meta": ["y" * 9] * 150_000, "data": ROWS, "z": 1}),
            id="behind-a-long-one",
        ),
        pytest.param(json.dumps({"data": ROWS, "note": "x" * 3 * MIB}), id="before-a-long-one"),
    ],
)
def test_objects_are_rows_and_their_keys_the_header(content: str) -> None:
    assert cells(content, max_bytes=2**22) == BY_NUMBER


def test_an_answer_longer_than_a_row_can_be_is_read_to_its_list() -> None:
    many = [{"account_id": f"a{n}", "amount": n, "pad": "x" * 90} for n in range(20_000)]
    found = cells(json.dumps({"page": {"of": 1}, "data": {"items": many}}), max_bytes=2**22)

    assert len(found) == 20_001
    assert found[-1] == (20_000, ["a19999", "19999", "x" * 90])


def test_an_object_that_ends_with_what_is_read_at_once_is_whole() -> None:
    first = json.dumps({"pad": "x" * (MIB - 12)})

    found = cells(f'[{first},{{"pad": 5}}]', max_bytes=2**22)

    assert len(f"[{first}") == MIB
    assert [len(row[0]) for _, row in found[1:]] == [MIB - 12, 1]


def test_objects_on_lines_are_called_by_their_lines() -> None:
    content = '{"a": 1, "b": 2}\n\n{"b": 3}\n{"a": "x", "c": null}\n'

    assert cells(content) == [
        (0, ["a", "b", "c"]),
        (1, ["1", "2", ""]),
        (3, ["", "3", ""]),
        (4, ["x", "", ""]),
    ]


def test_a_single_object_is_a_row() -> None:
    assert cells('{"a": 1}') == [(0, ["a"]), (1, ["1"])]


@pytest.mark.parametrize(
    ("value", "key", "text"),
    [
        ("1200.50", "v", "1200.50"),  # no binary fraction comes in between
        ("12345678901234567890", "v", "12345678901234567890"),
        ("1e5", "v", "1e5"),
        ("NaN", "v", "NaN"),
        ("true", "v", "true"),
        ('"\\u00e9\\n"', "v", "\u00e9\n"),
        ('{"id": "cus_1"}', "v.id", "cus_1"),
        ('{"a": {"b": 1}}', "v.a.b", "1"),
        ('[{"price": 5}]', "v.0.price", "5"),
    ],
)
def test_a_value_is_the_text_that_it_is_written_as(value: str, key: str, text: str) -> None:
    assert cells(f'[{{"v": {value}}}]') == [(0, [key]), (1, [text])]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[]", "the JSON holds no rows"),
        ("[{}]", "the JSON holds no rows"),
        (
            '[{"a": 1}, 2]',
            'object 2 of the JSON is no row: write each as {"account_id": "acme", ...}',
        ),
        ("[[1]]", 'object 1 of the JSON is no row: write each as {"account_id": "acme", ...}'),
        ('[{"a": 1},\n{"a": 2]', "the JSON is broken on line 2: export it again"),
        ('[{"a": 1}\n', "the JSON is broken on line 2: export it again"),
        ('[{"a": 1}]\n]', "the JSON is broken on line 2: export it again"),
        ('{"a": 1}\n{"a": 2}{"a": 3}', "line 2 holds two values: put each on its own"),
        ('{"a": "' + "x" * MIB * 3 + '"}', "a value on line 1 is longer than 1 MiB"),
        ('[{"a":' * 100_000, "the JSON is nested too deeply"),
        (
            '[{"a":' + "[" * 60 + "1" + "]" * 60 + "}]",
            "the JSON is nested too deeply",
        ),
        ('[{"a": "\\ud800"}]', "object 1 of the JSON holds half a character"),
        ('[{"a": "\0"}]', "line 1 holds a NUL byte: save it as CSV in UTF-8"),
        (
            json.dumps([{f"k{n}": n} for n in range(1_001)]),
            "the JSON has more than 1,000 different keys",
        ),
    ],
)
def test_what_is_no_list_of_objects_is_refused(content: str, sentence: str) -> None:
    assert refused(content, max_bytes=2**23) == sentence


def test_a_file_of_json_lands_and_its_findings_name_the_object(store: Store) -> None:
    row = {"customer": "acme", "date": "2026-01-05", "amount": 1200.1, "currency": "USD"}
    said = [{"account_id" if key == "customer" else key: text for key, text in row.items()}]

    assert findings(store, json.dumps([*said, {**said[0], "amount": "x"}]))[0][0] == 2
    import_text(store, json.dumps(said))
    assert rows(store, "SELECT account_id, amount_minor FROM ledger_movement") == [
        ("acme", 120_010)
    ]


def test_missing_keys_are_told_with_those_that_look_like_them() -> None:
    with (
        opened('[{"customer": {"id": "x"}, "mrr": 5}]') as table,
        pytest.raises(UnreadableFileError) as error,
    ):
        recognise(table, ColumnWishes(kind="movements", currency="EUR"))
    assert str(error.value) == (
        'the JSON lacks date, amount; it has "customer.id", "mrr"; "mrr" looks like amount: type'
        f" `nrrbot import movements {table.file.typed} --map date=COLUMN --map amount=mrr`"
    )


@sweep(examples=60)
@given(
    objects=st.lists(
        st.dictionaries(st.sampled_from("abc"), st.text(max_size=5), min_size=1), min_size=1
    ),
    by_line=st.booleans(),
)
def test_every_list_of_objects_comes_back(objects: list[dict[str, str]], *, by_line: bool) -> None:
    try:
        "".join(text for one in objects for text in one.values()).encode()
    except UnicodeEncodeError:
        return
    content = "\n".join(map(json.dumps, objects)) if by_line else json.dumps(objects)
    with opened(content) as table:
        blank = all(not "".join(one.values()).strip() for one in objects)
        found = [] if blank else [row for chunk in table.chunks() for row in chunk.rows]
        filled = [one for one in objects if "".join(one.values()).strip()]
        assert [dict(zip(table.header, row, strict=True)) for row in found] == [
            {key: one.get(key, "") for key in table.header} for one in filled
        ]


@sweep(examples=100)
@given(st.one_of(st.binary(max_size=60), st.text('[{"a":1,}]\n \\', max_size=30).map(str.encode)))
def test_no_bytes_end_in_anything_but_a_table_or_a_sentence(data: bytes) -> None:
    for start in (b"", b"[", b'{"a":', b"sep=", b"a;b\n"):
        with suppress(UnreadableFileError), opened(start + data) as table:
            for chunk in table.chunks():
                assert {len(row) for row in chunk.rows} <= {len(table.header)}
                assert all(finding.line > 0 for finding in chunk.findings)


def test_a_large_list_needs_no_more_memory_than_a_small_one(tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    path.write_text(json.dumps([{"account_id": f"a{n}", "pad": "x" * 1_000} for n in range(8_000)]))
    assert path.stat().st_size > 7 * MIB
    tracemalloc.start()
    with Scratch() as scratch:
        table = open_table(path, max_bytes=2**30, scratch=scratch)
        assert sum(len(chunk.rows) for chunk in table.chunks()) == 8_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 7 * MIB


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(b"a,b\n1,2\n")))
    with Scratch() as scratch:
        table = open_table(Path("-"), max_bytes=8, scratch=scratch)
        assert (table.file.name, table.header) == ("standard input", ("a", "b"))
        assert [[*row] for chunk in table.chunks() for row in chunk.rows] == [["1", "2"]]
        assert [[*row] for chunk in table.chunks() for row in chunk.rows] == [["1", "2"]]  # again


def test_standard_input_has_the_limit_of_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=BytesIO(b"a,b\n1,2\n")))
    with Scratch() as scratch, pytest.raises(Exception, match="larger than the limit"):
        open_table(Path("-"), max_bytes=7, scratch=scratch)


def test_a_named_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"a,b\n1,2\n",))
    writer.start()
    with Scratch() as scratch:
        table = open_table(pipe, max_bytes=MIB, scratch=scratch)
        writer.join()
        assert (table.file.name, table.header) == ("pipe", ("a", "b"))


def test_what_rounding_leaves_behind_a_number_is_cut_off() -> None:
    said = '[{"a": 0.30000000000000004, "b": 12.50, "c": 1200.1}]'

    assert cells(said)[1] == (1, ["0.3", "12.50", "1200.1"])


MORE = (
    {"has_more": True, "data": ROWS},
    {"data": ROWS, "has_more": True},
    {"list": ROWS, "next_offset": "[1517]"},
    {"results": ROWS, "paging": {"next": {"after": "2"}}},
    {"answer": {"data": ROWS, "has_more": True}},
)
ALL = (
    {"data": ROWS, "has_more": False},
    {"list": ROWS, "next_offset": None},
    {"results": ROWS, "paging": {}},
    ROWS,
)


@pytest.mark.parametrize("blanks", ["", " " * 2**21], ids=["short", "longer-than-a-row"])
@pytest.mark.parametrize(
    ("answer", "goes_on"), [(one, True) for one in MORE] + [(one, False) for one in ALL]
)
def test_a_page_says_that_there_are_others(answer: object, blanks: str, *, goes_on: bool) -> None:
    content = json.dumps(answer).replace("[{", f"[{blanks}{{")
    with opened(content, max_bytes=2**22) as table:
        assert table.file.goes_on is goes_on


def test_a_page_alone_is_asked_about(sqlite_store: Store) -> None:
    moved = [{"date": "2026-01-05", "currency": "USD", **ROWS[0]}]
    content = json.dumps({"data": moved, "has_more": True})

    with pytest.raises(ImportAsksError, match="one page of several") as asked:
        import_text(sqlite_store, content, agreed=frozenset())

    assert [question.ask for question in asked.value.questions] == [Ask.MORE_PAGES]
    assert rows(sqlite_store, "SELECT count(*) FROM mrr_movement") == [(0,)]
    assert import_text(sqlite_store, content, agreed=frozenset({Ask.MORE_PAGES})).imported
