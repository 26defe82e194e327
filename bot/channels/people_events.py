"""Somebody was deactivated, became a guest, or left a user group."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import Field

from bot.access.gate import Gate
from bot.channels.rechecking import Rechecking
from bot.slack.event import EventHandler, EventModel, EventObject, Work, handler


class UserChanged(EventModel):
    """``user_change``; https://docs.slack.dev/reference/events/user_change."""

    user: EventObject


class MembersChanged(EventModel):
    """``subteam_members_changed``; without lists it is not known who came or went.

    References
    ----------
    https://docs.slack.dev/reference/events/subteam_members_changed
    """

    subteam_id: str = Field(min_length=1)
    added_users: list[str] | None = None
    removed_users: list[str] | None = None


class GroupUpdated(EventModel):
    """``subteam_updated``: renamed, disabled, or other members, of which some may be left out.

    References
    ----------
    https://docs.slack.dev/reference/events/subteam_updated
    """

    subteam: EventObject


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleEvents:
    """Forgets at once what was remembered of people, and looks at what they answer for."""

    gate: Gate
    rechecking: Rechecking

    def handlers(self) -> Mapping[str, EventHandler]:
        """Return what hears of which event."""
        return {
            "user_change": handler(UserChanged, self.user_changed),
            "subteam_members_changed": handler(MembersChanged, self.members_changed),
            "subteam_updated": handler(GroupUpdated, self.group_updated),
        }

    def user_changed(self, event: UserChanged) -> Work:
        """Look at what one person answers for; most changes are of a picture or a status."""
        self.gate.forget(event.user.id)
        return partial(self.rechecking.of_owners, {event.user.id})

    def members_changed(self, event: MembersChanged) -> Work:
        """Look at what those who left answer for."""
        if event.added_users is None and event.removed_users is None:
            return self._group(event.subteam_id, self.rechecking.all_active)
        left = set(event.removed_users or ())
        return self._group(event.subteam_id, partial(self.rechecking.of_owners, left))

    def group_updated(self, event: GroupUpdated) -> Work:
        """Look at everything, if the group was ever granted anything."""
        return self._group(event.subteam.id, self.rechecking.all_active)

    def _group(self, group_id: str, look: Callable[[], None]) -> Work:
        self.gate.forget(group_id)

        def work() -> None:
            if any(grant.grantee_id == group_id for grant in self.gate.records.grants()):
                look()

        return work
