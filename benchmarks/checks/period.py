"""One period by segment: balances at month starts against the ways an analyst would take."""

from collections.abc import Iterator

from sqlalchemy import delete

from benchmarks.alternatives import frames, plain_sql
from benchmarks.figures import QUARTER, measured, of_ledger, of_rows
from benchmarks.results import NO_TARGET, Cost, Result, at_least, faster
from benchmarks.scene import Scene
from benchmarks.stores import opened
from benchmarks.timing import Contender, race
from storage.tables.columns import WindowSum

TARGETS = {"SQLite": 6, "PostgreSQL": 15}
BALANCES, SQL, PANDAS, DUCKDB = "month balances", "plain SQL", "pandas", "DuckDB on balances"
PLAYBOOK = "mrr-playbook"


def check(scene: Scene) -> Iterator[Result | Cost]:
    """Yield what one period costs each contender."""
    rivals = scene.rivals
    with opened(scene.shelf.kept(scene.ledger)) as store:
        with store.write() as session:
            session.execute(delete(WindowSum))
        contenders = [
            Contender(
                name=BALANCES,
                run=lambda: measured(store, [QUARTER]),
                read=lambda found: of_ledger(found)[0],
            ),
            Contender(name=SQL, run=lambda: plain_sql.ask(store, QUARTER), read=of_rows),
            Contender(
                name=PANDAS,
                run=lambda: rivals.frames.ask(QUARTER),
                read=lambda frame: of_rows(frames.rows(frame)),
            ),
            Contender(name=DUCKDB, run=lambda: rivals.duckdb.ask(QUARTER), read=of_rows),
            Contender(name=PLAYBOOK, run=lambda: rivals.playbook.ask(QUARTER), agrees=False),
        ]
        spreads = race(contenders, repeats=scene.repeats)
    for name, spread in spreads.items():
        yield Cost(contender=_on(scene, name), accounts=scene.accounts, seconds=spread.median)
    ours = spreads.pop(BALANCES)
    for name, theirs in spreads.items():
        is_judged = name == SQL and scene.is_usual
        wanted = at_least(TARGETS[scene.shelf.engine], ours, theirs)
        yield Result(
            check="one period by segment, from month balances",
            accounts=scene.accounts,
            engine=scene.shelf.engine,
            ours=ours,
            alternative="SQL over the ledger, covering index" if name == SQL else name,
            theirs=theirs,
            ratio=faster(ours, theirs),
            target=wanted if is_judged else NO_TARGET,
        )


def _on(scene: Scene, name: str) -> str:
    return f"{name}, {scene.shelf.engine}" if name in (BALANCES, SQL) else name
