"""Comparisons measured: a question of two sides becomes both of them, from the ledger."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from bot.comparing.comparison import Column, Comparison
from bot.errors import UsageError
from bot.questions.question import Question, Versus
from bot.style.grounds import Grounds
from metrics.data_end import DataEnd
from metrics.periods import Period, trailing_twelve_months
from metrics.rates import MissingRateError
from metrics.retention import NOTHING, Retention
from metrics.rollup import Scope
from metrics.segments import PRODUCT
from storage.ledger.ledger import Ledger

NO_REST_OF_A_PRODUCT = (
    "a product has no rest: its accounts pay for others, too. Compare two products, or split by"
    " product"
)


@dataclass(frozen=True, slots=True)
class _Accounts:
    """The accounts of one side: a scope, or with ``left_out`` all others of the company."""

    ledger: Ledger
    scope: Scope
    left_out: Scope | None = None

    def retention(self, period: Period) -> Retention:
        whole = self.ledger.retention(*period.ends, self.scope)
        if self.left_out is None:
            return whole
        return whole - self.ledger.retention(*period.ends, self.left_out)

    def values(self, period: Period, dimension: str) -> Mapping[str, Retention]:
        whole = self.ledger.by(dimension, *period.ends, self.scope)
        if self.left_out is None:
            return whole
        part = self.ledger.by(dimension, *period.ends, self.left_out)
        rest = {value: one - part.get(value, NOTHING) for value, one in whole.items()}
        return {value: one for value, one in rest.items() if one.opening}


@dataclass(frozen=True, slots=True, kw_only=True)
class SidesReader:
    """Reads both sides of a comparison out of one ledger, at one version of the data."""

    ledger: Ledger
    today: date
    data_end: DataEnd

    def comparison(
        self, question: Question, versus: Versus, *, dimension: str | None, grounds: Grounds
    ) -> Comparison:
        """Measure both sides, split by a dimension.

        Raises
        ------
        UsageError
            If the rest of a product is asked for.
        """
        if versus.is_rest and PRODUCT in dict(question.scope):
            raise UsageError(NO_REST_OF_A_PRODUCT)
        left = _Accounts(self.ledger, question.scope)
        other = _Accounts(
            self.ledger, versus.scope, left_out=question.scope if versus.is_rest else None
        )
        return Comparison(
            question=question,
            grounds=grounds,
            dimension=dimension,
            left=self._column(left, question.period, dimension, is_rest=False),
            right=self._column(other, versus.period, dimension, is_rest=versus.is_rest),
        )

    def _column(
        self, accounts: _Accounts, period: Period, dimension: str | None, *, is_rest: bool
    ) -> Column:
        trailing = trailing_twelve_months(period, today=self.today)
        return Column(
            scope=accounts.scope,
            period=period,
            is_rest=is_rest,
            retention=accounts.retention(period),
            year_period=trailing,
            year=self._year(accounts, trailing),
            values={} if dimension is None else accounts.values(period, dimension),
        )

    def _year(self, accounts: _Accounts, trailing: Period) -> Retention | None:
        if not self.data_end.has_some_of(trailing.start, trailing.end):
            return None
        with suppress(MissingRateError):
            retention = accounts.retention(trailing)
            return retention if retention.opening else None
        return None
