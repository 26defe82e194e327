"""The scopes of the bot's token, and what each is for; a test compares them with the code."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope that manifest.yaml asks for, and what does not work without it.

    Attributes
    ----------
    feature : str
        In a few words, as the doctor puts them into brackets.
    is_optional : bool
        Whether the person who installs the app may leave it out.
    """

    name: str
    feature: str
    is_optional: bool = False


SCOPES = (
    Scope("app_mentions:read", "answers where the bot is mentioned"),
    Scope("assistant:write", "suggested questions, where the app is an agent", is_optional=True),
    Scope("channels:history", "finding a post in a public channel that Slack did not confirm"),
    Scope("channels:read", "posts in public channels"),
    Scope("chat:write", "every message"),
    Scope("commands", "the slash command"),
    Scope("files:read", "pictures and files"),
    Scope("files:write", "pictures and files"),
    Scope("groups:history", "finding a post in a private channel that Slack did not confirm"),
    Scope("groups:read", "posts in private channels"),
    Scope("im:history", "answers to direct messages"),
    Scope("im:write", "direct messages"),
    Scope("usergroups:read", "access granted to user groups"),
    Scope("users:read", "knowing guests and outsiders: nobody gets a figure"),
    Scope(
        "users:read.email",
        "alerts for owners whom the ledger names by e-mail",
        is_optional=True,
    ),
)


def missing_scopes(granted: AbstractSet[str], *, optional: bool) -> tuple[Scope, ...]:
    """List the scopes that a token lacks: those that must be there, or those that may."""
    return tuple(
        scope for scope in SCOPES if scope.is_optional is optional and scope.name not in granted
    )
