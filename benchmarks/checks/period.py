"""One period by segment: columns against the first version, and the ways an analyst would take."""

from collections.abc import Iterator
from functools import partial

from benchmarks.alternatives import frames
from benchmarks.alternatives.first_statement import FirstStatement
from benchmarks.figures import QUARTER, measured, of_ledger, of_rows
from benchmarks.limits import seconds_to_read
from benchmarks.results import NO_TARGET, Cost, Result, Target, at_least, faster, within
from benchmarks.scene import A_MILLION, Scene
from benchmarks.timing import Contender, Spread, race
from storage.store.engine import Store

CHECK = "one period by segment, nothing kept"
COLUMNS, FIRST, LIMIT = "columns", "first version's statement", "physical limit"
PANDAS, DUCKDB, PLAYBOOK = "pandas", "DuckDB on balances", "mrr-playbook"
SECONDS = {"SQLite": 0.005, "PostgreSQL": 0.010}
SECONDS_AT_A_MILLION = 0.080
TIMES = {(FIRST, "SQLite"): 20, (FIRST, "PostgreSQL"): 10, (PANDAS, "SQLite"): 3}
TIMES[PANDAS, "PostgreSQL"] = 3


def check(scene: Scene) -> Iterator[Result | Cost]:
    """Yield what one period costs each contender."""
    with scene.shelf.without_windows(scene.ledger) as store:
        spreads = race(list(_contenders(scene, store)), repeats=scene.repeats, warm_ups=2)
        with store.read() as session:
            limit = seconds_to_read(session, QUARTER)
    for name, spread in spreads.items():
        yield _cost(scene, name, spread.median)
    yield _cost(scene, LIMIT, limit)
    ours = spreads.pop(COLUMNS)
    yield _result(scene, ours, target=_limit(scene, ours))
    for name, theirs in spreads.items():
        times = TIMES.get((name, scene.shelf.engine)) if scene.is_usual else None
        target = NO_TARGET if times is None else at_least(times, ours, theirs)
        yield _result(scene, ours, name, theirs, target=target)
    yield _result(scene, ours, LIMIT, Spread((limit,)))


def _contenders(scene: Scene, store: Store) -> Iterator[Contender]:
    rivals, first = scene.rivals, FirstStatement(store, QUARTER)
    yield Contender(
        name=COLUMNS,
        run=partial(measured, store, [QUARTER]),
        read=lambda found: of_ledger(found)[0],
    )
    yield Contender(name=FIRST, run=partial(first.ask, QUARTER))
    yield Contender(
        name=PANDAS,
        run=partial(rivals.frames.ask, QUARTER),
        read=lambda frame: of_rows(frames.rows(frame)),
    )
    yield Contender(name=DUCKDB, run=partial(rivals.duckdb.ask, QUARTER), read=of_rows)
    yield Contender(name=PLAYBOOK, run=partial(rivals.playbook.ask, QUARTER), agrees=False)


def _limit(scene: Scene, ours: Spread) -> Target:
    if scene.accounts == A_MILLION:
        return within(SECONDS_AT_A_MILLION, ours)
    return within(SECONDS[scene.shelf.engine], ours) if scene.is_usual else NO_TARGET


def _cost(scene: Scene, name: str, seconds: float) -> Cost:
    in_store = name in (COLUMNS, FIRST)
    contender = f"{name}, {scene.shelf.engine}" if in_store else name
    return Cost(contender=contender, accounts=scene.accounts, seconds=seconds)


def _result(
    scene: Scene,
    ours: Spread,
    name: str = "",
    theirs: Spread | None = None,
    *,
    target: Target = NO_TARGET,
) -> Result:
    return Result(
        check=CHECK,
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=ours,
        alternative=name,
        theirs=theirs,
        ratio="" if theirs is None else faster(ours, theirs),
        target=target,
    )
