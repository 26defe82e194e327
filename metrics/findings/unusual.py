"""Months that are below their usual level, though NRR fell no further since the one before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from metrics.findings.finding import BelowUsual, Finding, FindingKind, Force, GroupCourse

_NO_RISES = {FindingKind.QUIET, FindingKind.TOO_SMALL, FindingKind.NO_BASE}


def is_rise(move: Finding) -> bool:
    """Tell whether a period's finding is that NRR rose, or something good."""
    return move.points > 0 and move.kind not in _NO_RISES


def find_unusual(
    move: Finding,
    whole: GroupCourse,
    segments: Sequence[GroupCourse],
    below: Mapping[str | None, BelowUsual],
) -> Finding:
    """Find the costliest segment that an alert fires for, or the whole, where nothing moved.

    Parameters
    ----------
    move : Finding
        As it is where none does. A rise stays one, with the level that the whole is below yet.
    below : mapping of str or None to BelowUsual
        What is below its usual level by segment; None is the whole.
    """
    if move.kind is not FindingKind.QUIET:
        return replace(move, below=below.get(None))
    parts = {part.value: part for part in segments if part.value in below}
    if not parts and None in below:
        parts = {None: whole}
    costs = {
        value: (below[value].nrr - below[value].usual)
        * Fraction(part.now.opening, whole.now.opening or 1)
        for value, part in parts.items()
    }
    if not costs:
        return move
    worst = min(costs, key=lambda value: (costs[value], value or ""))
    part = parts[worst]
    return replace(
        move,
        kind=FindingKind.UNUSUAL,
        points=costs[worst],
        segment=worst,
        force=Force.CHURN if part.now.churn >= part.now.contraction else Force.CONTRACTION,
        now=part.now,
        was=part.before,
        place=None,
        below=below[worst],
    )
