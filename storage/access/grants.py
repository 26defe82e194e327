"""Grants of roles, approvals of public channels, and the code of the first administrator."""

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Self

from sqlalchemy import delete, select
from sqlmodel import Session, col

from metrics.rollup import Scope
from storage.errors import CodeRefusedError, LastAdministratorError
from storage.tables.access import AccessGrantRow, AdminCodeRow, ChannelApprovalRow
from storage.tables.scopes import read_scope_text, sorted_scope_text

CODE_LIVES = timedelta(hours=24)
_CODE_BYTES = 15  # 120 bits, 20 characters: short enough to be typed, too many to be guessed


@unique
class Role(StrEnum):
    """Roles, the least first; each includes those before it."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMIN = "admin"

    def includes(self, other: "Role") -> bool:
        """Tell whether a role has the rights of another."""
        order = list(Role)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role on one scope, for a user or for everybody in a user group.

    Attributes
    ----------
    scope : Scope
        Pairs that an account must have, all of them; empty is the company.
    account_detail : bool
        Whether single accounts and cohorts of fewer than five may be seen.
    """

    grantee_id: str
    role: Role
    scope: Scope = ()
    account_detail: bool = False

    @classmethod
    def of(cls, row: AccessGrantRow) -> Self:
        """Read a stored row."""
        return cls(
            grantee_id=row.grantee_id,
            role=Role(row.role),
            scope=read_scope_text(row.scope),
            account_detail=bool(row.account_detail),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A public channel in which figures of a scope may be posted."""

    channel_id: str
    scope: Scope


def list_grants(session: Session) -> list[Grant]:
    """List every grant, the oldest first."""
    rows = session.scalars(select(AccessGrantRow).order_by(col(AccessGrantRow.id)))
    return [Grant.of(row) for row in rows]


def put_grant(session: Session, grant: Grant, *, by: str, now: datetime) -> Grant | None:
    """Store a grant in place of any for the same grantee and scope, and return that one."""
    replaced = take_grants(session, grant.grantee_id, grant.scope)
    session.add(
        AccessGrantRow(
            grantee_id=grant.grantee_id,
            role=grant.role,
            scope=sorted_scope_text(grant.scope),
            account_detail=int(grant.account_detail),
            granted_by=by,
            granted_at=now,
        )
    )
    session.flush()
    return replaced[0] if replaced else None


def take_grants(session: Session, grantee_id: str, scope: Scope | None = None) -> list[Grant]:
    """Delete the grants of a grantee on a scope, or on all scopes, and return them."""
    taken = [
        grant
        for grant in list_grants(session)
        if grant.grantee_id == grantee_id
        and (scope is None or sorted_scope_text(grant.scope) == sorted_scope_text(scope))
    ]
    scopes = [sorted_scope_text(grant.scope) for grant in taken]
    session.execute(
        delete(AccessGrantRow).where(
            col(AccessGrantRow.grantee_id) == grantee_id, col(AccessGrantRow.scope).in_(scopes)
        )
    )
    return taken


def list_approvals(session: Session, channel_id: str | None = None) -> list[Approval]:
    """List the approvals of a public channel, or of all of them."""
    statement = select(ChannelApprovalRow).order_by(
        col(ChannelApprovalRow.channel_id), col(ChannelApprovalRow.scope)
    )
    if channel_id is not None:
        statement = statement.where(col(ChannelApprovalRow.channel_id) == channel_id)
    return [
        Approval(channel_id=row.channel_id, scope=read_scope_text(row.scope))
        for row in session.scalars(statement)
    ]


def put_approval(session: Session, approval: Approval, *, by: str, now: datetime) -> None:
    """Store the approval of a public channel for a scope."""
    take_approvals(session, approval.channel_id, approval.scope)
    session.add(
        ChannelApprovalRow(
            channel_id=approval.channel_id,
            scope=sorted_scope_text(approval.scope),
            approved_by=by,
            approved_at=now,
        )
    )
    session.flush()


def take_approvals(session: Session, channel_id: str, scope: Scope | None = None) -> list[Approval]:
    """Delete the approvals of a channel for a scope, or for all scopes, and return them."""
    taken = [
        approval
        for approval in list_approvals(session, channel_id)
        if scope is None or sorted_scope_text(approval.scope) == sorted_scope_text(scope)
    ]
    session.execute(
        delete(ChannelApprovalRow).where(
            col(ChannelApprovalRow.channel_id) == channel_id,
            col(ChannelApprovalRow.scope).in_([sorted_scope_text(each.scope) for each in taken]),
        )
    )
    return taken


def new_admin_code(session: Session, *, now: datetime) -> str | None:
    """Store a new one-time code in place of any before; None once there is an administrator."""
    if has_admin(session):
        return None
    code = secrets.token_urlsafe(_CODE_BYTES)
    # its hash alone: whoever reads the store must not become an administrator
    session.merge(AdminCodeRow(id=1, code_hash=_hashed(code), expires_at=now + CODE_LIVES))
    session.flush()
    return code


def claim_admin(session: Session, code: str, *, user_id: str, now: datetime) -> Grant:
    """Make the user who has the code an administrator, and spend the code.

    Raises
    ------
    CodeRefusedError
        If it is not the newest code, is spent or too old, or there is an administrator by now.
    """
    row = session.get(AdminCodeRow, 1, with_for_update=True)  # of two who claim, one waits
    if row is None or has_admin(session) or now >= row.expires_at:
        raise CodeRefusedError
    if not hmac.compare_digest(row.code_hash, _hashed(code)):
        raise CodeRefusedError
    session.delete(row)
    grant = Grant(grantee_id=user_id, role=Role.ADMIN)
    put_grant(session, grant, by=user_id, now=now)
    return grant


def has_admin(session: Session) -> bool:
    """Tell whether any user or user group is an administrator."""
    return bool(_admins(session))


@dataclass(frozen=True, slots=True, kw_only=True)
class Admins:
    """Administrators as they are known outside the store.

    Attributes
    ----------
    set_up : frozenset of str
        Those of the settings, whatever was granted.
    unable : frozenset of str
        Those who can do nothing, such as deactivated people: they do not count as left.
    """

    set_up: frozenset[str] = frozenset()
    unable: frozenset[str] = frozenset()


@contextmanager
def keeping_an_admin(session: Session, known: Admins) -> Iterator[None]:
    """Let the block change grants in the caller's transaction, unless nobody could undo it.

    Raises
    ------
    LastAdministratorError
        If the block takes an administrator's role, and leaves no able one.
    """
    before = _admins(session)
    yield
    after = _admins(session)
    if before - after and not (after | known.set_up) - known.unable:
        raise LastAdministratorError


def _admins(session: Session) -> frozenset[str]:
    return frozenset(one.grantee_id for one in list_grants(session) if one.role is Role.ADMIN)


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
