"""Sentences on a period: by how much NRR moved, where, by what, and for which reasons."""

from collections.abc import Callable

from bot.findings.reasons import reason_name
from bot.findings.setting import (
    FindingSetting,
    left_words,
    mix_words,
    points_words,
    reasons_after,
    rise_words,
    shown_rate,
)
from bot.style.differences import as_shown, difference_of
from bot.style.figures import percent
from bot.style.names import plural, safe_name
from metrics.activity import UNSTATED
from metrics.drivers import KnownDriver
from metrics.findings.causes import is_of_more
from metrics.findings.finding import BelowUsual, Finding, FindingKind, Force, SingleAccount
from metrics.findings.two_periods import TwoPeriods, amount_of
from metrics.retention import NOTHING


def move_sentence(finding: Finding, setting: FindingSetting) -> str:
    """Say what a period did, without the full stop."""
    said, below = _SENTENCES[finding.kind](finding, setting), finding.below
    if below is None or finding.kind is FindingKind.UNUSUAL:
        return said
    return f"{said}; still {_below_words(below, setting)}"


def _quiet(finding: Finding, setting: FindingSetting) -> str:
    quiet, segment = f"Nothing moved by half a point {setting.within}", setting.segment(finding)
    if segment is None or finding.now.nrr is None or not finding.was or finding.was.nrr is None:
        return quiet
    change = difference_of(finding.now.nrr, finding.was.nrr)
    verb = "rose" if change > 0 else "fell"
    more = "more" if is_of_more(finding) else "less"
    own = f"{segment} by itself {verb} {points_words(change)} by {more} {finding.force}"
    return f"{quiet}, though {own}"


def _unusual(finding: Finding, setting: FindingSetting) -> str:
    below, segment = finding.below, setting.segment(finding) or "NRR"
    quiet = f"Nothing moved by half a point {setting.within}"
    if below is None:
        return quiet
    low = f"though {segment} is {_below_words(below, setting)}"
    rise = rise_words(finding.cause, setting)
    return f"{quiet}, {low}{f': {rise}' if rise else reasons_after(finding.cause.drivers)}"


def _below_words(below: BelowUsual, setting: FindingSetting) -> str:
    """Set a month against what is usual: "below its usual 98.6%, at 95.7%"."""
    of_month = "" if setting.period.is_month else f" in {below.month:%B %Y}"
    return f"below its usual {percent(below.usual)}, at {percent(below.nrr)}{of_month}"


def _no_base(_: Finding, setting: FindingSetting) -> str:
    return f"Nobody paid {setting.as_it_opened}: there was nothing to keep"


def _too_small(finding: Finding, setting: FindingSetting) -> str:
    accounts = plural(finding.now.accounts_opening, "account")
    few = f"Only {accounts} paid {setting.as_it_opened}, too few to read a trend"
    return f"{few}: {_what_happened(finding, setting)}" if setting.change else few


def _move(finding: Finding, setting: FindingSetting) -> str:
    more = "" if is_of_more(finding) else "less "
    by = f"{more}{finding.force}"
    return f"{_where(finding, setting, by)}: {_what_happened(finding, setting)}"


def _pauses(finding: Finding, setting: FindingSetting) -> str:
    by_pause = finding.cause.drivers.get(KnownDriver.PAUSE)
    paused = setting.amount(finding.now.contraction if by_pause is None else by_pause)
    kept = f"{paused} less, which counts as contraction while accounts pause"
    return f"{_where(finding, setting, 'pauses')}: {kept}"


def _price_rise(finding: Finding, setting: FindingSetting) -> str:
    gained, lost = finding.cause.gained_by_price, finding.cause.lost_by_price
    if finding.points > 0:
        cost = f", {setting.money(lost)} lost to price" if lost else ""
        where = _where(finding, setting, "a price rise")
        return f"{where}: {setting.amount(gained)} gained by price{cost}"
    where = _where(finding, setting, "losses to a price rise")
    brought = f"it brought {setting.amount(gained)}, and then cost {setting.money(lost)}"
    lost_words = _forces(finding, setting, finding.force or Force.CHURN)
    return f"{where}: {brought}; {lost_words}{reasons_after(finding.cause.drivers)}"


def _one_account(finding: Finding, setting: FindingSetting) -> str:
    account = account_words(finding, setting)
    return f"{setting.moved()}: {account}" if account else _move(finding, setting)


