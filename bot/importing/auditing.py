"""Imports in the audit: entered with what they write, so that both are stored, or neither."""

from datetime import datetime
from uuid import uuid4

from storage.access.audit import COMMAND_LINE, Entry


def entry_of(action: str, data_version: int, *, at: datetime) -> Entry:
    """Build the entry of what somebody at the command line has done to the ledger.

    Parameters
    ----------
    action : str
        ``import N``, or ``import reverse N``.
    """
    return Entry(
        at=at,
        actor=COMMAND_LINE,
        team="",
        action=action,
        surface=COMMAND_LINE,
        decision="allow",
        request_id=uuid4().hex,
        data_version=data_version,
    )
