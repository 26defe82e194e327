"""Sentences on twelve months: the leak, the mix, or what the levels of the whole mean."""

from collections.abc import Callable
from fractions import Fraction

from bot.findings.moves import account_words
from bot.findings.setting import (
    FindingSetting,
    left_words,
    mix_words,
    points_words,
    reasons_after,
    rise_words,
    shown_rate,
)
from bot.style.differences import as_shown, difference_of, distance_of
from bot.style.figures import percent
from bot.style.names import plural
from metrics.findings.finding import Finding, FindingKind, Force
from metrics.findings.years import GRR_FLOOR
from metrics.retention import Retention

_HEAVIER = Fraction(5, 100)  # of opening MRR
_FLOOR = percent(GRR_FLOOR).replace(".0", "")


def year_sentence(finding: Finding, setting: FindingSetting) -> str | None:
    """Say what twelve months mean, in a clause that can follow another; None about a mere level."""
    said = _SENTENCES.get(finding.kind)
    return said(finding, setting) if said else None


def twelve_months_line(year: Retention | None, year_ago: Retention | None) -> str:
    """Write the level of twelve months and the larger of its two changes in a year.

    Examples
    --------
    >>> twelve_months_line(None, None)
    '12 months: not enough history yet.'
    """
    if year is None or year.nrr is None or year.grr is None:
        return "12 months: not enough history yet."
    line = f"12 months: NRR {percent(year.nrr)}, GRR {percent(year.grr)}"
    if year_ago is None or year_ago.nrr is None or year_ago.grr is None:
        return f"{line}."
    moved = [
        (difference_of(year.nrr, year_ago.nrr), "NRR"),
        (difference_of(year.grr, year_ago.grr), "GRR"),
    ]
    change, name = max(moved, key=lambda one: abs(one[0]))
    if not change:
        return f"{line}, as a year ago."
    return (
        f"{line}, {points_words(change)} {'more' if change > 0 else 'less'} {name} than a year ago."
    )


def _leak(finding: Finding, setting: FindingSetting) -> str:
    segment, now = setting.segment(finding), finding.now
    level = f"the leak is {segment}: {percent(now.nrr)} over twelve months{_in_a_year(finding)}"
    level += _heavier(finding, setting)
    if not finding.cause.drivers and finding.cause.account is None:
        return level
    if account := account_words(finding, setting, is_in_it=True):
        return f"{level}; {account}"
    rise = rise_words(finding.cause, setting)
    reasons = f"; {rise}" if rise else reasons_after(finding.cause.drivers)
    if finding.force is Force.CHURN:
        return f"{level}; {left_words(now)}{reasons}"
    cut = setting.amount(now.contraction)
    return f"{level}; customers pay less rather than leave, {cut} cut{reasons}"


def _heavier(finding: Finding, setting: FindingSetting) -> str:
    """Say that a leak weighs more by now than its twelve months show."""
    place = finding.place
    if place is None or place.weight_now - place.weight_before < _HEAVIER:
        return ""
    now, was = percent(place.weight_now), percent(place.weight_before)
    return f", and it is {now} of opening {setting.unit.name} by now, up from {was}"


def _in_a_year(finding: Finding) -> str:
    now, was = finding.now.nrr, finding.was.nrr if finding.was else None
    if now is None or was is None:
        return ""
    change = difference_of(now, was)
    if not change:
        return ", as a year ago"
    return f", {points_words(change)} {'more' if change > 0 else 'less'} than a year ago"


def _mix(finding: Finding, setting: FindingSetting) -> str:
    place = finding.place
    verb = "rose" if finding.points > 0 else "fell"
    moved = f"over twelve months NRR {verb} {points_words(finding.points)} in a year"
    if place is None:
        return moved
    part = as_shown(abs(place.part))
    is_all = part >= as_shown(abs(finding.points))
    by = "" if is_all else f", {points_words(part).removesuffix(' points')} of them"
    return f"{moved}{by} by a different mix: {mix_words(finding, place, setting)}"


def _above_150(finding: Finding, setting: FindingSetting) -> str:
    del setting
    found = finding.concentration
    look = "an NRR above 150% over twelve months deserves a second look"
    if found is None:
        return look
    largest = f", the largest with {percent(found.top_share)} of it" if found.top_share else ""
    return (
        f"{look}: a base of {plural(found.accounts, 'account')}{largest};"
        f" {percent(found.doubled_share)} of them at least doubled: it rests on few, or was priced"
        " too low"
    )


def _masking(finding: Finding, setting: FindingSetting) -> str:
    nrr, grr = finding.now.nrr, finding.now.grr
    where = "at" if grr == GRR_FLOOR else "below"
    gap = "" if nrr is None or grr is None else distance_of(nrr, grr).replace("pts", "points")
    return (
        f"expansion hides losses: {gap}, {setting.money(finding.now.expansion)}, lie between NRR"
        f" and GRR of twelve months, and GRR is {where} its floor of {_FLOOR}"
    )


def _slipping(finding: Finding, setting: FindingSetting) -> str:
    del setting
    now, was = finding.now.grr, finding.was.grr if finding.was else None
    fell = "" if now is None or was is None else f" {points_words(difference_of(now, was))}"
    return (
        f"retention is slipping: GRR of twelve months fell{fell} in a year while NRR did not, so"
        " more is sold to make up for more that is lost"
    )


def _replacement(finding: Finding, setting: FindingSetting) -> str:
    won, lost = setting.money(finding.won_minor), setting.amount(finding.needed_minor)
    return (
        f"growth is replacement: over twelve months the base lost {lost}, and {won} from new and"
        " returning accounts made up for it"
    )


def _losses_first(finding: Finding, setting: FindingSetting) -> str:
    needed = setting.amount(finding.needed_minor)
    return (
        f"losses come first: GRR of twelve months is below its floor of {_FLOOR}, and"
        f" {needed} had to be won only to stand still"
    )


def _leaky_bucket(finding: Finding, setting: FindingSetting) -> str:
    needed = setting.amount(finding.needed_minor)
    return f"a leaky bucket: over twelve months {needed} had to be won only to stand still"


def _expansion_led(finding: Finding, setting: FindingSetting) -> str:
    del setting
    gained = points_words(shown_rate(finding.now, Force.EXPANSION))
    return f"expansion carries it: {gained} over twelve months, with GRR above its floor"


_SENTENCES: dict[FindingKind, Callable[[Finding, FindingSetting], str]] = {
    FindingKind.LEAK: _leak,
    FindingKind.MIX: _mix,
    FindingKind.ABOVE_150: _above_150,
    FindingKind.MASKING: _masking,
    FindingKind.SLIPPING: _slipping,
    FindingKind.REPLACEMENT: _replacement,
    FindingKind.LOSSES_FIRST: _losses_first,
    FindingKind.LEAKY_BUCKET: _leaky_bucket,
    FindingKind.EXPANSION_LED: _expansion_led,
}
