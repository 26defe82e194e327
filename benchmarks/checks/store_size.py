"""How much room a ledger and all that is derived from it take."""

from collections.abc import Iterator

from benchmarks.results import NO_TARGET, Result, Target, Unit
from benchmarks.scene import A_MILLION, Scene
from benchmarks.timing import Spread

MEBIBYTES = {"SQLite": 250, "PostgreSQL": 450}
AT_A_MILLION = 2_560


def check(scene: Scene) -> Iterator[Result]:
    """Yield the size of a store that was loaded and never changed."""
    found = scene.shelf.mebibytes(scene.ledger)
    yield Result(
        check="store, ledger and columns",
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=Spread((found,)),
        unit=Unit.MEBIBYTES,
        target=_target(scene, found),
    )


def _target(scene: Scene, found: float) -> Target:
    if scene.accounts == A_MILLION:
        limit = AT_A_MILLION
    elif scene.is_usual:
        limit = MEBIBYTES[scene.shelf.engine]
    else:
        return NO_TARGET
    return Target(words=f"≤ {limit:,} MiB", is_met=found <= limit)