def account_words(
    finding: Finding, setting: FindingSetting, *, is_in_it: bool = False
) -> str | None:
    """Say what the one account of a finding did; None where it is not one.

    ``is_in_it`` is whether the sentence has named its segment.
    """
    account, segment = finding.cause.account, None if is_in_it else setting.segment(finding)
    if account is None:
        return None
    who = f"one large {segment} account" if segment else "one large account"
    if account.name is not None:
        of = f" of {segment}" if segment else ""
        who = f"one account, {safe_name(account.name)}{of},"
    amount = setting.amount(account.change_minor)
    verb = f"pays {amount} {'less' if account.change_minor < 0 else 'more'}"
    if account.has_left:
        verb = f"left with {amount}"
    return f"{who} {verb}{_own_reason(finding, account)}"


def _own_reason(finding: Finding, account: SingleAccount) -> str:
    """Name the reason that half of the force and more has, where no other can be the account's."""
    for driver, amount in finding.cause.drivers.items():
        if abs(amount) >= abs(account.change_minor) and driver != UNSTATED:
            return f" ({reason_name(driver)})"
    return ""


def _mix(finding: Finding, setting: FindingSetting) -> str:
    place = finding.place
    if place is None or setting.segment(finding) is None:
        return setting.moved()
    by = _part_words(finding, setting, "by a different mix")
    return f"{setting.moved()}{by}: {mix_words(finding, place, setting)}"


def _offset(finding: Finding, setting: FindingSetting) -> str:
    segment = setting.segment(finding)
    where = f" in {segment}" if segment else ""
    more = "" if is_of_more(finding) else "less "
    took = f"{more}{finding.force}{where} took {points_words(finding.points)}"
    made_up = "the rest" if segment else _made_up_by(finding)
    held = f"NRR held {setting.against}, but {took} that {made_up} made up for"
    return f"{held}: {_what_happened(finding, setting)}"


def _made_up_by(finding: Finding) -> str:
    pair = TwoPeriods(before=finding.was or NOTHING, now=finding.now)
    force = pair.force_towards(1)
    return f"{'more' if force is Force.EXPANSION else 'less'} {force}"


def _win_backs(finding: Finding, setting: FindingSetting) -> str:
    won = setting.amount(finding.won_minor)
    return (
        f"Win-backs brought {won} {setting.within},"
        f" {points_words(finding.points)} of opening {setting.unit.name} more than"
        f" {setting.within_before}; NRR leaves them out"
    )


def _where(finding: Finding, setting: FindingSetting, by: str) -> str:
    """Say by how much, where and by what: "Down 2.1 points on Q2, 1.9 of them in smb by churn"."""
    segment = setting.segment(finding)
    if segment is None:
        return f"{setting.moved()} by {by}"
    return setting.moved() + _part_words(finding, setting, f"by {by} in {segment}")


def _part_words(finding: Finding, setting: FindingSetting, by: str) -> str:
    part = as_shown(abs(finding.place.part)) if finding.place else abs(setting.change)
    if part >= abs(setting.change):
        return f" {by}"
    return f", {points_words(part).removesuffix(' points')} of them {by}"


def _what_happened(finding: Finding, setting: FindingSetting) -> str:
    if finding.force is None or finding.force is Force.MIX:
        return left_words(finding.now)
    said = _forces(finding, setting, finding.force) + reasons_after(finding.cause.drivers)
    made_up = finding.now.expansion
    if finding.points < 0 and finding.force is not Force.EXPANSION and made_up:
        lost = finding.now.contraction + finding.now.churn
        verb = "made up" if made_up < lost else "brought"
        said = f"{said}; expansion {verb} {setting.money(made_up)}"
    return said


def _forces(finding: Finding, setting: FindingSetting, force: Force) -> str:
    now, done = finding.now, _DONE[force]
    if is_of_more(finding):
        lost = setting.amount(amount_of(now, force))
        return f"{left_words(now)} with {lost}" if force is Force.CHURN else f"{lost} {done}"
    # Not in money: a base that grew gains more, and less of itself.
    after = points_words(shown_rate(finding.was or NOTHING, force)).removesuffix(" points")
    rate = shown_rate(now, force)
    opening = f"of its opening {setting.unit.name}"
    if not rate:
        return f"none {opening} {done}, after {after} points"
    return f"{points_words(rate)} {opening} {done}, after {after}"


_DONE = {Force.EXPANSION: "gained", Force.CONTRACTION: "cut", Force.CHURN: "left"}
_SENTENCES: dict[FindingKind, Callable[[Finding, FindingSetting], str]] = {
    FindingKind.QUIET: _quiet,
    FindingKind.UNUSUAL: _unusual,
    FindingKind.NO_BASE: _no_base,
    FindingKind.TOO_SMALL: _too_small,
    FindingKind.MOVE: _move,
    FindingKind.PAUSES: _pauses,
    FindingKind.PRICE_RISE: _price_rise,
    FindingKind.ONE_ACCOUNT: _one_account,
    FindingKind.MIX: _mix,
    FindingKind.OFFSET: _offset,
    FindingKind.WIN_BACKS: _win_backs,
}
