"""The gate of every command, click, post and message: looks up, decides, and audits."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.access.authority import authorize, judge_person, judge_place, judge_surface
from bot.access.decisions import (
    EPHEMERAL,
    Action,
    Allow,
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
from bot.access.visibility import Visibility, visibility_of
from bot.errors import AccessDeniedError
from bot.slack.failures import NOT_INVITED, SLACK_ERRORS
from bot.slack.ids import Workspace, is_direct_message, is_group
from bot.slack.sent import Asker
from storage.access.grants import Grant
from storage.errors import StorageError

NOT_IN_CHANNEL = "not_in_channel"
UNSURE = frozenset({Reason.UNKNOWN_PERSON, Reason.UNKNOWN_CHANNEL})
"""Reasons to refuse what Slack does not tell of: it may be allowed when it is asked again."""


@contextmanager
def unless_unsure() -> Iterator[None]:
    """Let pass what Slack does not tell of in time; it is asked again before anything is done."""
    try:
        yield
    except AccessDeniedError as error:
        if error.args[0] not in UNSURE:
            raise


@dataclass(frozen=True, slots=True)
class _Attempt:
    asker: Asker
    action: Action
    reach: Reach | None = None
    surface: Surface = EPHEMERAL


class Gate:
    """Lets a person or a post pass, or raises with the sentence that says who can change that.

    Parameters
    ----------
    client : WebClient
        Asks ``conversations.info``.
    names_in : frozenset of str
        The channels in which single accounts may be seen.
    denied : callable
        Takes the reason of each refusal in one word, to be counted.

    Raises
    ------
    AccessDeniedError
        From every look-up and check, where Slack does not answer; from a check where the answer is
        no.
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

    def principal(self, asker: Asker, *, fresh: bool = False) -> Principal:
        """Look up a person and their grants; nothing is decided by that.

        Raises
        ------
        AccessDeniedError
            If Slack does not answer, or it is another workspace's command.
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

    def visibility(self, asker: Asker, action: Action) -> Visibility:
        """Look up the visibility that a person has for an action; nothing is decided by that."""
        return visibility_of(self.principal(asker), action)

    def barred(self, user_id: str, *, fresh: bool = False) -> Reason | None:
        """Look up why a person may be granted nothing at all; None if they may."""
        person = self._people.look_up(user_id, fresh=fresh)
        ours = Principal(person=person, is_ours=person.belongs_to(self.workspace))
        decision = judge_person(ours)
        return decision.reason if isinstance(decision, Deny) else None

    def is_barred(self, user_id: str) -> bool:
        """Tell whether Slack says of a person that they may be granted nothing at all."""
        with suppress(AccessDeniedError):
            return self.barred(user_id) is not None
        return False

    def members(self, group_id: str, *, fresh: bool = False) -> frozenset[str]:
        """List the members of a user group, as `bot.access.people.People.members` does."""
        return self._people.members(group_id, fresh=fresh)

    def require_member(self, asker: Asker) -> Principal:
        """Check that a person may be granted anything at all."""
        attempt = _Attempt(asker, Action.ASK)
        principal = self._known(attempt)
        self._settle(attempt, judge_person(principal))
        return principal

    def require_person(self, asker: Asker) -> Principal:
        """Check that a person is granted something."""
        principal = self.require_member(asker)
        if not principal.grants:
            reason = Reason.NO_GRANT if principal.groups_known else Reason.UNKNOWN_PERSON
            self._settle(_Attempt(asker, Action.ASK), Deny(reason))
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
        """Check that a person may take an action there; a refusal is audited.

        Parameters
        ----------
        reach : Reach, optional
            The figures that are touched, where the action shows any.
        fresh : bool
            Whether Slack is asked now about the person, instead of some minutes ago.
        """
        attempt = _Attempt(asker, action, reach, surface)
        principal = self._known(attempt, fresh=fresh)
        self._settle(attempt, authorize(principal, action, reach, surface))
        return principal

    def require_post(
        self, asker: Asker, action: Action, reach: Reach, channel_id: str, *, fresh: bool = True
    ) -> Surface:
        """Check that a person may have figures posted in a channel, as both are now."""
        surface = self.require_channel(channel_id)
        self.require(asker, action, reach, surface=surface, fresh=fresh)
        return surface

    def require_audited(
        self,
        asker: Asker,
        action: Action,
        reach: Reach | None,
        surface: Surface,
        *,
        data_version: int | None = None,
    ) -> None:
        """Decide once more, on the reach that is known by now, and audit that it is allowed.

        Raises
        ------
        AccessDeniedError
            If it is not allowed.
        StorageError
            If it cannot be audited: then it must not be done.
        """
        # not passed on from `require`: a grant may be revoked while the answer is worked out
        self.require(asker, action, reach, surface=surface)
        self.records.note(
            self.records.entry(
                asker, action, Allow(), surface=surface, reach=reach, data_version=data_version
            )
        )

    def refuse(self, asker: Asker, action: Action, reason: Reason, reach: Reach | None) -> None:
        """Count and audit a refusal that was found elsewhere."""
        self._write_down(_Attempt(asker, action, reach), Deny(reason))

    def require_channel(self, channel_id: str) -> Surface:
        """Check that a channel is one of ours, as it is now; `require_post` checks the figures."""
        if is_direct_message(channel_id):
            raise self._denial(Reason.NO_CHANNEL)  # Slack need not be asked about it
        channel = self._channel(channel_id)
        if channel.get("is_member") is False:
            raise self._uninvited()
        surface = Surface.of_channel(
            {**channel, "id": channel_id},
            approved=self.records.approved(channel_id),
            names_shown=channel_id in self._names_in,
        )
        self._pass(judge_place(Action.SHARE, surface.place))
        return surface

    def require_channel_for(self, channel_id: str, reach: Reach) -> Surface:
        """Check that figures may be posted in a channel, whoever asks for that."""
        surface = self.require_channel(channel_id)
        self._pass(judge_surface(Action.SHARE, reach, surface))
        return surface

    def require_channel_if_known(self, channel_id: str) -> None:
        """Check a channel as `require_channel` does, where Slack answers in time.

        Raises
        ------
        AccessDeniedError
            If it is known that figures may not be posted there.
        """
        with unless_unsure():
            self.require_channel(channel_id)

    def is_shared_outside(self, channel_id: str) -> bool:
        """Tell whether another company reads a channel, or is invited to it, archived or not."""
        channel = {**self._channel(channel_id), "is_archived": False}
        place = Surface.of_channel(channel).place
        if place is Place.UNKNOWN_CHANNEL:
            raise AccessDeniedError(Reason.UNKNOWN_CHANNEL)
        return place is Place.EXTERNAL_CHANNEL

    def forget(self, slack_id: str) -> None:
        """Forget a user or a user group, so that Slack is asked anew the next time."""
        self._people.forget(slack_id)

    @property
    def invitation(self) -> str:
        """The sentence that tells people how to let the bot into a channel."""
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
                groups_known = False  # the refusal says so, unless another grant suffices
            else:
                mine |= {group_id} if user_id in members else set()
        return tuple(grant for grant in every if grant.grantee_id in mine), groups_known

    def _known(self, attempt: _Attempt, *, fresh: bool = False) -> Principal:
        try:
            return self.principal(attempt.asker, fresh=fresh)
        except AccessDeniedError as error:
            self._write_down(attempt, Deny(error.args[0]))
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

    def _pass(self, decision: Decision) -> None:
        if isinstance(decision, Deny):
            raise self._denial(decision.reason)

    def _denial(self, reason: Reason) -> AccessDeniedError:
        self._denied(reason.name.lower())
        return AccessDeniedError(reason)

    def _uninvited(self) -> AccessDeniedError:
        self._denied(NOT_IN_CHANNEL)
        return AccessDeniedError(self.invitation)

    def _settle(self, attempt: _Attempt, decision: Decision) -> None:
        if isinstance(decision, Deny):
            self._write_down(attempt, decision)
            raise AccessDeniedError(decision.reason)

    def _write_down(self, attempt: _Attempt, denial: Deny) -> None:
        self._denied(denial.reason.name.lower())
        with suppress(StorageError):  # a refusal stands even if it cannot be written down
            self.records.note(
                self.records.entry(
                    attempt.asker,
                    attempt.action,
                    denial,
                    surface=attempt.surface,
                    reach=attempt.reach,
                )
            )
