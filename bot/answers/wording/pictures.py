"""Titles and alt texts of an answer's pictures: the finding, and its figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.answers.answer import Answer, Slice
from bot.style.differences import difference_of, moves_of, parts_of
from bot.style.figures import NO_BASE, bare_points, percent, points
from bot.style.names import (
    dimension_name,
    in_period,
    plural,
    safe_name,
    scope_name,
    short_period,
    shortened,
)
from bot.style.pictures import MAX_ALT_TEXT
from metrics.periods import PeriodUnit

FORCES = ("Expansion", "Contraction", "Churn")
MOST_ROWS = 8
NAME_IN_TITLE = 24

Named = Callable[[str], str]
"""Writes a name, where it may be too long or in letters that cannot be drawn."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """A value of a split: its own NRR, and the points of the whole that it brings."""

    name: str
    nrr: Fraction | None
    points: Fraction


def size(change: Fraction) -> str:
    """Write points where words say which way they go: "7.2"."""
    return bare_points(abs(change)).removeprefix("+")


def contributions(answer: Answer) -> tuple[Contribution, ...]:
    """List the values of a split by what they cost the whole, the largest cost first.

    As shown they add up to NRR less 100%, unless values are left out.
    """
    parts = [part for part in answer.breakdown if part.retention.opening]
    brought = [_brought(part, answer) for part in parts]
    nrr = answer.retention.nrr
    if nrr is None:
        return ()
    left_out = nrr - 1 - sum(brought, start=Fraction(0))
    rounded = parts_of(difference_of(nrr, Fraction(1)), [*brought, left_out])
    in_order = sorted(range(len(parts)), key=brought.__getitem__)
    return tuple(
        Contribution(safe_name(parts[at].value), parts[at].retention.nrr, rounded[at])
        for at in in_order
    )


def rows_of(answer: Answer) -> tuple[Contribution, ...]:
    """Pick the contributions that there is room for; the rest is one row."""
    found = contributions(answer)
    if len(found) <= MOST_ROWS:
        return found
    largest = sorted(found, key=lambda one: abs(one.points), reverse=True)[: MOST_ROWS - 1]
    rest = [one for one in found if one not in largest]
    together = sum((one.points for one in rest), start=Fraction(0))
    more = Contribution(f"and {len(rest):,} more", None, together)
    return (*(one for one in found if one in largest), more)


def finding(answer: Answer, named: Named = safe_name) -> str:
    """Sum the bridge up: "NRR 93.1% of smb in Q3 2026: churn took 7.2 points, …"."""
    moves = moves_of(answer.retention)
    if moves is None:
        return f"{_opening(answer, named)}: {NO_BASE}"
    terms = answer.retention
    sizes = (terms.expansion, terms.contraction, terms.churn)
    forces = [  # the larger of two that look the same is told
        (name.lower(), move)
        for _, name, move in sorted(zip(sizes, FORCES, moves, strict=True), reverse=True)
    ]
    return f"{_opening(answer, named)}: {_told(forces, 'nothing moved by a tenth of a point')}"


def split_finding(answer: Answer, named: Named = safe_name) -> str:
    """Sum a split up: "NRR 109.1% by segment in Q3 2026: smb took 1.9 points, …"."""
    found = [(named(one.name), one.points) for one in contributions(answer)]
    dimension = dimension_name(answer.breakdown[0].dimension)
    return f"{_opening(answer, named, by=dimension)}: {_told(found, f'no {dimension} moved it')}"


def has_split(answer: Answer) -> bool:
    """Tell whether an answer's picture is of its split: one was asked for and can be drawn."""
    return answer.question.dimension is not None and bool(contributions(answer))


def answer_alt_text(answer: Answer) -> str:
    """Describe the picture of an answer: its split, or its bridge."""
    return split_alt_text(answer) if has_split(answer) else bridge_alt_text(answer)


def bridge_alt_text(answer: Answer) -> str:
    """Describe the bridge with every figure that it shows, at most 1,000 characters."""
    moves = moves_of(answer.retention)
    said = finding(answer)
    if moves is None:
        return shortened(said, MAX_ALT_TEXT)
    steps = (
        f"{name.lower()} {points(move)} ({money})"
        for name, move, money in zip(FORCES, moves, moved_money(answer), strict=True)
    )
    closing = percent(answer.retention.nrr)
    unit = answer.unit.name
    chart = f"Waterfall chart in points of {opening_words(answer)}: opening 100%, "
    return shortened(
        f"{said}. {chart}{', '.join(steps)}, closing {closing} of opening {unit}.", MAX_ALT_TEXT
    )


def split_alt_text(answer: Answer) -> str:
    """Describe the bars of a split with their figures, at most 1,000 characters."""
    rows = (
        f"{row.name} {f'{percent(row.nrr)}, ' if row.nrr is not None else ''}{points(row.points)}"
        for row in rows_of(answer)
    )
    said = f"{split_finding(answer)}. Bar chart of NRR and the points of the whole: "
    return shortened(f"{said}{'; '.join(rows)}.", MAX_ALT_TEXT)


def opening_words(answer: Answer) -> str:
    """Write the base of an answer: "opening MRR, $707k from 1,537 accounts"."""
    terms, unit = answer.retention, answer.unit
    money = unit.short(terms.opening)
    return f"opening {unit.name}, {money} from {plural(terms.accounts_opening, 'account')}"


def moved_money(answer: Answer) -> tuple[str, ...]:
    """Write the money of expansion, contraction and churn, short and without a sign."""
    terms, unit = answer.retention, answer.unit
    moved = (terms.expansion, terms.contraction, terms.churn)
    return tuple(unit.short(amount) for amount in moved)


def _opening(answer: Answer, named: Named, by: str = "") -> str:
    scope, period, nrr = answer.question.scope, answer.period, answer.retention.nrr
    is_ttm, name = period.unit is PeriodUnit.TTM, answer.question.nrr
    words = (
        *(f"12-month {name}" if is_ttm else name, "" if nrr is None else percent(nrr)),
        *(f"of {named(scope_name(scope))}" if scope else "", f"by {by}" if by else ""),
        short_period(period).removeprefix("12 months ") if is_ttm else in_period(period),
    )
    return " ".join(filter(None, words))


def _told(moves: Sequence[tuple[str, Fraction]], nothing: str) -> str:
    """Name the largest loss and the largest gain, the larger of them first."""
    losses = sorted((one for one in moves if one[1] < 0), key=_points)[:1]
    gains = sorted((one for one in moves if one[1] > 0), key=_points)[-1:]
    told = sorted((*losses, *gains), key=lambda one: -abs(one[1]))
    words = [
        f"{name} {'took' if change < 0 else 'brought'} {size(change)}" for name, change in told
    ]
    return ", ".join((f"{words[0]} points", *words[1:])) if words else nothing


def _points(move: tuple[str, Fraction]) -> Fraction:
    return move[1]


def _brought(part: Slice, answer: Answer) -> Fraction:
    change = part.retention.closing - part.retention.opening
    return Fraction(change, answer.retention.opening) if answer.retention.opening else Fraction(0)
