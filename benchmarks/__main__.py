"""``python -m benchmarks --sizes 3k,100k``: measure, and write the table and the picture."""

import re
import shlex
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks.checks import CHECKS
from benchmarks.course import Course, Extent, Say, run_checks
from benchmarks.picture import draw_costs
from benchmarks.postgresql import running_cluster
from benchmarks.report import write_report
from benchmarks.stores import PostgresShelf, Shelf, SqliteShelf
from bot.clock import utc_now
from bot.server.memory import reuse_memory

HERE = Path(__file__).parent
DEFAULT_FOLDER = Path(tempfile.gettempdir()) / "nrrbot-benchmarks"
_SIZE = re.compile(r"(?P<count>[0-9]+)(?P<unit>[km]?)")
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000}
"""What a size's last letter multiplies by."""

screen = Console(stderr=True)


def main(
    *,
    sizes: Annotated[str, typer.Option(help="Numbers of accounts: 3k,100k,1m.")] = "3k,100k",
    engines: Annotated[str, typer.Option(help="Of sqlite,postgresql.")] = "sqlite,postgresql",
    only: Annotated[str, typer.Option(help=f"Some of {','.join(CHECKS)}.")] = ",".join(CHECKS),
    repeats: Annotated[int, typer.Option(help="Turns of each contender.", min=1)] = 9,
    seconds: Annotated[int, typer.Option(help="How long the bot is asked over HTTP.")] = 60,
    rate: Annotated[int, typer.Option(help="Commands a second then.", max=100)] = 20,
    out: Annotated[Path, typer.Option(help="Folder of RESULTS.md and cost.png.")] = HERE,
    work_dir: Annotated[Path, typer.Option(help="Folder that keeps stores.")] = DEFAULT_FOLDER,
) -> None:
    """Measure nrrbot next to its alternatives; what is kept from an earlier run is used again."""
    reuse_memory()  # as `nrrbot serve` does
    extent = Extent(
        sizes=tuple(map(parse_size, sizes.split(","))),
        checks=chosen(only, CHECKS, "--only"),
        repeats=repeats,
        seconds=seconds,
        rate=rate,
    )
    wanted = chosen(engines, ("sqlite", "postgresql"), "--engines")
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        course = run_checks(
            extent,
            shelves=stack.enter_context(shelves_in(work_dir, wanted)),
            folder=Path(stack.enter_context(tempfile.TemporaryDirectory())),
            say=stack.enter_context(saying()),
        )
    report(course, out)
    if course.failures:
        raise typer.Exit(1)


def report(course: Course, out: Path) -> None:
    """Write what was found into a folder."""
    results = out / "RESULTS.md"
    today = utc_now().date()
    write_report(results, course, command=command_line(), on=today)
    if course.costs:
        engine = course.costs[0].contender.partition(", ")[2] or "SQLite"
        draw_costs(course.costs, out / "cost.png", engine=engine)
    for failure in course.failures:
        screen.print(f"Not measured: {failure}", markup=False, highlight=False)
    screen.print(f"Written: {results.name}, in the folder {out.name}.", highlight=False)


def parse_size(text: str) -> int:
    """Return the number of accounts that ``3k`` or ``1m`` means."""
    found = _SIZE.fullmatch(text.strip().lower())
    if found is None or not int(found["count"]):
        raise typer.BadParameter("write sizes like 3k,100k,1m")
    return int(found["count"]) * _UNITS[found["unit"]]


def chosen(text: str, known: Collection[str], option: str) -> tuple[str, ...]:
    """Return the names in a list, in the order in which they are known."""
    names = {name.strip() for name in text.split(",")}
    if not names <= set(known):
        raise typer.BadParameter(f"{option} takes some of {','.join(known)}")
    return tuple(name for name in known if name in names)


@contextmanager
def shelves_in(folder: Path, engines: tuple[str, ...]) -> Iterator[list[Shelf]]:
    """Open a shelf for each kind of database; a server of ours stops at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    shelves: list[Shelf] = []
    if "sqlite" in engines:
        shelves.append(SqliteShelf(folder / "sqlite"))
    if "postgresql" not in engines:
        yield shelves
        return
    with running_cluster(folder / "postgresql") as cluster:
        yield [*shelves, PostgresShelf(cluster)]


@contextmanager
def saying() -> Iterator[Say]:
    """Show on the terminal what is being done, and for how long."""
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=screen) as progress:
        tasks = [progress.add_task("")]

        def say(text: str) -> None:
            if not screen.is_terminal:
                screen.print(text, highlight=False)
            progress.update(tasks[-1], total=1, completed=1)
            tasks.append(progress.add_task(text, total=None))

        yield say


def command_line() -> str:
    """Return the command as it can be typed again."""
    return shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]])


if __name__ == "__main__":
    typer.run(main)
