"""MRR by month or day under our own names or usual ones, or with a column for each month."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date

from storage.importing.months import month_of
from storage.importing.profiles.origins import Origin
from storage.importing.profiles.profile import Profile, Shape
from storage.importing.profiles.usual import (
    ACCOUNT,
    CHANGE,
    CURRENCY,
    DAY,
    LEVEL,
    MONTH,
    OWNER,
    PRODUCT,
    USAGE,
    UsualShape,
)

_ANY_LEVEL = (*LEVEL, "amount", "revenue", "value")
_BY_MONTH = UsualShape(
    columns={
        "currency": CURRENCY,
        "account_id": ACCOUNT,
        "month": MONTH,
        "mrr": _ANY_LEVEL,
        "product": PRODUCT,
        "usage": USAGE,
        "owner": OWNER,
    },
    required=("account_id", "month", "mrr"),
    amounts=("mrr",),
    others=frozenset(CHANGE) - {"amount"},  # which of the two counts, only a person can say
)
_DAYS = (*DAY, "snapshot_date", "snapshot_day", "as_of", "as_of_date")
_BY_DAY = UsualShape(
    columns={**_BY_MONTH.columns, "month": (), "date": _DAYS, "mrr": LEVEL},
    required=("account_id", "date", "mrr"),
    amounts=("mrr",),
    others=_BY_MONTH.others,
)
_TOLD = replace(_BY_DAY, columns={**_BY_DAY.columns, "mrr": _ANY_LEVEL})
"""Of a file that only a person can tell from movements."""
_WIDE = UsualShape(
    columns={
        "currency": CURRENCY,
        "account_id": ACCOUNT,
        "product": PRODUCT,
        "usage": USAGE,
        "owner": OWNER,
    },
    required=("account_id",),
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class BalancesShape(Shape):
    """A header with a month or a day and the MRR then, or with months or days for columns."""

    def fits(self, names: Collection[str]) -> bool:
        """Tell whether a header is of levels and cannot be of movements."""
        return _BY_MONTH.fits(names) or _BY_DAY.fits(names) or self._is_wide(names)

    def has_all(self, names: Collection[str]) -> bool:
        """Tell whether a header can be of levels."""
        return self.fits(names) or _TOLD.fits(names)

    def origins(self, names: Collection[str]) -> dict[str, Origin]:
        """Choose for each of our columns the one that a header has."""
        for shape in (_BY_MONTH, _TOLD):
            if shape.has_all(names):
                return shape.origins(names)
        wide = {ours: Origin(name) for name, ours in _columns_of_time(names)}
        return _WIDE.origins(names) | wide if wide else _BY_MONTH.origins(names)

    @staticmethod
    def _is_wide(names: Collection[str]) -> bool:
        return _WIDE.fits(names) and any(_columns_of_time(names))


def _columns_of_time(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the columns that are named after a month or a day, with the names they get."""
    texts = {name: name.removeprefix("mrr_").replace("_", "-") for name in names}
    texts = {name: text.removeprefix("m-").removeprefix("d-") for name, text in texts.items()}
    months = {name: found for name, text in texts.items() if (found := month_of(text))}
    days = {name: text for name, text in texts.items() if _is_day(text)}
    if len(days) > len(months) or (days and len(set(months.values())) < len(months)):
        yield from ((name, f"d_{text.replace('-', '_')}") for name, text in days.items())
        return
    yield from ((name, f"m_{month:%Y_%m}") for name, month in months.items())


def _is_day(text: str) -> bool:
    try:
        return _DAY.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False


PROFILE = Profile("MRR by month", "balances", "balances", BalancesShape())
