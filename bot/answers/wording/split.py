"""The split of an answer: what each value costs or brings, in one table of four columns."""

from collections.abc import Sequence
from fractions import Fraction

from bot.answers.answer import Answer, Slice
from bot.style.differences import difference_of, moves_of
from bot.style.figures import NOT_DEFINED, bare_points, percent
from bot.style.grid import Cells, Grid
from bot.style.names import capitalised, dimension_name, safe_name, short_period
from bot.style.parts import Parts, Quiet, Table
from metrics.change import Component
from metrics.findings.finding import MOVED
from metrics.retention import Retention
from metrics.segments import DerivedDimension

MOST_ROWS = 6
LONG = 24  # characters: a longer name takes two lines of its row
LEAST = Fraction(1, 1000)  # of the whole's opening MRR: less is counted, not listed
BY_MRR = "Value tiers go by share of MRR, not of accounts."
FORCES = (Component.EXPANSION, Component.CONTRACTION, Component.CHURN)


def split_parts(answer: Answer, *, is_compared: bool = False, most: int = MOST_ROWS) -> Parts:
    """Tabulate the values that a scope is split into, the costliest first; the rest is counted.

    Parameters
    ----------
    is_compared : bool
        Whether the change on the period before stands beside the period.
    """
    listed = listed_slices(answer, most=most)
    if not listed:
        return ()
    return (
        Table(
            Grid(
                title="",
                header=_header(answer, is_compared=is_compared),
                rows=tuple(_row(answer, part, is_compared=is_compared) for part in listed),
                named=True,
            ),
            figures=2,
        ),
        Quiet(
            _left_words(answer, listed),
            BY_MRR if listed[0].dimension == DerivedDimension.VALUE_TIER else None,
        ),
    )


def listed_slices(answer: Answer, *, most: int = MOST_ROWS) -> list[Slice]:
    """Pick the values that cost or bring a tenth of a point, the costliest first.

    At least one is picked where there is any. Twelve months count where they move more. Where not
    all have room, those that the findings name have it first, and half of the rest is kept for the
    costliest; long names leave room for two less.
    """
    if any(len(safe_name(part.value)) > LONG for part in answer.parts):
        most = max(2, most - 2)
    by_size = sorted(answer.parts, key=lambda part: -_size(answer, part))
    moved = [part for part in by_size if _size(answer, part) >= LEAST] or by_size[:1]
    told = [part for part in by_size if part.value in answer.findings.segments][:most]
    rest = [part for part in moved if part not in told]
    half = (most - len(told)) // 2
    costliest = sorted(rest, key=lambda part: min(_effects(answer, part)))[:half]
    others = [part for part in rest if part not in costliest]
    shown = (*told, *costliest, *others)[:most]
    return sorted(shown, key=lambda part: (_lost(answer, part), cost_of(answer, part)))


def _left_words(answer: Answer, listed: Sequence[Slice]) -> str | None:
    left = [_size(answer, part) for part in answer.parts if part not in listed]
    if not left:
        return None
    sizes = [_size(answer, part) for part in listed]
    if max(*left, *sizes) < LEAST:
        return f"and {len(left):,} more: none costs or brings a tenth of a point"
    less = " that cost or bring less" if max(left) <= min(sizes) else ""
    return f"and {len(left):,} more{less}"


def cost_of(answer: Answer, part: Slice) -> Fraction:
    """Tell what a value costs the whole's NRR, below zero, or brings it, against the others."""
    return _effect(part.retention, answer.retention)


def moved_by(now: Retention, before: Retention | None) -> str:
    """Name what moved an NRR, in points of its own opening MRR.

    It is what makes the most of a fall of half a point since the period before; else the largest
    part, a loss where NRR is below 100%.

    Examples
    --------
    >>> from dataclasses import replace
    >>> now = Retention(
    ...     accounts_opening=9,
    ...     accounts_retained=8,
    ...     opening=1_000,
    ...     expansion=80,
    ...     contraction=0,
    ...     churn=72,
    ... )
    >>> moved_by(now, None), moved_by(now, replace(now, accounts_retained=9, churn=0))
    ('expansion +8.0', 'churn −7.2')
    >>> moved_by(now, replace(now, expansion=150))
    'less expansion, +8.0'
    """
    moves, was = moves_of(now), moves_of(before) if before is not None else None
    if moves is None:
        return NOT_DEFINED
    parts, total = list(zip(moves, FORCES, strict=True)), sum(moves, Fraction())
    if was is not None and sum(was, Fraction()) - total >= MOVED:
        return _fall_words(parts, was)
    size, name = min(parts) if total < 0 else max(parts, key=lambda part: abs(part[0]))
    return f"{name} {bare_points(size)}" if size else "nothing"


def _fall_words(
    parts: Sequence[tuple[Fraction, Component]], was: tuple[Fraction, Fraction, Fraction]
) -> str:
    """Name what makes the most of a fall, with what it comes to now."""
    changed = [(part - then, part, name) for (part, name), then in zip(parts, was, strict=True)]
    _, size, name = min(changed)
    if name is not Component.EXPANSION:
        return f"{name} {bare_points(size)}"
    return f"less {name}, {bare_points(size)}" if size else f"no {name}"


def _header(answer: Answer, *, is_compared: bool) -> Cells:
    dimension = capitalised(dimension_name(answer.parts[0].dimension))
    period, before = answer.period, answer.comparisons.previous
    here = short_period(period)
    if period.is_year:
        return dimension, "12 months (in a year)", "GRR", "Moved by"
    if is_compared and before is not None:
        here = f"{here} (vs {short_period(before.period, beside=period)})"
    return dimension, "12 months (in a year)", here, "Moved by"


def _row(answer: Answer, part: Slice, *, is_compared: bool) -> Cells:
    now = part.retention
    if answer.period.is_year:
        over_year, beside = _with_change(now, part.year_ago), percent(now.grr)
    else:
        over_year = _with_change(part.year, part.year_ago)
        beside = _with_change(now, part.before if is_compared else None)
    return safe_name(part.value), over_year, beside, moved_by(now, part.before)


def _with_change(now: Retention | None, before: Retention | None) -> str:
    if now is None or now.nrr is None:
        return NOT_DEFINED
    if before is None or before.nrr is None:
        return percent(now.nrr)
    return f"{percent(now.nrr)} ({bare_points(difference_of(now.nrr, before.nrr))})"


def _lost(answer: Answer, part: Slice) -> Fraction:
    """Tell what a value lost of the whole, below zero; zero where it brought something."""
    lost = min(0, part.retention.closing - part.retention.opening)
    return Fraction(lost, answer.retention.opening or 1)


def _size(answer: Answer, part: Slice) -> Fraction:
    return max(map(abs, _effects(answer, part)))


def _effects(answer: Answer, part: Slice) -> tuple[Fraction, Fraction]:
    trailing = answer.comparisons.trailing
    over_year = _effect(part.year, trailing.retention if trailing else None)
    return cost_of(answer, part), over_year


def _effect(part: Retention | None, whole: Retention | None) -> Fraction:
    if part is None or whole is None or whole.nrr is None:
        return Fraction(0)
    # Not its own gain alone: a value that stands still costs a whole that grows.
    return (part.closing - part.opening * whole.nrr) / whole.opening
