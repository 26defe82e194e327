"""From the words of a question to its Answer, with windows kept and without."""

from collections.abc import Iterator

from sqlalchemy import delete

from benchmarks.ledgers import TODAY
from benchmarks.results import NO_TARGET, Cost, Result, Target, as_long, at_most, within
from benchmarks.scene import Scene, answers_of
from benchmarks.statements import heard, through_driver
from benchmarks.stores import opened
from benchmarks.timing import Contender, Spread, race
from bot.answers.answers import Answers
from storage.store.engine import Store
from storage.tables.columns import WindowSum

QUESTION = "last-quarter"
ASKED_BEFORE = "question to Answer, asked before"
KEPT = "question to Answer, windows kept, nothing remembered"
NOT_KEPT = "question to Answer, no window kept"
FLAT = "{}: largest size against smallest"
LIMIT, FLATNESS = 0.010, 1.5
OVERHEAD, ALLOWANCE, AT_A_MILLION = 1.3, 0.015, 1.0
A_MILLION = 1_000_000


def check(scene: Scene) -> Iterator[Result | Cost]:
    """Yield what one question costs."""
    with opened(scene.shelf.kept(scene.ledger)) as store:
        for check, name, spread in _kept(store, scene.repeats):
            target = within(LIMIT, spread) if scene.is_usual else NO_TARGET
            yield _result(scene, check, spread, target=target)
            yield Cost(
                contender=f"{name}, {scene.shelf.engine}",
                accounts=scene.accounts,
                seconds=spread.median,
            )
        ours, bare, count = _not_kept(store, scene.repeats)
    yield _result(
        scene,
        NOT_KEPT,
        ours,
        target=_not_much_more(scene, ours, bare),
        alternative=f"its {count} bare statements, driver only",
        theirs=bare,
        ratio=as_long(ours, bare),
    )


def flatness(results: list[Result]) -> Iterator[Result]:
    """Yield for each database what the largest ledger costs against the smallest."""
    kept = [result for result in results if result.check in (ASKED_BEFORE, KEPT)]
    for check, engine in dict.fromkeys((result.check, result.engine) for result in kept):
        same = [result for result in kept if (result.check, result.engine) == (check, engine)]
        same.sort(key=lambda result: result.accounts)
        smallest, largest = same[0], same[-1]
        if smallest is largest:
            continue
        yield Result(
            check=FLAT.format(check),
            accounts=largest.accounts,
            engine=engine,
            ours=largest.ours,
            alternative=f"{smallest.accounts:,} accounts",
            theirs=smallest.ours,
            ratio=as_long(largest.ours, smallest.ours),
            target=at_most(FLATNESS, largest.ours, smallest.ours),
        )


def _kept(store: Store, repeats: int) -> Iterator[tuple[str, str, Spread]]:
    """Yield each check, its name in the picture, and its seconds."""
    answers = answers_of(store)
    spreads = race(
        [
            Contender(name=ASKED_BEFORE, run=lambda: answers.ask(QUESTION, today=TODAY)),
            Contender(name=KEPT, run=lambda: answers_of(store).ask(QUESTION, today=TODAY)),
        ],
        repeats=3 * repeats,
        warm_ups=3,
    )
    yield ASKED_BEFORE, "asked before", spreads[ASKED_BEFORE]
    yield KEPT, "kept windows", spreads[KEPT]


def _not_kept(store: Store, repeats: int) -> tuple[Spread, Spread, int]:
    """Return our seconds, those of the statements alone, and how many statements there are."""
    fresh: list[Answers] = []

    def forget() -> None:
        with store.write() as session:
            session.execute(delete(WindowSum))
        fresh[:] = [answers_of(store)]

    forget()
    statements = heard(store, lambda: fresh[0].ask(QUESTION, today=TODAY))
    spreads = race(
        [
            Contender(
                name="ours",
                prepare=forget,
                run=lambda: fresh[0].ask(QUESTION, today=TODAY),
                agrees=False,
            ),
            Contender(name="bare", run=lambda: through_driver(store, statements), agrees=False),
        ],
        repeats=repeats,
    )
    return spreads["ours"], spreads["bare"], len(statements)


def _not_much_more(scene: Scene, ours: Spread, bare: Spread) -> Target:
    if scene.accounts == A_MILLION:
        return within(AT_A_MILLION, ours)
    if not scene.is_usual:
        return NO_TARGET
    words = f"≤ {OVERHEAD:g} times as long + {ALLOWANCE * 1000:g} ms"
    return Target(words=words, is_met=ours.median <= OVERHEAD * bare.median + ALLOWANCE)


def _result(
    scene: Scene,
    check: str,
    ours: Spread,
    *,
    target: Target,
    alternative: str = "",
    theirs: Spread | None = None,
    ratio: str = "",
) -> Result:
    return Result(
        check=check,
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=ours,
        alternative=alternative,
        theirs=theirs,
        ratio=ratio,
        target=target,
    )
