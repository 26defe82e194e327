from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from storage.errors import SourceFailedError
from storage.sources.sql.values import text_of


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "TRUE"),
        (12, "12"),
        (Decimal("12345678901234567.89"), "12345678901234567.89"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.500"), "1.5"),  # of a typed column it cannot be thousands
        (Decimal("1.505"), "1.5050"),  # refused for its decimals, not doubted
        (1200.5, "1200.5"),
        (0.1 + 0.2, "0.3"),
        (200 / 3, "66.6666666666667"),  # refused for its decimals, as a cell is
        (2.0**60, "1.15292E+18"),  # has lost digits
        (date(2026, 10, 2), "2026-10-02"),
        (datetime(2026, 10, 2), "2026-10-02"),  # noqa: DTZ001 - of a column without zones
        (datetime(2026, 10, 2, 15, 30), "2026-10-02 15:30:00"),  # noqa: DTZ001 - the same
        (
            datetime(2026, 10, 2, 0, 0, tzinfo=timezone(timedelta(hours=2))),
            "2026-10-01T22:00:00+00:00",
        ),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"plan": "pro"}, '{"plan": "pro"}'),
        (" as it stands; ", " as it stands; "),
    ],
)
def test_a_value_becomes_the_cell_that_a_file_would_have(value: object, cell: str) -> None:
    assert text_of(value, "any") == cell


def test_bytes_are_refused_with_their_column() -> None:
    with pytest.raises(SourceFailedError, match="the column photo holds bytes: cast it"):
        text_of(b"\xff", "photo")
