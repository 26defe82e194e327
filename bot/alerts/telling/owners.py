"""From what the ledger says of an account's owner to a person in Slack."""

from collections.abc import Callable

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.slack.ids import looks_like_user
from bot.slack.remembered import Remembered

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
        self._known = Remembered(self._look_up, seconds=REMEMBERED_SECONDS, now=now)

    def find(self, owner: str) -> str | None:
        """Return a person's user id; None where there is no such person here.

        Raises
        ------
        SlackClientError, OSError
            If Slack cannot be asked: who is told is not decided without it.
        """
        if looks_like_user(owner):
            return owner
        return self._known.look_up(owner) if "@" in owner else None

    def _look_up(self, email: str) -> str | None:
        try:
            return str(self._client.users_lookupByEmail(email=email)["user"]["id"])
        except SlackApiError as error:
            if error.response.get("error") in NOT_TO_BE_FOUND:
                return None
            raise
