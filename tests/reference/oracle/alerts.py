"""The state of alert rules after a ledger's closed months, month by month from the beginning."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tests.reference.oracle.ledger import Ledger, Scope, later, months_from
from tests.reference.oracle.retention import (
    COMPANY,
    Figures,
    has_movements,
    losses,
    measure,
    median,
)

POINT = Fraction(1, 100)
MARGIN = POINT / 2
FEWEST_ACCOUNTS = 10
WINDOWS = {"month": 1, "quarter": 3, "twelve-months": 12}
EVERY = {"month": 1, "quarter": 3, "twelve-months": 1}


@dataclass(frozen=True)
class Point:
    """One closed month of a scope: the figures of the window that ends with it."""

    figures: Figures
    has_movements: bool
    losses: Sequence[tuple[int, int]] = ()  # of the month's accounts: lost, and opened with

    @property
    def nrr(self) -> Fraction:
        return Fraction(self.figures.closing, self.figures.opening)

    @property
    def grr(self) -> Fraction:
        kept = self.figures.opening - self.figures.contraction - self.figures.churn
        return Fraction(kept, self.figures.opening)

    def times_average(self, opened: int) -> Fraction:
        """Return an account's share of opening MRR, in shares of an average account."""
        return Fraction(opened * self.figures.accounts_opening, self.figures.opening)


Points = Mapping[date, Point]


@dataclass(frozen=True)
class State:
    """How a rule stands after the last closed month."""

    name: str
    value: Fraction | None = None
    baseline: Fraction | None = None
    threshold: Fraction | None = None


@dataclass(frozen=True)
class Yardstick:
    level: Fraction
    distance: Fraction


@dataclass(frozen=True)
class Rule:
    """What breaches, what recovers, and against what; levels have no yardstick."""

    breaches: Callable[[Point, Yardstick | None], bool]
    recovers: Callable[[Point, Yardstick | None], bool]
    metric: str = "nrr"
    window: str = "month"
    months: int = 1
    yardstick: Callable[[Points, date], Yardstick | None] = lambda _, __: None
    renews: bool = False  # after a year of a drop, that year is the usual
    is_event: Callable[[Point], bool] = lambda _: False  # of its month alone


def points_of(ledger: Ledger, scope: Scope = COMPANY, window: str = "month") -> dict[date, Point]:
    """Return the windows that end with each closed month; those without opening MRR are none."""
    if ledger.closed is None:
        return {}
    found = {}
    first = min(row.day for row in ledger.rows)
    for month in months_from(first, ledger.closed):
        end = later(month, 1)
        if window == "quarter" and month.month % 3:
            continue
        figures = measure(ledger, later(end, -WINDOWS[window]), end, scope)
        if figures.opening:
            moved = has_movements(ledger, later(end, -EVERY[window]), end, scope)
            found[month] = Point(figures, moved, losses(ledger, month, end, scope))
    return found


def state_after(rule: Rule, points: Points, last: date) -> State:
    """Walk through all closed months; return how the rule stands after the last."""
    walk = _Walk(rule, points)
    for month in months_from(min([*points, last]), later(last, 1)):
        walk.step(month)
    judged = later(last, -(last.month % 3)) if rule.window == "quarter" else last
    if judged not in points:
        return State("insufficient" if rule.window == "month" else "no-base")
    if points[judged].figures.accounts_opening < FEWEST_ACCOUNTS:
        return State("insufficient")
    return walk.state()


class _Walk:
    def __init__(self, rule: Rule, points: Points) -> None:
        self.rule = rule
        self.points = {
            month: point
            for month, point in points.items()
            if point.figures.accounts_opening >= FEWEST_ACCOUNTS
        }
        self.streak: list[date] = []
        self.against: Yardstick | None = None
        self.is_firing = self.is_event = False
        self.judged: Point | None = None
        self.judged_against: Yardstick | None = None

    def step(self, month: date) -> None:
        if self.rule.window == "quarter" and month.month % 3:
            return
        point = self.points.get(month)
        if point is None:
            if self.is_event or not self.is_firing:
                self.is_firing, self.streak = False, []
            return
        self.judged = point
        if self.is_firing and not self.is_event:
            self._go_on(month, point)
            return
        if self.is_event:
            self.is_firing, self.streak = False, []
        self._begin(month, point)

    def _go_on(self, month: date, point: Point) -> None:
        against = self.against
        if self.rule.renews and month >= later(self.streak[0], 12):
            against = self.rule.yardstick(self.points, month) or against
        self.judged_against = against
        if point.has_movements and self.rule.recovers(point, against):
            self.is_firing, self.streak = False, []
            if self.rule.is_event(point):  # in the month in which a drop is over
                self.is_firing = self.is_event = True

    def _begin(self, month: date, point: Point) -> None:
        if self.streak and not self.rule.breaches(point, self.against):
            self.streak = []
        if not self.streak:
            self.against = self.rule.yardstick(self.points, month)
        self.judged_against = self.against
        if self.rule.breaches(point, self.against):
            self.streak.append(month)
            self.is_firing = len(self.streak) >= self.rule.months
            self.is_event = self.rule.is_event(point) and not _is_below(point, self.against)
        else:
            self.streak = []

    def state(self) -> State:
        name = "firing" if self.is_firing else "pending" if self.streak else "inactive"
        if self.judged is None:
            return State(name)
        against = self.judged_against
        value = self.judged.nrr if self.rule.metric == "nrr" else self.judged.grr
        if against is None:
            return State(name, value)
        return State(name, value, against.level, against.distance)


