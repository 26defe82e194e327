"""Months in cells and headers, as people and programs write them."""

from datetime import date

import pytest

from storage.importing.cells import CellError
from storage.importing.months import month_of, parse_month


@pytest.mark.parametrize(
    "text",
    [
        *("2026-03", "2026-3", "2026/03", "2026.03", "202603", "2026M03", "2026-M03"),
        *("03/2026", "3/2026", "03.2026", "3-2026"),
        *("2026-03-01", "2026-03-31", "2026-03-01 00:00:00", "2026-03-01T00:00:00Z"),
        *("Mar 2026", "March 2026", "mar-26", "Mar'26", "Mar26", "MAR 2026", "2026 Mar"),
        *("März 2026", "Mrz 26", "mars 2026", "marzo 2026", " Mar. 2026 "),
    ],
)
def test_a_month_is_read_as_it_is_usually_written(text: str) -> None:
    assert month_of(text) == date(2026, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-13", "2026-00", "20261", "13/2026", "1969-12", "3000-01"),
        *("2026-03-15", "2026-02-30", "March", "Marz", "maybe 2026", "total", "m", "03-26-2026"),
    ],
)
def test_what_names_no_month_for_sure_is_none(text: str) -> None:
    assert month_of(text) is None
    with pytest.raises(CellError, match="is not a month: write it like 2026-07"):
        parse_month(text)
