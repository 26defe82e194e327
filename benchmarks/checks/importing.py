"""A whole ledger from CSV: `nrrbot import movements` against a loop over `add_all`."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import QUARTER, measured, of_ledger
from benchmarks.ledgers import write_csv
from benchmarks.processes import Outcome, run
from benchmarks.results import Result, Target, Unit
from benchmarks.scene import Scene
from benchmarks.stores import opened
from benchmarks.timing import DisagreementError, Spread

SPEED = "import of all movements, validated, columns built"
MEMORY = "peak memory of that import"
ROWS_A_SECOND = {"SQLite": 120_000, "PostgreSQL": 100_000}
TIMES, MEBIBYTES = 20, 1_229
ADD_ALL_ROWS = 100_000
"""What `add_all` gets: its pace falls as tables grow, so it looks better than it is."""


def check(scene: Scene) -> Iterator[Result]:
    """Yield rows per second and memory."""
    file = scene.folder / f"movements_{scene.accounts}.csv"
    write_csv(scene.ledger, scene.ledger.movements, file, prefix="m")
    ours, theirs, peaks = list[float](), list[float](), list[float]()
    rows = len(scene.ledger.movements)
    for _ in range(scene.few):
        outcome = _import(scene, file)
        ours.append(rows / outcome.seconds)
        peaks.append(outcome.peak_mebibytes)
        theirs.append(_add_all(scene, file))
    file.unlink()
    yield from _results(scene, Spread(tuple(ours)), Spread(tuple(theirs)), Spread(tuple(peaks)))


def _import(scene: Scene, file: Path) -> Outcome:
    with scene.shelf.empty() as url:
        arguments = ("-m", "bot", "import", "movements", str(file), "--closed-through", "2026-10")
        mebibytes = file.stat().st_size // 2**20 + 1
        outcome = run(arguments, {"DATABASE_URL": url, "NRRBOT_MAX_IMPORT_MIB": str(mebibytes)})
        _require_agreement(scene, url)
    return outcome


def _require_agreement(scene: Scene, url: str) -> None:
    """Check that what was imported answers as what was loaded does."""
    with opened(url) as imported, opened(scene.shelf.kept(scene.ledger)) as kept:
        found, expected = (of_ledger(measured(store, [QUARTER])) for store in (imported, kept))
    if found != expected:
        raise DisagreementError("the kept store", "the imported store")


def _add_all(scene: Scene, file: Path) -> float:
    """Return the rows per second of its loop alone."""
    with scene.shelf.empty() as url:
        arguments = ("-m", "benchmarks.alternatives.add_all", str(file), url, str(ADD_ALL_ROWS))
        added, seconds = run(arguments, {}).output.split()
    return int(added) / float(seconds)


def _results(scene: Scene, ours: Spread, theirs: Spread, peaks: Spread) -> Iterator[Result]:
    ratio, wanted = ours.median / theirs.median, ROWS_A_SECOND[scene.shelf.engine]
    yield Result(
        check=SPEED,
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=ours,
        unit=Unit.ROWS_PER_SECOND,
        alternative=f"add_all, first {ADD_ALL_ROWS:,} rows, nothing checked, no columns",
        theirs=theirs,
        ratio=f"{ratio:.3g} times faster",
        target=Target(
            words=f"≥ {wanted:,} rows/s, ≥ {TIMES} times faster",
            is_met=ours.median >= wanted and ratio >= TIMES,
        ),
        note=f"{len(scene.ledger.movements):,} movements; the command as a whole",
    )
    yield Result(
        check=MEMORY,
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=peaks,
        unit=Unit.MEBIBYTES,
        target=Target(words=f"< {MEBIBYTES:,} MiB", is_met=peaks.median < MEBIBYTES),
    )
