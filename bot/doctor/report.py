"""The doctor's findings for a person, and for a machine."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.doctor.findings import Finding, Verdict

LOOKS = {
    Verdict.GOOD: ("✓", "green"),
    Verdict.WARNING: ("!", "yellow"),
    Verdict.BAD: ("✗", "red"),
}


def is_well(findings: Sequence[Finding]) -> bool:
    """Tell whether nothing is bad."""
    return all(finding.verdict is not Verdict.BAD for finding in findings)


def print_report(findings: Sequence[Finding], console: Console) -> None:
    """Print one line for each, in the colour of its verdict."""
    for finding in findings:
        mark, colour = LOOKS[finding.verdict]
        console.print(Text.assemble((f"{mark} {finding.check}", colour), f": {finding.says}"))


def report_json(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the document that ``--json`` prints."""
    return {
        "ok": is_well(findings),
        "checks": [
            {"check": one.check, "verdict": one.verdict.value, "says": one.says} for one in findings
        ],
    }
