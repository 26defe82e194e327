"""Exchange rates: what an amount of one currency is in another on a day, exactly."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from metrics.days import day_in_full
from metrics.errors import MetricsError
from metrics.money import minor_digits


class MissingRateError(MetricsError):
    """Currencies have no rate by a day on which amounts are converted."""

    def __init__(self, currencies: Collection[str], day: date) -> None:
        *others, last = sorted(currencies)
        lacking = f"is no exchange rate for {last}"
        if others:
            lacking = f"are no exchange rates for {', '.join(others)} and {last}"
        super().__init__(
            f"there {lacking} on {day_in_full(day)} or before:"
            f" import {'them' if others else 'one'} with `nrrbot import rates FILE`"
        )
        self.currencies, self.day = frozenset(currencies), day


@dataclass(frozen=True, slots=True)
class Quote:
    """One unit of a file's base currency buys ``rate`` units of ``currency`` from a day on."""

    day: date
    currency: str
    rate: Fraction


@dataclass(frozen=True, slots=True)
class DayRates:
    """Units of each currency for one unit of the base currency, as they are on one day.

    Without a base nothing was ever quoted.
    """

    day: date
    base: str | None
    held: Mapping[str, Fraction]

    def factor(self, source: str, target: str) -> Fraction:
        """Work out what one minor unit of a currency is in minor units of another.

        Two currencies of which neither is the base cross through it.

        Raises
        ------
        MissingRateError
            If one of them has no rate by then.

        Examples
        --------
        >>> held = {"USD": Fraction("1.25"), "JPY": Fraction(150)}
        >>> rates = DayRates(date(2026, 7, 1), "EUR", held)
        >>> rates.factor("USD", "EUR"), rates.factor("USD", "JPY")
        (Fraction(4, 5), Fraction(6, 5))
        """
        if lacking := self.lacking(source, target):
            raise MissingRateError(lacking, self.day)
        if source == target:
            return Fraction(1)
        digits = minor_digits(target) - minor_digits(source)
        return Fraction(10) ** digits / self._rate(source) * self._rate(target)

    def lacking(self, source: str, target: str) -> frozenset[str]:
        """Find which of two currencies lack a rate to convert one into the other.

        Before anything is quoted that is the foreign one: with its rate the other is the base.
        """
        if self.base is None or source == target:
            return frozenset({source} - {target})
        return frozenset({source, target} - {self.base, *self.held})

    def _rate(self, currency: str) -> Fraction:
        return Fraction(1) if currency == self.base else self.held[currency]


class RateHistory:
    """All quotes against one base; of a currency the last one on or before a day counts.

    Parameters
    ----------
    quotes : iterable of Quote
        In the order in which they were recorded: of two of one day the later one counts.
    """

    def __init__(self, base: str | None, quotes: Iterable[Quote] = ()) -> None:
        self._base = base
        held: defaultdict[str, dict[date, Fraction]] = defaultdict(dict)
        for quote in quotes:
            held[quote.currency][quote.day] = quote.rate
        self._held = {name: sorted(rates.items()) for name, rates in held.items()}

    @property
    def currencies(self) -> frozenset[str]:
        """The currencies that have a rate on some day, the base among them."""
        return frozenset(self._held) | ({self._base} if self._base else set())

    def complete_since(self, currencies: Iterable[str]) -> date | None:
        """Find the first day on which each of some currencies has a rate; None if one has none."""
        firsts = [
            self._held[one][0][0] if one in self._held else None
            for one in currencies
            if one != self._base
        ]
        known = [day for day in firsts if day is not None]
        return max(known, default=date.min) if len(known) == len(firsts) else None

    def on(self, day: date) -> DayRates:
        """Find the rates of a day."""
        found = {}
        for currency, rates in self._held.items():
            place = bisect_right(rates, day, key=lambda rate: rate[0])
            if place:
                found[currency] = rates[place - 1][1]
        return DayRates(day, self._base, found)
