"""The answer around a finding, as its sentences need it, and how they write figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from bot.findings.reasons import first_reasons
from bot.style.differences import difference_of, distance_of, moves_of
from bot.style.figures import Unit, percent, short_money
from bot.style.names import as_it_opened, in_period, plural, scope_name, short_period
from metrics.findings.finding import Cause, Finding, Force, InWhole, PriceRise
from metrics.periods import Period, PeriodUnit
from metrics.retention import NOTHING, Retention

YEAR_BEFORE = "the 12 months before"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSetting:
    """The figures of the whole, now and before; the periods, the split and the unit."""

    dimension: str | None
    period: Period
    before: Period | None
    whole: tuple[Retention, Retention | None]
    unit: Unit

    @property
    def change(self) -> Fraction:
        """The change of the whole's NRR as readers work it out."""
        now, was = self.whole
        if now.nrr is None or was is None or was.nrr is None:
            return Fraction()
        return difference_of(now.nrr, was.nrr)

    @property
    def as_it_opened(self) -> str:
        """When it opened: "when Q3 2026 opened"."""
        return as_it_opened(self.period)

    @property
    def within(self) -> str:
        """When it happened: "in Q3 2026"."""
        return in_period(self.period)

    @property
    def within_before(self) -> str:
        """When it happened before: "in Q2"."""
        before = self.before
        if before is None or self.period.is_year:
            return f"in {YEAR_BEFORE}"
        return in_period(before, short_period(before, beside=self.period))

    @property
    def against(self) -> str:
        """What a change is measured against: "on Q2"."""
        before = self.before
        if before is None or self.period.is_year:
            return f"on {YEAR_BEFORE}"
        # "Down 1.0 points on 4 Oct" would be the day that it fell on.
        on = "against" if before.unit is PeriodUnit.DAY else "on"
        return f"{on} {short_period(before, beside=self.period)}"

    def moved(self) -> str:
        """Begin a sentence with the change: "Down 6.3 points on Q2"."""
        verb = "Up" if self.change > 0 else "Down"
        return f"{verb} {points_words(self.change)} {self.against}"

    def amount(self, mrr_minor: int) -> str:
        """Write MRR to three digits: "$50.8k of MRR"."""
        return f"{self.money(mrr_minor)} of {self.unit.name}"

    def money(self, mrr_minor: int) -> str:
        """Write MRR to three digits, without its sign: "$50.8k"."""
        return short_money(abs(self.unit.minor(mrr_minor)), self.unit.currency)

    def segment(self, finding: Finding) -> str | None:
        """Name the segment of a finding, as the ledger has it."""
        if finding.segment is None or self.dimension is None:
            return None
        return scope_name(((self.dimension, finding.segment),))


def points_words(difference: Fraction) -> str:
    """Write a distance in points: "6.3 points".

    Examples
    --------
    >>> points_words(Fraction(-63, 1000)), points_words(Fraction(1, 100))
    ('6.3 points', '1.0 points')
    """
    return distance_of(difference, Fraction()).replace("pts", "points")


def shown_rate(group: Retention, force: Force) -> Fraction:
    """Round a force's share of opening MRR as tables do: they add up to NRR as it is shown.

    Churn and contraction are below zero.
    """
    moves = moves_of(group)
    forces = (Force.EXPANSION, Force.CONTRACTION, Force.CHURN)
    return dict(zip(forces, moves, strict=True))[force] if moves else Fraction()


def left_words(group: Retention) -> str:
    """Count who left: "119 of 1,537 accounts left"."""
    return f"{group.accounts_lost:,} of {plural(group.accounts_opening, 'account')} left"


def mix_words(finding: Finding, place: InWhole, setting: FindingSetting) -> str:
    """Say what a segment keeps and how its share moved: "smb, at 93.1%, is 40.0% of …"."""
    keeps = percent(finding.now.nrr if finding.now.opening else (finding.was or NOTHING).nrr)
    way = "up" if place.weight_now > place.weight_before else "down"
    every = "; every segment improved" if finding.points < 0 else "; every segment got worse"
    return (
        f"{setting.segment(finding)}, at {keeps}, is {percent(place.weight_now)} of opening"
        f" {setting.unit.name}, {way} from {percent(place.weight_before)}"
        f"{every if place.is_reversed else ''}"
    )


def reasons_after(drivers: Mapping[str, int]) -> str:
    """Add the largest reasons to a sentence: ", price and competitors first"."""
    reasons = first_reasons(drivers)
    return f", {reasons}" if reasons else ""


def rise_elsewhere(rise: PriceRise, setting: FindingSetting) -> str:
    """Say in which other segment a price rise was, what it brought there, and then cost."""
    segment = scope_name(((setting.dimension or "", rise.segment),))
    gained, lost = setting.amount(rise.gained_minor), setting.money(rise.lost_minor)
    return f"in {segment} a price rise brought {gained} in twelve months, and then cost {lost}"


def rise_words(cause: Cause, setting: FindingSetting) -> str | None:
    """Say what a price rise brought, and then cost; None where there was none."""
    if not cause.gained_by_price:
        return None
    gained, lost = setting.amount(cause.gained_by_price), setting.money(cause.lost_by_price)
    return f"a price rise brought {gained} in twelve months, and then cost {lost}"
