"""Whether a grant can show its grantee anything, by what Slack knows of them."""

from collections.abc import Mapping
from typing import Protocol

from bot.access.decisions import Reason
from bot.access.gate import Gate
from bot.errors import AccessDeniedError
from bot.slack.ids import is_group

NOBODY = "a user group without anybody who may see figures"

WORDS: Mapping[Reason, str] = {
    Reason.DEACTIVATED: "somebody deactivated",
    Reason.GUEST: "a guest",
    Reason.BOT: "a bot",
    Reason.OTHER_WORKSPACE: "somebody of another workspace",
}


class Standing(Protocol):
    """Says of a grantee what `standing_of` says, whoever is asked."""

    def __call__(self, grantee_id: str, *, fresh: bool = False) -> str | None:
        """Say what a grantee is who sees nothing; ``fresh`` asks Slack now."""


def standing_of(gate: Gate, grantee_id: str, *, fresh: bool = False) -> str | None:
    """Say what a grantee is who sees nothing whatever is granted; None for everybody else.

    Whoever Slack does not say anything about is as good as anybody.
    """
    try:
        if is_group(grantee_id):
            members = gate.members(grantee_id, fresh=fresh)
            able = (standing_of(gate, one, fresh=fresh) is None for one in members)
            return None if any(able) else NOBODY
        reason = gate.barred(grantee_id, fresh=fresh)
    except AccessDeniedError:
        return None
    return None if reason is None else WORDS[reason]
