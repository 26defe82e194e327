"""How sure a reply's NRR is, as values that everything else shows."""

from dataclasses import dataclass

from metrics.confidence.confidence import Confidence
from storage.ledger.account_changes import AccountChange


@dataclass(frozen=True, slots=True, kw_only=True)
class Sureness:
    """Confidence in the NRR of a base, and the accounts of one that is too small for a trend.

    ``accounts`` are the largest by opening MRR; None where single accounts may not be seen, and
    where there are enough of them.
    """

    confidence: Confidence
    accounts: tuple[AccountChange, ...] | None = None

    def as_seen(self, *, hides_small: bool, sees_accounts: bool) -> "Sureness":
        """Leave out what must not be shown.

        What single accounts have in a base is as good as what they pay: whoever must not see small
        groups sees none of it.
        """
        seen = self.confidence.without_single_accounts() if hides_small else self.confidence
        return Sureness(confidence=seen, accounts=self.accounts if sees_accounts else None)
