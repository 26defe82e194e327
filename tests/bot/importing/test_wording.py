from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from bot.importing.imports import report_json
from bot.importing.wording import recognised_lines, report_lines
from metrics.data_end import DataEnd, Declared
from metrics.late_rows import MonthChange
from storage.importing.importer import FileRequest, open_file
from storage.importing.profiles.wishes import ColumnWishes
from storage.importing.report import ClosedMonths, ImportReport, ImportStatus
from storage.importing.spool import Scratch

AUGUST, SEPTEMBER = date(2026, 8, 1), date(2026, 9, 1)
REPORT = ImportReport(
    status=ImportStatus.IMPORTED,
    imported=1,
    known=0,
    data_version=2,
    declared=Declared(closed_through=date(2026, 11, 1)),
    closed_months=ClosedMonths(
        rows=1,
        months=(AUGUST,),
        changes=(MonthChange(month=AUGUST, before=Fraction(1), after=Fraction(1, 2)),),
    ),
)


def late(rows: int, *changes: tuple[str | None, str | None]) -> ImportReport:
    """A report of rows in August, by which NRR of it and the months after it changes."""
    moved = tuple(
        MonthChange(
            month=date(2026, 8 + number, 1),
            before=None if was is None else Fraction(was),
            after=None if now is None else Fraction(now),
        )
        for number, (was, now) in enumerate(changes)
    )
    return replace(REPORT, closed_months=ClosedMonths(rows=rows, months=(AUGUST,), changes=moved))


def said(report: ImportReport) -> str:
    _, line = report_lines(report, None)
    return line


def test_a_closed_month_that_changes_is_named_with_both_figures() -> None:
    assert said(REPORT) == (
        "1 row is dated in closed months: NRR of August 2026 goes from 100.0% to 50.0%."
    )


def test_after_a_rehearsal_it_would_change() -> None:
    assert said(replace(REPORT, status=ImportStatus.DRY_RUN)) == (
        "1 row is dated in closed months: NRR of August 2026 would go from 100.0% to 50.0%."
    )


@pytest.mark.parametrize(
    ("status", "first"),
    [
        (
            ImportStatus.IMPORTED,
            (
                "Imported 1 of 4 rows, 2 were held already, 1 is overruled by later ones;"
                " the ledger is at data version 2."
            ),
        ),
        (
            ImportStatus.UNCHANGED,
            "Nothing new: the ledger holds all 2 rows already, 1 is overruled by later ones.",
        ),
    ],
)
def test_rows_that_later_ones_overrule_were_not_held(status: ImportStatus, first: str) -> None:
    report = replace(REPORT, status=status, known=2, overruled=1)

    assert next(report_lines(report, None)) == first


def test_three_months_are_named_and_the_others_counted() -> None:
    assert said(late(7, *[("1", "0.9"), (None, "0.5"), ("0.8", None)])) == (
        "7 rows are dated in closed months: NRR of August 2026 goes from 100.0% to 90.0%, September"
        " 2026 goes from n/a to 50.0% and October 2026 goes from 80.0% to n/a."
    )
    assert said(late(7, *[("1", "0.9")] * 5)).endswith(
        "October 2026 goes from 100.0% to 90.0% and 2 more."
    )


def test_a_month_whose_figure_is_shown_alike_is_not_named() -> None:
    assert said(late(2, ("0.9981", "0.9979"))) == (
        "2 rows are dated in closed months (August 2026): NRR of the company stays as it was."
    )


def test_of_attributes_the_months_alone_are_said() -> None:
    attributes = ClosedMonths(rows=2, months=(AUGUST, SEPTEMBER))

    assert said(replace(REPORT, closed_months=attributes)) == (
        "2 rows are dated in closed months: August 2026 and September 2026."
    )


