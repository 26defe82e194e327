"""Slash commands over signed HTTP to a bot of its own process, from a Slack on this machine."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice

from benchmarks.results import Result, Target, Unit
from benchmarks.scene import Scene
from benchmarks.serving import Served, served
from benchmarks.timing import Spread
from bot.questions.buttons import SHARE
from bot.slack.working import WORKING
from tests.bot.offered import find_offer
from tests.slack.interactions import Interaction
from tests.slack.messages import Message
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack

QUESTIONS = (
    "",
    "smb last-quarter",
    "enterprise ttm",
    "by industry 2026-Q3",
    "fintech 2026-10",
    "trend by segment",
    "emea last-year",
    "by region ttm",
)
SHARED = [
    f"{segment} 2026-{month:02}"
    for month in range(1, 11)
    for segment in ("smb", "mid-market", "enterprise")
]
"""More pictures than the bot keeps: each is drawn when its turn comes again."""
SHARED_EVERY = 20
"""Of so many answers one is shared, with its picture: more than people would."""
WAIT_SECONDS = 30.0
AT_ONCE = 200
ACK_SECONDS, ANSWER_SECONDS, GROWTH = 0.5, 0.5, 1.1


class NoAnswerError(Exception):
    """The bot said something else than an answer."""

    def __init__(self, said: str) -> None:
        super().__init__(f"the bot gave no answer: {said}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How long one command waited for its acknowledgement and its answer, in seconds."""

    ack: float
    answer: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who asks in a channel."""

    slack: FakeSlack
    user: User
    channel: Channel

    def ask(self, text: str, *, share: bool) -> Asked:
        """Ask one question and wait for its answer; share it if told to.

        Raises
        ------
        TimeoutError, NoAnswerError
            If no answer comes, or none with figures.
        """
        asked = self.slack.slash(self.user, self.channel, "/nrr", text)
        message = _answer_to(asked)
        answered = time.perf_counter() - asked.sent_at
        ack = asked.wait_for_ack(timeout=WAIT_SECONDS)
        if not message.blocks:
            raise NoAnswerError(message.text)
        if share:
            action_id, choice = find_offer(message.blocks, SHARE)
            clicked = self.slack.click(self.user, message, action_id, choice=choice)
            _answer_to(clicked)
        return Asked(ack=ack.latency_seconds, answer=answered)


def _answer_to(asked: Interaction) -> Message:
    said = asked.wait_for_answer(timeout=WAIT_SECONDS)
    # that it takes a while is no answer yet
    return asked.wait_for_answer(2, timeout=WAIT_SECONDS) if said.text == WORKING else said


def check(scene: Scene) -> Iterator[Result]:
    """Yield waiting times at a steady pace, and memory before and after."""
    count = scene.rate * scene.seconds
    with FakeSlack() as slack, served(slack, scene.shelf.kept(scene.ledger)) as bot:
        person = Person(
            slack=slack,
            user=slack.workspace.add_user("ana"),
            channel=slack.workspace.add_channel("c"),
        )
        for text in QUESTIONS:
            person.ask(text, share=text == "")
        asked, sizes = _load(person, bot, count, rate=scene.rate)
    yield from _results(scene, asked, sizes)


def _load(
    person: Person, bot: Served, count: int, *, rate: int
) -> tuple[list[Asked], tuple[float, ...]]:
    """Ask ``count`` questions at a pace; return how each went, and memory now and then."""
    began, sizes = time.perf_counter(), [bot.mebibytes]
    waiting: list[Future[Asked]] = []
    with ThreadPoolExecutor(AT_ONCE) as people:
        for number, text in enumerate(islice(cycle(QUESTIONS), count)):
            time.sleep(max(0.0, began + number / rate - time.perf_counter()))
            turn, left = divmod(number, SHARED_EVERY)
            words = text if left else SHARED[turn % len(SHARED)]
            waiting.append(people.submit(person.ask, words, share=not left))
            if number % max(1, count // 4) == 0:
                sizes.append(bot.mebibytes)
        asked = [future.result() for future in waiting]
    return asked, (*sizes, bot.mebibytes)


def _results(scene: Scene, asked: list[Asked], sizes: tuple[float, ...]) -> Iterator[Result]:
    note = (
        f"{len(asked):,} commands, {scene.rate} a second,"
        f" one answer in {SHARED_EVERY} shared with its chart"
    )
    waits = (
        (
            "slash command over signed HTTP: acknowledged, 99th percentile",
            0.99,
            ACK_SECONDS,
            [one.ack for one in asked],
        ),
        (
            "slash command over signed HTTP: answered, 95th percentile",
            0.95,
            ANSWER_SECONDS,
            [one.answer for one in asked],
        ),
    )
    for check, share, limit, seconds in waits:
        found = _percentile(seconds, share)
        yield Result(
            check=check,
            accounts=scene.accounts,
            engine=scene.shelf.engine,
            ours=Spread((found,)),
            target=Target(words=f"< {limit * 1000:g} ms", is_met=found < limit),
            note=f"{note}; median {_percentile(seconds, 0.5) * 1000:.0f} ms",
        )
    middle, last = sizes[len(sizes) // 2], sizes[-1]
    yield Result(
        check="memory of the bot over that time",
        accounts=scene.accounts,
        engine=scene.shelf.engine,
        ours=Spread((last,)),
        unit=Unit.MEBIBYTES,
        alternative="half way through",
        theirs=Spread((middle,)),
        ratio=f"{last / middle:.3g} times as much",
        target=Target(words=f"flat: ≤ {GROWTH:g} times", is_met=last <= GROWTH * middle),
        note=" → ".join(f"{size:.0f}" for size in sizes) + " MiB",
    )


def _percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
