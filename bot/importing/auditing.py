"""Imports in the audit: entered with what they write, so that both are stored, or neither."""

from datetime import datetime
from uuid import uuid4

from bot.slack.sent import OPERATOR
from storage.access.audit import Entry


def entry_of(action: str, data_version: int, *, at: datetime) -> Entry:
    """Build the entry of what somebody at the command line has done to the ledger.

    Parameters
    ----------
    action : str
        ``import N``, or ``import reverse N``.
    """
    return Entry(
        at=at,
        actor=OPERATOR.user_id,
        team=OPERATOR.team_id,
        action=action,
        surface=OPERATOR.user_id,
        decision="allow",
        request_id=uuid4().hex,
        data_version=data_version,
    )
