"""One day's movements into a store that is in use: balances repaired, windows fresh."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.checks.trend import MOVEMENTS_A_DAY, ask
from benchmarks.ledgers import TODAY, new_day, write_csv
from benchmarks.results import Result, within
from benchmarks.scene import Scene, answers_of
from benchmarks.stores import opened
from benchmarks.timing import Spread, timed
from bot.answers.answers import Answers
from bot.config import Settings
from bot.importing.imports import SOURCES, import_file
from storage.store.engine import Store

CHECK = f"{MOVEMENTS_A_DAY:,} movements of one day imported, balances and windows fresh"
LIMIT_SECONDS = 1.0


def check(scene: Scene) -> Iterator[Result]:
    """Yield the time from the file to a trend that counts it."""
    file = scene.folder / "day.csv"
    write_csv(scene.ledger, new_day(scene.ledger, MOVEMENTS_A_DAY), file, prefix="d")
    seconds = []
    for _ in range(scene.repeats):
        with scene.shelf.copy(scene.ledger) as url, opened(url) as store:
            answers = answers_of(store)
            ask(answers)
            seconds.append(timed(partial(import_and_ask, store, answers, file))[0])
    file.unlink()
    ours = Spread(tuple(seconds))
    yield Result(
        check=CHECK,
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=ours,
        target=within(LIMIT_SECONDS, ours),
    )


def import_and_ask(store: Store, answers: Answers, file: Path) -> None:
    """Import a file, and ask for the trend, which makes the windows that the file has touched."""
    settings = Settings(_env_file=None)  # the defaults, as of `answers_of`
    import_file(store, settings, SOURCES["movements"].read, file, today=TODAY)
    ask(answers)
