"""A 24-month trend by segment, and the same as a question after new data has arrived."""

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from benchmarks.alternatives.playbook import Playbook
from benchmarks.checks.period import PLAYBOOK
from benchmarks.figures import ALL_MONTHS, SEGMENTS, Span
from benchmarks.ledgers import TODAY, new_day
from benchmarks.loading import land
from benchmarks.results import NO_TARGET, Result, at_least, faster, within
from benchmarks.scene import Scene, answers_of
from benchmarks.stores import opened
from benchmarks.timing import Contender, Spread, race, timed
from bot.answers.answers import Answers
from bot.trends.trend import Trend
from storage.columns.derivation import Circumstances
from storage.columns.derived import LedgerChange, repair
from storage.store.engine import Store

TREND = Span(start=ALL_MONTHS[0].start, end=ALL_MONTHS[-1].end)
QUESTION = "trend 2024-11..2026-10 by segment monthly"
MOVEMENTS_A_DAY = 1_400
REMEMBERED = "24-month trend by segment, asked before"
NOTHING_REMEMBERED = "24-month trend by segment, nothing remembered"
AFTER_NEW_DATA = "24-month trend by segment after a day's movements: repair, then the trend"
TIMES, TIMES_AFTER_NEW_DATA = 40, 20
SECONDS = {"SQLite": 0.005, "PostgreSQL": 0.008}
Ratios = dict[str, list[tuple[int, int]]]
"""By segment, for each month: MRR of the opening base at the opening and at the close."""


def ask(answers: Answers) -> Trend:
    """Ask for the trend as the slash command does."""
    reply = answers.reply(QUESTION, today=TODAY)
    if not isinstance(reply, Trend):
        raise TypeError
    return reply


def of_trend(trend: Trend) -> Ratios:
    """Return opening and closing MRR by segment and month."""
    return {
        str(series.value): [
            (point.retention.opening, point.retention.closing) for point in series.points
        ]
        for series in trend.breakdown
    }


def of_playbook(rows: list[tuple[Any, ...]]) -> Ratios:
    """Return the same of mrr-playbook's rows."""
    found = {
        (month, segment): (int(opening), int(closing)) for month, segment, opening, closing in rows
    }
    return {
        segment: [found.get((span.end, segment), (0, 0)) for span in ALL_MONTHS]
        for segment in SEGMENTS
    }


def check(scene: Scene) -> Iterator[Result]:
    """Yield the trend, remembered and not."""
    playbook = scene.rivals.playbook
    with opened(scene.shelf.kept(scene.ledger)) as store:
        answers = answers_of(store)
        true = of_trend(ask(answers))
        fresh: list[Answers] = []
        spreads = race(
            [
                Contender(name=REMEMBERED, run=lambda: ask(answers), read=of_trend),
                Contender(
                    name=NOTHING_REMEMBERED,
                    prepare=lambda: fresh.append(answers_of(store)),
                    run=lambda: ask(fresh.pop()),
                    read=of_trend,
                ),
                Contender(name=PLAYBOOK, run=lambda: playbook.trend(TREND), agrees=False),
            ],
            repeats=scene.repeats,
        )
    note = difference(true, of_playbook(playbook.trend(TREND)))
    theirs = spreads[PLAYBOOK]
    for name, said in ((REMEMBERED, note), (NOTHING_REMEMBERED, "")):
        ours = spreads[name]
        wanted = at_least(TIMES, ours, theirs)
        if name == NOTHING_REMEMBERED:
            wanted = within(SECONDS[scene.shelf.engine], ours)
        yield Result(
            check=name,
            accounts=scene.accounts,
            engine=scene.shelf.engine,
            ours=ours,
            alternative=PLAYBOOK,
            theirs=theirs,
            ratio=faster(ours, theirs),
            target=wanted if scene.is_usual else NO_TARGET,
            note=said,
        )


def check_after_new_data(scene: Scene) -> Iterator[Result]:
    """Yield the trend after a day's movements: repair and windows against a rebuild."""
    arriving, numbers = new_day(scene.ledger, MOVEMENTS_A_DAY), scene.ledger.numbers()
    playbook = Playbook(scene.ledger)
    playbook.add(arriving)
    ours, theirs = list[float](), list[float]()
    for _ in range(scene.repeats):
        with scene.shelf.copy(scene.ledger) as url, opened(url) as store:
            answers = answers_of(store)
            ask(answers)
            land(store, arriving, numbers)
            ours.append(timed(partial(repair_and_ask, store, answers))[0])
        theirs.append(timed(partial(rebuild_and_ask, playbook))[0])
    playbook.close()
    mine, rebuilt = Spread(tuple(ours)), Spread(tuple(theirs))
    yield Result(
        check=AFTER_NEW_DATA,
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=mine,
        alternative=f"{PLAYBOOK}, its build counted",
        theirs=rebuilt,
        ratio=faster(mine, rebuilt),
        target=at_least(TIMES_AFTER_NEW_DATA, mine, rebuilt),
    )


def repair_and_ask(store: Store, answers: Answers) -> Trend:
    """Bring what is derived up to date with movements that landed, and ask."""
    with store.write() as session:
        repair(session, LedgerChange(), Circumstances(tiers=answers.tiers, today=TODAY))
    return ask(answers)


def rebuild_and_ask(playbook: Playbook) -> Ratios:
    """Run the models on all movements, and ask."""
    playbook.build()
    return of_playbook(playbook.trend(TREND))


def difference(true: Ratios, stated: Ratios) -> str:
    """Return in words where mrr-playbook is furthest from the truth in the newest month."""
    gaps = {
        segment: abs(_nrr(true[segment]) - _nrr(stated[segment]))
        for segment in true
        if true[segment][-1][0] and stated[segment][-1][0]
    }
    if not gaps:
        return ""
    worst = max(gaps, key=lambda segment: gaps[segment])
    said, is_true = (float(100 * _nrr(ratios[worst])) for ratios in (stated, true))
    return (
        f"mrr-playbook says NRR {said:.2f} % for {worst} in the newest month;"
        f" it was {is_true:.2f} %"
    )


def _nrr(months: list[tuple[int, int]]) -> Fraction:
    opening, closing = months[-1]
    return Fraction(closing, opening)
