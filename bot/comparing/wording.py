"""The words of a comparison: both levels, how far they are apart, and what makes it."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import accumulate
from string import ascii_uppercase

from bot.comparing.comparison import Column, Comparison
from bot.findings.changes import shown_change, size_in_points, worth_words
from bot.style.differences import difference_of, moves_of, parts_of
from bot.style.figures import MINUS, NOT_DEFINED, bare_points, percent
from bot.style.grid import Cells, Grid, LabelledText
from bot.style.names import (
    capitalised,
    dimension_name,
    in_period,
    safe_name,
    scope_name,
    short_period,
    shortened,
)
from metrics.change import Change, Component, SegmentChange
from metrics.retention import Retention

REST = "the rest"
COSTLIEST = "◀"
"""Marks what makes the most of the difference."""
_FORCES = (Component.EXPANSION, Component.CONTRACTION, Component.CHURN)
NAMED_VALUES = 2
_PARTS = (*_FORCES, "mix")
_WIDE = frozenset(f"mw%@{ascii_uppercase}")
LONGEST_WORD, LONGEST_HEAD = 10, 24
"""Letters at the head of a column, so that a phone shows all of them; other lines have the name."""


def headline(comparison: Comparison) -> str:
    """Write both levels and how far they are apart."""
    left, right, name = comparison.left, comparison.right, comparison.question.nrr
    if comparison.is_of_periods:
        scope = comparison.question.scope
        of = f" of {scope_name(scope)}" if scope else ""
        where, levels = "", f"{name}{of}: {_level(comparison, left)}, {_level(comparison, right)}"
    else:
        where = f" {in_period(left.period)}"
        levels = f"{name}: {_level(comparison, left)}, {_level(comparison, right)}"
    difference = _difference(left.retention.nrr, right.retention.nrr)
    if difference is None:
        return f"{levels}{where}"
    apart = f"{size_in_points(difference)} apart" if difference else "no difference"
    return f"{levels}{where}: {apart}"


def finding(comparison: Comparison) -> str | None:
    """Say which component makes the most of the difference; None where there is none."""
    left, right = comparison.left, comparison.right
    difference = _difference(left.retention.nrr, right.retention.nrr)
    moves = _moves(left.retention), _moves(right.retention)
    if not difference or not all(moves):
        return None
    effects = {one: moves[0][one] - moves[1][one] for one in _FORCES}
    ranked = sorted(effects, key=lambda one: -effects[one] * (1 if difference > 0 else -1))
    first, *others = ranked
    against = f"{bare_points(moves[0][first])} against {bare_points(moves[1][first])}"
    rest = {one: f"{one} {bare_points(effects[one])}" for one in others if effects[one]}
    makes = f"{bare_points(effects[first])} of the {bare_points(difference)} points"
    more = f"; {', '.join(rest.values())}" if rest else ""
    if abs(effects[first]) > abs(difference):
        # A part that is larger than the whole is no part: what makes up for it is told.
        makes = f"{bare_points(effects[first])} points"
        against_it = [rest[one] for one in rest if effects[one] * difference < 0]
        beside_it = [rest[one] for one in rest if effects[one] * difference > 0]
        more = "; ".join(("", *beside_it, f"{' and '.join(against_it)} made up for a part"))
    return f"{first.capitalize()} makes {makes}: {against} of opening MRR{more}."


def year_line(comparison: Comparison) -> LabelledText | None:
    """Set the twelve months of both sides against each other; None where they are asked about."""
    left, right = comparison.left, comparison.right
    if left.year is None or right.year is None or left.period.is_year:
        return None
    nrr, grr = (
        f"{name} {percent(ratios[0])} against {percent(ratios[1])}"
        for name, ratios in (
            ("NRR", (left.year.nrr, right.year.nrr)),
            ("GRR", (left.year.grr, right.year.grr)),
        )
    )
    return LabelledText("12 months:", f"{nrr}, {grr}.")


def opening_line(comparison: Comparison) -> LabelledText:
    """Set the opening MRR of both sides against each other, and say what lies between them."""
    unit = comparison.unit
    left, right = (
        unit.short(side.retention.opening) for side in (comparison.left, comparison.right)
    )
    said = f"{left} against {right}{_worth(comparison)}."
    return LabelledText(f"Opening {unit.name}:", said)


def _worth(comparison: Comparison) -> str:
    base = comparison.left.retention
    difference = _difference(base.nrr, comparison.right.retention.nrr)
    if not difference:
        return ""
    size = size_in_points(difference)
    are = "is" if size.endswith("point") else "are"
    worth = worth_words(base, comparison.unit, points_of_it=abs(difference))
    return f"; {size} of the first {are} {worth}"


def side_grid(comparison: Comparison) -> Grid:
    """Lay both sides out in two columns, with the difference of the figures as they are shown."""
    left, right = comparison.left, comparison.right
    rows = [
        _ratio_row("NRR", left.retention, right.retention, lambda one: one.nrr),
        _ratio_row("GRR", left.retention, right.retention, lambda one: one.grr),
        *_component_rows(left.retention, right.retention),
    ]
    return Grid(title="", header=("", *_heads(comparison), "Apart"), rows=tuple(rows))


def money_grid(comparison: Comparison) -> Grid:
    """Lay the sums of both sides out to the cent, down to the ratios that they come to."""
    sides, amount = (comparison.left.retention, comparison.right.retention), comparison.unit.amount
    name = comparison.unit.name
    rows = [
        (label, *(amount(getattr(side, part)) for side in sides))
        for label, part in (
            (f"Opening {name}", "opening"),
            ("+ Expansion", "expansion"),
            (f"{MINUS} Contraction", "contraction"),
            (f"{MINUS} Churn", "churn"),
            (f"= Closing {name}", "closing"),
        )
    ]
    kept = (f"{side.accounts_retained:,} of {side.accounts_opening:,}" for side in sides)
    rows += [
        ("NRR", *(percent(side.nrr) for side in sides)),
        ("GRR", *(percent(side.grr) for side in sides)),
        ("Accounts kept", *kept),
    ]
    return Grid(title="", header=("", *_heads(comparison)), rows=tuple(rows), named=True)


def component_grid(comparison: Comparison, *, most: int = NAMED_VALUES) -> Grid | None:
    """Lay the difference out by value and component, in points that add up to it as shown.

    None where nothing is split, or what is split is one value.
    """
    change = comparison.change
    if change is None or comparison.dimension is None or len(change.segments) < 2:  # noqa: PLR2004
        return None
    rows = _rows_that_add_up(change, most)
    cells = [cell for row in rows.values() for cell in row]
    worst = min(cells) if change.total < 0 else max(cells)
    return Grid(
        title=f"Where the {size_in_points(shown_change(change).total)} come from",
        header=(capitalised(dimension_name(comparison.dimension)), "Points", "Made up of"),
        rows=tuple(_row(name, row, worst) for name, row in rows.items()),
    )


def _rows_that_add_up(change: Change, most: int) -> dict[str, tuple[Fraction, ...]]:
    """Round what each value adds by component and mix, and the others together."""
    ranked = sorted(change.segments, key=lambda one: (-abs(one.total), one.value))
    shown, left = ranked[:most], ranked[most:]
    if len(left) == 1:
        shown, left = ranked, []
    exact = {safe_name(one.value): _cells(one) for one in shown}
    if left:
        exact[f"{len(left)} others"] = tuple(map(_sum, zip(*map(_cells, left), strict=True)))
    totals = parts_of(shown_change(change).total, [_sum(cells) for cells in exact.values()])
    return {
        name: parts_of(total, cells)
        for (name, cells), total in zip(exact.items(), totals, strict=True)
    }


def _cells(one: SegmentChange) -> tuple[Fraction, ...]:
    return (*(one.by_component[component] for component in _FORCES), one.mix)


def _row(name: str, cells: tuple[Fraction, ...], worst: Fraction) -> Cells:
    parts = (
        f"{part} {_marked(one, is_worst=one == worst)}"
        for part, one in zip(_PARTS, cells, strict=True)
        if one
    )
    return name, bare_points(_sum(cells)), ", ".join(parts) or "nothing"


def _component_rows(left: Retention, right: Retention) -> list[Cells]:
    moves = _moves(left), _moves(right)
    if not all(moves):
        return []
    effects = {one: moves[0][one] - moves[1][one] for one in _FORCES}
    total = _sum(effects.values())
    worst = (min if total < 0 else max)(effects.values())
    return [
        (
            one.capitalize(),
            bare_points(moves[0][one]),
            bare_points(moves[1][one]),
            _marked(effects[one], is_worst=bool(total) and effects[one] == worst),
        )
        for one in _FORCES
    ]


def _marked(effect: Fraction, *, is_worst: bool) -> str:
    return f"{bare_points(effect)} {COSTLIEST}" if is_worst else bare_points(effect)


def _ratio_row(
    name: str, left: Retention, right: Retention, ratio_of: Callable[[Retention], Fraction | None]
) -> Cells:
    ratios = ratio_of(left), ratio_of(right)
    difference = _difference(*ratios)
    shown = NOT_DEFINED if difference is None else bare_points(difference)
    return (name, *map(percent, ratios), shown)


def _moves(retention: Retention) -> dict[Component, Fraction]:
    # As shown they add up to NRR as shown: what does not reconcile is never printed.
    moves = moves_of(retention)
    return dict(zip(_FORCES, moves, strict=True)) if moves else {}


def _difference(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    return None if left is None or right is None else difference_of(left, right)


def _level(comparison: Comparison, side: Column) -> str:
    level = percent(side.retention.nrr)
    if comparison.is_of_periods:
        return f"{level} {in_period(side.period, _name(comparison, side))}"
    return f"{_name(comparison, side)} {level}"


def _name(comparison: Comparison, side: Column) -> str:
    if side.is_rest:
        return REST
    if not comparison.is_of_periods:
        return scope_name(side.scope)
    other = comparison.left if side is comparison.right else comparison.right
    beside = other.period if side is comparison.right else None
    return short_period(side.period, beside=beside)


def _heads(comparison: Comparison) -> tuple[str, str]:
    left, right = (
        " ".join(map(_narrow, _name(comparison, side).split()))
        for side in (comparison.left, comparison.right)
    )
    return shortened(left, LONGEST_HEAD), shortened(right, LONGEST_HEAD)


def _narrow(word: str) -> str:
    """Cut a word to the width of ten letters, of which wide ones are two."""
    widths = accumulate(1 if letter.isascii() and letter not in _WIDE else 2 for letter in word)
    kept = sum(width <= LONGEST_WORD for width in widths)
    return shortened(word, max(kept, 1))


def _sum(parts: Iterable[Fraction]) -> Fraction:
    return sum(parts, Fraction())
