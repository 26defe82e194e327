"""Updates a message that is posted: with its pictures, and with what became of its alerts since."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.delivery.admission import Admission
from bot.delivery.outcomes import LEASE_LEFT
from bot.delivery.payloads import message_at, unpack
from bot.delivery.verdicts import Ruling, judge_error
from bot.message import Block, Message, Variant
from bot.slack.client import SlackClient
from storage.delivery.outbox import is_held
from storage.delivery.parcels import Claim, Parcel
from storage.store.engine import Store

Illustrate = Callable[[Sequence[Block]], tuple[Block, ...]]
Amend = Callable[[Parcel, Message], Message]
"""Writes into a message what became of what it tells of, as that stands now."""


class FencedUpdateError(Exception):
    """Another courier has taken over the message, or may before this update is answered."""


class RewrittenError(Exception):
    """A message has lost some of its lines: its pictures are others now."""


def unchanged(_: Parcel, message: Message) -> Message:
    """Leave a message as it was made."""
    return message


@dataclass(frozen=True, slots=True, kw_only=True)
class Updater:
    """Updates one posted message as often as is wished: the same update twice changes nothing."""

    store: Store
    client: SlackClient
    admission: Admission
    amend: Amend
    now: Clock

    def update(
        self,
        claim: Claim,
        *illustrate: Illustrate,
        file_ids: Sequence[str] = (),
        missing: str = "",
    ) -> None:
        """Update a message in the best variant that Slack takes.

        Parameters
        ----------
        illustrate : callables
            Put pictures into its blocks; the next one is tried where Slack refuses the first.
        file_ids : sequence of str
            Uploaded files that are attached to it.
        missing : str
            A line on files that there are none of, for whoever hears its text instead of blocks.

        Raises
        ------
        ForbiddenError, CalledOffError, RewrittenError
            If it may not be updated like that.
        FencedUpdateError
            If the claim is not this courier's any more.
        SlackClientError, HTTPException, OSError
            If Slack does not say that it took one.
        """
        # Last: until here nobody sees anything new, and rights may have changed meanwhile.
        if self.admission.admit(claim) is not claim:
            raise RewrittenError
        message = self.amend(claim.parcel, self._as_posted(claim))
        message = replace(message, text="\n".join(filter(None, (message.text, missing))))
        refused: SlackApiError | None = None
        for variant in _variants(message, illustrate, may_be_text=claim.update is not None):
            self._require_held(claim)
            try:
                self._send(claim, variant, file_ids)
            except SlackApiError as error:
                if judge_error(error).ruling is not Ruling.CONTENT:
                    raise
                refused = error
            else:
                return
        if refused is not None:
            raise refused

    def _send(self, claim: Claim, variant: Variant, file_ids: Sequence[str]) -> None:
        self.client.chat_update(
            channel=claim.location.channel_id or claim.parcel.address.channel_id,
            ts=claim.location.ts or "",
            text=variant.text,
            # Slack keeps the blocks of a message of which only the text is updated
            blocks=list(variant.blocks),
            file_ids=list(file_ids) or None,
        )

    def _require_held(self, claim: Claim) -> None:
        # An update that comes late would undo what another courier has written meanwhile.
        with self.store.read() as session:
            is_ours = is_held(session, claim)
        if not is_ours or claim.lease.until - self.now() <= LEASE_LEFT:
            raise FencedUpdateError

    def _as_posted(self, claim: Claim) -> Message:
        told = datetime.fromtimestamp(float(claim.location.ts or 0), UTC)
        posted_at = told + (self.now() - self.client.slack_now())  # the due time is by the store's
        payload = unpack(claim.parcel.body.payload_json)
        return message_at(payload, due_at=claim.parcel.due_at, at=posted_at)


def _variants(
    message: Message, illustrate: Sequence[Illustrate], *, may_be_text: bool
) -> Iterator[Variant]:
    for draw in illustrate:
        for variant in message.variants():
            if variant.blocks:
                yield Variant(variant.text, draw(variant.blocks))
    if may_be_text:  # which has no place for pictures
        yield Variant(message.text)
