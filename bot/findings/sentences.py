"""Sentences of findings, a kind each: what happened and why, with the figures that show it."""

from dataclasses import dataclass

from bot.style.differences import change_of, difference_of
from bot.style.figures import Unit, percent, points
from metrics.findings.finding import Finding, Findings
from metrics.periods import Period
from metrics.retention import Retention
from metrics.rollup import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSetting:
    """What sentences need to know beside a finding: whose figures, over which periods, in what."""

    scope: Scope
    dimension: str | None
    period: Period
    before: Period | None
    unit: Unit


def finding_lines(
    findings: Findings, setting: FindingSetting, *, year_first: bool = False
) -> tuple[str, ...]:
    """Write one or two sentences, the costliest finding first; never without any.

    Parameters
    ----------
    year_first : bool
        Whether twelve months come first whatever they cost, as in a digest.
    """
    found = findings.by_cost
    if year_first:
        found = tuple(one for one in (findings.year, findings.move) if one)
    return tuple(finding_sentence(one, setting) for one in found)


def finding_sentence(finding: Finding, setting: FindingSetting) -> str:
    """Write the sentence of a finding."""
    was = finding.was
    change = change_of(finding.now.nrr, was.nrr if was else None)
    return f"{setting.period.label}: {change or percent(finding.now.nrr)}."


def twelve_months_line(year: Retention | None, year_ago: Retention | None) -> str:
    """Write the level of twelve months and its change in a year, GRR's where NRR's is smaller."""
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
    word = "more" if change > 0 else "less"
    size = points(abs(change)).removeprefix("+").replace("pts", "points")
    return f"{line}, {size} {word} {name} than a year ago."
