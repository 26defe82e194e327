"""Tables of an answer: cells of text that blocks, pictures and terminals only lay out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice

from bot.answers.answer import Answer, Slice
from bot.findings.reasons import reason_name
from bot.style.differences import moves_of, parts_of
from bot.style.figures import MINUS, NOT_DEFINED, Unit, bare_points, percent, points
from bot.style.grid import Cells, Grid
from bot.style.names import capitalised, dimension_name, safe_name
from metrics.activity import UNSTATED, Activity
from metrics.movements import MovementKind
from metrics.retention import Retention
from metrics.rollup import total

NO_DRIVER = "no driver stated"
OUTSIDE = "Outside NRR"
NOT_SHOWN = "not shown"
ACTIVITY = "Gross activity: all changes summed, day by day; it feeds no ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerDetail:
    """Rows and drivers that a long list shows; the rest is always summed or counted.

    ``components`` says whether there is room for what moved each value, too.
    """

    slices: int = 15
    drivers: int = 12
    components: bool = False


FULL = AnswerDetail()


def terms_grid(answer: Answer) -> Grid:
    """List the four terms of NRR and their sum."""
    terms, name, amount = answer.retention, answer.unit.name, answer.unit.amount
    moves = moves_of(terms)
    expansion, contraction, churn = map(points, moves) if moves else [NOT_DEFINED] * 3
    listed = (
        (f"Opening {name}", terms.opening, _share(terms, terms.opening)),
        ("+ Expansion", terms.expansion, expansion),
        (f"{MINUS} Contraction", terms.contraction, contraction),
        (f"{MINUS} Churn", terms.churn, churn),
        (f"= Closing {name}", terms.closing, _share(terms, terms.closing)),
    )
    rows = tuple((term, amount(minor), share) for term, minor, share in listed)
    return Grid(
        title="",
        header=("Part", "Money", f"Of opening {name}"),
        rows=(*rows, *_fx_rows(answer)),
    )


def outside_line(answer: Answer) -> str:
    """Sum up the MRR that NRR leaves out: "Outside NRR: new $61,720.45"."""
    outside, amount = answer.memo.outside, answer.unit.amount
    if outside is None:
        return f"{OUTSIDE}: new and returning accounts, {NOT_SHOWN}."
    sums = {"new": outside.new, "returning": outside.returning, "resumed": outside.resumed}
    listed = ", ".join(f"{name} {amount(minor)}" for name, minor in sums.items() if minor)
    return f"{OUTSIDE}: {listed or 'nothing'}."


def breakdown_grid(answer: Answer, detail: AnswerDetail = FULL) -> Grid | None:
    """Split the scope by a dimension: its values, the last ones as one row.

    None when there is nothing to split.
    """
    if not answer.breakdown:
        return None
    parts = _named_parts(answer, detail)
    weights = parts_of(_weight(answer.breakdown), [_weight(slices) for _, slices in parts])
    rows = tuple(
        _slice_row(answer, name, total(part.retention for part in slices), weight)
        for (name, slices), weight in zip(parts, weights, strict=True)
    )
    dimension = dimension_name(answer.breakdown[0].dimension)
    return Grid(
        title=f"By {dimension}",
        header=(capitalised(dimension), "Share", "NRR", "GRR", "Opening"),
        rows=rows,
        named=True,
    )


def components_grid(answer: Answer, detail: AnswerDetail) -> Grid | None:
    """Say of each value what moved it, in points of its own opening MRR.

    None when there is nothing to split, or no room.
    """
    if not (answer.breakdown and detail.components):
        return None
    dimension = dimension_name(answer.breakdown[0].dimension)
    return Grid(
        title=f"By {dimension}, in points of its own opening {answer.unit.name}",
        header=(capitalised(dimension), "Expansion", "Contraction", "Churn"),
        rows=tuple(
            (name, *_components(total(part.retention for part in slices)))
            for name, slices in _named_parts(answer, detail)
        ),
        named=True,
    )


def activity_grid(answer: Answer, detail: AnswerDetail = FULL) -> Grid | None:
    """Sum all movements by kind and driver; None when nothing moved, or nobody can say."""
    unit, activity = answer.unit, answer.memo.activity
    if activity is None:
        return None
    rows = tuple(
        (
            capitalised(kind),
            unit.signed_amount(sum_),
            _drivers(activity, kind, unit, detail),
        )
        for kind in MovementKind
        if (sum_ := activity.by_kind.get(kind))
    )
    if not rows:
        return None
    return Grid(title=ACTIVITY, header=("Movements", "Sum", "Largest drivers"), rows=rows)


def _fx_rows(answer: Answer) -> Iterator[Cells]:
    if answer.memo.fx is not None:
        end = answer.period.measured_end
        to = f"Exchange rates, to those of {end.day} {end:%b}"
        yield to, answer.unit.signed_amount(answer.memo.fx), "outside NRR"


def _named_parts(answer: Answer, detail: AnswerDetail) -> list[tuple[str, Sequence[Slice]]]:
    shown, rest = answer.breakdown[: detail.slices], answer.breakdown[detail.slices :]
    parts: list[tuple[str, Sequence[Slice]]] = [(safe_name(part.value), (part,)) for part in shown]
    return [*parts, (f"and {len(rest):,} more, together", rest)] if rest else parts


def _components(together: Retention) -> Cells:
    moves = moves_of(together)
    return tuple(map(bare_points, moves)) if moves else (NOT_DEFINED,) * 3


def _weight(slices: Sequence[Slice]) -> Fraction:
    return sum((part.weight for part in slices), start=Fraction(0))


def _slice_row(answer: Answer, name: str, together: Retention, weight: Fraction) -> Cells:
    opening = answer.unit.amount(together.opening)
    return name, percent(weight), percent(together.nrr), percent(together.grr), opening


def _drivers(activity: Activity, kind: MovementKind, unit: Unit, detail: AnswerDetail) -> str:
    drivers = activity.drivers_of(kind)
    if drivers.keys() <= {UNSTATED}:  # one word for the row, not one for a driver
        return NO_DRIVER
    shown = islice(drivers.items(), detail.drivers)
    words = [f"{reason_name(name)} {unit.signed_amount(size)}" for name, size in shown]
    if len(drivers) > detail.drivers:
        words.append(f"and {len(drivers) - detail.drivers:,} more")
    return ", ".join(words)


def _share(terms: Retention, minor: int) -> str:
    return percent(terms.share_of_opening(minor))
