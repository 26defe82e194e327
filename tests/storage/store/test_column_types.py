from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyhive.sqlalchemy_hive import HiveDialect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

from storage.store.column_types import (
    IsoDate,
    UtcDateTime,
    day_number,
    day_of,
    moment_number,
    moment_of,
)

LITE: Dialect = sqlite.dialect()
PG: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
MOMENT = datetime(2026, 7, 1, 12, 30, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize("dialect", [LITE, PG], ids=["sqlite", "postgresql"])
@pytest.mark.parametrize("value", [None, date(2026, 7, 1), date.min])
def test_a_date_comes_back_as_it_was(dialect: Dialect, value: date | None) -> None:
    stored = IsoDate().process_bind_param(value, dialect)

    assert IsoDate().process_result_value(stored, dialect) == value


@pytest.mark.parametrize("dialect", [LITE, HiveDialect()], ids=["sqlite", "hive"])
@pytest.mark.parametrize(("text", "day"), [(None, None), ("2026-07-01", date(2026, 7, 1))])
def test_a_date_that_a_driver_gives_as_text_is_a_date(
    dialect: Dialect, text: str | None, day: date | None
) -> None:
    read = IsoDate().result_processor(dialect, None)

    assert read is not None
    assert read(text) == day


@pytest.mark.parametrize("dialect", [LITE, PG], ids=["sqlite", "postgresql"])
@pytest.mark.parametrize("value", [None, MOMENT])
def test_a_moment_comes_back_in_utc(dialect: Dialect, value: datetime | None) -> None:
    stored = UtcDateTime().process_bind_param(value, dialect)
    back = UtcDateTime().process_result_value(stored, dialect)

    assert back == value
    assert back is None or back.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        UtcDateTime().process_bind_param(MOMENT.replace(tzinfo=None), LITE)


@pytest.mark.parametrize(
    ("dialect", "names"),
    [(LITE, ["TEXT", "TEXT"]), (PG, ["DATE", "TIMESTAMP WITH TIME ZONE"])],
    ids=["sqlite", "postgresql"],
)
def test_each_database_stores_what_it_can(dialect: Dialect, names: list[str]) -> None:
    assert [kind().compile(dialect) for kind in (IsoDate, UtcDateTime)] == names


@given(st.lists(st.datetimes(timezones=st.timezones()), max_size=5))
def test_stored_moments_sort_as_moments_do(moments: list[datetime]) -> None:
    moments = [moment.astimezone(UTC) for moment in moments if 2 < moment.year < 9998]
    stored = [str(UtcDateTime().process_bind_param(moment, LITE)) for moment in moments]

    assert [datetime.fromisoformat(text) for text in sorted(stored)] == sorted(moments)


@pytest.mark.parametrize(
    ("day", "number"), [(date(1970, 1, 1), 0), (date(1970, 1, 2), 1), (date(2026, 1, 1), 20_454)]
)
def test_a_day_is_counted_from_1970(day: date, number: int) -> None:
    assert day_number(day) == number
    assert day_of(number) == day


@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1),
        (MOMENT, 1_782_901_800_000_000),  # 10:30 in UTC
    ],
)
def test_a_moment_is_counted_in_microseconds_from_1970(moment: datetime, number: int) -> None:
    assert moment_number(moment) == number
    assert moment_of(number) == moment
