"""Worked examples from guides, vendors and papers: inputs, and the value that is right.

Where a source printed a wrong value (``source_error``), ``expected`` is the right one.
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

Row = dict[str, Any]

EXAMPLES: list[Row] = json.loads(
    (Path(__file__).parent / "worked_examples.json").read_text(encoding="utf-8"),
    parse_float=Fraction,  # 0.1 is a tenth here, and never nearly one
)


def example(name: str) -> Row:
    """Return the example of an id."""
    [row] = [row for row in EXAMPLES if row["id"] == name]
    return row
