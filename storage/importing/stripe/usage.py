"""Usage that invoices bill: lines of metered prices as terms of the second series."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from metrics.contracts.lengths import DAYS_OF_MONTH
from metrics.contracts.terms import Position, Term
from metrics.period_grammar import ONE_DAY, shift_months
from storage.importing.stripe.charges import Charge, product_of
from storage.importing.stripe.discounts import discount_named
from storage.importing.stripe.lines import PaidLine
from storage.importing.stripe.objects import Catalogue, Json, UntoldError, day_of
from storage.importing.stripe.prices import (
    Cost,
    is_metered,
    ledger_minor,
    months_of,
    price_of,
    whole_price,
)
from storage.importing.stripe.taxes import tax_included

_NEARLY = timedelta(days=3)
"""By so much are months shorter or longer than one another."""


@dataclass(frozen=True, slots=True)
class _Billed:
    """Usage of a position from ``start`` until before ``ends``, for a price of ``months``."""

    position: Position
    start: date
    ends: date
    minor: Fraction
    months: Fraction

    @property
    def cost(self) -> Cost:
        """Cost of the period: of its price's months, or of its days where it is no whole one."""
        days = max(self.ends - self.start, ONE_DAY)
        is_whole = abs(days - (self.next_ends - self.ends)) <= _NEARLY
        return Cost(self.minor, self.months if is_whole else Fraction(days.days) / DAYS_OF_MONTH)

    @property
    def next_ends(self) -> date:
        """The end of the next whole period."""
        if self.months.denominator == 1:
            return shift_months(self.ends, int(self.months))
        return self.ends + timedelta(days=round(self.months * DAYS_OF_MONTH))


def is_usage(line: PaidLine, catalogue: Catalogue) -> bool:
    """Tell whether a line is of a metered price."""
    return is_metered(_price(line, catalogue))


def usage_terms(lines: Iterable[PaidLine], contract: str, catalogue: Catalogue) -> Sequence[Term]:
    """Turn lines of metered prices into terms, one for each period and product, in order.

    The newest of a product goes on for one period more at most: what is used now is billed later.

    Parameters
    ----------
    contract : str
        The subscription's id.
    """
    by_position: defaultdict[Position, dict[date, _Billed]] = defaultdict(dict)
    for one in _billed(lines, catalogue):
        periods = by_position[one.position]
        before = periods.get(one.start)
        if before is not None:  # tiers are lines of their own
            ends = max(before.ends, one.ends)
            one = replace(one, minor=one.minor + before.minor, ends=ends)  # noqa: PLW2901
        periods[one.start] = one
    terms = []
    for periods in by_position.values():
        known = [periods[start] for start in sorted(periods)]
        nexts = [one.start for one in known[1:]]
        for one, after in zip(known, [*nexts, date.max], strict=True):
            if one.minor:
                terms.append(_term(one, min(after, one.next_ends) - ONE_DAY, contract))
    return terms


def without_later(terms: Iterable[Term], ended: date | None) -> Iterator[Term]:
    """Yield the terms of a subscription that may be over: none goes on after its last day."""
    for term in terms:
        is_over = ended is not None and term.last is not None and term.last > ended
        yield replace(term, last=max(term.start, ended or term.start)) if is_over else term


def _term(one: _Billed, last: date, contract: str) -> Term:
    price = Charge(one.cost, None).price(one.start)
    return Term(
        start=one.start,
        last=max(last, one.start),
        position=one.position,
        price=price,
        contract=contract,
        is_usage=True,
    )


def _billed(lines: Iterable[PaidLine], catalogue: Catalogue) -> Iterator[_Billed]:
    for line in lines:
        price = _price(line, catalogue)
        try:
            minor = ledger_minor(Fraction(_net(line, catalogue)), line.currency)
            months = months_of(price)
        except UntoldError as error:
            catalogue.untold.add(error)
            continue
        position = Position(product_of(price, catalogue)[1], line.currency)
        yield _Billed(position, day_of(line.begins), day_of(line.ends), minor, months)


def _net(line: PaidLine, catalogue: Catalogue) -> int:
    """Take off the discounts that recur, and the taxes that the amount includes."""
    off = 0
    for key, amount in line.said.get("off") or ():
        if discount_named(key, line.currency, catalogue) is not None:
            off += int(amount)
    return max(0, line.amount - off - tax_included(line.said))


def _price(line: PaidLine, catalogue: Catalogue) -> Json:
    return whole_price(price_of(line.said), line.currency, catalogue)
