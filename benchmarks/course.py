"""The course of a run: every check, on every size and kind of database that it is for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.checks import CHECKS, Check
from benchmarks.checks.answers import flatness
from benchmarks.ledgers import GeneratedLedger, Plan, generate
from benchmarks.load import Load
from benchmarks.results import Cost, Result
from benchmarks.scene import Rivals, Scene
from benchmarks.stores import Shelf

USUAL_SIZE = 100_000
"""Where targets of one size are measured."""
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How much to measure: see `benchmarks.scene.Scene`; ``checks`` are names in `CHECKS`."""

    sizes: tuple[int, ...]
    checks: tuple[str, ...]
    repeats: int
    seconds: int
    rate: int

    @property
    def usual_size(self) -> int:
        """The size for checks of one size: `USUAL_SIZE`, or the nearest there is."""
        return min(self.sizes, key=lambda size: abs(size - USUAL_SIZE))

    def checks_at(self, size: int) -> Iterator[tuple[str, Check]]:
        """Yield the checks for one size."""
        for name in self.checks:
            if CHECKS[name].at_every_size or size == self.usual_size:
                yield name, CHECKS[name]


@dataclass(frozen=True, slots=True)
class Course:
    """Everything that was found, in the order of the run, and why a check did not end."""

    results: list[Result] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    load: Load = field(default_factory=Load)

    def run(self, name: str, check: Check, scene: Scene) -> None:
        """Run one check; the others go on if it fails."""
        others = self.load.look()
        try:
            for found in check.run(scene):
                self.add(found if isinstance(found, Cost) else replace(found, others=others))
        except Exception as error:  # noqa: BLE001 - what was measured before must not be lost
            where = f"{name}, {scene.accounts:,} accounts, {scene.shelf.engine}"
            self.failures.append(f"{where}: {type(error).__name__}: {error}")

    def add(self, found: Result | Cost) -> None:
        """Keep one finding."""
        if isinstance(found, Cost):
            self.costs.append(found)
        else:
            self.results.append(found)


def run_checks(extent: Extent, *, shelves: list[Shelf], folder: Path, say: Say) -> Course:
    """Run everything, and return what was found; ``say`` is told what is being done."""
    course = Course()
    for size in extent.sizes:
        say(f"{size:,} accounts: a ledger")
        ledger = generate(Plan(accounts=size))
        rivals = Rivals(ledger)
        for shelf in shelves:
            say(f"{size:,} accounts, {shelf.engine}: a store")
            shelf.kept(ledger)
            scene = _scene(extent, ledger, shelf, folder, rivals)
            for name, check in extent.checks_at(size):
                say(f"{size:,} accounts, {shelf.engine}: {name}")
                course.run(name, check, scene)
    for result in flatness(course.results):
        course.add(result)
    return course


def _scene(
    extent: Extent, ledger: GeneratedLedger, shelf: Shelf, folder: Path, rivals: Rivals
) -> Scene:
    return Scene(
        ledger=ledger,
        shelf=shelf,
        is_usual=ledger.plan.accounts == extent.usual_size,
        repeats=extent.repeats,
        seconds=extent.seconds,
        rate=extent.rate,
        folder=folder,
        rivals=rivals,
    )
