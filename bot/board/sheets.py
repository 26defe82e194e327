"""The sheets of a board pack, in the order that a CFO reads them."""

from fractions import Fraction

from bot.answers.answer import Answer
from bot.board.cells import (
    RETENTION_HEAD,
    Cell,
    Form,
    Row,
    SheetPage,
    difference,
    head,
    name_of,
    retention_cells,
    sum_cells,
    words,
)
from bot.board.pack import BoardPack
from bot.board.sheets_beside import (
    benchmark_sheet,
    cohort_sheet,
    definition_sheet,
    restated_sheet,
    why_sheet,
)
from bot.board.wording import (
    NOT_SHOWN,
    RATE_TERMS,
    board_lines,
    closing_at_rates,
    is_converted,
    provenance_lines,
    sides_of,
)
from bot.style.names import capitalised, dimension_name, period_name, safe_name, short_month
from metrics.period_grammar import ONE_DAY
from metrics.retention import NOTHING, Retention
from metrics.rollup import total

NRR, GRR = 6, 7
"""Columns of `retention_cells`, counted from 0."""
APART = "not shown apart"
SWITCHED = "switched between products"


def sheets_of(pack: BoardPack) -> tuple[SheetPage, ...]:
    """Lay out all sheets."""
    return (
        _summary(pack),
        _bridge(pack),
        _segments(pack),
        _trend(pack),
        cohort_sheet(pack),
        benchmark_sheet(pack),
        why_sheet(pack),
        restated_sheet(pack),
        definition_sheet(pack),
    )


def _summary(pack: BoardPack) -> SheetPage:
    heading, *said = board_lines(pack)
    lines = [words(heading, form=Form.TITLE), *map(words, said)]
    rows: list[Row] = [*lines, (), head(f"MRR in {pack.grounds.currency}", *RETENTION_HEAD)]
    for now, before in sides_of(pack):
        first = len(rows)
        rows.append(_named(first, *now))
        if before is not None:
            rows += [_named(first + 1, *before), _change(first, now[1], before[1])]
    rows += [(), *(words(line, form=Form.NOTE) for line in provenance_lines(pack))]
    return SheetPage(name="Summary", rows=tuple(rows))


def _named(row: int, name: str, retention: Retention) -> Row:
    return (Cell(value=name), *retention_cells(row, retention))


def _change(first: int, now: Retention, before: Retention) -> Row:
    pairs = ((NRR, now.nrr, before.nrr), (GRR, now.grr, before.grr))
    cells = {
        column: difference(
            name_of(first, column),
            name_of(first + 1, column),
            None if one is None or other is None else one - other,
        )
        for column, one, other in pairs
    }
    return (Cell(value="Change"), *(cells.get(column) for column in range(1, GRR + 1)))


def _bridge(pack: BoardPack) -> SheetPage:
    answers = [one for one in (pack.answer, pack.year) if one is not None]
    columns = [_bridge_column(at, one) for at, one in enumerate(answers, 1)]
    names: tuple[str, ...] = (
        *("Opening MRR", "+ Expansion", "− Contraction", "− Churn", "= Closing MRR of the base"),
        *("+ New accounts", "+ Returning accounts", "+ Resumed accounts"),
        *(
            "= Closing MRR of all accounts",
            "As the ledger adds it up",
            "Check: the difference is 0",
        ),
    )
    if is_converted(pack):
        names = (*names, *RATE_TERMS)
        for at, (cells, one) in enumerate(zip(columns, answers, strict=True), 1):
            cells.extend(_at_close(at, one))
    rows = [
        head(f"MRR in {pack.grounds.currency}", *(period_name(one.period) for one in answers)),
        *((Cell(value=name), *cells) for name, *cells in zip(names, *columns, strict=True)),
    ]
    return SheetPage(name="Bridge", rows=tuple(rows), frozen=1, other=26)


def _bridge_column(at: int, answer: Answer) -> list[Cell | None]:
    terms, outside, closing = answer.retention, answer.memo.outside, answer.closing_total
    first, base, new, last = (name_of(row, at) for row in (1, 5, 6, 8))
    moved = (terms.opening, terms.expansion, -terms.contraction, -terms.churn)

    cells: list[Cell | None] = [Cell(value=part, form=Form.MONEY) for part in moved]
    cells.append(_summed(f"SUM({first}:{name_of(4, at)})", terms.closing))
    if outside is None or closing is None:
        return [*cells, *([Cell(value=NOT_SHOWN)] * 3), None, None, None]
    sums = (outside.new, outside.returning, outside.resumed)
    cells += [Cell(value=one, form=Form.MONEY) for one in sums]
    cells.append(_summed(f"SUM({base},{new}:{last})", closing))
    cells.append(Cell(value=closing, form=Form.MONEY))
    cells.append(_summed(f"{name_of(9, at)}-{name_of(10, at)}", 0))
    return cells


