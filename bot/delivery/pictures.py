"""Brings a posted message up to date, with its pictures; a failure never harms the message."""

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.request import Request, urlopen

from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.delivery import outcomes
from bot.delivery.admission import ForbiddenError
from bot.delivery.outcomes import Settlement
from bot.delivery.permissions import CalledOffError
from bot.delivery.updating import FencedUpdateError, RewrittenError, Updater
from bot.delivery.verdicts import MISSING_SCOPE, PostVerdict, Ruling, judge_error
from bot.slack.client import SlackClient
from bot.slack.failures import SLACK_ERRORS
from bot.slack.uploads import FILE_NAME, is_ready
from bot.style.pictures import MAX_ALT_TEXT, NOT_ATTACHED, with_pictures, without_pictures
from bot.style.pictures import UNAVAILABLE as PICTURE_UNAVAILABLE
from storage.delivery.parcels import Attachment, Claim, Outcome, Picture, Retry, State
from storage.delivery.pictures import note_file, read_pictures
from storage.store.engine import Store

WANTED, SHOWN, UNAVAILABLE = "wanted", "shown", "unavailable"  # states of a message's pictures
UPLOAD_SECONDS = 20
FIRST_LOOK = timedelta(seconds=1)  # for Slack to work on a file; twice as long each time after
# rulings that say nothing about the picture: it waits, and that is no attempt
WAITING = frozenset({Ruling.RATE_LIMITED, Ruling.NOT_ACCEPTED, Ruling.GLOBAL})
# codes for a message that is not there any more to put pictures into
GONE = frozenset({"message_not_found", "cant_update_message", "edit_window_closed"})

log = logging.getLogger("nrrbot.delivery")


class PictureFencedError(Exception):
    """Another courier has taken over the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Illustrator:
    """Brings a posted message up to date, over several claims: its pictures, and its updates."""

    store: Store
    client: SlackClient
    updater: Updater
    now: Clock

    def carry(self, claim: Claim) -> Settlement:
        """Go as far towards a message that is up to date as a claim gets without waiting."""
        try:
            return self._carry(claim)
        except CalledOffError:
            return outcomes.updated(claim, pictures=UNAVAILABLE)
        except ForbiddenError as error:
            return outcomes.after_denial(claim, error.verdict, now=self.now())
        except (RewrittenError, FencedUpdateError):
            retry = Retry(not_before=self.now(), is_counted=False)
            outcome = Outcome(state=State.SENT, error="rewritten", retry=retry)
            return Settlement(outcome=outcome)

    def _carry(self, claim: Claim) -> Settlement:
        if claim.picture_state == WANTED and outcomes.is_exhausted(claim):
            return self._give_up(claim)
        try:
            shown = self._bring_all(claim)
            if shown is None:
                return self._later(claim, "picture_not_ready")
            # a file may have been deleted since it was shown
            bare = () if claim.picture_state == WANTED else (tuple,)
            draw = partial(with_pictures, shown=shown.pictures)
            self.updater.update(claim, draw, *bare, file_ids=shown.files)
        except SLACK_ERRORS as error:
            return self._after(claim, judge_error(error))
        return outcomes.updated(claim, pictures=SHOWN)

    def _after(self, claim: Claim, verdict: PostVerdict) -> Settlement:
        if verdict.code in GONE or verdict.is_final:
            return outcomes.updated(claim, pictures=UNAVAILABLE)
        if verdict.ruling in WAITING and verdict.code != MISSING_SCOPE:
            return outcomes.put_off(claim, verdict, now=self.now())
        if claim.picture_state != WANTED:
            log.warning("update failed", extra={"result": verdict.code})
            return outcomes.update_put_off(claim, verdict.code, now=self.now())
        if verdict.code == MISSING_SCOPE:
            return self._give_up(claim)
        log.warning("picture failed", extra={"result": verdict.code})
        return self._later(claim, verdict.code)

    def _later(self, claim: Claim, code: str) -> Settlement:
        wait = FIRST_LOOK * (1 << (claim.attempts.count - 1))
        retry = Retry(not_before=self.now() + wait)
        outcome = Outcome(state=State.SENT, error=code, retry=retry)
        return Settlement(outcome=outcome)

    def _give_up(self, claim: Claim) -> Settlement:
        with self.store.read() as session:
            has_files = any(isinstance(one, Attachment) for one in read_pictures(session, claim))
        line = NOT_ATTACHED if has_files else PICTURE_UNAVAILABLE
        try:
            self.updater.update(claim, partial(without_pictures, line=line), missing=line)
        except SLACK_ERRORS as error:
            verdict = judge_error(error)
            if verdict.ruling in WAITING and verdict.code != MISSING_SCOPE:
                return outcomes.put_off(claim, verdict, now=self.now())
        log.warning("pictures given up")
        return outcomes.updated(claim, pictures=UNAVAILABLE)

    def _bring_all(self, claim: Claim) -> "_Brought | None":
        with self.store.read() as session:
            every = read_pictures(session, claim)
        if claim.picture_state != WANTED:
            held = [one for one in every if isinstance(one, Picture) and one.file_id is not None]
            return _Brought([(str(one.file_id), one.alt_text) for one in held])
        files = [self._bring(claim, position, each) for position, each in enumerate(every)]
        if not all(map(is_ready, files)):
            return None  # all are shown at once: each update of a message is one that people see
        brought = _Brought()
        for file, one in zip(files, every, strict=True):
            if isinstance(one, Picture):
                brought.pictures.append((str(file["id"]), one.alt_text))
            else:
                brought.files.append(str(file["id"]))
        return brought

    def _bring(self, claim: Claim, position: int, picture: Picture | Attachment) -> dict[str, Any]:
        name, content, described = _upload_of(picture)
        if picture.file_id is not None and self._is_complete(picture.file_id, name):
            return self._info(picture.file_id)
        ticket = self.client.files_getUploadURLExternal(
            filename=name, length=len(content), **described
        )
        file_id = str(ticket["file_id"])
        # stored before the bytes go: after a crash the same file is completed, not a second one
        with self.store.write(ledger=False) as session:
            if not note_file(session, claim, position, file_id):
                raise PictureFencedError
        send_bytes(str(ticket["upload_url"]), content)
        self._complete(file_id, title=name)
        return self._info(file_id)

    def _is_complete(self, file_id: str, name: str) -> bool:
        # an upload that was begun and not completed may have its bytes
        for step in (self._info, partial(self._complete, title=name)):
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

    def _complete(self, file_id: str, *, title: str) -> None:
        self.client.files_completeUploadExternal(files=[{"id": file_id, "title": title}])


@dataclass(frozen=True, slots=True)
class _Brought:
    """Uploaded pictures with what each shows in words, and uploaded files."""

    pictures: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


def _upload_of(one: Picture | Attachment) -> tuple[str, bytes, dict[str, str]]:
    if isinstance(one, Attachment):
        return one.name, one.content, {}
    return FILE_NAME, one.png, {"alt_txt": one.alt_text[:MAX_ALT_TEXT]}


def send_bytes(url: str, content: bytes) -> None:
    """Upload the bytes of a file to the address that Slack gave for them."""
    request = Request(url, data=content, method="POST")  # noqa: S310 - Slack's own address
    with urlopen(request, timeout=UPLOAD_SECONDS) as answer:  # noqa: S310 # nosec B310
        answer.read()
