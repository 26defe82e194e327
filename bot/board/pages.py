"""The pages of a board pack, each with its finding as the title."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answers.answer import Answer
from bot.answers.chart import bridge, split
from bot.answers.wording.findings import finding_lines
from bot.answers.wording.rows import outside_line
from bot.benchmarks.wording import beside_grid
from bot.board.pack import BoardPack
from bot.board.wording import (
    NO_COHORTS,
    NOT_SHOWN,
    RATE_TERMS,
    Named,
    benchmark_lines,
    board_lines,
    closing_at_rates,
    definition_lines,
    is_converted,
    levels_line,
    provenance_lines,
    restated_line,
    sides_of,
    title,
)
from bot.charts.paper import Page, pdf
from bot.charts.values import Lines
from bot.cohorts.chart import cohort_chart
from bot.cohorts.wording import definition_line, early_line, hidden_line
from bot.style.differences import change_of, moves_of
from bot.style.figures import NOT_DEFINED, Unit, bare_points, percent
from bot.style.grid import Grid
from bot.style.grounds import footer
from bot.style.names import capitalised, dimension_name, period_name, safe_name
from bot.trends.chart import trend_chart
from bot.why import wording as why
from bot.why.chart import explanation_chart
from metrics.retention import Retention

MOST_SEGMENTS = 12
"""Segments that a page lists; the workbook has all of them."""
_TERMS: tuple[str, ...] = (
    *("Opening MRR", "+ Expansion", "− Contraction", "− Churn", "= Closing MRR of the base"),
    *("+ New, returning and resumed accounts", "= Closing MRR of all accounts"),
)
_TALL = 3.6  # inches


def printed(pack: BoardPack) -> bytes:
    """Print a pack as a PDF file; the same pack gives the same bytes."""
    return pdf(pages_of(pack), name=title(pack), source=f"{title(pack)} · {footer(pack.grounds)}")


def pages_of(pack: BoardPack) -> tuple[Page, ...]:
    """Compose the pages: summary, trend, bridge, segments, why, cohorts, peers, definitions."""
    return tuple(_pages(pack))


def _pages(pack: BoardPack) -> Iterator[Page]:
    yield _summary(pack)
    yield from _trend(pack)
    yield _bridge(pack)
    if pack.answer.breakdown:
        yield _segments(pack)
    yield _why(pack)
    yield _cohorts(pack)
    yield _peers(pack)
    yield Page(
        title="What the figures mean, and what they rest on",
        lines=(
            *(f"{name}: {said}" for name, said in definition_lines()),
            restated_line(pack),
            *provenance_lines(pack),
        ),
    )


def _summary(pack: BoardPack) -> Page:
    _, *lines = board_lines(pack)
    beside = benchmark_lines(pack)[:1] if pack.year and pack.year.benchmarked else ()
    rows = [row for now, before in sides_of(pack) for row in _levels(now, before, pack.unit)]
    header = ("", "NRR", "Change", "GRR", "Change", "Opening MRR", "Closing MRR", "Accounts kept")
    grid = Grid(title="", header=header, rows=tuple(rows), named=True)
    return Page(title=levels_line(pack), lines=(*lines, *beside, restated_line(pack)), table=grid)


def _levels(now: Named, before: Named | None, unit: Unit) -> Iterator[tuple[str, ...]]:
    yield _level(now, before[1] if before else None, unit)
    if before is not None:
        yield _level(before, None, unit)


def _level(named: Named, was: Retention | None, unit: Unit) -> tuple[str, ...]:
    name, one = named
    nrr, grr = (change_of(one.nrr, was.nrr), change_of(one.grr, was.grr)) if was else (None, None)
    ends = (unit.short(part) for part in (one.opening, one.closing))
    kept = f"{one.accounts_retained:,} of {one.accounts_opening:,}"
    return (
        capitalised(name),
        percent(one.nrr),
        nrr or "",
        percent(one.grr),
        grr or "",
        *ends,
        kept,
    )


def _trend(pack: BoardPack) -> Iterator[Page]:
    if pack.trend is None:
        return
    chart = trend_chart(pack.trend)
    if isinstance(chart, Lines):
        chart = replace(chart, height=_TALL)
    lines = finding_lines(pack.year, year_first=True) if pack.year else ()
    note = "Each point is one opening base over the twelve months to it."
    yield Page(title=chart.caption.title, chart=chart, lines=(*lines, note))


def _bridge(pack: BoardPack) -> Page:
    chart, answers = bridge(pack.answer), [one for one in (pack.answer, pack.year) if one]
    columns, terms = [_money(one) for one in answers], _TERMS
    if is_converted(pack):
        columns = [(*cells, *_at_close(one)) for cells, one in zip(columns, answers, strict=True)]
        terms = (*terms, *RATE_TERMS)
    rows = tuple((name, *cells) for name, *cells in zip(terms, *columns, strict=True))
    header = ("", *(capitalised(period_name(one.period)) for one in answers))
    said = f"All amounts are MRR in {pack.grounds.currency}."
    return Page(
        title=chart.caption.title,
        chart=chart,
        lines=(outside_line(pack.answer), said),
        table=Grid(title="", header=header, rows=rows, named=True),
    )


def _money(answer: Answer) -> tuple[str, ...]:
    terms, outside, amount = answer.retention, answer.memo.outside, answer.unit.amount
    parts = (terms.opening, terms.expansion, -terms.contraction, -terms.churn, terms.closing)
    others = [NOT_SHOWN, NOT_SHOWN]
    if outside is not None and answer.closing_total is not None:
        others = [amount(outside.total), amount(answer.closing_total)]
    return (*map(amount, parts), *others)


def _at_close(answer: Answer) -> tuple[str, str]:
    fx, at_close, unit = answer.memo.fx, closing_at_rates(answer), answer.unit
    if fx is None or at_close is None:
        return NOT_SHOWN, NOT_SHOWN
    return unit.signed_amount(fx), unit.amount(at_close)


def _segments(pack: BoardPack) -> Page:
    chart, answer = split(pack.answer), pack.answer
    whole = ("Whole company", answer.retention, pack.year.retention if pack.year else None)
    parts = [(safe_name(one.value), one.retention, one.year) for one in answer.parts]
    left = len(parts) - MOST_SEGMENTS
    more = [f"The workbook lists {left:,} more."] if left > 0 else []
    header = (
        *(capitalised(dimension_name(answer.breakdown[0].dimension)), "Opening MRR", "NRR", "GRR"),
        *("Expansion", "Contraction", "Churn", "12-month NRR", "12-month GRR"),
    )
    rows = tuple(_segment(*one, answer.unit) for one in (*parts[:MOST_SEGMENTS], whole))
    said = "Expansion, contraction and churn are in points of each segment's own opening MRR."
    return Page(
        title=chart.caption.title,
        chart=chart,
        lines=(*finding_lines(answer), said, *more),
        table=Grid(title="", header=header, rows=rows, named=True),
    )


def _segment(name: str, one: Retention, year: Retention | None, unit: Unit) -> tuple[str, ...]:
    moves = moves_of(one)
    moved = map(bare_points, moves) if moves else [NOT_DEFINED] * 3
    levels = (percent(year.nrr), percent(year.grr)) if year else (NOT_DEFINED, NOT_DEFINED)
    opening = unit.short(one.opening)
    return (name, opening, percent(one.nrr), percent(one.grr), *moved, *levels)


def _why(pack: BoardPack) -> Page:
    explanation = pack.why
    lines = (
        *(why.no_change_line(explanation), why.parts_line(explanation)),
        *(why.reversal_line(explanation), why.split_line(explanation)),
        *(why.reasons_line(explanation), why.usual_line(explanation)),
        why.lever_line(explanation),
    )
    return Page(
        title=why.headline(explanation),
        chart=explanation_chart(explanation),
        lines=_said(lines),
    )


def _cohorts(pack: BoardPack) -> Page:
    table = pack.cohorts
    if table is None or not table.cohorts:
        return Page(title=NO_COHORTS)
    chart = cohort_chart(table)
    lines = _said((early_line(table), definition_line(table), hidden_line(table)))
    return Page(title=chart.caption.title, chart=chart, lines=lines)


def _peers(pack: BoardPack) -> Page:
    first, *others = benchmark_lines(pack)
    table = beside_grid(pack.year.benchmarked) if pack.year else None
    return Page(title=first.removesuffix("."), lines=tuple(others), table=table)


def _said(lines: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(line) for line in lines if line is not None)
