"""Diagnosis of a digest: findings on its scope, of twelve months where the ledger has them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.answers.answer import Answer
from metrics.diagnosis import Finding, caution, diagnose, losses_of, needs_caution
from storage.ledger.account_changes import CohortMember


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """Findings, and the answer about the months that they are of."""

    answer: Answer
    findings: tuple[Finding, ...]


def diagnosis_of(
    answer: Answer, year: Answer | None, cohort: Callable[[Answer], Sequence[CohortMember]]
) -> Diagnosis:
    """Diagnose the accounts of an answer.

    Parameters
    ----------
    year : Answer, optional
        The same accounts over twelve months. Without it no level can be judged, and only the
        losses of the answer's own period are split.
    cohort : callable
        Lists the opening base of an answer.
    """
    if year is None:
        losses = losses_of(answer.retention)
        return Diagnosis(answer=answer, findings=(losses,) if losses else ())
    before = year.comparisons.previous
    found = diagnose(
        year.retention, year.memo.outside, year_before=before.retention if before else None
    )
    if needs_caution(year.retention):
        members = [(member.opening, member.closing) for member in cohort(year)]
        found = (*found, caution(members))
    return Diagnosis(answer=year, findings=found)
