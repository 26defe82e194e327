"""Brings pictures into a message that is posted already; a failure never harms the message."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen

from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.delivery import outcomes
from bot.delivery.admission import Admission, ForbiddenError
from bot.delivery.outcomes import Settlement
from bot.delivery.payloads import message_at, unpack
from bot.delivery.permissions import CalledOffError
from bot.delivery.verdicts import MISSING_SCOPE, PostVerdict, Ruling, judge_error
from bot.message import Block, Message
from bot.slack.client import SlackClient
from bot.slack.failures import SLACK_ERRORS
from bot.slack.uploads import FILE_NAME, is_ready
from bot.style.pictures import MAX_ALT_TEXT, with_pictures, without_pictures
from storage.delivery.parcels import Claim, Outcome, Picture, Retry, State
from storage.delivery.pictures import note_file, read_pictures
from storage.store.engine import Store

UPLOAD_SECONDS = 20
FIRST_LOOK = timedelta(seconds=1)  # for Slack to work on a file; twice as long each time after
# rulings that say nothing about the picture: it waits, and that is no attempt
WAITING = frozenset({Ruling.RATE_LIMITED, Ruling.NOT_ACCEPTED, Ruling.GLOBAL})
# codes for a message that is not there any more to put pictures into
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})

log = logging.getLogger("nrrbot.delivery")


class PictureFencedError(Exception):
    """Another courier has taken over the message."""


class RewrittenError(Exception):
    """A message has lost some of its lines: its pictures are others now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Illustrator:
    """Uploads the pictures of a sent message, then shows them in it, over several claims."""

    store: Store
    client: SlackClient
    admission: Admission
    now: Clock

    def carry(self, claim: Claim) -> Settlement:
        """Go as far towards shown pictures as a claim gets without waiting."""
        try:
            return self._carry(claim)
        except CalledOffError:
            return _finished("unavailable")
        except ForbiddenError as error:
            return outcomes.after_denial(claim, error.verdict, now=self.now())
        except RewrittenError:
            retry = Retry(not_before=self.now(), is_counted=False)
            outcome = Outcome(state=State.SENT, error="rewritten", retry=retry)
            return Settlement(outcome=outcome)

    def _carry(self, claim: Claim) -> Settlement:
        if outcomes.is_exhausted(claim):
            return self._give_up(claim)
        try:
            shown = self._bring_all(claim)
            if shown is None:
                return self._later(claim, "picture_not_ready")
            self._update(claim, lambda blocks: with_pictures(blocks, shown))
        except SLACK_ERRORS as error:
            return self._after(claim, judge_error(error))
        return _finished("shown")

    def _after(self, claim: Claim, verdict: PostVerdict) -> Settlement:
        if verdict.code in GONE or verdict.is_final:
            return _finished("unavailable")
        if verdict.code == MISSING_SCOPE:
            return self._give_up(claim)
        if verdict.ruling in WAITING:
            return outcomes.put_off(claim, verdict, now=self.now())
        log.warning("picture failed", extra={"result": verdict.code})
        return self._later(claim, verdict.code)

    def _later(self, claim: Claim, code: str) -> Settlement:
        wait = FIRST_LOOK * (1 << (claim.attempts.count - 1))
        retry = Retry(not_before=self.now() + wait)
        outcome = Outcome(state=State.SENT, error=code, retry=retry)
        return Settlement(outcome=outcome)

    def _give_up(self, claim: Claim) -> Settlement:
        try:
            self._update(claim, without_pictures)
        except SLACK_ERRORS as error:
            verdict = judge_error(error)
            if verdict.ruling in WAITING and verdict.code != MISSING_SCOPE:
                return outcomes.put_off(claim, verdict, now=self.now())
        log.warning("pictures given up")
        return _finished("unavailable")

    def _bring_all(self, claim: Claim) -> list[tuple[str, str]] | None:
        with self.store.read() as session:
            pictures = read_pictures(session, claim)
        files = [self._bring(claim, position, each) for position, each in enumerate(pictures)]
        if not all(map(is_ready, files)):
            return None  # all are shown at once: each update of a message is one that people see
        return [
            (str(file["id"]), picture.alt_text)
            for file, picture in zip(files, pictures, strict=True)
        ]

    def _bring(self, claim: Claim, position: int, picture: Picture) -> dict[str, Any]:
        if picture.file_id is not None and self._is_complete(picture.file_id):
            return self._info(picture.file_id)
        ticket = self.client.files_getUploadURLExternal(
            filename=FILE_NAME, length=len(picture.png), alt_txt=picture.alt_text[:MAX_ALT_TEXT]
        )
        file_id = str(ticket["file_id"])
        # stored before the bytes go: after a crash the same file is completed, not a second one
        with self.store.write(ledger=False) as session:
            if not note_file(session, claim, position, file_id):
                raise PictureFencedError
        send_bytes(str(ticket["upload_url"]), picture.png)
        self._complete(file_id)
        return self._info(file_id)

    def _is_complete(self, file_id: str) -> bool:
        # an upload that was begun and not completed may have its bytes
        for step in (self._info, self._complete):
            try:
                step(file_id)
            except SlackApiError as error:
                if not judge_error(error).is_surprise:  # it does not say "file_not_found"
                    raise
            else:
                return True
        return False

    def _info(self, file_id: str) -> dict[str, Any]:
        file: dict[str, Any] = self.client.files_info(file=file_id)["file"]
        return file

    def _complete(self, file_id: str) -> None:
        self.client.files_completeUploadExternal(files=[{"id": file_id, "title": FILE_NAME}])

    def _update(
        self, claim: Claim, illustrate: Callable[[Sequence[Block]], tuple[Block, ...]]
    ) -> None:
        # Last: until here nobody sees the files, and the channel may have changed meanwhile.
        if self.admission.admit(claim) is not claim:
            raise RewrittenError
        message, refused = self._as_posted(claim), None
        for variant in message.variants():
            if not variant.blocks:
                break  # text alone has no place for pictures
            try:
                self.client.chat_update(
                    channel=claim.location.channel_id or claim.parcel.address.channel_id,
                    ts=claim.location.ts or "",
                    text=message.text,
                    blocks=list(illustrate(variant.blocks)),
                )
            except SlackApiError as error:
                if judge_error(error).ruling is not Ruling.CONTENT:
                    raise
                refused = error
            else:
                return
        if refused is not None:
            raise refused

    def _as_posted(self, claim: Claim) -> Message:
        told = datetime.fromtimestamp(float(claim.location.ts or 0), UTC)
        posted_at = told + (self.now() - self.client.slack_now())  # the due time is by the store's
        payload = unpack(claim.parcel.body.payload_json)
        return message_at(payload, due_at=claim.parcel.due_at, at=posted_at)


def send_bytes(url: str, content: bytes) -> None:
    """Upload the bytes of a file to the address that Slack gave for them."""
    request = Request(url, data=content, method="POST")  # noqa: S310 - Slack's own address
    with urlopen(request, timeout=UPLOAD_SECONDS) as answer:  # noqa: S310 # nosec B310
        answer.read()


def _finished(picture_state: str) -> Settlement:
    outcome = Outcome(state=State.SENT, picture_state=picture_state)
    return Settlement(outcome=outcome)
