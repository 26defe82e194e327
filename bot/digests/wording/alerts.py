"""Lines of a digest on alerts: those that fire or ended, restated ones, and small scopes."""

from collections.abc import Sequence

from bot.digests.digest import AlertNews
from bot.style.figures import percent
from bot.style.names import scope_name
from bot.style.ratios import ratio_name, stretch_name
from metrics.alerts.rules import Window
from metrics.alerts.states import TransitionKind
from metrics.alerts.verdicts import Half, Verdict

_SAID = {
    TransitionKind.FIRED: "fires",
    TransitionKind.LISTED: "was restated into an alert, too late for a message",
    TransitionKind.RESOLVED: "recovered",
    TransitionKind.WITHDRAWN: "is over, its figures were restated",
}


def alert_lines(news: Sequence[AlertNews]) -> tuple[str, ...]:
    """Write a line for each alert that is news, those that fire first."""
    small = dict.fromkeys(
        _scope(one) for one in news if one.transition.kind is TransitionKind.INSUFFICIENT
    )
    told = sorted(
        (one for one in news if one.transition.kind in _SAID),
        key=lambda one: list(_SAID).index(one.transition.kind),
    )
    return (
        *dict.fromkeys(filter(None, map(_line, told))),
        *([f"Too few accounts for alerts: {', '.join(small)}."] if small else ()),
    )


def _line(news: AlertNews) -> str | None:
    transition = news.transition
    verdict = transition.verdict
    if verdict is None or transition.period is None:
        return None
    stretch = stretch_name(verdict.window, transition.period)
    level = f"{percent(verdict.value)} in {stretch}{_held_against(verdict)}"
    return f"{_ratio(news, verdict)} of {_scope(news)} {_SAID[transition.kind]}: {level}."


def _ratio(news: AlertNews, verdict: Verdict) -> str:
    if news.alert is not None:
        return ratio_name(news.alert.rule)
    return "A 12-month ratio" if verdict.window is Window.YEAR else "A ratio"


def _held_against(verdict: Verdict) -> str:
    if verdict.threshold is None:
        return ""
    if verdict.baseline is None:
        return f", the level is {percent(verdict.threshold)}"
    without = "without one account" if verdict.half is Half.ACCOUNT else "usually"
    return f", {without} {percent(verdict.baseline)}"


def _scope(news: AlertNews) -> str:
    return scope_name(news.transition.alert.scope)
