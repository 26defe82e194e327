"""From what the ledger says of an account's owner to a person in Slack."""

import threading
from collections.abc import Callable

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.ids import looks_like_user

REMEMBERED_SECONDS = 3600
NOT_TO_BE_FOUND = frozenset({"users_not_found", "missing_scope"})


class OwnerDirectory:
    """Finds people by user id or e-mail, and remembers for an hour who was found, or was not.

    Parameters
    ----------
    client : WebClient
        Asks ``users.lookupByEmail``.
    now : callable
        Monotonic seconds.
    """

    def __init__(self, client: WebClient, *, now: Callable[[], float]) -> None:
        self._client = client
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, str | None]] = {}

    def find(self, owner: str) -> str | None:
        """Return a person's user id; None where there is no such person here.

        Raises
        ------
        SlackClientError, OSError
            If Slack cannot be asked: who is told is not decided without it.
        """
        if looks_like_user(owner):
            return owner
        if "@" not in owner:
            return None
        with self._lock:
            seen = self._known.get(owner)
        if seen is None or seen[0] <= self._now() - REMEMBERED_SECONDS:
            seen = (self._now(), self._look_up(owner))
            with self._lock:
                self._known[owner] = seen
        return seen[1]

    def _look_up(self, email: str) -> str | None:
        try:
            return str(self._client.users_lookupByEmail(email=email)["user"]["id"])
        except SlackApiError as error:
            if error.response.get("error") in NOT_TO_BE_FOUND:
                return None
            raise
