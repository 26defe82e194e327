"""The gate that every command, click and share passes: looks up with Slack, then decides."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.authorization.askers import Asker
from bot.authorization.decisions import (
    Allow,
    AllowedUsers,
    Deny,
    Person,
    Reason,
    Workspace,
    decide,
    decide_channel,
)
from bot.errors import AccessDeniedError
from bot.slack_errors import NOT_INVITED, SLACK_ERRORS

REMEMBERED_SECONDS = 300
DIRECT_MESSAGE = "D"
NOT_IN_CHANNEL = "not_in_channel"


class People:
    """Looks people up, and remembers for at most five minutes what Slack said of them.

    Parameters
    ----------
    client : WebClient
        Asks ``users.info``.
    now : callable
        Monotonic seconds.
    """

    def __init__(self, client: WebClient, *, now: Callable[[], float]) -> None:
        self._client = client
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, Person]] = {}

    def look_up(self, user_id: str, *, fresh: bool = False) -> Person:
        """Return what Slack says of a user; with ``fresh``, now and not some minutes ago.

        Raises
        ------
        AccessDeniedError
            If Slack does not say. That is not remembered.
        """
        known = None if fresh else self._remembered(user_id)
        return known or self._ask(user_id)

    def _remembered(self, user_id: str) -> Person | None:
        since = self._now() - REMEMBERED_SECONDS
        with self._lock:
            self._known = {key: seen for key, seen in self._known.items() if seen[0] > since}
            seen = self._known.get(user_id)
        return seen[1] if seen else None

    def _ask(self, user_id: str) -> Person:
        asked_at = self._now()
        try:
            user = self._client.users_info(user=user_id).get("user")
        except SLACK_ERRORS as error:
            raise AccessDeniedError(Reason.UNKNOWN_PERSON) from error
        if not user:
            raise AccessDeniedError(Reason.UNKNOWN_PERSON)
        person = Person.from_slack(user)
        with self._lock:
            self._known[user_id] = (asked_at, person)
        return person


class Gate:
    """Lets somebody pass, or raises with the sentence that says who can change that.

    Parameters
    ----------
    denied : callable
        Is told in one word why, whenever it does not let pass.
    """

    def __init__(
        self,
        client: WebClient,
        people: People,
        *,
        allowed: AllowedUsers,
        workspace: Workspace,
        denied: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._client = client
        self._people = people
        self._allowed = allowed
        self._workspace = workspace
        self._denied = denied

    def asking(self, client: WebClient) -> "Gate":
        """Return the same gate, which asks about channels through another client."""
        return Gate(
            client,
            self._people,
            allowed=self._allowed,
            workspace=self._workspace,
            denied=self._denied,
        )

    def require_person(self, asker: Asker, *, fresh: bool = False) -> None:
        """Check that the person who asks may see figures.

        Raises
        ------
        AccessDeniedError
            If not, or if Slack does not say who they are.
        """
        with self._denials_told():
            if asker.team_id != self._workspace.team_id:
                raise AccessDeniedError(Reason.OTHER_WORKSPACE)
            person = self._people.look_up(asker.user_id, fresh=fresh)
            _require(decide(person, allowed=self._allowed, workspace=self._workspace))

    def require_channel(self, channel_id: str) -> None:
        """Check that figures may be posted in a channel, as it is now.

        Raises
        ------
        AccessDeniedError
            If not, or if Slack does not say who reads it.
        """
        with self._denials_told():
            if channel_id.startswith(DIRECT_MESSAGE):
                raise AccessDeniedError(Reason.NO_CHANNEL)
            channel = self._channel(channel_id)
            if channel.get("is_member") is False:
                raise AccessDeniedError(self.invitation)
            _require(decide_channel(channel))

    def require_channel_if_known(self, channel_id: str) -> None:
        """Check a channel as `require_channel` does, unless Slack does not say: ask again later.

        Raises
        ------
        AccessDeniedError
            If it is known that figures may not be posted there.
        """
        try:
            self.require_channel(channel_id)
        except AccessDeniedError as error:
            if str(error) != Reason.UNKNOWN_CHANNEL:
                raise

    def _channel(self, channel_id: str) -> Mapping[str, Any]:
        try:
            return self._client.conversations_info(channel=channel_id).get("channel") or {}
        except SlackApiError as error:
            if error.response.get("error") in NOT_INVITED:
                raise AccessDeniedError(self.invitation) from error
            raise AccessDeniedError(Reason.UNKNOWN_CHANNEL) from error
        except SLACK_ERRORS as error:
            raise AccessDeniedError(Reason.UNKNOWN_CHANNEL) from error

    @contextmanager
    def _denials_told(self) -> Iterator[None]:
        try:
            yield
        except AccessDeniedError as error:
            reason = error.args[0]
            self._denied(reason.name.lower() if isinstance(reason, Reason) else NOT_IN_CHANNEL)
            raise

    @property
    def invitation(self) -> str:
        """How to let the bot into a channel."""
        return f"Invite me to this channel first: /invite @{self._workspace.bot_name}"


def _require(decision: Allow | Deny) -> None:
    if isinstance(decision, Deny):
        raise AccessDeniedError(decision.reason)
