"""Who typed or clicked, read from what Slack sent."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """The person, where they are, and the address that answers only them.

    A field that Slack did not send is empty, which nothing allows. ``request_id`` is the same for
    all that is decided about one command or click.
    """

    user_id: str
    team_id: str
    channel_id: str
    response_url: str
    request_id: str = ""


def read_asker(body: Mapping[str, object]) -> Asker:
    """Return who sent a slash command or a click; never raises, whatever ``body`` is."""
    return Asker(
        user_id=_text(body, "user_id") or _text(_part(body, "user"), "id"),
        team_id=_text(body, "team_id") or _text(_part(body, "team"), "id"),
        channel_id=_text(body, "channel_id") or _text(_part(body, "channel"), "id"),
        response_url=_text(body, "response_url"),
        request_id=_text(body, "trigger_id"),
    )


def _part(body: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
