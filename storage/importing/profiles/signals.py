"""Signals under our own names or usual ones, or with a column for each metric."""

from collections.abc import Collection

from storage.importing.profiles.origins import Origin
from storage.importing.profiles.profile import Profile, Shape
from storage.importing.profiles.usual import ACCOUNT, DAY, UsualShape

_BY_ROW = UsualShape(
    columns={
        "account_id": ACCOUNT,
        "day": (*DAY, "week", "week_start", "week_of", "ds", "month"),
        "metric": ("metric", "metric_name", "signal", "event", "event_name", "measure"),
        "value": ("value", "metric_value", "count", "total", "quantity"),
        "recorded_at": ("recorded_at",),
    },
    required=("account_id", "day", "metric", "value"),
)
_BY_COLUMN = UsualShape(
    columns={**_BY_ROW.columns, "metric": (), "value": ()}, required=("account_id", "day")
)
"""Of a file that only a person can tell from attributes or balances."""


class SignalsShape(Shape):
    """A header with a day and a metric and its value then, or with metrics for columns."""

    def fits(self, names: Collection[str]) -> bool:
        """Tell whether a header is of signals, each in a row of its own."""
        return _BY_ROW.fits(names)

    def has_all(self, names: Collection[str]) -> bool:
        """Tell whether a header can be of signals."""
        return _BY_COLUMN.has_all(names)

    def origins(self, names: Collection[str]) -> dict[str, Origin]:
        """Choose for each of our columns the one that a header has."""
        is_by_row = _BY_ROW.has_all(names) or not {"metric", "value"}.isdisjoint(names)
        shape = _BY_ROW if is_by_row else _BY_COLUMN
        return shape.origins(names)


PROFILE = Profile("Signals", "signals", "signals", SignalsShape())
