"""Renewals measured: a question for them becomes their calendar, from the ledger's contracts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import UsageError
from bot.questions.question import Question
from bot.renewals.calendar import NamedRenewal, RenewalCalendar, RenewalsSoFar, RenewalSums
from bot.style.grounds import Grounds
from metrics.horizons import Horizon
from metrics.period_grammar import ONE_DAY
from metrics.renewals import UpForRenewal, added
from metrics.segments import PRODUCT
from storage.ledger.ledger import Ledger

LARGEST = 10
OWNER = "owner"
UNSIGNED_DAYS = timedelta(90)
"""As long as this an offer that nobody signed is spoken of."""
NO_CONTRACTS = (
    "no contract is held, so nothing is known to come up: nrrbot import contracts FILE brings"
    " their terms"
)
_NO_PRODUCTS = "renewals are of accounts, not of products: ask without one. Try: renewals 90d"
_YEAR = timedelta(365)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalsReader:
    """Reads renewals out of one ledger; ``day`` is that whose balances count."""

    ledger: Ledger
    today: date
    day: date

    def calendar(
        self, question: Question, grounds: Grounds, *, dimension: str | None
    ) -> RenewalCalendar:
        """Read what comes up in the days ahead, split by a dimension.

        Raises
        ------
        UsageError
            If no contract is held, or a product is asked for.
        """
        if PRODUCT in (dimension, *dict(question.scope)):
            raise UsageError(_NO_PRODUCTS)
        if not self.ledger.has_contracts():
            raise UsageError(NO_CONTRACTS)
        first, end = (question.options.ahead or Horizon()).stretch(self.today)
        book = self.ledger.renewal_book(self.day, today=self.today, since=self.today - _YEAR)
        own = book.of(question.scope)
        rows = own.between(first, end)
        rate = own.rate() if book.has_renewals else None
        late = own.unsigned_before(self.today + ONE_DAY, since=self.today - UNSIGNED_DAYS)
        return RenewalCalendar(
            question=question,
            grounds=grounds,
            first=first,
            end=end,
            day=self.day,
            base=self.ledger.retention(self.day, self.day, question.scope).opening,
            rows=rows,
            sums=RenewalSums.of(rows, dimension),
            so_far=RenewalsSoFar(unsigned=added(late) if late else None, rate=rate),
            largest=self._named(rows),
        )

    def _named(self, rows: Sequence[UpForRenewal]) -> tuple[NamedRenewal, ...]:
        largest = sorted(rows, key=lambda one: (-one.minor, one.day, one.account))[:LARGEST]
        names = self.ledger.account_names([one.account for one in largest])
        return tuple(
            NamedRenewal(
                account_id=name.account_id,
                name=name.name,
                owner=one.attributes.get(OWNER),
                day=one.day,
                minor=one.minor,
                is_signed=one.is_signed,
            )
            for one, name in zip(largest, names, strict=True)
        )
