"""Sides of ``A vs B``: what was named on each of them, and the question that they come to."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.errors import PeriodsError, UsageError
from bot.questions.question import Question, StandIn, Versus, View
from bot.style.names import period_name
from metrics.periods import Period, PeriodUnit, as_long, is_as_long, period_words, previous
from metrics.periods import year_before as a_year_before

_TWO_SIDES = (
    "vs stands between what is compared: two segments, one and the rest, or two periods."
    " Try: last-quarter vs a year ago"
)
_ONE_DIFFERENCE = "two groups of accounts or two periods can be compared, not both at once"
_SAME = "both sides of that comparison are the same"
_REST_IS_ALL = "the rest is everybody who is not named before vs: name nobody beside it"
_COMPANY_AND_REST = "nobody is left beside the whole company"
_LAST = {
    PeriodUnit.MONTH: "last-month",
    PeriodUnit.QUARTER: "last-quarter",
    PeriodUnit.YEAR: "last-year",
    PeriodUnit.TTM: "ttm",
}


class UncomparablePeriodsError(PeriodsError):
    """Two periods that are not equally long, or one; ``instead`` compares what a thread means.

    A month set against a year is compared with that month of the year before, a quarter set
    against itself with the one before.
    """

    def __init__(self, said: str, instead: Question) -> None:
        super().__init__(said)
        self.instead = instead


TryInstead = Callable[[Question], str]
"""Writes the text that asks a question, for the end of a refusal."""


@dataclass(slots=True)
class Side:
    """Scope and period named on one side of ``vs``; without that word there is one side.

    ``earlier`` finds the period that is meant from the other side's: "a year ago".
    """

    scope: dict[str, str] = field(default_factory=dict)
    period: Period | None = None
    stand_in: StandIn | None = None
    is_company: bool = False
    is_rest: bool = False
    earlier: Callable[[Period], Period] | None = None

    @property
    def names_accounts(self) -> bool:
        """Whether it says which accounts it is about."""
        return bool(self.scope) or self.is_company or self.is_rest

    @property
    def names_period(self) -> bool:
        """Whether it says when."""
        return self.period is not None or self.earlier is not None

    def usual_period(self) -> str | None:
        """Name the last complete period of the same kind; None where there is none."""
        return _LAST.get(self.period.unit) if self.period else None


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of ``vs``: the left one, and the one that it is set against."""

    left: Side
    right: Side

    @classmethod
    def of(cls, sides: list[Side]) -> "Sides":
        """Check that there are two, which differ in one respect.

        Raises
        ------
        UsageError
            If not.
        """
        if len(sides) != 2 or not (sides[1].names_accounts or sides[1].names_period):  # noqa: PLR2004
            raise UsageError(_TWO_SIDES)
        left, right = sides
        if left.is_rest or left.earlier:
            raise UsageError(_TWO_SIDES)
        _share_scopes(left.scope, right.scope)
        if right.names_accounts and not left.names_accounts and right.names_period:
            # "Q3 vs Q2 of smb": the accounts are those of both.
            left.scope, left.is_company = right.scope, right.is_company
        return cls(left, right)

    @property
    def differ_in_accounts(self) -> bool:
        """Whether the sides are different accounts; else they are different periods."""
        left, right = self.left, self.right
        is_same = not right.is_rest and set(left.scope.items()) == set(right.scope.items())
        return right.names_accounts and not is_same

    @property
    def period(self) -> Period | None:
        """The period of the left side, if any is named for it."""
        if self.differ_in_accounts and self.left.period is None:
            return self.right.period
        return self.left.period

    def joined(self, question: Question, try_instead: TryInstead) -> Question:
        """Set the left side's question against the other side.

        Raises
        ------
        UsageError
            If they are the same, differ twice, or are not equally long.
        """
        if self.differ_in_accounts:
            return self._of_accounts(question, try_instead)
        if not self.right.names_period:
            instead = try_instead(replace(question, versus=_before(question)))
            raise UsageError(f"{_SAME}. Try: {instead}")
        return self._of_periods(question, try_instead)

    def _of_accounts(self, question: Question, try_instead: TryInstead) -> Question:
        is_rest = self.right.is_rest
        scope = () if is_rest else tuple(self.right.scope.items())
        versus = Versus(scope=scope, period=question.period, is_rest=is_rest)
        compared = replace(question, view=_plain(question.view), versus=versus)
        if self.right.earlier or self.right.period not in (None, question.period):
            raise UsageError(f"{_ONE_DIFFERENCE}. Try: {try_instead(compared)}")
        if is_rest and not question.scope:
            alone = replace(question, versus=_before(question))
            raise UsageError(f"{_COMPANY_AND_REST}. Try: {try_instead(alone)}")
        if is_rest and self.right.scope:
            raise UsageError(f"{_REST_IS_ALL}. Try: {try_instead(compared)}")
        return compared

    def _of_periods(self, question: Question, try_instead: TryInstead) -> Question:
        find = self.right.earlier or a_year_before
        period, other = question.period, self.right.period or find(question.period)
        first, second = as_long(period, other), as_long(other, period)
        before = replace(question, versus=_before(question, long=second))
        if self.right.stand_in and (asked := self.right.stand_in.asked):
            raise UsageError(f"{period_words(asked)} is not in yet. Try: {try_instead(before)}")
        if first == second:
            said = f"{period_name(first)} stands on both sides: name the other before vs"
            raise UncomparablePeriodsError(f"{said}. Try: {try_instead(before)}", before)
        if not is_as_long(first, second):
            names = f"{period_words(first)} and {period_words(second)}"
            said = f"{names} are not equally long: compare equal lengths."
            then = replace(question, period=second)
            instead = before if second.is_year else replace(then, versus=_before(then))
            raise UncomparablePeriodsError(f"{said} Try: {try_instead(before)}", instead)
        return replace(question, period=first, versus=Versus(scope=question.scope, period=second))


def _before(question: Question, *, long: Period | None = None) -> Versus:
    # Whoever sets a month against a whole year means the year before.
    is_year = long is not None and long.is_year
    period = a_year_before(question.period) if is_year else previous(question.period)
    return Versus(scope=question.scope, period=period)


def _plain(view: View) -> View:
    # Two groups of accounts have no change between them: the comparison says why they differ.
    return View.ANSWER if view is View.WHY else view


def _share_scopes(left: dict[str, str], right: dict[str, str]) -> None:
    """Let both sides have what one of them says, where they differ in the value of a dimension."""
    if left.keys() & right.keys():
        left_own = dict(left)
        left.update({name: value for name, value in right.items() if name not in left})
        right.update({name: value for name, value in left_own.items() if name not in right})
