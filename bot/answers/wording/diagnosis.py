"""Sentences for the diagnosis of a period, each finding under the name it is known by."""

from typing import assert_never

from bot.answers.answer import Answer
from bot.style.figures import percent, points
from bot.style.grid import LabelledText
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


def finding_line(answer: Answer, finding: Finding) -> LabelledText:
    """Name a finding about an answer's accounts, and explain why it is shown."""
    match finding:
        case LossesFirst():
            return _losses_first(finding)
        case Masking():
            return _masking(answer, finding)
        case LeakyBucket():
            needed = answer.unit.amount(finding.needed_minor)
            return LabelledText(
                "Leaky bucket:", f"it takes {needed} of new MRR only to stand still."
            )
        case Replacement():
            return _replacement(answer, finding)
        case Losses():
            return _losses(answer, finding)
        case Caution():
            return _caution(finding)
        case never:
            assert_never(never)


def meaning_of_losses(churn: int, contraction: int) -> str:
    """Tell whether customers leave or buy less, from the losses to each."""
    if churn == contraction:
        return "customers leave as much as they buy less"
    more = churn > contraction
    return "customers leave, more than buy less" if more else "customers buy less, more than leave"


def _losses_first(finding: LossesFirst) -> LabelledText:
    words = (
        f"GRR {percent(finding.grr)} is below its floor of {percent(finding.floor)}."
        " A point less churn and a point more expansion lift NRR equally, but less churn also"
        " lifts GRR and leaves more to expand."
    )
    return LabelledText("Losses first:", words)


def _masking(answer: Answer, finding: Masking) -> LabelledText:
    gap = points(finding.gap).removeprefix("+")  # a distance, not a change
    words = (
        f"NRR {percent(finding.nrr)} hides a GRR of {percent(finding.grr)}: the {gap} between"
        f" them are {answer.unit.amount(finding.gap_minor)} of expansion."
    )
    return LabelledText("Masking:", words)


def _replacement(answer: Answer, finding: Replacement) -> LabelledText:
    grew, won = answer.unit.amount(finding.growth_minor), answer.unit.amount(finding.won_minor)
    words = (
        f"total MRR grew by {grew}, because {won} from new and returning accounts more than made"
        f" up for the {answer.unit.amount(finding.lost_minor)} that the base lost."
    )
    return LabelledText("Growth that is replacement:", words)


def _losses(answer: Answer, finding: Losses) -> LabelledText:
    churn, contraction = finding.churn_minor, finding.contraction_minor
    words = (
        f"{percent(finding.churn_share)} churn ({answer.unit.amount(churn)}),"
        f" {percent(finding.contraction_share)} contraction ({answer.unit.amount(contraction)}):"
        f" {meaning_of_losses(churn, contraction)}."
    )
    return LabelledText("Losses:", words)


def _caution(finding: Caution) -> LabelledText:
    words = (
        f"{plural(finding.accounts, 'account')}, the largest with {percent(finding.top_share)} of"
        f" opening MRR; {percent(finding.doubled_share)} of them at least doubled."
        " The base may be small, or was priced too low."
    )
    return LabelledText("Above 150%, look twice:", words)
