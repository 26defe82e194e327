"""The gate that every command, click, post and message passes: looks up, decides, writes down."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, NoReturn

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.access.authority import authorize, judge_person, judge_surface
from bot.access.decisions import (
    EPHEMERAL,
    Action,
    Decision,
    Deny,
    Place,
    Principal,
    Reach,
    Reason,
    Surface,
)
from bot.access.people import People
from bot.access.records import Records
from bot.errors import AccessDeniedError
from bot.slack.errors import NOT_INVITED, SLACK_ERRORS
from bot.slack.ids import is_group
from bot.slack.sent import Asker
from bot.slack.workspace import Workspace
from storage.access.grants import Grant
from storage.errors import StorageError

DIRECT_MESSAGE = "D"
"""How the ids of user groups begin."""
NOT_IN_CHANNEL = "not_in_channel"
_NEVER = {
    Place.EXTERNAL_CHANNEL: Reason.SHARED_OUTSIDE,
    Place.ARCHIVED_CHANNEL: Reason.ARCHIVED,
    Place.UNKNOWN_CHANNEL: Reason.UNKNOWN_CHANNEL,
    Place.DIRECT_MESSAGE: Reason.NO_CHANNEL,
}


class Gate:
    """Lets somebody pass, or raises with the sentence that says who can change that.

    Parameters
    ----------
    client : WebClient
        Asks ``conversations.info``.
    names_in : frozenset of str
        The channels in which single accounts may be seen.
    denied : callable
        Is told in one word why, whenever it does not let pass.
    """

    def __init__(
        self,
        client: WebClient,
        people: People,
        *,
        records: Records,
        workspace: Workspace,
        names_in: frozenset[str] = frozenset(),
        denied: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._client = client
        self._people = people
        self.workspace = workspace
        self._names_in = names_in
        self._denied = denied
        self.records = records

    def asking(self, client: WebClient) -> "Gate":
        """Return the same gate, which asks about channels through another client."""
        return Gate(
            client,
            self._people,
            records=self.records,
            workspace=self.workspace,
            names_in=self._names_in,
            denied=self._denied,
        )

    def principal(self, asker: Asker, *, fresh: bool = False) -> Principal:
        """Return who it is, and what they were granted; nothing is decided by that.

        Raises
        ------
        AccessDeniedError
            If Slack does not say who they are, or it is another workspace's command.
        """
        if asker.team_id != self.workspace.team_id:
            raise AccessDeniedError(Reason.OTHER_WORKSPACE)
        person = self._people.look_up(asker.user_id, fresh=fresh)
        grants, groups_known = self._grants_of(asker.user_id, fresh=fresh)
        return Principal(
            person=person,
            is_ours=person.belongs_to(self.workspace),
            grants=grants,
            groups_known=groups_known,
        )

    def require_member(self, asker: Asker, *, fresh: bool = False) -> Principal:
        """Check that somebody is one of those who may be granted anything.

        Raises
        ------
        AccessDeniedError
            If not, or if Slack does not say who they are.
        """
        principal = self._known(asker, Action.ASK, None, EPHEMERAL, fresh=fresh)
        self._settle(asker, Action.ASK, judge_person(principal), None, EPHEMERAL)
        return principal

    def require_person(self, asker: Asker, *, fresh: bool = False) -> Principal:
        """Check that somebody may do anything at all.

        Raises
        ------
        AccessDeniedError
            If not, or if Slack does not say who they are.
        """
        principal = self.require_member(asker, fresh=fresh)
        if not principal.grants:
            reason = Reason.NO_GRANT if principal.groups_known else Reason.UNKNOWN_PERSON
            self._refuse(asker, Action.ASK, Deny(reason), None, EPHEMERAL)
        return principal

    def require(
        self,
        asker: Asker,
        action: Action,
        reach: Reach | None = None,
        *,
        surface: Surface = EPHEMERAL,
        fresh: bool = False,
    ) -> Principal:
        """Check that somebody may do something there.

        Parameters
        ----------
        reach : Reach, optional
            The figures that are touched, where the action shows any.
        fresh : bool
            Whether Slack is asked now about the person, and what it said before does not count.

        Raises
        ------
        AccessDeniedError
            If not, or if Slack does not say who they are. It is audited.
        """
        principal = self._known(asker, action, reach, surface, fresh=fresh)
        decision = authorize(principal, action, reach, surface)
        self._settle(asker, action, decision, reach, surface)
        return principal

    def require_post(
        self, asker: Asker, action: Action, reach: Reach, channel_id: str, *, fresh: bool = True
    ) -> Surface:
        """Check that somebody may have figures posted in a channel, as both are now.

        Raises
        ------
        AccessDeniedError
            If not, or if Slack does not say who they are or who reads the channel.
        """
        surface = self.require_channel(channel_id)
        self.require(asker, action, reach, surface=surface, fresh=fresh)
        return surface

    def note(
        self,
        asker: Asker,
        action: Action,
        reach: Reach | None,
        surface: Surface,
        *,
        data_version: int | None = None,
    ) -> None:
        """Decide once more, on what is known, and write down that it is allowed.

        Raises
        ------
        AccessDeniedError
            If it is not.
        StorageError
            If it cannot be written down: then it must not be done.
        """
        principal = self._known(asker, action, reach, surface, fresh=False)
        decision = authorize(principal, action, reach, surface)
        self._settle(asker, action, decision, reach, surface)
        self.records.note(
            self.records.entry(
                asker, action, decision, surface=surface, reach=reach, data_version=data_version
            )
        )

    def refuse(self, asker: Asker, action: Action, reason: Reason, reach: Reach | None) -> None:
        """Count and write down a refusal that was found elsewhere."""
        with suppress(AccessDeniedError):
            self._refuse(asker, action, Deny(reason), reach, EPHEMERAL)

    def require_channel(self, channel_id: str) -> Surface:
        """Check that a channel is one of ours, as it is now, and return what is known of it.

        Whether these figures may be posted there is for `require_post` to say.

        Raises
        ------
        AccessDeniedError
            If not, or if Slack does not say who reads it.
        """
        if channel_id.startswith(DIRECT_MESSAGE):
            raise self._denial(Reason.NO_CHANNEL)
        channel = self._channel(channel_id)
        if channel.get("is_member") is False:
            raise self._uninvited()
        surface = Surface.of_channel(
            {**channel, "id": channel_id},
            approved=self.records.approved(channel_id),
            names_shown=channel_id in self._names_in,
        )
        if surface.place in _NEVER:
            raise self._denial(_NEVER[surface.place])
        return surface

    def require_readers(self, channel_id: str, reach: Reach) -> Surface:
        """Check that figures may be posted in a channel, whoever wants that.

        Raises
        ------
        AccessDeniedError
            If not, or if Slack does not say who reads it.
        """
        surface = self.require_channel(channel_id)
        decision = judge_surface(Action.SHARE, reach, surface)
        if isinstance(decision, Deny):
            raise self._denial(decision.reason)
        return surface

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

    def is_shared_outside(self, channel_id: str) -> bool:
        """Tell whether another company reads a channel or is invited to, archived or not.

        Raises
        ------
        AccessDeniedError
            If Slack does not say.
        """
        channel = {**self._channel(channel_id), "is_archived": False}
        place = Surface.of_channel(channel).place
        if place is Place.UNKNOWN_CHANNEL:
            raise AccessDeniedError(Reason.UNKNOWN_CHANNEL)
        return place is Place.EXTERNAL_CHANNEL

    def forget(self, number: str) -> None:
        """Ask Slack anew the next time about a user, or about a user group."""
        self._people.forget(number)

    @property
    def invitation(self) -> str:
        """How to let the bot into a channel."""
        return f"Invite me to this channel first: /invite @{self.workspace.bot_name}"

    def _grants_of(self, user_id: str, *, fresh: bool) -> tuple[tuple[Grant, ...], bool]:
        every, groups_known = self.records.grants(), True
        mine = {user_id}
        for group_id in {grant.grantee_id for grant in every}:
            if not is_group(group_id):
                continue
            try:
                members = self._people.members(group_id, fresh=fresh)
            except AccessDeniedError:
                groups_known = False
            else:
                mine |= {group_id} if user_id in members else set()
        return tuple(grant for grant in every if grant.grantee_id in mine), groups_known

    def _known(
        self, asker: Asker, action: Action, reach: Reach | None, surface: Surface, *, fresh: bool
    ) -> Principal:
        try:
            return self.principal(asker, fresh=fresh)
        except AccessDeniedError as error:
            self._write_down(asker, action, Deny(error.args[0]), reach, surface)
            raise

    def _channel(self, channel_id: str) -> Mapping[str, Any]:
        try:
            return self._client.conversations_info(channel=channel_id).get("channel") or {}
        except SlackApiError as error:
            if error.response.get("error") in NOT_INVITED:
                raise self._uninvited() from error
            raise self._denial(Reason.UNKNOWN_CHANNEL) from error
        except SLACK_ERRORS as error:
            raise self._denial(Reason.UNKNOWN_CHANNEL) from error

    def _denial(self, reason: Reason) -> AccessDeniedError:
        self._denied(reason.name.lower())
        return AccessDeniedError(reason)

    def _uninvited(self) -> AccessDeniedError:
        self._denied(NOT_IN_CHANNEL)
        return AccessDeniedError(self.invitation)

    def _settle(
        self,
        asker: Asker,
        action: Action,
        decision: Decision,
        reach: Reach | None,
        surface: Surface,
    ) -> None:
        if isinstance(decision, Deny):
            self._refuse(asker, action, decision, reach, surface)

    def _refuse(
        self, asker: Asker, action: Action, denial: Deny, reach: Reach | None, surface: Surface
    ) -> NoReturn:
        self._write_down(asker, action, denial, reach, surface)
        raise AccessDeniedError(denial.reason)

    def _write_down(
        self, asker: Asker, action: Action, denial: Deny, reach: Reach | None, surface: Surface
    ) -> None:
        """Count and audit a refusal; it stands even if it cannot be written down."""
        self._denied(denial.reason.name.lower())
        with suppress(StorageError):
            self.records.note(
                self.records.entry(asker, action, denial, surface=surface, reach=reach)
            )
