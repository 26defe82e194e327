"""Reads grants and approved channels from the store, and writes the audit."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self
from uuid import uuid4

from bot.access.decisions import Action, Allow, Decision, Reach, Reason, Surface
from bot.clock import utc_now
from bot.config import Settings
from bot.slack.ids import is_person
from bot.slack.sent import Asker
from metrics.rollup import Scope
from storage.access import audit
from storage.access import grants as access
from storage.access.audit import Entry
from storage.access.grants import Grant, Role
from storage.store.engine import Store
from storage.tables.scopes import sorted_scope_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Reads grants, and writes decisions.

    Attributes
    ----------
    admin_id : str, optional
        The administrator of the settings, whatever was granted.
    now : callable
        The moment it is, aware.
    """

    store: Store
    now: Callable[[], datetime]
    admin_id: str | None = None

    @classmethod
    def of(cls, store: Store, settings: Settings) -> Self:
        """Build the records of a workspace, by the real time."""
        return cls(store=store, now=utc_now, admin_id=settings.nrrbot_admin)

    def grants(self) -> tuple[Grant, ...]:
        """List every grant, with that of the settings."""
        with self.store.read() as session:
            granted = tuple(access.list_grants(session))
        if self.admin_id is None:
            return granted
        own = Grant(grantee_id=self.admin_id, role=Role.ADMIN, account_detail=True)
        return (*granted, own)

    def approved(self, channel_id: str) -> tuple[Scope, ...]:
        """List the scopes that may be posted in a public channel."""
        with self.store.read() as session:
            return tuple(each.scope for each in access.list_approvals(session, channel_id))

    def entry(
        self,
        asker: Asker,
        action: Action | str,
        decision: Decision,
        *,
        surface: Surface,
        reach: Reach | None = None,
        data_version: int | None = None,
    ) -> Entry:
        """Return the audit entry of a decision, not written yet."""
        return Entry(
            at=self.now(),
            actor=asker.user_id,
            team=asker.team_id,
            action=str(action),
            surface=surface.place,
            decision="allow" if isinstance(decision, Allow) else "deny",
            request_id=asker.request_id or uuid4().hex,
            scope=None if reach is None else sorted_scope_text(reach.scope),
            channel=surface.channel_id or asker.channel_id or None,  # it was typed there
            reason=None if isinstance(decision, Allow) else _word(decision.reason),
            data_version=data_version,
        )

    def note(self, entry: Entry) -> None:
        """Write an audit entry that goes with no other change.

        Raises
        ------
        StorageError
            If it cannot be written: then the action must not be taken.
        """
        with audit.audited(self.store, entry):
            pass  # the entry is the whole effect


def denied(entry: Entry, reason: Reason) -> Entry:
    """Return the entry of the same action as one that was refused."""
    return replace(entry, decision="deny", reason=_word(reason))


def admins(records: Records) -> tuple[str, ...]:
    """List the users who are administrators by name, not by a user group."""
    named = (grant.grantee_id for grant in records.grants() if grant.role is Role.ADMIN)
    return tuple(dict.fromkeys(filter(is_person, named)))  # a group takes no direct message


def admins_and_channel(records: Records, channel_id: str | None) -> tuple[str, ...]:
    """List the administrators by name, and behind them their channel where there is one."""
    return *admins(records), *([channel_id] if channel_id else [])


def _word(reason: Reason) -> str:
    return reason.name.lower()
