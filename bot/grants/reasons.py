"""Explains an access decision step by step, for administrators."""

from collections.abc import Callable

from bot.access.authority import judge_grants, judge_person, judge_surface
from bot.access.decisions import Action, Allow, Decision, Principal, Reach
from bot.access.gate import Gate
from bot.access.wording import grant_words, reason_of_another, said_scope
from bot.errors import AccessDeniedError, sentence
from bot.slack.sent import Asker


def explain(
    gate: Gate,
    subject: Asker,
    reach: Reach,
    *,
    channel_id: str | None = None,
    shown: Callable[[str], str] = str,
) -> tuple[str, ...]:
    """Explain each step of a decision in words, the conclusion last.

    Parameters
    ----------
    subject : Asker
        The person to decide about, as if they asked.
    channel_id : str, optional
        A channel in which the figures would be shared.
    shown : callable
        Escapes the names of segments for a message.
    """
    about = shown(said_scope(reach.scope))
    try:
        principal = gate.principal(subject, fresh=True)  # as they are now, not minutes ago
    except AccessDeniedError as error:
        why = reason_of_another(str(error))
        return (_step("Who it is", f"no: {why}"), f"May not see {about}.")
    person = judge_person(principal)
    asking = judge_grants(principal, Action.ASK, reach)
    sharing = judge_grants(principal, Action.SHARE, reach)
    steps = [
        _step("Who it is", _words(person, "a full member of this workspace")),
        _step("Granted", _granted(principal, shown)),
        _step(f"Asking about {about}", _words(asking, "yes")),
        _step(f"Sharing {about}", _words(sharing, "yes, by role")),
    ]
    may_ask = person == asking == Allow()
    conclusion = f"May see {about}" if may_ask else f"May not see {about}"
    if channel_id is None:
        return (*steps, f"{conclusion}.")
    place, is_open = _channel(gate, reach, channel_id)
    may_share = is_open and may_ask and sharing == Allow()
    verb = "may" if may_share else "may not"
    return (*steps, _step("The channel", place), f"{conclusion}, and {verb} share it there.")


def _channel(gate: Gate, reach: Reach, channel_id: str) -> tuple[str, bool]:
    try:
        surface = gate.require_channel(channel_id)
    except AccessDeniedError as error:
        return f"no: {error}", False
    decision = judge_surface(Action.SHARE, reach, surface)
    return _words(decision, f"a {surface.place} of ours"), decision == Allow()


def _granted(principal: Principal, shown: Callable[[str], str]) -> str:
    if not principal.grants:
        words = "nothing"
    else:
        words = "; ".join(
            shown(grant_words(grant))
            if grant.grantee_id == principal.user_id
            else f"{shown(grant_words(grant))}, as a member of {grant.grantee_id}"
            for grant in principal.grants
        )
    return words if principal.groups_known else f"{words}; Slack did not say which groups"


def _words(decision: Decision, yes: str) -> str:
    return yes if isinstance(decision, Allow) else f"no: {reason_of_another(decision.reason)}"


def _step(name: str, words: str) -> str:
    return sentence(Exception(f"{name}: {words}"))
