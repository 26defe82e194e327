"""The findings as a table on the terminal, and as a Markdown page."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from rich.table import Table

from benchmarks.noise.detectors import DEFAULTS
from benchmarks.noise.histories import FALL
from benchmarks.noise.measuring import (
    FALSE_ALARMS_AT_MOST,
    FOUND_AT_LEAST,
    FOUND_BY,
    QUIET_DEVIATION,
    Finding,
)

COLUMNS = (
    "detector",
    "histories with a false alarm in 24 months",
    "false alarms in 24 months",
    "fall found by its 1st month",
    "2nd",
    "3rd",
    "median months to find it",
)
MEANINGS = (
    "Each history has twelve months to learn from, then 24 that are watched. Months vary"
    " independently and normally around their level; half of the histories fall by four points when"
    " the 24 months begin, and stay there. A month's GRR is its NRR, but never above 100 %; twelve"
    " months together are the product of theirs, and no account is large enough to matter alone, so"
    " that no one-account shock fires. What our rules say comes from the engine that the bot runs."
    " An alarm that goes on is one alarm. A level that is below `floor` before the 24 months begin,"
    " as 98 % a month is (78 % a year), is neither a false alarm in them nor a sign of the fall."
    " Real months are not independent, and a base with one large account is noisier: compare the"
    " rows with each other."
)
WHY_A_SHOCK_HAS_A_LEAST_DISTANCE = (
    "A `shock` is three standard deviations, but the deviation is itself an estimate from eleven"
    " moving ranges, and where it comes out low three of them are little more than two true ones."
    " So a shock is at least 3.5 points, too: the row “if a shock had no least distance” says what"
    " three deviations alone would cost. At a standard deviation of two points a fall of four is"
    " two of them: no rule here sees 95 % of those in time and stays quiet."
)


def table_of(findings: Sequence[Finding]) -> Table:
    """Return the findings of one case for the terminal."""
    table = Table(*COLUMNS, title=heading(findings[0]))
    for finding in findings:
        table.add_row(*cells(finding))
    return table


def page(findings: Sequence[Finding], *, count: int, command: str, on: date) -> str:
    """Return the Markdown page: the verdicts, one table for each case, and what they mean."""
    lines = [
        "# Noise of the alert rules",
        "",
        f"{count:,} histories of each kind. Measured {on.isoformat()} with `{command}`.",
        "",
        *(f"- {verdict}" for verdict in verdicts(findings)),
        "",
        WHY_A_SHOCK_HAS_A_LEAST_DISTANCE,
        "",
        MEANINGS,
        "",
    ]
    for _, group in groupby(findings, key=lambda finding: (finding.level, finding.deviation)):
        lines += _section(list(group))
    return "\n".join(lines)


def verdicts(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield whether our defaults are as quiet and as quick as we aim at, case by case."""
    for finding in findings:
        if not _has_target(finding):
            continue
        yield (
            f"{heading(finding)}: {_percent(finding.false_alarm_share)} of healthy histories have a"
            f" false alarm (target: at most {_percent(FALSE_ALARMS_AT_MOST)}):"
            f" {_met(is_met=finding.is_quiet)}; {_percent(finding.found_by(FOUND_BY))} of falls are"
            f" found by the second month (target: at least {_percent(FOUND_AT_LEAST)}):"
            f" {_met(is_met=finding.is_quick)}."
        )


def heading(finding: Finding) -> str:
    """Return what a case is called."""
    low = finding.level - FALL // 100
    return f"{finding.level} % (falls to {low} %), sd {finding.deviation:g} points"


def cells(finding: Finding) -> tuple[str, ...]:
    """Return a row of the table."""
    middle = finding.median_months
    return (
        finding.detector,
        _percent(finding.false_alarm_share),
        f"{finding.false_alarms:.2f}",
        *(_percent(finding.found_by(month)) for month in (1, 2, 3)),
        "not in 24" if middle is None else f"{middle:g}",
    )


def _section(findings: Sequence[Finding]) -> list[str]:
    return [
        f"## {heading(findings[0])}",
        "",
        _row(COLUMNS),
        _row(["---"] * len(COLUMNS)),
        *(_row(cells(finding)) for finding in findings),
        "",
    ]


def _row(columns: Sequence[str]) -> str:
    return f"| {' | '.join(columns)} |"


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _has_target(finding: Finding) -> bool:
    return finding.detector == DEFAULTS and finding.deviation <= QUIET_DEVIATION


def _met(*, is_met: bool) -> str:
    return "met" if is_met else "**missed**"
