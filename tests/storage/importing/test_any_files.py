"""Any files, dirty ones too: whole columns and parts give what row by row gives."""

import csv
import io
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from storage.importing.asking import Overlap
from storage.importing.report import ImportRefusedError, RowFinding
from storage.importing.spool import GROUP_BYTES
from storage.store.engine import Store
from tests.storage.histories import sweep
from tests.storage.importing.row_by_row import RowByRow
from tests.storage.stores import SqliteTemplate, import_text, rows

COLUMNS = {
    "account_id": ["a", "a", "b", "b", " a ", "c d", "", "x" * 201, "é\u00a0"],
    "date": ["2026-01-05", "2026-01-05", "2026-02-05", "2026-03-05", " 2026-02-05", "2026-02-30"],
    "amount": ["1", "5", "10", "10.00", "-1", "-5", "-10", "0", "1.005", "1e3", "", "9999999999"],
    "currency": ["USD", "USD", "USD", "USD", "USD", "USD", " USD", "JPY", "usd", ""],
    "movement_id": ["", "", "m1", "m2", "m3", "m4", "line 2", " m1", "m\t5", "m" * 201],
    "type": ["", "", "", "new", "New", "expansion", "churn", "renewal", "sidegrade"],
    "mrr_after": ["", "", "", "1", "5", "6.00", "x"],
    "driver": ["", "", "seats", "price"],
    "recorded_at": ["", "", "", "2026-03-06", "2026-03-06T00:00Z", "2027-01-01"],
    "product": ["", "", "base", "a\tb"],
    "region": ["", "", "EMEA", "US", " US", "two\nlines", "tab\tbed"],
}


@st.composite
def files(draw: st.DrawFn) -> str:
    names = [*COLUMNS][:4] + draw(st.lists(st.sampled_from([*COLUMNS][4:]), unique=True))
    dirty = draw(st.booleans())
    texts = [st.sampled_from(COLUMNS[name][: None if dirty else _right(name)]) for name in names]
    lines = draw(st.lists(st.tuples(*texts), min_size=1, max_size=12))
    if draw(st.booleans()):
        lines += draw(st.lists(st.sampled_from(lines), max_size=3))
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(names)
    writer.writerows(lines)
    blank, ragged = draw(st.sampled_from([("", ""), ("\n", ""), ("", "a,b\n")]))
    return target.getvalue() + (blank + ragged if dirty else "")


def _right(name: str) -> int:
    return {"date": 5, "account_id": 6, "amount": 8, "currency": 7, "movement_id": 6}.get(name, 5)


def outcome(store: Store, content: str, group_bytes: int) -> list[RowFinding]:
    try:
        import_text(store, content, group_bytes=group_bytes, overlap=Overlap.HELD)
    except ImportRefusedError as error:
        return [RowFinding(one.line, one.sentence) for one in error.findings]
    return []


def check(template: SqliteTemplate, contents: list[str], *, group_bytes: int = GROUP_BYTES) -> None:
    oracle = RowByRow()
    with template.fresh() as store, tempfile.TemporaryDirectory() as folder:
        for content in contents:
            path = Path(folder) / "import.csv"
            path.write_bytes(content.encode())

            assert outcome(store, content, group_bytes) == oracle.import_file(path)

        assert sorted(
            rows(
                store,
                "SELECT CASE WHEN movement_id LIKE '%:%' THEN '' ELSE movement_id END, account_id,"
                " effective_on, amount_minor, kind, driver, product, import_id"
                " FROM ledger_movement",
            ),
            key=str,
        ) == sorted(
            (
                (
                    "" if row.key.startswith("\n") else row.key,
                    row.account,
                    str(row.day),
                    row.amount,
                    kind.value,
                    row.driver,
                    row.product,
                    number,
                )
                for row, kind, number in oracle.movements
            ),
            key=str,
        )
        assert sorted(
            rows(store, "SELECT account_id, dimension, value, valid_from FROM ledger_attribute")
        ) == sorted((*said, str(day)) for *said, day in oracle.values)


@sweep(examples=60)
@given(contents=st.lists(files(), min_size=1, max_size=3))
def test_columns_give_what_row_by_row_gives(
    sqlite_template: SqliteTemplate, contents: list[str]
) -> None:
    check(sqlite_template, contents)


@sweep(examples=60)
@given(contents=st.lists(files(), min_size=1, max_size=3))
def test_parts_on_disk_give_what_row_by_row_gives(
    sqlite_template: SqliteTemplate, contents: list[str]
) -> None:
    check(sqlite_template, contents, group_bytes=40)


def test_a_row_without_an_id_that_comes_again_with_its_moment_is_held(
    sqlite_template: SqliteTemplate,
) -> None:
    row = "a,2026-02-05,0,USD"
    again = f"account_id,date,amount,currency,recorded_at\n{row},2026-03-06T00:00Z\n"

    check(sqlite_template, [f"account_id,date,amount,currency\n{row}\n", again])


def test_an_account_whose_only_day_came_to_nothing_is_new_once_it_pays(
    sqlite_template: SqliteTemplate,
) -> None:
    nothing = "account_id,date,amount,currency\na,2026-01-05,10,USD\na,2026-01-05,-10,USD\n"

    check(sqlite_template, [nothing, "account_id,date,amount,currency\na,2026-02-05,1,USD\n"])
