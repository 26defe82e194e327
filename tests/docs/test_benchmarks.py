"""docs/benchmarks.md has the tables as they are compared with."""

import re
from pathlib import Path

from bot.benchmarks.wording import band_words
from bot.goals.grammar import read_goal, read_profile
from metrics.benchmarks.bands import Band
from metrics.benchmarks.tables import HEALTHY_GRR, PROFILES, SEGMENTS, STAGES

PAGE = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text(encoding="utf-8")
ROWS = {
    tuple(cell.strip() for cell in row.split("|"))
    for row in re.findall(r"(?m)^\| (.+) \|$", PAGE.replace(" | |", " |  |"))
}


def words(band: Band | None) -> str:
    return "" if band is None else band_words(band)


def test_the_tables_are_those_that_are_compared_with() -> None:
    profiles = {
        (f"`{name}`", row.title, words(row.median), words(row.top_quartile), row.drivers)
        for name, row in PROFILES.items()
    }
    stages = {
        (f"`{name}`", row.title, words(row.target), words(row.top)) for name, row in STAGES.items()
    }
    segments = {(row.title, words(row.typical), words(row.churn)) for row in SEGMENTS.values()}

    assert profiles | stages | segments <= ROWS
    assert f"A GRR of {words(HEALTHY_GRR)} is healthy" in PAGE


def test_every_line_to_type_is_read() -> None:
    lines = re.findall(r"(?m)^nrrbot (profile|goal) ?(.*)$", PAGE)

    assert len(lines) == 8
    for name, rest in lines:
        assert (read_profile if name == "profile" else read_goal)(rest) or not rest
