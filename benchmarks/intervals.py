"""``python -m benchmarks.intervals``: what it costs to be sure, by how many accounts a base has.

The bases are drawn, and need no store: what is read of a ledger is measured by the other checks.
"""

from functools import partial

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.timing import Contender, Spread, race, timed
from metrics.confidence.measuring import BaseEnds, measure_confidence

SIZES = (300, 3_000, 3_001, 100_000, 1_000_000)
LEAVING, GROWING = 0.07, 0.2
REPEATS = 5


def drawn_base(accounts: int) -> BaseEnds:
    """Draw a base in which a few leave, some grow, and a few are a thousand times as large."""
    drawing = np.random.default_rng(accounts)
    opening = np.rint(drawing.lognormal(10, 1.2, accounts)).astype(np.int64) + 1
    grown = np.where(drawing.random(accounts) < GROWING, opening + opening // 5, opening)
    return BaseEnds(opening, np.where(drawing.random(accounts) < LEAVING, 0, grown))


def measured(accounts: int) -> Spread:
    """Time the confidence of one base, in seconds."""
    run = partial(measure_confidence, drawn_base(accounts), seed=1)
    return race([Contender(name="", run=run)], repeats=REPEATS)[""]


def main() -> None:
    """Print a row for each size, and first what it takes to load SciPy."""
    first, _ = timed(partial(measure_confidence, drawn_base(SIZES[0]), seed=1))
    console = Console()
    console.print(f"the first one, which loads SciPy: {first:.2f} s", highlight=False)
    table = Table("accounts", "median", "least", "most")
    for accounts in SIZES:
        found = measured(accounts)
        seconds = (found.median, found.low, found.high)
        table.add_row(f"{accounts:,}", *(f"{one * 1000:,.0f} ms" for one in seconds))
    console.print(table)


if __name__ == "__main__":
    main()
