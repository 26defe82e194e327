"""Exchange rates: a row for each, or a column for each currency."""

from collections.abc import Collection

from metrics.money import is_currency
from storage.importing.profiles.origins import Origin
from storage.importing.profiles.profile import Profile, Shape
from storage.importing.profiles.usual import CURRENCY, DAY, UsualShape

_LONG = UsualShape(
    columns={
        "date": DAY,
        "currency": CURRENCY,
        "rate": ("rate", "exchange_rate"),
        "base": ("base", "base_currency"),
        "recorded_at": ("recorded_at",),
    },
    required=("date", "currency", "rate"),
)


class _RatesShape(Shape):
    def fits(self, names: Collection[str]) -> bool:
        others = set(names) - {"date", ""}
        codes = sum(is_currency(name.upper()) for name in others)
        return _LONG.fits(names) or ("date" in names and 2 * codes > len(others))

    def has_all(self, names: Collection[str]) -> bool:
        return "date" in names

    def origins(self, names: Collection[str]) -> dict[str, Origin]:
        if _LONG.fits(names):
            return _LONG.origins(names)
        return {"date": Origin("date")} if self.has_all(names) else {}


PROFILE = Profile("Exchange rates", "rates", "rates", _RatesShape())
