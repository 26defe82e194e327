"""How alerts stand, in words for a list: what fires apart, the rest a line for each rule."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.alerts.rules.report import (
    early_of,
    is_outdated,
    level_of,
    month_of,
    state_name,
    verdict_of,
)
from bot.alerts.rules.wording.sentences import (
    HIDDEN,
    LONGEST_REASON,
    MOST_ALERTS,
    ListedAlert,
    ListedRule,
    accounts_of,
    odd_words,
    ratio_words,
    rule_summary,
    short_id,
)
from bot.questions.typed_figures import exact_percent
from bot.style.figures import percent
from bot.style.grid import LabelledText
from bot.style.names import day_words, plural, safe_name, short_month
from metrics.alerts.grouping import Alert
from metrics.alerts.rules import (
    FLOOR,
    MASKING,
    MIN_ACCOUNTS,
    SHOCK,
    SUSTAINED_DROP,
    AlertRule,
    RuleKind,
    Window,
)
from metrics.alerts.states import StateName
from metrics.alerts.verdicts import Half
from metrics.listing import few_of
from storage.alerts.rules import is_default

_SHORT = {
    SUSTAINED_DROP.rule_id: "two months running at least 2 points below usual",
    SHOCK.rule_id: "one month at least 3.5 points below usual, or one account that costs a point",
    FLOOR.rule_id: "12-month GRR below 90%",
    MASKING.rule_id: "12-month GRR of 90% or less under an NRR of 100% or more",
}
"""The default rules, which are on for the company and each segment."""
_NEEDED = {Window.MONTH: 1, Window.QUARTER: 3, Window.YEAR: 12}
_LOUD = frozenset({StateName.FIRING, StateName.PENDING, StateName.ERROR, StateName.STALE})


def fires(listed: ListedAlert) -> bool:
    """Tell whether an alert is to stand apart: it fires, or is about to, or cannot be judged."""
    return not listed.is_hidden and is_loud(listed.alert)


def is_loud(alert: Alert) -> bool:
    """Tell whether there is a finding: it fires, or is about to, or cannot be judged."""
    return alert.rule.enabled and alert.state.name in _LOUD


def firing_text(listed: ListedAlert, *, today: date) -> LabelledText:
    """Write an alert that fires: "floor, smb: 12-month GRR 81.4%, below 90% since Nov 2024"."""
    alert = listed.alert
    said = "; ".join(filter(None, (stands(listed.alert), *_silence(listed, today))))
    return LabelledText(f"{short_id(alert.rule)}, {accounts_of(alert.rule)}:", said)


def rule_text_of(listed: ListedRule, *, today: date) -> LabelledText:
    """Write a rule and how its alerts stand that do not fire, in one line."""
    rule = listed.record.rule
    said = [
        _SHORT.get(rule.rule_id) or rule_summary(rule),
        *_quiet(listed, today),
    ]
    paused = "" if rule.enabled else " (paused)"
    return LabelledText(f"{short_id(rule)}{paused}:", "; ".join(filter(None, said)))


def needed_months(rule: AlertRule) -> int:
    """Count the closed months that a rule needs before it can fire."""
    if rule.kind in {RuleKind.FLOOR, RuleKind.MASKING}:
        return _NEEDED[rule.window]
    return rule.months_before + rule.for_periods


def stands(alert: Alert) -> str:
    """Write how an alert that fires stands: "12-month GRR 81.4%, below 90% since Nov 2024"."""
    name, verdict, month = alert.state.name, verdict_of(alert), month_of(alert)
    if name is StateName.ERROR:
        return "could not be evaluated: the log says what failed"
    if name is StateName.STALE or verdict is None or month is None:
        return f"no figures since {short_month(month)}" if month else "no figures yet"
    ratio = f"{ratio_words(alert.rule)} {percent(verdict.value)}"
    level = level_of(alert)
    side = "below" if level is not None and verdict.value < level else "at"
    against = f", {side} {exact_percent(level)}%" if level is not None else ""
    if alert.rule.kind not in {RuleKind.FLOOR, RuleKind.MASKING} and level is not None:
        against = f", {side} {percent(level)}"
    if verdict.half is Half.ACCOUNT:
        against = "".join(f", {words}" for words in odd_words(alert))
    streak = alert.state.status.run
    since = f" since {short_month(streak.began)}" if streak else ""
    word = "" if name is StateName.FIRING else f" ({name})"
    odd = [f", {one}" for one in odd_words(alert)] if verdict.half is not Half.ACCOUNT else []
    return f"{ratio}{against}{since}{word}{''.join(odd)}"


def _silence(listed: ListedAlert, today: date) -> Iterator[str]:
    state = listed.alert.state
    if state.snoozed_until is not None and state.is_snoozed(today):
        reason = safe_name((listed.snooze and listed.snooze.reason) or "", longest=LONGEST_REASON)
        why = f" ({reason})" if listed.snooze and listed.snooze.reason else ""
        until = state.snoozed_until
        yield f"snoozed until {day_words(until)}{why}"
    elif state.episode is not None and state.episode.is_acknowledged:
        yield "acknowledged"
    if listed.is_muted:
        yield f"muted for you until /nrr alert unmute {short_id(listed.alert.rule)}"


def _quiet(listed: ListedRule, today: date) -> Iterator[str]:
    rule = listed.record.rule
    rest = [one for one in listed.alerts if not fires(one)]
    if not rule.enabled:
        return
    if listed.is_first or not listed.alerts:
        yield "not evaluated yet"
        return
    needed, there = needed_months(rule), listed.closed_months
    if there is not None and there < needed and not is_default(rule):
        yield f"it takes {plural(needed, 'closed month')}: {there} are there"
        return
    values = [words for one in rest if (words := _value(one))]
    yield _up_to_most("quiet: " if is_default(rule) else "now ", values)
    yield _up_to_most(f"fewer than {MIN_ACCOUNTS} accounts: ", _named(rest, StateName.INSUFFICIENT))
    young = _named(rest, StateName.NO_BASE)
    if young:
        yield _up_to_most(f"no MRR {plural(needed, 'closed month')} back: ", young)
    hidden = [accounts_of(one.alert.rule) for one in rest if one.is_hidden]
    yield _up_to_most(f"{HIDDEN} ", hidden)
    for one in rest:
        yield from (f"{accounts_of(one.alert.rule)} {words}" for words in _silence(one, today))
        months = [early.period for early in early_of(one.alert) if early.period]
        yield from (
            f"{accounts_of(one.alert.rule)} breaks it in {short_month(month)} so far"
            for month in months
        )


def _named(rest: Iterable[ListedAlert], name: StateName) -> list[str]:
    return [
        accounts_of(one.alert.rule)
        for one in rest
        if not one.is_hidden and state_name(one.alert) == name
    ]


def _value(listed: ListedAlert) -> str:
    alert = listed.alert
    verdict = verdict_of(alert)
    if listed.is_hidden:
        return ""
    if is_outdated(alert) or (alert.state.data_version is None and not alert.state.has_failed):
        return f"{accounts_of(alert.rule)} not evaluated yet"
    if verdict is None or state_name(alert) in {StateName.INSUFFICIENT, StateName.NO_BASE}:
        return ""
    # four default rules would say the same figures four times
    if is_default(alert.rule):
        return accounts_of(alert.rule)
    return percent(verdict.value)


def _up_to_most(before: str, names: Sequence[str]) -> str:
    return f"{before}{few_of(names, MOST_ALERTS)}" if names else ""
