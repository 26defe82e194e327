"""How soon `nrrbot serve` is ready for Slack, and how much memory it has taken by then."""

from collections.abc import Iterator

from benchmarks.results import Result, Target, Unit, within
from benchmarks.scene import Scene
from benchmarks.serving import served
from benchmarks.timing import Spread
from tests.slack.server import FakeSlack

LIMIT_SECONDS, LIMIT_MEBIBYTES = 1.0, 120


def check(scene: Scene) -> Iterator[Result]:
    """Yield seconds and MiB when the bot says that it is ready."""
    url = scene.shelf.kept(scene.ledger)
    seconds, mebibytes = list[float](), list[float]()
    for _ in range(scene.repeats):
        with FakeSlack() as slack, served(slack, url) as bot:
            seconds.append(bot.seconds)
            mebibytes.append(bot.mebibytes)
    time, size = Spread(tuple(seconds)), Spread(tuple(mebibytes))
    yield Result(
        check="nrrbot serve, until ready for Slack",
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=time,
        target=within(LIMIT_SECONDS, time),
    )
    yield Result(
        check="nrrbot serve, its memory then, before the first chart",
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=size,
        unit=Unit.MEBIBYTES,
        target=Target(words=f"< {LIMIT_MEBIBYTES} MiB", is_met=size.median < LIMIT_MEBIBYTES),
    )
