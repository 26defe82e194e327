"""The sheets beside the figures: cohorts, benchmarks, why, what was restated, definitions."""

from collections.abc import Iterator
from fractions import Fraction

from bot.benchmarks.wording import band_words
from bot.board.cells import Cell, Form, Row, SheetPage, difference, head, name_of, quotient, words
from bot.board.pack import BoardPack
from bot.board.wording import (
    NO_CLOSINGS,
    NO_COHORTS,
    NO_PROFILE,
    definition_lines,
    provenance_lines,
    restated_words,
)
from bot.cohorts.wording import age_name, cohort_name
from bot.style.names import in_period, period_name, safe_name
from bot.why.wording import headline
from metrics.benchmarks.comparing import BenchmarkedYear, Measure
from metrics.change import Component
from metrics.retention import NOTHING

WIDE = 60


def cohort_sheet(pack: BoardPack) -> SheetPage:
    """Lay out the MRR of each cohort by age, then what share of the first it is."""
    table = pack.cohorts
    if table is None or not table.cohorts:
        return SheetPage(name="Cohorts", rows=(words(NO_COHORTS),), first=WIDE)
    ages = (0, *table.ages)
    names = [age_name(age) if age else "at first" for age in ages]
    newest_first = tuple(reversed(table.cohorts))
    rows: list[Row] = [head("Signed up in", "Accounts", *names)]
    for one in newest_first:
        paid = (one.ages[age].closing if age in one.ages else None for age in ages)
        cells = (None if kept is None else Cell(value=kept, form=Form.MONEY) for kept in paid)
        count = Cell(value=one.accounts, form=Form.COUNT)
        rows.append((Cell(value=cohort_name(one, table.length)), count, *cells))
    rows += [(), head("Share of the first", "", *names)]
    for at, one in enumerate(newest_first, 1):
        first = name_of(at, 2)
        shares = (
            quotient(name_of(at, 2 + place), first, one.nrr(age)) if age in one.ages else None
            for place, age in enumerate(ages)
        )
        rows.append((Cell(value=cohort_name(one, table.length)), None, *shares))
    return SheetPage(name="Cohorts", rows=tuple(rows), frozen=1, first=20, other=14)


def benchmark_sheet(pack: BoardPack) -> SheetPage:
    """List the bands and goals that twelve months are held against."""
    rows: list[Row] = [head("Twelve months of", "Measure", "Published", "Here", "It is", "By")]
    for name, beside in _benchmarked(pack):
        for one in beside.benchmarks:
            here = Cell(value=one.measure.of(beside.year), form=Form.RATIO)
            said = words(str(one.position_of(beside.year) or ""), str(one.guide))
            name_here = "Churn" if one.measure is Measure.CHURN else one.measure.upper()
            measure = f"{name_here}, {one.level} {one.peers}"
            rows.append((*words(name, measure, band_words(one.band)), here, *said))
    if len(rows) == 1:
        rows.append(words(NO_PROFILE))
    goals = [(name, one.year.nrr, one.goal) for name, one in _benchmarked(pack) if one.goal]
    if goals:
        rows += [(), head("Goals of", "NRR", "Goal", "Points over")]
    for name, nrr, goal in goals:
        cells = (Cell(value=level, form=Form.RATIO) for level in (nrr, goal.goal))
        over = difference(name_of(len(rows), 1), name_of(len(rows), 2), goal.over)
        rows.append((Cell(value=name), *cells, over))
    return SheetPage(name="Benchmarks", rows=tuple(rows), frozen=1, other=28)


def _benchmarked(pack: BoardPack) -> Iterator[tuple[str, BenchmarkedYear]]:
    if pack.year is None:
        return
    if pack.year.benchmarked is not None:
        yield "Whole company", pack.year.benchmarked
    for part in pack.year.breakdown:
        if part.benchmarked is not None:
            yield safe_name(part.value), part.benchmarked


def why_sheet(pack: BoardPack) -> SheetPage:
    """Lay out the exact parts of the change of NRR; their sum is the change."""
    change, sides = pack.why.change, pack.why.sides
    said = words(headline(pack.why), form=Form.TITLE)
    if change is None:
        return SheetPage(name="Why", rows=(said,), first=WIDE)
    rows: list[Row] = [said, head("Points of NRR", *Component, "mix", "together")]
    for one in change.segments:
        parts = (*(one.by_component[part] for part in Component), one.mix)
        rows.append(_parts(len(rows), safe_name(one.value) or "whole company", parts))
    first, last = 2, len(rows) - 1
    sums = (*(change.by_component[part] for part in Component), change.mix, change.total)
    rows.append(
        (
            Cell(value="All of it", is_total=True),
            *(_summed(first, last, at, value) for at, value in enumerate(sums, 1)),
        )
    )
    levels = ((sides.period, change.after), (sides.before_period, change.before))
    rows += [
        (Cell(value=f"NRR {in_period(period)}"), Cell(value=ratio, form=Form.RATIO))
        for period, ratio in levels
    ]
    now, before, parts_sum = name_of(last + 2, 1), name_of(last + 3, 1), name_of(last + 1, 5)
    check = f"=ROUND({now}-{before}-{parts_sum},10)"
    rows.append(
        (
            Cell(value="Check: the difference is 0", form=Form.NOTE),
            Cell(value=Fraction(), form=Form.POINTS, formula=check),
        )
    )
    return SheetPage(name="Why", rows=tuple(rows), frozen=2)


def _parts(row: int, name: str, parts: tuple[Fraction, ...]) -> Row:
    together = f"=SUM({name_of(row, 1)}:{name_of(row, len(parts))})"
    return (
        Cell(value=name),
        *(Cell(value=part, form=Form.POINTS) for part in parts),
        Cell(value=sum(parts, Fraction()), form=Form.POINTS, formula=together),
    )


def _summed(first: int, last: int, column: int, value: Fraction) -> Cell:
    formula = f"=SUM({name_of(first, column)}:{name_of(last, column)})"
    return Cell(value=value, form=Form.POINTS, formula=formula, is_total=True)


def restated_sheet(pack: BoardPack) -> SheetPage:
    """List earlier periods as they were first closed, and as they are known now."""
    if not pack.closings:
        rows: tuple[Row, ...] = (words(NO_CLOSINGS),)
        return SheetPage(name="Restated", rows=rows, first=WIDE)
    measures = ("NRR then", "NRR now", "Change", "GRR then", "GRR now", "Change")
    listed: list[Row] = [head("As first closed", *measures, "")]
    for one in pack.closings:
        row, then, now = len(listed), one.then or NOTHING, one.now
        told = (*_then_now(row, 1, then.nrr, now.nrr), *_then_now(row, 4, then.grr, now.grr))
        listed.append((Cell(value=period_name(one.period)), *told, Cell(value=restated_words(one))))
    return SheetPage(name="Restated", rows=tuple(listed), frozen=1)


def _then_now(row: int, column: int, then: Fraction | None, now: Fraction | None) -> Row:
    moved = None if then is None or now is None else now - then
    return (
        Cell(value=then, form=Form.RATIO),
        Cell(value=now, form=Form.RATIO),
        difference(name_of(row, column + 1), name_of(row, column), moved),
    )


def definition_sheet(pack: BoardPack) -> SheetPage:
    """Say what the figures mean, and which data they rest on."""
    rows = [words("Definitions", form=Form.TITLE)]
    rows += [words(name, said) for name, said in definition_lines()]
    rows += [(), *(words(line, form=Form.NOTE) for line in provenance_lines(pack))]
    return SheetPage(name="Definitions", rows=tuple(rows), first=24, other=WIDE)
