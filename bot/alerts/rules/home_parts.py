"""Alerts on the Home tab: those that wait for somebody with their buttons, and one's own rules."""

from collections.abc import Sequence
from datetime import date
from itertools import islice

from bot.alerts.rules.list_message import firing_parts, rule_line
from bot.alerts.rules.wording.listing import fires
from bot.alerts.rules.wording.sentences import ListedAlert, ListedRule
from bot.questions.buttons import TELL_ME
from bot.style.blocks import button
from bot.style.grid import LabelledText
from bot.style.names import plural
from bot.style.parts import Actions, Parts, Quiet, Said

MOST_FIRING = 3  # a line and its buttons each
MOST_RULES = 3
ASKED = "ttm"
"""The question whose level a new alert starts from: twelve months of all that a person may see."""


def attention_parts(listed: Sequence[ListedRule], *, today: date) -> Parts:
    """Compose the alerts that fire and that nobody took care of, then how many others fire."""
    firing = [one for rule in listed for one in rule.alerts if fires(one)]
    waiting = [one for one in firing if not _is_taken_care_of(one, today)]
    shown = waiting[:MOST_FIRING]
    more, silent = len(waiting) - len(shown), len(firing) - len(waiting)
    left = [f"{more} more"] if more else []
    left += [f"{silent} acknowledged, snoozed or muted"] if silent else []
    fire = "fires" if len(waiting) == 1 else "fire"
    title = f"{plural(len(waiting), 'alert')} {fire}" if waiting else "no alert"
    return (
        Said(LabelledText("Needs you:", title)),
        *(part for one in shown for part in firing_parts(one, today)),
        Quiet(f"And {', '.join(left)}: /nrr alerts shows all." if left else None),
    )


def own_parts(listed: Sequence[ListedRule], *, asker: str, today: date) -> Parts:
    """Compose the rules that a person set up or hears of, and a button for a new one."""
    own = [one for one in listed if asker in (one.record.owner_id, *one.record.recipients)]
    others = len(listed) - len(own)
    new = button(TELL_ME, "New alert", ASKED)
    more = len(own) - MOST_RULES
    watch = "watches" if others == 1 else "watch"
    beside = f"{plural(others, 'other rule')} {watch}: /nrr alerts" if others else ""
    mine = f"{len(own)}" if own else "none of your own"
    words = "; ".join(filter(None, (mine, beside)))
    return (
        Said(
            LabelledText("Your alerts:", words),
            *(rule_line(one, asker, today) for one in islice(own, MOST_RULES)),
        ),
        Quiet(f"And {more} more of yours." if more > 0 else None),
        Actions(tuple(one for one in [new] if one)),
    )


def _is_taken_care_of(listed: ListedAlert, today: date) -> bool:
    state = listed.alert.state
    is_acknowledged = state.episode is not None and state.episode.is_acknowledged
    return listed.is_muted or is_acknowledged or state.is_snoozed(today)
