from bot.style.finding_words import finding_lines
from storage.importing.report import ImportRefusedError, Places, RowFinding

NO_DAY = "is not a date: write it like 2026-07-31"
LINES = Places()
SHEET = Places("row", "Deals", first_column=1).of(["account_id", "date"])


def shown(*findings: RowFinding, places: Places = LINES) -> list[str]:
    return list(finding_lines(ImportRefusedError(findings, places)))


def test_a_finding_has_its_line_its_column_and_its_cell() -> None:
    assert shown(
        RowFinding(12, "does not exist in the calendar", "date", "31.13.2026"),
        RowFinding(3, "has 5 cells where the header has 4"),
        RowFinding(4, "is empty", "date"),
    ) == [
        "line 3: has 5 cells where the header has 4",
        "line 4, date: is empty",
        'line 12, date "31.13.2026": does not exist in the calendar',
    ]


def test_of_a_workbook_it_has_the_sheet_and_the_cell() -> None:
    assert shown(
        RowFinding(12, NO_DAY, "date", "soon"),
        RowFinding(7, "is below zero"),
        places=SHEET,
    ) == [
        "sheet Deals, row 7: is below zero",
        f'sheet Deals, cell C12, date "soon": {NO_DAY}',
    ]


def test_many_of_one_kind_are_counted_on_one_line() -> None:
    wrong = [RowFinding(line, NO_DAY, "date", f"{line}/13/2026") for line in range(2, 30_002)]

    assert shown(*wrong, RowFinding(5, "is empty", "amount")) == [
        f'date, 30,000 rows, first line 2 "2/13/2026": {NO_DAY}',
        "line 5, amount: is empty",
    ]


def test_kinds_that_differ_in_their_figures_only_are_one() -> None:
    wrong = [
        RowFinding(line, f"may mean {line}500 or {line}.500: write it like 1200 or 1.20", "amount")
        for line in range(2, 13)
    ]
    assert len(shown(*wrong[:10])) == 10  # a few are shown each by itself
    assert shown(*wrong) == [
        "amount, 11 rows, first line 2: may mean 2500 or 2.500: write it like 1200 or 1.20"
    ]


def test_at_most_fifty_lines_are_shown_and_the_rest_counted() -> None:
    names = [chr(97 + n // 26) + chr(97 + n % 26) for n in range(60)]
    wrong = [RowFinding(n, f"is no {name}", "x") for n, name in enumerate(names, start=2)]

    lines = shown(*wrong)
    assert len(lines) == 51
    assert lines[-1] == "and 10 more"
