"""Slack's signature over an HTTP request, so that tests can also sign wrongly."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRequest:
    """A request as it goes over the wire; post it again and it is a replay."""

    body: bytes
    headers: dict[str, str]


def sign(
    body: bytes, *, secret: str, timestamp: str | None = None, content_type: str = FORM
) -> SignedRequest:
    """Return ``body`` with the ``v0`` signature of now, or of ``timestamp``."""
    at = str(int(time.time())) if timestamp is None else timestamp
    digest = hmac.new(secret.encode(), b"v0:" + at.encode() + b":" + body, hashlib.sha256)
    return SignedRequest(
        body=body,
        headers={
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={digest.hexdigest()}",
        },
    )


def slash_body(payload: dict[str, str]) -> bytes:
    """Return a slash command's form body."""
    return urlencode(payload).encode()


def action_body(payload: dict[str, Any]) -> bytes:
    """Return a click's form body: one field with JSON in it."""
    return urlencode({"payload": json.dumps(payload)}).encode()
