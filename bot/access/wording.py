"""Grants in the words that are typed for them."""

from bot.access.authority import covers
from bot.access.decisions import Principal
from bot.questions.parsing import canonical_scope
from bot.style.names import WHOLE_COMPANY
from metrics.rollup import Scope
from storage.access.grants import Grant, Role

COMPANY = "company"
WITH_ACCOUNTS = "with accounts"
"""The words that grant account detail."""


def scope_words(scope: Scope) -> str:
    """Return a scope in the words that are typed for it."""
    return canonical_scope(scope) or COMPANY


def said_scope(scope: Scope) -> str:
    """Return a scope in the words of a sentence: the company is said to be whole."""
    return canonical_scope(scope) or WHOLE_COMPANY


def role_words(role: Role) -> str:
    """Return the name of a role's bearer."""
    return "administrator" if role is Role.ADMIN else role


def grant_words(grant: Grant) -> str:
    """Return a grant in words, without its grantee."""
    detail = f" {WITH_ACCOUNTS}" if grant.account_detail else ""
    return f"{role_words(grant.role)} of {said_scope(grant.scope)}{detail}"


def how_to_see_accounts(principal: Principal, scope: Scope) -> str:
    """Say which line lets a person see the accounts of a scope, and who types it.

    The line keeps their role: typed as it stands, it takes nothing from them.
    """
    order = list(Role)
    covering = [grant for grant in principal.grants if covers(grant.scope, scope)]
    held = max(covering, key=lambda grant: order.index(grant.role), default=None)
    role, granted = (held.role, held.scope) if held else (Role.VIEWER, scope)
    line = f"/nrr access grant {principal.user_id} {role} {scope_words(granted)} {WITH_ACCOUNTS}"
    if any(grant.role is Role.ADMIN for grant in principal.grants):
        return f"type `{line}`"
    return f"ask an administrator of this bot to type `{line}`"
