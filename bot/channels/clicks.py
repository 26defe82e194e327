"""The button "Delete my posts there": the bot's own posts go from a channel that others read."""

from dataclasses import dataclass, field, replace
from threading import Lock

from bot.access.decisions import EPHEMERAL, Action, Allow
from bot.access.gate import Gate
from bot.channels.deletions import Deletions
from bot.channels.message import deleted_message, unfinished_message
from bot.clock import Clock
from bot.message import Message
from bot.slack.sent import Asker, Click
from storage.access import audit
from storage.access.audit import own_entry
from storage.channels import posts as channel_posts
from storage.store.engine import Store

DELETE = "delete_posts"
"""The audit's word for the beginning; `storage.channels.posts.DELETED` is the one for the end."""
UNDER_WAY = Message("My posts there are being deleted already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeletePosts:
    """Deletes the bot's posts when an administrator says so, one run for a channel at a time."""

    store: Store
    gate: Gate
    deletions: Deletions
    now: Clock
    _turns: dict[str, Lock] = field(default_factory=dict, init=False, repr=False)

    def delete(self, click: Click) -> Message:
        """Delete the bot's posts in the channel of the alarm, and report the result.

        Raises
        ------
        AccessDeniedError
            If the person does not administer the bot.
        StorageError
            If it cannot be audited: then nothing is deleted.
        """
        self.gate.require(click.asker, Action.GRANTS, fresh=True)
        # A run takes up to ten minutes, and every administrator has the button.
        turn = self._turns.setdefault(click.value, Lock())
        if not turn.acquire(blocking=False):
            return UNDER_WAY
        try:
            return self._delete(click.asker, click.value)
        finally:
            turn.release()

    def _delete(self, asker: Asker, channel_id: str) -> Message:
        # Audited before the first deletion, so that a run that is cut off is there, too.
        begun = self.gate.records.entry(asker, DELETE, Allow(), surface=EPHEMERAL)
        self.gate.records.note(replace(begun, channel=channel_id))
        with self.store.read() as session:
            known = channel_posts.stamps(session, channel_id)
        deleted = self.deletions.delete_all(channel_id, known)
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
            return deleted_message(channel_id, deleted.count, refused=deleted.refused)
