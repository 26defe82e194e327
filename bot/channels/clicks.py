"""The button "Delete my posts there": the bot's own posts go from a channel that others read."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.access.decisions import EPHEMERAL, Action, Allow
from bot.access.gate import Gate
from bot.channels.deletions import Deleted, Deletions
from bot.channels.message import deleted_message, unfinished_message
from bot.message import Message
from bot.slack.sent import Click
from storage.access import audit
from storage.access.audit import own_entry
from storage.channels import posts as channel_posts
from storage.store.engine import Store

DELETE = "delete_posts"
"""The audit's word for the beginning; `storage.channels.posts.DELETED` is the one for the end."""
UNDER_WAY = Message("My posts there are being deleted already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePosts:
    """Deletes the bot's posts when an administrator says so, one run for a channel at a time.

    Attributes
    ----------
    now : callable
        The moment it is, aware.
    """

    store: Store
    gate: Gate
    deletions: Deletions
    now: Callable[[], datetime]
    _running: set[str] = field(default_factory=set, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    def delete(self, click: Click) -> Message:
        """Delete the bot's posts in the channel of the alarm, and report the result.

        Raises
        ------
        AccessDeniedError
            If the person does not administer the bot.
        StorageError
            If it cannot be audited: then nothing is deleted.
        """
        asker, channel_id = click.asker, click.value
        self.gate.require(asker, Action.GRANTS, fresh=True)
        # A run takes up to ten minutes, and the button is there for every administrator.
        with self._turn(channel_id) as is_mine:
            if not is_mine:
                return UNDER_WAY
            # Before the first deletion, so that a run that is cut off is in the audit, too.
            begun = self.gate.records.entry(asker, DELETE, Allow(), surface=EPHEMERAL)
            self.gate.records.note(replace(begun, channel=channel_id))
            with self.store.read() as session:
                known = channel_posts.stamps(session, channel_id)
            return self._report(channel_id, self.deletions.delete_all(channel_id, known))

    @contextmanager
    def _turn(self, channel_id: str) -> Iterator[bool]:
        with self._lock:
            is_mine = channel_id not in self._running
            self._running.add(channel_id)
        try:
            yield is_mine
        finally:
            if is_mine:
                with self._lock:
                    self._running.discard(channel_id)

    def _report(self, channel_id: str, deleted: Deleted) -> Message:
        if deleted.stopped_by is not None:
            # Not audited as done: pressing again takes it up, and what is gone is gone.
            return unfinished_message(channel_id, deleted.count, code=deleted.stopped_by)
        entry = own_entry(
            channel_posts.DELETED,
            team_id=self.gate.workspace.team_id,
            channel_id=channel_id,
            at=self.now(),
            reason=f"{deleted.count} deleted, {deleted.refused} kept",
        )
        with audit.audited(self.store, entry):
            pass
        return deleted_message(channel_id, deleted.count, refused=deleted.refused)
