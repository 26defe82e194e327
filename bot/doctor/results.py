"""Results of the doctor's checks: their states, and the report on a terminal or as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Any

from rich.console import Console
from rich.text import Text

from bot.app.clock_guard import FAR_OFF, MOST_OFF


@unique
class CheckState(StrEnum):
    """Outcome of a check; a bad one alone makes `nrrbot doctor` fail."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


_MARKS = {
    CheckState.GOOD: ("✓", "green"),
    CheckState.WARNING: ("!", "yellow"),
    CheckState.BAD: ("✗", "red"),
}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one check; ``says`` tells what to do where it is not good."""

    check: str
    state: CheckState
    says: str


def good(check: str, says: str) -> CheckResult:
    """Pass a check."""
    return CheckResult(check, CheckState.GOOD, says)


def warning(check: str, says: str) -> CheckResult:
    """Warn of a state that may be meant, or may be an oversight."""
    return CheckResult(check, CheckState.WARNING, says)


def bad(check: str, says: str) -> CheckResult:
    """Fail a check, with what to do about it."""
    return CheckResult(check, CheckState.BAD, says)


def compare_clocks(check: str, whose: str, theirs: datetime, *, ours: datetime) -> CheckResult:
    """Compare this machine's clock with another one."""
    apart = abs(ours - theirs)
    if apart <= FAR_OFF:
        return good(check, f"this machine's clock agrees with {whose}")
    mend = "let NTP set it, here (timedatectl set-ntp true) or there"
    if apart <= MOST_OFF:
        return warning(check, f"this machine's clock is more than a minute off {whose}: {mend}")
    return bad(
        check,
        f"this machine's clock is more than an hour off {whose}, and until it is right nothing is"
        f" planned or sent: {mend}",
    )


def is_well(results: Sequence[CheckResult]) -> bool:
    """Tell whether no check is bad."""
    return all(result.state is not CheckState.BAD for result in results)


def print_report(results: Sequence[CheckResult], console: Console) -> None:
    """Print one line for each check, its name in the colour of its state."""
    for result in results:
        mark, colour = _MARKS[result.state]
        # As Text, because what Slack or a setting says may hold brackets, which markup would eat.
        console.print(Text.assemble((f"{mark} {result.check}", colour), f": {result.says}"))


def report_json(results: Sequence[CheckResult]) -> dict[str, Any]:
    """Return the document that `nrrbot doctor --json` prints."""
    return {
        "ok": is_well(results),
        "checks": [
            {"check": each.check, "verdict": each.state.value, "says": each.says}
            for each in results
        ],
    }
