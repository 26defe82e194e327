"""A price rise elsewhere: in a segment that no finding of a reply is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answers.away import unless_away
from bot.answers.courses import Split
from metrics.activity import Activity
from metrics.drivers import KnownDriver
from metrics.findings.causes import could_have_risen, may_have_risen, price_rise
from metrics.findings.finding import Findings, GroupCourse, PriceRise
from metrics.periods import Period
from metrics.retention import Retention
from metrics.rollup import Scope
from storage.ledger.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class RiseReader:
    """Looks for a price rise in segments; where there can be none, no change is split by driver.

    Attributes
    ----------
    ledger : Ledger
        In the currency of the reply.
    drivers : callable
        From a scope and a period to what its base gained and lost by driver, if it may be told.
    """

    ledger: Ledger
    drivers: Callable[[Scope, Period], Activity | None]

    def find(
        self, found: Findings, split: Split, year: Period, segments: Sequence[GroupCourse]
    ) -> PriceRise | None:
        """Find the rise that cost most, if no finding names one."""
        told = [one for one in (found.move, found.year) if one is not None]
        if split.dimension is None or any(one.cause.gained_by_price for one in told):
            return None
        known = {part.value: part.year for part in segments if part.year}
        scopes = {
            value: scope
            for value in known
            if value and value not in {one.segment for one in told}
            if self._can_be(scope := split.scope_of_value(value), year, known[value])
        }
        drivers = self.drivers(split.scope, year) if scopes else None
        opening = sum(one.opening for one in known.values())
        if drivers is None or not may_have_risen(drivers, opening=opening):
            return None
        rises = (
            price_rise(value, of_segment, opening=known[value].opening)
            for value, scope in scopes.items()
            if (of_segment := self.drivers(scope, year)) is not None
        )
        return max(filter(None, rises), key=lambda one: one.lost_minor, default=None)

    def _can_be(self, scope: Scope, year: Period, of: Retention) -> bool:
        most = unless_away(lambda: self.ledger.most_by_driver(*year.ends, scope, KnownDriver.PRICE))
        # Converted movement by movement, expansion is rounded differently.
        expansion = 0 if self.ledger.converts else of.expansion
        return most is not None and could_have_risen(most, opening=of.opening, expansion=expansion)