@pytest.mark.parametrize(
    ("closed", "line"),
    [
        (date(2026, 11, 1), "The data ends 31 Oct 2026."),
        (None, "The data ends 31 Oct 2026; no month is closed: import with --closed-through."),
    ],
)
def test_it_ends_with_the_data_and_what_to_type_where_no_month_is_closed(
    closed: date | None, line: str
) -> None:
    report = replace(REPORT, closed_months=ClosedMonths(), declared=Declared(closed_through=closed))

    assert [*report_lines(report, DataEnd(through=date(2026, 11, 1)))][1:] == [line]


def test_json_has_every_change_exactly() -> None:
    document = report_json(late(2, ("0.9981", "0.9979")), DataEnd(through=date(2026, 11, 1)))

    assert document["data_through"] == "2026-11-01"
    assert document["closed_months"] == {
        "rows": 2,
        "months": ["2026-08"],
        "changes": [{"month": "2026-08", "nrr_before": "0.998100", "nrr_after": "0.997900"}],
    }


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("kunde,09/2025,10/2025,11/2025", "account_id from kunde, 3 months, Sep 2025 to Nov 2025."),
        ("account_id,2025-10-01,2025-10-02", "2 days, 1 Oct 2025 to 2 Oct 2025."),
        ("account_id,2025-09", "1 month, Sep 2025."),
    ],
)
def test_columns_of_months_are_counted(tmp_path: Path, header: str, told: str) -> None:
    file = tmp_path / "wide.csv"
    file.write_text(f"{header}\n{'1,' * header.count(',')}1\n")

    with Scratch() as scratch:
        request = FileRequest(columns=ColumnWishes(currency="USD"))
        found = open_file(file, request, scratch=scratch, max_bytes=2**20)
        [line] = recognised_lines(found, 1)

    assert line == f"MRR by month: 1 row, {told}"


def lines_of(tmp_path: Path, content: str, wishes: ColumnWishes) -> list[str]:
    file = tmp_path / "mrr.csv"
    file.write_text(content)
    with Scratch() as scratch:
        request = FileRequest(columns=wishes)
        return [*recognised_lines(open_file(file, request, scratch=scratch, max_bytes=2**20), 1)]


def test_names_beside_ids_lead_to_the_list_that_brings_them(tmp_path: Path) -> None:
    header, row = "Customer ID,Customer Name,Month,MRR", "c1,Acme Ltd,2026-01,5"

    _, left_out, advice = lines_of(tmp_path, f"{header}\n{row}\n", ColumnWishes(currency="USD"))

    assert left_out == "Left out: Customer Name (names accounts)."
    assert advice == (
        f"For the names type `nrrbot import accounts {tmp_path}/mrr.csv --map"
        " 'account_id=Customer ID' --map 'name=Customer Name' --only 'Customer Name'`."
    )


def test_columns_that_are_left_out_for_one_reason_are_counted(tmp_path: Path) -> None:
    months = ",".join(f"2026-0{month}-01" for month in range(1, 6))

    content = f"account_id,name,owner,{months}\na,Acme,tess,1,2,3,4,5\n"

    said = lines_of(tmp_path, content, ColumnWishes(kind="accounts"))

    assert said[1] == (
        "Left out: 2026-01-01, 2026-02-01, 2026-03-01 and 2 more (each is no name that can be"
        " asked by)."
    )


@pytest.mark.parametrize(
    ("header", "typed"),
    [("id", "movement_id=id"), ("Event ID", "'movement_id=Event ID'"), ("id,movement_id", "")],
)
def test_ids_of_rows_are_no_attribute_but_can_be_those_of_movements(
    tmp_path: Path, header: str, typed: str
) -> None:
    file = tmp_path / "movements.csv"
    cells = ",".join("7" for _ in header.split(","))
    file.write_text(f"account_id,date,amount,currency,{header}\na,2026-01-01,5,USD,{cells}\n")

    with Scratch() as scratch:
        found = open_file(file, FileRequest(), scratch=scratch, max_bytes=2**20)
        _, left_out, *more = recognised_lines(found, 1)

    name, *others = header.split(",")
    assert left_out.startswith(f"Left out: {name} (looks like ids of rows).")
    advice = f"If {name} is the same for a movement in every export: --map {typed}."
    assert more == ([] if others else [advice])
