from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.errors import SourceFailedError
from storage.sources.sql.watermark import WatermarkValue

ZONES = st.integers(-12, 12).map(lambda hours: timezone(timedelta(hours=hours)))
VALUES = st.one_of(
    st.integers(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(),
    st.datetimes(timezones=ZONES),
    st.dates(min_value=date(1970, 1, 1)).map(lambda day: f"{day} 10:00"),
)


@given(VALUES)
def test_a_value_is_kept_as_text_exactly(value: object) -> None:
    mark = WatermarkValue.of(value, "at")

    kept = WatermarkValue.from_text(mark.kind.value, mark.text)

    assert kept == mark
    assert not kept.is_beyond(mark, "at")


def test_it_is_read_on_from_the_beginning_of_its_day() -> None:
    zone = timezone(timedelta(hours=2))
    moment = datetime(2026, 10, 2, 15, 30, tzinfo=zone)

    assert WatermarkValue.of(moment, "at").since.value == datetime(2026, 10, 2, tzinfo=zone)
    assert WatermarkValue.of("2026-10-02T15:30", "at").since.value == "2026-10-02"
    assert WatermarkValue.of(date(2026, 10, 2), "at").since.value == date(2026, 10, 2)
    assert WatermarkValue.of(Decimal("41.5"), "at").since.value == Decimal("41.5")


@pytest.mark.parametrize("value", ["b17", True, b"x", ["2026-01-01"]])
def test_what_does_not_grow_is_no_watermark(value: object) -> None:
    with pytest.raises(SourceFailedError, match="the watermark batch is neither"):
        WatermarkValue.of(value, "batch")


def test_values_of_two_kinds_cannot_be_compared() -> None:
    aware = WatermarkValue.of(datetime(2026, 10, 2, tzinfo=UTC), "at")

    with pytest.raises(SourceFailedError, match="cast it to one type"):
        aware.is_beyond(WatermarkValue.of(date(2026, 10, 2), "at"), "at")
