"""Place balances: the number of all attributes of each, those derived on its date among them."""

from collections.abc import Callable

import numpy as np

from metrics.money import minor_digits
from metrics.rollup import Attributes
from metrics.segments import TENURE_NAMES, VALUE_TIER_NAMES, DerivedDimension, Tiers, acv_tier_names
from metrics.tier_codes import Whole, acv_tier_codes, tenure_codes
from storage.balances.sweep import Balances, BalanceSweep

_DERIVED = (
    DerivedDimension.ACV_TIER.value,
    DerivedDimension.TENURE.value,
    DerivedDimension.VALUE_TIER.value,
)
_UNKNOWN = -1


class AttributeNumbering:
    """Numbers of attributes for one sweep's balances; each combination is named only once.

    Parameters
    ----------
    number : callable
        Gives a combination of attributes its number.
    """

    def __init__(
        self,
        sweep: BalanceSweep,
        *,
        tiers: Tiers,
        currency: str,
        number: Callable[[Attributes], int],
    ) -> None:
        self._sweep, self._tiers, self._number = sweep, tiers, number
        self._digits = minor_digits(currency)
        self._names = (acv_tier_names(tiers.acv_edges), TENURE_NAMES, VALUE_TIER_NAMES)
        self._numbers = np.full(0, _UNKNOWN, np.int64)

    def numbers(self, balances: Balances, value_tiers: Whole) -> Whole:
        """Return the number of all attributes of each balance, whose value tiers are given."""
        acv_tiers = acv_tier_codes(balances.mrr_minor, self._tiers, digits=self._digits)
        tenures = tenure_codes(self._sweep.first_paid_on[balances.rows], on=balances.day)
        places = balances.combinations
        for names, codes in zip(self._names, (acv_tiers, tenures, value_tiers), strict=True):
            places = places * len(names) + codes
        self._name(places)
        found: Whole = self._numbers[places]
        return found

    def _name(self, places: Whole) -> None:
        missing = int(places.max(initial=-1)) + 1 - self._numbers.size
        self._numbers = np.append(self._numbers, np.full(max(0, missing), _UNKNOWN, np.int64))
        for place in np.unique(places[self._numbers[places] == _UNKNOWN]).tolist():
            self._numbers[place] = self._number(self._attributes(place))

    def _attributes(self, place: int) -> Attributes:
        derived: dict[str, str] = {}
        for dimension, names in zip(reversed(_DERIVED), reversed(self._names), strict=True):
            place, code = divmod(place, len(names))
            derived[dimension] = names[code]
        return {**self._sweep.combinations[place], **derived}
