"""Diagnosis lines: what each finding about a period means, under the name people know it by."""

from typing import assert_never

from bot.answers.answer import Answer
from bot.style.figures import amount, percent, points
from bot.style.lines import Line
from bot.style.names import plural
from metrics.diagnosis import (
    Caution,
    Finding,
    LeakyBucket,
    Losses,
    LossesFirst,
    Masking,
    Replacement,
)


def finding_line(answer: Answer, finding: Finding) -> Line:
    """Return a finding about an answer's accounts: what it is called, and why it is said."""
    match finding:
        case LossesFirst():
            return _losses_first(finding)
        case Masking():
            return _masking(answer, finding)
        case LeakyBucket():
            needed = amount(answer, finding.needed_minor)
            return Line("Leaky bucket:", f"it takes {needed} of new MRR only to stand still.")
        case Replacement():
            return _replacement(answer, finding)
        case Losses():
            return _losses(answer, finding)
        case Caution():
            return _caution(finding)
        case never:
            assert_never(never)


def meaning_of_losses(churn: int, contraction: int) -> str:
    """Return whether customers leave or buy less, from what was lost to each."""
    if churn == contraction:
        return "customers leave as much as they buy less"
    more = churn > contraction
    return "customers leave, more than buy less" if more else "customers buy less, more than leave"


def _losses_first(finding: LossesFirst) -> Line:
    words = (
        f"GRR {percent(finding.grr)} is below its floor of {percent(finding.floor)}."
        " A point less churn and a point more expansion lift NRR equally, but less churn also"
        " lifts GRR and leaves more to expand."
    )
    return Line("Losses first:", words)


def _masking(answer: Answer, finding: Masking) -> Line:
    gap = points(finding.gap).removeprefix("+")
    words = (
        f"NRR {percent(finding.nrr)} hides a GRR of {percent(finding.grr)}: the {gap} between"
        f" them are {amount(answer, finding.gap_minor)} of expansion."
    )
    return Line("Masking:", words)


def _replacement(answer: Answer, finding: Replacement) -> Line:
    grew, won = amount(answer, finding.growth_minor), amount(answer, finding.won_minor)
    words = (
        f"total MRR grew by {grew}, because {won} from new and returning accounts more than made"
        f" up for the {amount(answer, finding.lost_minor)} that the base lost."
    )
    return Line("Growth that is replacement:", words)


def _losses(answer: Answer, finding: Losses) -> Line:
    churn, contraction = finding.churn_minor, finding.contraction_minor
    words = (
        f"{percent(finding.churn_share)} churn ({amount(answer, churn)}),"
        f" {percent(finding.contraction_share)} contraction ({amount(answer, contraction)}):"
        f" {meaning_of_losses(churn, contraction)}."
    )
    return Line("Losses:", words)


def _caution(finding: Caution) -> Line:
    words = (
        f"{plural(finding.accounts, 'account')}, the largest with {percent(finding.top_share)} of"
        f" opening MRR; {percent(finding.doubled_share)} of them at least doubled."
        " The base may be small, or was priced too low."
    )
    return Line("Above 150%, look twice:", words)
