"""Words of what is wrong with a file: each fault with its place and cell, many alike counted."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from storage.importing.report import SHOWN, ImportRefusedError, Places, RowFinding

ALIKE = 10
"""Faults of one kind that are shown each by itself; of more there is one line."""


def finding_lines(error: ImportRefusedError) -> Iterator[str]:
    """Yield the findings on a refused file, in the order in which each kind first occurs.

    >>> from storage.importing.report import RowFinding
    >>> wrong = RowFinding(2, "is not a date: write it like 2026-07-31", "date", "soon")
    >>> list(finding_lines(ImportRefusedError([wrong])))
    ['line 2, date "soon": is not a date: write it like 2026-07-31']
    """
    lines = _lines(_kinds(error.findings), error.places)
    for number, (line, _) in enumerate(lines):
        if number == SHOWN:
            yield f"and {sum(count for _, count in lines[SHOWN:]):,} more"
            return
        yield line


def _kinds(findings: Sequence[RowFinding]) -> Sequence[Sequence[RowFinding]]:
    kinds: defaultdict[tuple[str, str], list[RowFinding]] = defaultdict(list)
    for finding in findings:
        # Figures differ from cell to cell where the message says what each may mean.
        kinds[finding.column, re.sub("[0-9]+", "0", finding.message)].append(finding)
    return [*kinds.values()]


def _lines(kinds: Sequence[Sequence[RowFinding]], places: Places) -> list[tuple[str, int]]:
    found: list[tuple[RowFinding, str, int]] = []
    for alike in kinds:
        if len(alike) > ALIKE:
            found.append((alike[0], _many(alike, places), len(alike)))
        else:
            found += [(one, _one(one, places), 1) for one in alike]
    found.sort(key=lambda line: (line[0].line, line[0].sentence))
    return [(text, count) for _, text, count in found]


def _one(finding: RowFinding, places: Places) -> str:
    column = f", {finding.column}" if finding.column else ""
    return f"{_place(finding, places)}{column}{_cell(finding)}: {finding.message}"


def _many(alike: Sequence[RowFinding], places: Places) -> str:
    first = alike[0]
    column = f"{first.column}, " if first.column else ""
    place = f"first {_place(first, places)}{_cell(first)}"
    return f"{column}{len(alike):,} rows, {place}: {first.message}"


def _place(finding: RowFinding, places: Places) -> str:
    if places.sheet is None:
        return f"{places.unit} {finding.line}"
    letters = places.letters.get(finding.column)
    where = f"cell {letters}{finding.line}" if letters else f"row {finding.line}"
    return f"sheet {places.sheet}, {where}"


def _cell(finding: RowFinding) -> str:
    return f' "{finding.cell}"' if finding.cell else ""
