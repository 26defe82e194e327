"""How soon `nrrbot serve` is ready for Slack and answers, and how much memory it has by then."""

from collections.abc import Iterator

from benchmarks.checks.http_load import Person
from benchmarks.results import NO_TARGET, Result, Target, Unit, within
from benchmarks.scene import Scene
from benchmarks.serving import served
from benchmarks.timing import Spread
from tests.slack.server import FakeSlack

LIMIT_SECONDS, LIMIT_MEBIBYTES = 0.7, 120


def check(scene: Scene) -> Iterator[Result]:
    """Yield when the bot is ready and has answered who asks at once, and its memory after that."""
    url = scene.shelf.kept(scene.ledger)
    ready, answered, mebibytes = list[float](), list[float](), list[float]()
    for _ in range(scene.repeats):
        with FakeSlack() as slack, served(slack, url) as bot:
            ready.append(bot.seconds)
            person = Person(
                slack=slack,
                user=slack.workspace.add_user("ana"),
                channel=slack.workspace.add_channel("c"),
            )
            # What answers is loaded after "ready": memory is worth a look only then.
            answered.append(bot.seconds + person.ask("", share=False).answer)
            mebibytes.append(bot.mebibytes)
    size = Spread(tuple(mebibytes))
    is_small = size.median < LIMIT_MEBIBYTES
    for words, figures, unit, target in (
        ("until ready for Slack", ready, Unit.SECONDS, within(LIMIT_SECONDS, Spread(tuple(ready)))),
        ("from its start to the first answer", answered, Unit.SECONDS, NO_TARGET),
        (
            "its memory then, before the first chart",
            mebibytes,
            Unit.MEBIBYTES,
            Target(words=f"< {LIMIT_MEBIBYTES} MiB", is_met=is_small),
        ),
    ):
        yield Result(
            check=f"nrrbot serve, {words}",
            accounts=scene.accounts,
            engine=scene.shelf.engine,
            ours=Spread(tuple(figures)),
            unit=unit,
            target=target,
        )
