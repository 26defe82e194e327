"""Grants in the words that are typed for them, and what the audit is found to be."""

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import filterfalse, islice

from bot.access.authority import covers
from bot.access.decisions import LISTS_YOURS, Principal, Reason
from bot.command_places import CommandPlace
from bot.questions.parsing import canonical_scope
from bot.slack.ids import is_person
from bot.style.grid import SlackPerson
from bot.style.names import WHOLE_COMPANY
from metrics.rollup import Scope
from storage.access.audit import Link
from storage.access.grants import Grant, Role

COMPANY = "company"
MOST_NAMED = 3  # administrators
NOTHING_YET = "Nothing was decided yet."
WITH_ACCOUNTS = "with accounts"
"""The words that grant account detail."""

_QUESTION = re.compile(r"`/nrr ([^`]+)`")
_OF_ANOTHER: Mapping[str, str] = {
    Reason.NO_GRANT: "they may not see figures yet",
    Reason.NO_ROLE: "their role does not include that",
    **dict.fromkeys((Reason.OUT_OF_SCOPE, Reason.NO_DETAIL), "they may not see these figures"),
    Reason.UNKNOWN_PERSON: "I could not check with Slack who they are: try again in a moment",
}
"""Reasons that speak to whom they refuse, as somebody else reads them."""


def reason_of_another(reason: str) -> str:
    """Word the reason of a refusal for somebody else than the person who is refused."""
    return _OF_ANOTHER.get(reason, reason)


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


def administrators(
    grants: Iterable[Grant], is_barred: Callable[[str], bool]
) -> tuple[str | SlackPerson, ...]:
    """Name who can give access: up to three administrators of the company who have not left."""
    found = (
        each.grantee_id
        for each in grants
        if each.role is Role.ADMIN and not each.scope and is_person(each.grantee_id)
    )
    able = islice(filterfalse(is_barred, dict.fromkeys(found)), MOST_NAMED)
    pieces = [(", ", SlackPerson(one)) for one in able]
    return tuple(piece for pair in pieces for piece in pair)[1:] or ("an administrator",)


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


def at_terminal(words: str, channel_id: str, scope: Scope) -> str:
    """Let the refusal of a channel that is not approved name the terminal's command."""
    line = f"nrrbot access approve {channel_id} {scope_words(scope)}"
    approves = f"this channel is public: `{line}` approves it for these figures"
    return words.replace(Reason.NOT_APPROVED, approves)


def for_operator(words: str, user_id: str) -> str:
    """Let a refusal of a person name the terminal's commands, for whoever asks as that person."""
    known = words.replace(LISTS_YOURS, "`nrrbot access list` shows what is granted")
    known = known.replace("/nrr access", "nrrbot access").replace("@user", user_id)
    return _QUESTION.sub(
        lambda found: f"`{CommandPlace.TERMINAL.question(found[1])} --user {user_id}`", known
    )


def verified_sentence(newest: Link | None) -> str:
    """Say that every entry of the audit is as it was written."""
    if newest is None:
        return NOTHING_YET
    # Only a copy of this hash kept elsewhere shows that entries were cut off at the end.
    return f"All {newest.id} entries are as they were written; the newest is {newest.hash}."
