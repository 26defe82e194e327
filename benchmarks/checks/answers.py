"""From the words of a question to its Answer: asked before, cold, of free days, and as of then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from benchmarks.ledgers import TODAY
from benchmarks.results import NO_TARGET, Result, Target, as_long, at_most, within
from benchmarks.scene import A_MILLION, Scene, answers_of
from benchmarks.stores import opened
from benchmarks.timing import Contender, Spread, race
from bot.answers.answers import Answers
from storage.store.engine import Store

QUESTION, FREE_DAYS = "last-quarter", "2026-06-17..2026-09-20"
AS_OF = datetime(2026, 11, 15, tzinfo=UTC)
ASKED_BEFORE = "question to Answer, asked before"
NOTHING_REMEMBERED = "question to Answer, the first one after an import"
NOTHING_KEPT = "question to Answer, nothing kept, gross activity included"
TWO_DAYS = "question to Answer, two free days, nothing kept"
KNOWN_THEN = "question to Answer, as known at a moment, nothing kept"
FLAT = f"{ASKED_BEFORE}: largest size against smallest"
FLATNESS, AT_A_MILLION = 1.5, 0.25
SECONDS = {
    (ASKED_BEFORE, "SQLite"): 0.002,
    (ASKED_BEFORE, "PostgreSQL"): 0.003,
    (NOTHING_KEPT, "SQLite"): 0.012,
    (NOTHING_KEPT, "PostgreSQL"): 0.025,
    (TWO_DAYS, "SQLite"): 0.05,
    (TWO_DAYS, "PostgreSQL"): 0.05,
    (KNOWN_THEN, "SQLite"): 1.0,
    (KNOWN_THEN, "PostgreSQL"): 1.0,
}


def check(scene: Scene) -> Iterator[Result]:
    """Yield what one question costs, remembered and not."""
    with opened(scene.shelf.kept(scene.ledger)) as store:
        answers = answers_of(store)
        remembered = Contender(name=ASKED_BEFORE, run=partial(_ask, answers, QUESTION))
        # 27 turns were over within some ten milliseconds: one pause of the machine decided.
        yield from _raced(scene, [remembered], repeats=30 * scene.repeats)
        # The import has added its periods up; only `NOTHING_KEPT` has to do that itself.
        first = _cold(NOTHING_REMEMBERED, store, partial(_ask, asked=QUESTION))
        yield from _raced(scene, [first], repeats=scene.repeats)
    with scene.shelf.without_windows(scene.ledger) as store:
        cold = [
            _cold(NOTHING_KEPT, store, partial(_ask, asked=QUESTION)),
            _cold(TWO_DAYS, store, partial(_ask, asked=FREE_DAYS)),
        ]
        yield from _raced(scene, cold, repeats=scene.repeats)
        known_then = _cold(KNOWN_THEN, store, partial(_ask, asked=QUESTION, as_of=AS_OF))
        yield from _raced(scene, [known_then], repeats=scene.few)


def flatness(results: list[Result]) -> Iterator[Result]:
    """Yield for each database what the largest ledger costs against the smallest."""
    kept = [result for result in results if result.check == ASKED_BEFORE]
    for engine in dict.fromkeys(result.engine for result in kept):
        same = [result for result in kept if result.engine == engine]
        same.sort(key=lambda result: result.accounts)
        smallest, largest = same[0], same[-1]
        if smallest is largest:
            continue
        wanted = at_most(FLATNESS, largest.ours, smallest.ours)
        yield Result(
            check=FLAT,
            accounts=largest.accounts,
            engine=engine,
            ours=largest.ours,
            alternative=f"{smallest.accounts:,} accounts",
            theirs=smallest.ours,
            ratio=as_long(largest.ours, smallest.ours),
            target=wanted if largest.accounts == A_MILLION else NO_TARGET,
        )


@dataclass
class _Fresh:
    """Use cases that have never been asked; making them is not timed."""

    store: Store
    ask: Callable[[Answers], object]

    def prepare(self) -> None:
        self._answers = answers_of(self.store)

    def run(self) -> object:
        return self.ask(self._answers)


def _cold(name: str, store: Store, ask: Callable[[Answers], object]) -> Contender:
    fresh = _Fresh(store, ask)
    return Contender(name=name, prepare=fresh.prepare, run=fresh.run, agrees=False)


def _ask(answers: Answers, asked: str, as_of: datetime | None = None) -> object:
    return answers.ask(asked, today=TODAY, as_of=as_of)


def _raced(scene: Scene, contenders: list[Contender], *, repeats: int) -> Iterator[Result]:
    for name, spread in race(contenders, repeats=repeats, warm_ups=2).items():
        yield Result(
            check=name,
            accounts=scene.accounts,
            engine=scene.shelf.engine,
            ours=spread,
            target=_target(scene, name, spread),
        )


def _target(scene: Scene, name: str, spread: Spread) -> Target:
    if scene.accounts == A_MILLION and name == NOTHING_KEPT:
        return within(AT_A_MILLION, spread)
    seconds = SECONDS.get((name, scene.shelf.engine))
    return NO_TARGET if seconds is None or not scene.is_usual else within(seconds, spread)
