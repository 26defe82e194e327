"""Lines of a digest on alerts: restated ones, and scopes too small to judge."""

from collections.abc import Sequence

from bot.style.figures import percent
from bot.style.names import scope_name
from bot.style.ratios import stretch_name
from metrics.alerts.states import Transition, TransitionKind
from metrics.alerts.verdicts import Half, Verdict


def listed_lines(listed: Sequence[Transition]) -> tuple[str, ...]:
    """Return a line for each transition that was no message of its own."""
    small = dict.fromkeys(
        _of_alert(one) for one in listed if one.kind is TransitionKind.INSUFFICIENT
    )
    late = (one for one in listed if one.kind is TransitionKind.LISTED)
    return (
        *dict.fromkeys(filter(None, map(_late_line, late))),
        *([f"Too few accounts for alerts: {', '.join(small)}."] if small else ()),
    )


def _late_line(listed: Transition) -> str | None:
    verdict = listed.verdict
    if verdict is None or listed.period is None:
        return None
    stretch = stretch_name(verdict.window, listed.period)
    return (
        f"Restated into an alert ({listed.alert.rule_id}), too late for a message:"
        f" {_of_alert(listed)} in {stretch} at {percent(verdict.value)}{_held_against(verdict)}."
    )


def _held_against(verdict: Verdict) -> str:
    if verdict.threshold is None:
        return ""
    if verdict.baseline is None:
        return f", the level is {percent(verdict.threshold)}"
    without = "without one account" if verdict.half is Half.ACCOUNT else "usually"
    return f", {without} {percent(verdict.baseline)}"


def _of_alert(listed: Transition) -> str:
    return scope_name(listed.alert.scope) if listed.alert.scope else "the company"
