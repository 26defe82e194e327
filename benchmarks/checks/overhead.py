"""What SQLAlchemy adds to the statements of one answer."""

from collections.abc import Iterator

from sqlalchemy import delete

from benchmarks.figures import QUARTER, measured
from benchmarks.results import Result, as_long, at_most
from benchmarks.scene import Scene
from benchmarks.statements import heard, through_driver, through_sqlalchemy, whole_numbers
from benchmarks.stores import opened
from benchmarks.timing import Contender, race
from storage.tables.columns import WindowSum

OURS, THEIRS = "SQLAlchemy", "the raw driver"


def check(scene: Scene) -> Iterator[Result]:
    """Yield the same statements through SQLAlchemy and through the driver."""
    with opened(scene.shelf.kept(scene.ledger)) as store:
        with store.write() as session:
            session.execute(delete(WindowSum))
        statements = heard(store, lambda: measured(store, [QUARTER]))
        spreads = race(
            [
                Contender(
                    name=OURS,
                    run=lambda: through_sqlalchemy(store, statements),
                    read=whole_numbers,
                ),
                Contender(
                    name=THEIRS, run=lambda: through_driver(store, statements), read=whole_numbers
                ),
            ],
            repeats=3 * scene.repeats,
        )
    yield Result(
        check="one period's statements through SQLAlchemy",
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=spreads[OURS],
        alternative=THEIRS,
        theirs=spreads[THEIRS],
        ratio=as_long(spreads[OURS], spreads[THEIRS]),
        target=at_most(1.2, spreads[OURS], spreads[THEIRS]),
    )