def usual(least: Fraction, deviations: Fraction, known: int) -> Callable[..., Yardstick | None]:
    """Make the yardstick of the twelve months before a drop: median, and how much they vary."""

    def yardstick(points: Points, month: date) -> Yardstick | None:
        before = [points.get(later(month, -back)) for back in range(12, 0, -1)]
        values = [None if point is None else point.nrr for point in before]
        there = [value for value in values if value is not None]
        if len(there) < known:
            return None
        ranges = [
            abs(values[place] - values[place - 1])  # type: ignore[operator]
            for place in range(1, 12)
            if values[place] is not None and values[place - 1] is not None
        ]
        mean = sum(ranges, Fraction()) / len(ranges) if ranges else Fraction()
        deviation = mean * 1000 / 1128
        return Yardstick(median(there), max(least, deviations * deviation))

    return yardstick


def _is_below(point: Point, against: Yardstick | None) -> bool:
    return against is not None and against.level - point.nrr >= against.distance


def _is_back(point: Point, against: Yardstick | None) -> bool:
    if against is None:
        return True
    return against.level - point.nrr <= max(against.distance - MARGIN, Fraction())


SUSTAINED_DROP = Rule(
    _is_below, _is_back, months=2, yardstick=usual(2 * POINT, Fraction(3, 2), 6), renews=True
)


def _is_one_account(point: Point) -> bool:
    """Tell whether one account costs a point, and is three times as large as the average."""
    return any(
        lost >= POINT * point.figures.opening and point.times_average(opened) >= 3
        for lost, opened in point.losses
    )


def _shocks(point: Point, against: Yardstick | None, *, tolerance: Fraction) -> bool:
    if _is_one_account(point):
        return True
    if against is None or not _is_below(point, against):
        return False
    # Without its costliest account the month would be as usual, and that account is a usual one.
    lost, opened = max(point.losses, default=(0, 0))
    closing = point.figures.closing - (opened - lost)
    without = Fraction(closing, point.figures.opening - opened)
    is_usual = without >= against.level - tolerance
    return not (is_usual and point.times_average(opened) <= Fraction(3, 2))


def shock(tolerance: Fraction = Fraction()) -> Rule:
    """Make the rule of one low month; what is as usual without one account may be said loosely."""
    return Rule(
        lambda point, against: _shocks(point, against, tolerance=tolerance),
        _is_back,
        yardstick=usual(Fraction(7, 2) * POINT, Fraction(3), 7),
        renews=True,
        is_event=_is_one_account,
    )


SHOCK = shock()


def level(percent: Fraction, *, metric: str = "nrr", window: str = "twelve-months") -> Rule:
    """Make a rule that breaches below a level, and recovers half a point above it."""

    def value(point: Point) -> Fraction:
        return point.nrr if metric == "nrr" else point.grr

    return Rule(
        lambda point, _: value(point) < percent,
        lambda point, _: value(point) >= percent + MARGIN,
        metric=metric,
        window=window,
    )


FLOOR = level(90 * POINT, metric="grr")
MASKING = Rule(
    lambda point, _: point.nrr >= 1 and point.grr <= 90 * POINT,
    lambda point, _: point.nrr < 1 or point.grr >= 90 * POINT + MARGIN,
    metric="grr",
    window="twelve-months",
)
DEFAULTS = {
    "sustained-drop": SUSTAINED_DROP,
    "shock": SHOCK,
    "floor": FLOOR,
    "masking": MASKING,
}


def drop(distance: Fraction, *, is_share: bool = False, months: int = 1) -> Rule:
    """Make a user's drop, against the median of the three closed months before it."""

    def yardstick(points: Points, month: date) -> Yardstick | None:
        before = [points.get(later(month, -back)) for back in (1, 2, 3)]
        values = [point.nrr for point in before if point is not None]
        known = sum(later(month, -back) in points for back in range(1, 13))
        if len(values) < 3 or known < 8 - months:
            return None
        return Yardstick(median(values), distance * median(values) if is_share else distance)

    return Rule(_is_below, _is_back, months=months, yardstick=yardstick)
