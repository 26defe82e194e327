"""Slack's signature over a request, checked on its raw bytes."""

import hashlib
import hmac
import re

MAX_AGE_SECONDS = 300


def is_signed(
    body: bytes, *, timestamp: str | None, signature: str | None, secret: str, now: float
) -> bool:
    """Tell whether Slack sent ``body``, within five minutes of ``now``.

    Whatever the headers hold, the answer is yes or no. Bolt's own check fails on a timestamp that
    is no number, and logs the body of what it refuses.

    References
    ----------
    https://docs.slack.dev/authentication/verifying-requests-from-slack/
    """
    if timestamp is None or signature is None or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        return False
    if abs(now - int(timestamp)) > MAX_AGE_SECONDS:
        return False
    signed = b"v0:" + timestamp.encode() + b":" + body
    expected = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
