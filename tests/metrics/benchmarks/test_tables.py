"""The tables of both guides, held cell by cell against a transcription of their own."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from metrics.benchmarks.bands import Band
from metrics.benchmarks.tables import (
    BESSEMER_STRONG,
    BESSEMER_TOP,
    HEALTHY_GRR,
    HEALTHY_NRR,
    PROFILES,
    PUBLIC_MULTIPLES,
    SEGMENTS,
    STAGES,
    DollarRange,
)

PRINTED = json.loads(
    (Path(__file__).parents[2] / "reference" / "benchmarks.json").read_text(encoding="utf-8")
)


def read(cell: dict[str, Any] | None) -> Band | None:
    """Read a band as it was transcribed."""
    if cell is None:
        return None
    high = None if cell["high"] is None else Fraction(cell["high"], 100)
    return Band(Fraction(cell["low"], 100), high, is_open=cell["open_ended"])


def dollars(cell: dict[str, Any] | None) -> DollarRange | None:
    return None if cell is None else DollarRange(cell["min"], cell["max"])


def test_the_profiles_are_those_of_the_gtm_engineers_guide_cell_by_cell() -> None:
    found = [
        (row.title, row.acv, row.median, row.top_quartile, row.drivers) for row in PROFILES.values()
    ]

    assert found == [
        (
            row["profile"],
            dollars(row["acv_usd"]),
            read(row["median_nrr_pct"]),
            read(row["top_quartile_nrr_pct"]),
            row["drivers_text"],
        )
        for row in PRINTED["gtm_engineer_profiles"]
    ]


def test_the_stages_are_those_of_the_sales_led_guide_cell_by_cell() -> None:
    found = [(row.title, row.arr, row.target, row.top, row.says) for row in STAGES.values()]

    assert found == [
        (
            row["stage"],
            dollars(row["arr_usd"]),
            read(row["target_nrr_pct"]),
            read(row["top_nrr_pct"]),
            row["text"],
        )
        for row in PRINTED["sales_led_stages"]
    ]


def test_the_segments_are_those_of_the_sales_led_guide_cell_by_cell() -> None:
    found = [(row.title, row.acv, row.typical, row.churn, row.says) for row in SEGMENTS.values()]

    assert found == [
        (
            row["segment"],
            dollars(row["acv_usd"]),
            read(row["typical_nrr_pct"]),
            read(row.get("churn_pct")),
            row["text"],
        )
        for row in PRINTED["sales_led_segments"]
    ]


@pytest.mark.parametrize(
    ("metric", "band"),
    [
        pytest.param("GRR healthy Series A", HEALTHY_GRR, id="healthy GRR"),
        pytest.param("NRR healthy Series A", HEALTHY_NRR, id="high NRR"),
        pytest.param("Bessemer strong NRR", BESSEMER_STRONG, id="Bessemer, strong"),
        pytest.param("Bessemer top-tier NRR", BESSEMER_TOP, id="Bessemer, top tier"),
        pytest.param("Public SaaS higher multiples", PUBLIC_MULTIPLES, id="public companies"),
    ],
)
def test_a_single_level_is_the_printed_one(metric: str, band: Band) -> None:
    [cell] = [row["pct"] for row in PRINTED["levels"] if row["metric"] == metric]

    assert band == read(cell)


def test_a_few_cells_are_as_they_were_read_by_eye() -> None:
    titles = {row.title: row for row in PROFILES.values()}
    smb, usage = titles["SMB SaaS (under $25K ACV)"], titles["Usage-Based Pricing"]
    enterprise = SEGMENTS[list(SEGMENTS)[2]]

    assert (smb.median.low, smb.median.high) == (Fraction(90, 100), Fraction(1))
    assert (usage.top_quartile.low, usage.top_quartile.high) == (
        Fraction(130, 100),
        Fraction(150, 100),
    )
    assert enterprise.typical == Band(Fraction(110, 100), Fraction(120, 100), is_open=True)
