"""Sentences for a diagnosis, each finding under the name it is known by."""

from fractions import Fraction
from typing import assert_never

from bot.answers.answer import Answer
from bot.style.figures import (
    Unit,
    change_on,
    difference_of,
    distance_of,
    parts_of,
    percent,
)
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
    Slipping,
)

TINY = Fraction(5, 1000)  # of opening MRR: half a point is the least that anybody acts on


def finding_line(answer: Answer, finding: Finding) -> LabelledText:
    """Name a finding about an answer's accounts, and explain why it is shown."""
    match finding:
        case LossesFirst():
            return _losses_first(finding)
        case Masking():
            return _masking(answer, finding)
        case Slipping():
            return _slipping(finding)
        case LeakyBucket():
            return _leaky_bucket(answer, finding)
        case Replacement():
            return _replacement(answer, finding)
        case Losses():
            return _losses(answer, finding)
        case Caution():
            return _caution(finding)
        case never:
            assert_never(never)


def loss_shares(losses: Losses, unit: Unit) -> str:
    """Split losses into churn and contraction: "58.1% churn ($25.00), 41.9% contraction …"."""
    named = (("churn", losses.churn_minor), ("contraction", losses.contraction_minor))
    shares = parts_of(Fraction(1), (losses.churn_share, losses.contraction_share))
    return ", ".join(
        f"{percent(share)} {name} ({unit.amount(minor)})"
        for (name, minor), share in zip(named, shares, strict=True)
        if minor
    )


def meaning_of_losses(churn: int, contraction: int) -> str:
    """Tell whether customers leave or buy less, from the losses to each."""
    if not contraction:
        return "customers leave, and none buys less"
    if not churn:
        return "customers buy less, and none left"
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
    gap = distance_of(finding.nrr, finding.grr)
    words = (
        f"NRR {percent(finding.nrr)} hides a GRR of {percent(finding.grr)}: the {gap} between"
        f" them are {answer.unit.amount(finding.gap_minor)} of expansion."
    )
    return LabelledText("Masking:", words)


def _slipping(finding: Slipping) -> LabelledText:
    words = (
        f"NRR {percent(finding.nrr)}, {change_on(finding.nrr, finding.nrr_before, 'a year before')},"
        f" while GRR fell {distance_of(finding.grr, finding.grr_before)} to {percent(finding.grr)}:"
        " more is sold to make up for more that is lost."
    )
    return LabelledText("Slipping:", words)


def _leaky_bucket(answer: Answer, finding: LeakyBucket) -> LabelledText:
    needed, name = answer.unit.amount(finding.needed_minor), answer.unit.name
    words = f"NRR {percent(answer.retention.nrr)}: it took {needed} of new {name} to stand still."
    return LabelledText("Leaky bucket:", words)


def _replacement(answer: Answer, finding: Replacement) -> LabelledText:
    grew, won = answer.unit.amount(finding.growth_minor), answer.unit.amount(finding.won_minor)
    words = (
        f"total MRR grew by {grew}, because {won} from new and returning accounts more than made"
        f" up for the {answer.unit.amount(finding.lost_minor)} that the base lost."
    )
    return LabelledText("Growth that is replacement:", words)


def _losses(answer: Answer, finding: Losses) -> LabelledText:
    shares = loss_shares(finding, answer.unit)
    if finding.share_of_opening < TINY:
        lost = percent(difference_of(Fraction(1), 1 - finding.share_of_opening))
        return LabelledText("Losses:", f"{lost} of opening {answer.unit.name}, {shares}.")
    meaning = meaning_of_losses(finding.churn_minor, finding.contraction_minor)
    return LabelledText("Losses:", f"{shares}: {meaning}.")


def _caution(finding: Caution) -> LabelledText:
    words = (
        f"{plural(finding.accounts, 'account')}, the largest with {percent(finding.top_share)} of"
        f" opening MRR; {percent(finding.doubled_share)} of them at least doubled."
        " The base may be small, or was priced too low."
    )
    return LabelledText("Above 150%, look twice:", words)
