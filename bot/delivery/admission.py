"""Admits a claimed message to what makes it visible: as it is, without a part of it, or not."""

from dataclasses import dataclass

from bot.delivery.permissions import Permissions
from bot.delivery.rewriting import Rewriting
from bot.delivery.verdicts import PostVerdict
from storage.delivery.parcels import Claim


class ForbiddenError(Exception):
    """The recipient of a message may not see its figures any more, or nobody can say."""

    def __init__(self, verdict: PostVerdict) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Asks for permission just before anything of a message becomes visible."""

    permissions: Permissions
    rewriting: Rewriting

    def admit(self, claim: Claim) -> Claim:
        """Return the claim as it may go: the same, or one whose message has lost some lines.

        Raises
        ------
        CalledOffError
            If it belongs to a subscription that is not active.
        ForbiddenError
            If nothing of it may go now.
        """
        denial = self.permissions.of_claim(claim)
        if denial is None:
            return claim
        rewritten = self.rewriting.rewrite(claim, denial)
        if rewritten is None:
            raise ForbiddenError(denial.verdict)
        # what is left is asked about like any message: it was composed by what was known earlier
        if (denial := self.permissions.of_claim(rewritten)) is not None:
            raise ForbiddenError(denial.verdict)
        return rewritten
