"""Numbers for all attributes of a balance, those derived on its date among them."""

from collections.abc import Callable

import numpy as np

from metrics.money import minor_digits
from metrics.rollup import Attributes
from metrics.segments import Tiers, derived_values
from metrics.tier_codes import Whole, derived_codes
from storage.balances.sweep import Balances, BalanceSweep

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
        self._values = derived_values(tiers)
        self._numbers = np.full(0, _UNKNOWN, np.int64)

    def numbers(self, balances: Balances, value_tiers: Whole) -> Whole:
        """Return the number of all attributes of each balance, whose value tiers are given."""
        derived = derived_codes(
            balances.mrr_minor,
            self._sweep.first_paid_on[balances.rows],
            value_tiers,
            on=balances.day,
            tiers=self._tiers,
            digits=self._digits,
        )
        places = balances.combinations  # one mixed number: its last digits are the derived codes
        for dimension, values in self._values.items():
            places = places * len(values) + derived[dimension]
        self._name(places)
        found: Whole = self._numbers[places]
        return found

    def _name(self, places: Whole) -> None:
        missing = int(places.max(initial=-1)) + 1 - self._numbers.size
        self._numbers = np.append(self._numbers, np.full(max(0, missing), _UNKNOWN, np.int64))
        # A company has some hundred thousand balances and some hundred combinations.
        for place in np.unique(places[self._numbers[places] == _UNKNOWN]).tolist():
            self._numbers[place] = self._number(self._attributes(place))

    def _attributes(self, place: int) -> Attributes:
        derived: dict[str, str] = {}
        for dimension, values in reversed(self._values.items()):
            place, code = divmod(place, len(values))
            derived[dimension] = values[code]
        return {**self._sweep.combinations[place], **derived}
