"""Explains an access decision step by step, for administrators."""

from collections.abc import Callable

from bot.access.authority import judge_grants, judge_person, judge_surface
from bot.access.decisions import Action, Allow, Decision, Principal, Reach
from bot.access.gate import Gate
from bot.errors import AccessDeniedError, sentence
from bot.grants.granting import grant_words, scope_words
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
    about = shown(scope_words(reach.scope))
    try:
        principal = gate.principal(subject, fresh=True)
    except AccessDeniedError as error:
        return (_step("Who it is", f"no: {error}"), f"May not see {about}.")
    may_ask = _all(judge_person(principal), judge_grants(principal, Action.ASK, reach))
    steps = [
        _step("Who it is", _words(judge_person(principal), "a full member of this workspace")),
        _step("Granted", _granted(principal, shown)),
        _step(f"Asking about {about}", _words(judge_grants(principal, Action.ASK, reach), "yes")),
        _step(
            f"Sharing {about}", _words(judge_grants(principal, Action.SHARE, reach), "yes, by role")
        ),
    ]
    conclusion = f"May see {about}" if may_ask else f"May not see {about}"
    if channel_id is None:
        return (*steps, f"{conclusion}.")
    place, is_open = _channel(gate, reach, channel_id)
    may_share = is_open and may_ask and judge_grants(principal, Action.SHARE, reach) == Allow()
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


def _all(*decisions: Decision) -> bool:
    return all(decision == Allow() for decision in decisions)


def _words(decision: Decision, yes: str) -> str:
    return yes if isinstance(decision, Allow) else f"no: {decision.reason}"


def _step(name: str, words: str) -> str:
    return sentence(Exception(f"{name}: {words}"))
