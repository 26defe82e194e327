"""Column types that mean the same on SQLite (STRICT, so dates are text there) and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import BigInteger, Date, DateTime, Dialect, Integer, SmallInteger, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

MinorUnits = BigInteger().with_variant(Integer, "sqlite")  # whose INTEGER has 64 bits
Small = SmallInteger().with_variant(Integer, "sqlite")


def moment_text(moment: datetime) -> str:
    """Write an aware moment as the text that is stored: in UTC, and of fixed width."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY = _EPOCH.date().toordinal()
_MICROSECOND = timedelta(microseconds=1)


def day_number(day: date) -> int:
    """Count the days since 1970-01-01: a day as the facts have it."""
    return day.toordinal() - _FIRST_DAY


def day_of(number: int) -> date:
    """Turn a day number back into its date."""
    return date.fromordinal(number + _FIRST_DAY)


def moment_number(moment: datetime) -> int:
    """Count the microseconds since 1970 in UTC: an aware moment as the facts have it."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(number: int) -> datetime:
    """Turn a moment number back into its moment in UTC."""
    return _EPOCH + timedelta(microseconds=number)


def _day_in(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


class IsoDate(TypeDecorator[date]):
    """A date; ``YYYY-MM-DD`` text on SQLite, which sorts as dates do."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[date] | TypeEngine[str]:
        """Use text where the dialect has no date type."""
        return Text() if dialect.name == "sqlite" else Date()

    def process_bind_param(self, value: date | None, dialect: Dialect) -> date | str | None:
        """Turn a date into the dialect's form."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.isoformat()

    def process_result_value(self, value: date | str | None, dialect: Dialect) -> date | None:
        """Turn the dialect's form back into a date."""
        del dialect
        return date.fromisoformat(value) if isinstance(value, str) else value

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], date | None] | None:
        """Find what does that, without the calls around it: it is done for every cell."""
        if dialect.name == "postgresql":
            return None
        return _day_in if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; text of fixed width on SQLite, so that it sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[str]:
        """Use text where the dialect has no type for moments."""
        return Text() if dialect.name == "sqlite" else DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """Turn an aware moment into the dialect's form; a naive one is a bug."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return moment_text(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | str | None, dialect: Dialect
    ) -> datetime | None:
        """Turn the dialect's form back into an aware moment in UTC."""
        del dialect
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        if value is not None and value.tzinfo is None:  # of a database whose session is in UTC
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC) if value else None
