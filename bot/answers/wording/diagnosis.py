"""Sentences for a diagnosis, each finding under the name it is known by."""

from fractions import Fraction
from typing import assert_never

from bot.answers.answer import Answer
from bot.style.differences import change_on, difference_of, distance_of, parts_of
from bot.style.figures import Unit, percent
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
            label, words = "Losses first", _losses_first(finding)
        case Masking():
            label, words = "Masking", _masking(answer, finding)
        case Slipping():
            label, words = "Slipping", _slipping(finding)
        case LeakyBucket():
            label, words = "Leaky bucket", _leaky_bucket(answer, finding)
        case Replacement():
            label, words = "Growth that is replacement", _replacement(answer, finding)
        case Losses():
            label, words = "Losses", _losses(answer, finding)
        case Caution():
            label, words = "Above 150%, look twice", _caution(finding)
        case never:
            assert_never(never)
    return LabelledText(f"{label}:", words)


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


def _losses_first(finding: LossesFirst) -> str:
    return (
        f"GRR {percent(finding.grr)} is below its floor of {percent(finding.floor)}."
        " A point less churn and a point more expansion lift NRR equally, but less churn also"
        " lifts GRR and leaves more to expand."
    )


def _masking(answer: Answer, finding: Masking) -> str:
    return (
        f"NRR {percent(finding.nrr)} hides a GRR of {percent(finding.grr)}: the"
        f" {distance_of(finding.nrr, finding.grr)} between them are"
        f" {answer.unit.amount(finding.gap_minor)} of expansion."
    )


def _slipping(finding: Slipping) -> str:
    moved = change_on(finding.nrr, finding.nrr_before, "a year before")
    fell = distance_of(finding.grr, finding.grr_before)
    return (
        f"NRR {percent(finding.nrr)}, {moved}, while GRR fell {fell} to {percent(finding.grr)}:"
        " more is sold to make up for more that is lost."
    )


def _leaky_bucket(answer: Answer, finding: LeakyBucket) -> str:
    needed, nrr = answer.unit.amount(finding.needed_minor), percent(answer.retention.nrr)
    return f"NRR {nrr}, so it took {needed} of new {answer.unit.name} only to stand still."


def _replacement(answer: Answer, finding: Replacement) -> str:
    grew, won = answer.unit.amount(finding.growth_minor), answer.unit.amount(finding.won_minor)
    return (
        f"total {answer.unit.name} grew by {grew}, because {won} from accounts outside the opening"
        f" base more than made up for the {answer.unit.amount(finding.lost_minor)} that it lost."
    )


def _losses(answer: Answer, finding: Losses) -> str:
    shares = loss_shares(finding, answer.unit)
    if finding.share_of_opening < TINY:
        lost = percent(difference_of(Fraction(1), 1 - finding.share_of_opening))
        return f"{lost} of opening {answer.unit.name}, {shares}."
    return f"{shares}: {meaning_of_losses(finding.churn_minor, finding.contraction_minor)}."


def _caution(finding: Caution) -> str:
    largest = (
        f", the largest with {percent(finding.top_share)} of opening MRR"
        if finding.top_share is not None
        else ""
    )
    return (
        f"{plural(finding.accounts, 'account')}{largest}; {percent(finding.doubled_share)} of them"
        " at least doubled. The base may be small, or was priced too low."
    )
