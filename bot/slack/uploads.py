"""Uploads a picture to Slack and waits until a message may show it."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import tenacity
from slack_sdk import WebClient

from bot.slack.failures import SLACK_ERRORS
from bot.style.pictures import MAX_ALT_TEXT
from storage.delivery.parcels import Picture

LOOK_EVERY_SECONDS = 0.5
WAIT_AT_MOST_SECONDS = 20
LOOKS = int(WAIT_AT_MOST_SECONDS / LOOK_EVERY_SECONDS)
FILE_NAME = "nrr.png"

log = logging.getLogger("nrrbot.uploads")


class Uploads:
    """Uploads pictures that only the bot sees until it posts a message with them."""

    def __init__(self, client: WebClient, *, sleep: Callable[[float], None]) -> None:
        self._client = client
        self._sleep = sleep

    def upload(self, picture: Picture) -> str | None:
        """Upload a picture; return its file id once Slack can show it, None if it never can."""
        try:
            done = self._client.files_upload_v2(
                filename=FILE_NAME, content=picture.png, alt_txt=picture.alt_text[:MAX_ALT_TEXT]
            )
        except SLACK_ERRORS as error:
            log.warning("picture not uploaded", exc_info=error)
            return None
        file_id = str(done["file"]["id"])
        # a message that shows a file too early is refused (python-slack-sdk issue 1521)
        return file_id if self._wait_until_shown(file_id) else None

    def _wait_until_shown(self, file_id: str) -> bool:
        looking = tenacity.Retrying(
            retry=tenacity.retry_if_not_result(bool),
            wait=tenacity.wait_fixed(LOOK_EVERY_SECONDS),
            stop=tenacity.stop_after_attempt(LOOKS)
            | tenacity.stop_after_delay(WAIT_AT_MOST_SECONDS),
            sleep=self._sleep,
        )
        try:
            return looking(self._is_ready, file_id)
        except tenacity.RetryError:
            log.warning("picture not ready in time")
            return False

    def _is_ready(self, file_id: str) -> bool:
        try:
            file = self._client.files_info(file=file_id).get("file") or {}
        except SLACK_ERRORS:
            return False
        return is_ready(file)


def is_ready(file: Mapping[str, Any]) -> bool:
    """Tell whether Slack has worked on an uploaded file far enough to show it."""
    return bool(file.get("mimetype") and file.get("filetype"))
