"""Looks people and user groups up in Slack, and remembers them for less than five minutes."""

from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.access.decisions import Person, Reason
from bot.errors import AccessDeniedError
from bot.slack.failures import SLACK_ERRORS
from bot.slack.remembered import Remembered

REMEMBERED_SECONDS = 300
_NO_GROUPS = frozenset({"plan_upgrade_required", "paid_teams_only"})
"""Slack's errors where the plan has no user groups: then every group is empty."""
_NO_SUCH_GROUP = frozenset({"no_such_subteam", "subteam_not_found"})


class People:
    """Looks up people and user groups.

    Parameters
    ----------
    client : WebClient
        Asks ``users.info`` and ``usergroups.users.list``.
    now : callable
        Monotonic seconds.
    """

    def __init__(self, client: WebClient, *, now: Callable[[], float]) -> None:
        self._client = client
        self._people = Remembered(self._person, seconds=REMEMBERED_SECONDS, now=now)
        self._groups = Remembered(self._members, seconds=REMEMBERED_SECONDS, now=now)

    def look_up(self, user_id: str, *, fresh: bool = False) -> Person:
        """Return a user; ``fresh`` asks Slack now, and does not go by some minutes ago.

        Raises
        ------
        AccessDeniedError
            If Slack does not answer.
        """
        return self._people.look_up(user_id, fresh=fresh)

    def members(self, group_id: str, *, fresh: bool = False) -> frozenset[str]:
        """Return the user ids of a group; none where the plan has no groups, or it was removed.

        Raises
        ------
        AccessDeniedError
            If Slack does not answer.
        """
        return self._groups.look_up(group_id, fresh=fresh)

    def forget(self, slack_id: str) -> None:
        """Forget a user or a user group, so that Slack is asked anew the next time."""
        self._people.forget(slack_id)
        self._groups.forget(slack_id)

    def _person(self, user_id: str) -> Person:
        try:
            user: Mapping[str, Any] | None = self._client.users_info(user=user_id).get("user")
        except SLACK_ERRORS as error:
            raise AccessDeniedError(Reason.UNKNOWN_PERSON) from error
        if not user:  # an answer without a user grants nothing
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
        if not isinstance(users, list):  # an answer that says nothing grants nothing
            raise AccessDeniedError(Reason.UNKNOWN_PERSON)
        return frozenset(map(str, users))
