"""What Slack says of people and of user groups, remembered for less than five minutes."""

import threading
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.access.decisions import Person, Reason
from bot.errors import AccessDeniedError
from bot.slack.errors import SLACK_ERRORS

REMEMBERED_SECONDS = 300
_NO_GROUPS = frozenset({"plan_upgrade_required", "paid_teams_only"})
"""What Slack answers where the plan has no user groups: then nobody is in one."""
_NO_SUCH_GROUP = frozenset({"no_such_subteam", "subteam_not_found"})

T = TypeVar("T")


class _Remembered(Generic[T]):
    """Looks things up by id; what could not be looked up is not remembered."""

    def __init__(self, ask: Callable[[str], T], *, now: Callable[[], float]) -> None:
        self._ask = ask
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[str, tuple[float, T]] = {}
        self._forgotten = 0

    def look_up(self, key: str, *, fresh: bool) -> T:
        asked_at = self._now()
        since = asked_at - REMEMBERED_SECONDS
        with self._lock:
            self._known = {name: seen for name, seen in self._known.items() if seen[0] > since}
            seen, forgotten = self._known.get(key), self._forgotten
        if seen is not None and not fresh:
            return seen[1]
        found = self._ask(key)
        with self._lock:
            if forgotten == self._forgotten:  # or it may be what Slack said before that
                self._known[key] = (asked_at, found)
        return found

    def forget(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)
            self._forgotten += 1


class People:
    """Looks people and user groups up.

    Parameters
    ----------
    client : WebClient
        Asks ``users.info`` and ``usergroups.users.list``.
    now : callable
        Monotonic seconds.
    """

    def __init__(self, client: WebClient, *, now: Callable[[], float]) -> None:
        self._client = client
        self._people = _Remembered(self._person, now=now)
        self._groups = _Remembered(self._members, now=now)

    def look_up(self, user_id: str, *, fresh: bool = False) -> Person:
        """Return what Slack says of a user; with ``fresh``, now and not some minutes ago.

        Raises
        ------
        AccessDeniedError
            If Slack does not say.
        """
        return self._people.look_up(user_id, fresh=fresh)

    def members(self, group_id: str, *, fresh: bool = False) -> frozenset[str]:
        """Return who is in a user group: nobody where the plan has none, or it was removed.

        Raises
        ------
        AccessDeniedError
            If Slack does not say.
        """
        return self._groups.look_up(group_id, fresh=fresh)

    def forget(self, number: str) -> None:
        """Ask Slack anew the next time about a user, or about a user group."""
        self._people.forget(number)
        self._groups.forget(number)

    def _person(self, user_id: str) -> Person:
        try:
            user: Mapping[str, Any] | None = self._client.users_info(user=user_id).get("user")
        except SLACK_ERRORS as error:
            raise AccessDeniedError(Reason.UNKNOWN_PERSON) from error
        if not user:
            raise AccessDeniedError(Reason.UNKNOWN_PERSON)
        return Person.from_slack(user)

    def _members(self, group_id: str) -> frozenset[str]:
        try:
            users = self._client.usergroups_users_list(usergroup=group_id).get("users")
        except SlackApiError as error:
            if error.response.get("error") in _NO_GROUPS | _NO_SUCH_GROUP:
                return frozenset()
            raise AccessDeniedError(Reason.UNKNOWN_PERSON) from error
        except SLACK_ERRORS as error:
            raise AccessDeniedError(Reason.UNKNOWN_PERSON) from error
        if not isinstance(users, list):
            raise AccessDeniedError(Reason.UNKNOWN_PERSON)
        return frozenset(map(str, users))
