"""Changes measured: a question for reasons becomes its explanation, from the ledger."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from bot.confidence.measuring import read_sureness
from bot.questions.question import Question
from bot.style.grounds import Grounds
from bot.why.explanation import ChangeContext, ChangeSides, Explanation
from metrics.activity import Activity
from metrics.data_end import DataEnd
from metrics.periods import Period, previous, trailing_twelve_months
from metrics.rates import MissingRateError
from metrics.retention import Retention
from metrics.segments import PRODUCT, DerivedDimension
from metrics.usual import MOST
from storage.errors import WarehouseUnreachableError
from storage.ledger.account_changes import AccountChange
from storage.ledger.ledger import Ledger

MOST_ACCOUNTS = 3
_FEW_VALUES = 12
_LIKELY = "plan"
_NO_GROUPS = frozenset({PRODUCT, *DerivedDimension})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReader:
    """Reads what explains a change out of one ledger, at one version of the data."""

    ledger: Ledger
    today: date
    data_end: DataEnd

    def explanation(
        self, question: Question, *, dimension: str | None, grounds: Grounds
    ) -> Explanation:
        """Measure the change that a question asks about, split by a dimension."""
        period = question.period
        before = question.versus.period if question.versus else previous(period)
        sides = self._sides(question, before, dimension)
        trailing = trailing_twelve_months(period, today=self.today)
        return Explanation(
            question=question,
            grounds=grounds,
            dimension=dimension if sides.values_now else None,
            sides=sides,
            surroundings=ChangeContext(
                earlier=dict(self._earlier(question)),
                year_period=trailing,
                year=self.measure(question, trailing),
            ),
            drivers=self._drivers(question),
            accounts=self._accounts(question),
            sureness=read_sureness(self.ledger, question),
        )

    def measure(self, question: Question, period: Period) -> Retention | None:
        """Measure the question's accounts over another period; None without opening MRR there."""
        if not self.data_end.has_some_of(*period.ends):
            return None  # silence is not retention
        with suppress(MissingRateError):
            retention = self.ledger.retention(*period.ends, question.scope)
            return retention if retention.opening else None
        return None

    def _missing_rate(self, question: Question, period: Period) -> MissingRateError | None:
        if not self.data_end.has_some_of(*period.ends):
            return None
        return self.ledger.missing_rate(*period.ends, question.scope)

    def _sides(self, question: Question, before: Period, dimension: str | None) -> ChangeSides:
        period, earlier = question.period, self.measure(question, before)
        now = self.ledger.retention(*period.ends, question.scope)
        split = dimension if earlier is not None and now.opening else None
        return ChangeSides(
            period=period,
            now=now,
            before_period=before,
            before=earlier,
            values_now=self._values(question, period, split),
            values_before=self._values(question, before, split),
            no_rate=None if earlier else self._missing_rate(question, before),
        )

    def _values(
        self, question: Question, period: Period, dimension: str | None
    ) -> Mapping[str, Retention]:
        if dimension is None:
            return {}
        return self.ledger.by(dimension, *period.ends, question.scope)

    def _earlier(self, question: Question) -> Iterator[tuple[Period, Retention]]:
        """Yield the periods right before, until one has no opening MRR."""
        period, first = question.period, self.ledger.first_month()
        if not period.complete or first is None:
            return  # a part of a month is held against no whole ones
        chain: list[Period] = []
        while len(chain) < MOST and (period := previous(period)).start >= first:
            chain.append(period)
        self.ledger.read_ahead([(one.start, one.end) for one in chain])
        for one in chain:
            retention = self.measure(question, one)
            if retention is None:
                return
            yield one, retention

    def _drivers(self, question: Question) -> Activity:
        with suppress(WarehouseUnreachableError):
            return self.ledger.changes_by_driver(*question.period.ends, question.scope)
        return Activity()

    def _accounts(self, question: Question) -> tuple[AccountChange, ...]:
        with suppress(WarehouseUnreachableError):
            found = self.ledger.account_changes(
                *question.period.ends, question.scope, most=MOST_ACCOUNTS
            )
            every = (*found.losses, *found.gains)
            return tuple(sorted(every, key=lambda one: -abs(one.change))[:MOST_ACCOUNTS])
        return ()


def dimension_of(
    question: Question, values: Mapping[str, tuple[str, ...]], *, main: str
) -> str | None:
    """Choose the dimension that a change is split by.

    The one that was asked for; else the main one; else, within one value of that, the plan or the
    first that has few values. None where a ledger has none.
    """
    if question.dimension is not None:
        return question.dimension
    named = dict(question.scope)
    every = [name for name in (main, _LIKELY) if name in values and name not in named]
    every += [
        name
        for name, found in sorted(values.items())
        if name not in named and name not in _NO_GROUPS and 1 < len(found) <= _FEW_VALUES
    ]
    return next(iter(every), None)
