"""One day's movements into a store that is in use, by the command itself."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.checks.trend import MOVEMENTS_A_DAY
from benchmarks.ledgers import new_day, write_csv
from benchmarks.processes import run
from benchmarks.results import Result, within
from benchmarks.scene import Scene
from benchmarks.timing import Spread

CHECK = f"{MOVEMENTS_A_DAY:,} movements of one day imported, the whole process"
LIMIT_SECONDS = 1.0


def check(scene: Scene) -> Iterator[Result]:
    """Yield the time of the process that imports a day."""
    file = scene.folder / "day.csv"
    write_csv(scene.ledger, new_day(scene.ledger, MOVEMENTS_A_DAY), file, prefix="d")
    ours = Spread(tuple(_import(scene, file) for _ in range(scene.repeats)))
    file.unlink()
    yield Result(
        check=CHECK,
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=ours,
        target=within(LIMIT_SECONDS, ours),
    )


def _import(scene: Scene, file: Path) -> float:
    with scene.shelf.copy(scene.ledger) as url:
        arguments = ("-m", "bot", "import", "movements", "--yes", str(file))
        return run(arguments, {"DATABASE_URL": url}).seconds
