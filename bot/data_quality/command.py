"""``/nrr data``: the review of the data, for administrators alone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from bot.access.decisions import EPHEMERAL, Action, Reach
from bot.access.gate import Gate
from bot.access.visibility import visibility_of
from bot.data_quality.message import Readers, review_parts
from bot.errors import UsageError
from bot.message import Message
from bot.slack.sent import Request
from bot.style.rendering import message_of
from storage.quality.review import DataReview

_NO_WORDS = (
    "`/nrr data` takes no words; `nrrbot data --reconcile FILE` compares another system's totals,"
    " where nrrbot runs"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCommand:
    """Shows the review.

    Attributes
    ----------
    read : callable
        Reads the review of a day.
    """

    gate: Gate
    read: Callable[[date], DataReview]
    today: Callable[[], date]
    zone: ZoneInfo

    def show(self, request: Request) -> Message:
        """Show how good the data is; names of accounts take account detail.

        Raises
        ------
        AccessDeniedError
            If the person is no administrator of the whole company.
        UsageError, StorageError
            If there are words behind it, or no data.
        """
        # Asked of Slack now: a person deactivated a minute ago must not see it.
        principal = self.gate.require(request.asker, Action.DATA, Reach(), fresh=True)
        if request.text.strip():
            raise UsageError(_NO_WORDS)
        names = visibility_of(principal, Action.DATA).sees_accounts(())
        today = self.today()
        review = self.read(today)
        reach = Reach(account_detail=names)
        self.gate.require_audited(request.asker, Action.DATA, reach, EPHEMERAL)
        readers = Readers(names=names, zone=self.zone)
        return message_of(review_parts(review, readers, today=today))