def _at_close(at: int, answer: Answer) -> list[Cell | None]:
    """Lay out what exchange rates changed, and what the period after opens with."""
    at_close = closing_at_rates(answer)
    if answer.memo.fx is None or at_close is None:
        return [Cell(value=NOT_SHOWN), None]
    together = _summed(f"{name_of(9, at)}+{name_of(12, at)}", at_close)
    return [Cell(value=answer.memo.fx, form=Form.MONEY), together]


def _summed(over: str, value: int) -> Cell:
    return Cell(value=value, form=Form.MONEY, formula=f"={over}", is_total=True)


def _segments(pack: BoardPack) -> SheetPage:
    rows: list[Row] = []
    for answer in (pack.answer, pack.year):
        if answer is not None:
            rows += [*_split(answer, len(rows)), ()]
    return SheetPage(name="Segments", rows=tuple(rows))


def _split(answer: Answer, at: int) -> list[Row]:
    """Lay out the values of a split, their sum, and what that is off the whole company."""
    period, parts = period_name(answer.period), answer.breakdown
    dimension = dimension_name(parts[0].dimension) if parts else "company"
    title_row = words(f"{period}, by {dimension}", form=Form.TITLE)
    rows: list[Row] = [title_row, head(capitalised(dimension), *RETENTION_HEAD)]
    first = at + len(rows)
    rows += [
        _named(first + row, safe_name(one.value), one.retention) for row, one in enumerate(parts)
    ]
    rows += _rest(answer, at + len(rows))
    last = at + len(rows) - 1
    if last >= first:
        summed = sum_cells(last + 1, first, last, answer.retention)
        rows.append((Cell(value="Sum", is_total=True), *summed))
    whole = at + len(rows)
    rows.append(_named(whole, "Whole company", answer.retention))
    if last >= first:
        rows.append(_check(whole))
    return rows


def _rest(answer: Answer, row: int) -> list[Row]:
    """Give in one row what the values leave of the whole: it must add up."""
    parts, whole = total(one.retention for one in answer.breakdown), answer.retention
    fields = ("opening", "expansion", "contraction", "churn")
    left = [getattr(whole, name) - getattr(parts, name) for name in fields]
    accounts = [
        getattr(whole, name) - getattr(parts, name)
        for name in ("accounts_opening", "accounts_retained")
    ]
    if not answer.breakdown or not any((*left, *accounts)):
        return []
    money = (Cell(value=one, form=Form.MONEY) for one in left)
    counts = (Cell(value=one, form=Form.COUNT) for one in accounts)
    name = APART if answer.switched is None else SWITCHED
    opening, expansion, contraction, churn = (name_of(row, at) for at in range(1, 5))
    closing = Cell(
        value=left[0] + left[1] - left[2] - left[3],
        form=Form.MONEY,
        formula=f"={opening}+{expansion}-{contraction}-{churn}",
    )
    return [(Cell(value=name), *money, closing, None, None, *counts)]


def _check(whole: int) -> Row:
    """Subtract the whole company from the sum above it."""
    cells = (
        Cell(value=0, form=Form.MONEY, formula=f"={name_of(whole - 1, at)}-{name_of(whole, at)}")
        for at in range(1, 6)
    )
    return (Cell(value="Check: the difference is 0", form=Form.NOTE), *cells)


def _trend(pack: BoardPack) -> SheetPage:
    if (trend := pack.trend) is None:
        return SheetPage(name="Trend", rows=(words("There are no twelve months to look at."),))
    names = [safe_name(one.value or "") for one in trend.breakdown]
    heading = head("12 months to", *RETENTION_HEAD, *(f"NRR of {name}" for name in names))
    rows: list[Row] = [heading]
    by_month = [{one.period.end: one.retention for one in part.points} for part in trend.breakdown]
    for point in trend.whole.complete:
        month = short_month(point.period.end - ONE_DAY)
        if not point.is_in:
            rows.append(words(month, "not in"))
            continue
        parts = (course.get(point.period.end, NOTHING).nrr for course in by_month)
        rows.append((*_named(len(rows), month, point.retention), *map(_ratio, parts)))
    return SheetPage(name="Trend", rows=tuple(rows), frozen=1, first=14, other=14)


def _ratio(value: Fraction | None) -> Cell:
    return Cell(value=value, form=Form.RATIO)
