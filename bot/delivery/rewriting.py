"""Rewrites a message of which its recipient may see a part no more, so that the rest is sent."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.clock import Clock
from bot.delivery.failure_notices import FailureNotices
from bot.delivery.permissions import Denial
from storage.alerts.notices import lines_in, withdraw
from storage.delivery import outbox
from storage.delivery.parcels import Claim, Parcel
from storage.store.engine import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewritten:
    """A message as it may go now, and the fingerprints of the alerts that it still tells of."""

    parcel: Parcel
    fingerprints: frozenset[str]


Compose = Callable[[Parcel, frozenset[str]], Rewritten | None]
"""Composes a message anew from the alerts that may be told; None if nothing is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """Puts what may still be seen in the place of a claimed message, under its key and mark."""

    store: Store
    compose: Compose
    notices: FailureNotices
    now: Clock

    def rewrite(self, claim: Claim, denial: Denial) -> Claim | None:
        """Rewrite a message that Slack has not got; None if nothing of it may be seen, or fenced.

        The owners of the rules whose lines leave it are told in the same transaction.
        """
        written = self.compose(claim.parcel, denial.kept) if denial.kept else None
        if written is None:
            return None
        key, parcel, now = claim.parcel.dedupe_key, written.parcel, self.now()
        with self.store.write(ledger=False) as session:
            if not outbox.rewrite(session, claim, parcel):
                return None
            lines = lines_in(session, key)
            left = [line for line in lines if line.fingerprint not in written.fingerprints]
            # where no line leaves, its accounts are named no more: that is about every rule
            owners = {line.owner_id for line in left or lines if line.owner_id is not None}
            told = self.notices.left_out(
                claim, denial.verdict.code, owner_ids=sorted(owners), now=now
            )
            for notice in told:
                outbox.enqueue(session, notice, now=now)
            withdraw(session, key, but=written.fingerprints)
        body = replace(parcel.body, pictures=())
        return replace(claim, parcel=replace(claim.parcel, body=body, basis=parcel.basis))
