"""The other end of `tests.bot.delivery.workers`: a process that forks one worker after the other.

What a worker needs is loaded once, before it is forked, so that a worker does nothing but send. It
stops itself first: a tracer may take hold of it, and several begin at the same moment.
"""

import json
import os
import select
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

from slack_sdk import WebClient
from sqlmodel import col, or_
from sqlmodel import select as select_from

from bot.access.gate import Gate
from bot.access.people import People
from bot.access.records import Records
from bot.alerts.evaluating import Evaluator
from bot.alerts.telling.amending import amend
from bot.alerts.wiring import build_alert_job, draw_alert
from bot.answers.answers import Answers
from bot.clock import utc_now
from bot.config import Settings
from bot.delivery.courier import Courier
from bot.delivery.failure_notices import FailureNotices
from bot.delivery.wiring import build_courier
from bot.slack.client import SlackClient
from bot.slack.clock import SlackClock
from bot.slack.ids import Workspace
from storage.delivery import parcels
from storage.delivery.claiming import wants_update
from storage.store import engine
from storage.store.engine import Store
from storage.tables.delivery import OutboxRow
from tests.bot.delivery.letters import Counts
from tests.bot.delivery.monthly import OctoberComposer, planner_with
from tests.bot.delivery.naive_senders import NAIVE
from tests.bot.delivery.workers import HERALD, PUBLISHER
from tests.bot.sample_alerts import briefing, sustained
from tests.slack.workspace import BOT_ID, TEAM_ID

PATIENCE_SECONDS = 240


@dataclass
class Clock:
    """The real time, and what a worker has skipped of it."""

    ahead: timedelta

    def __call__(self) -> datetime:
        return utc_now().astimezone(UTC) + self.ahead


def work(task: dict[str, Any]) -> None:
    """Tell and send what there is to tell and send, and let go of the store."""
    # The bot's next tick tries again when the store was busy; a worker here has no next tick.
    vars(engine)["_PATIENCE"] = PATIENCE_SECONDS * 1_000
    store = engine.Store(task["database_url"])
    clock = Clock(timedelta(seconds=task["ahead"]))
    client = SlackClient(
        task["token"], base_url=task["api_url"], timeout=30, clock=SlackClock(clock)
    )
    if task["sender"] in NAIVE:
        NAIVE[task["sender"]](store, client)
    else:
        workspace = Workspace(team_id=TEAM_ID, bot_id=BOT_ID)
        people = People(client, now=time.monotonic)
        records = Records(store=store, now=clock)
        gate = Gate(client, people, records=records, workspace=workspace)
        if task["sender"] == HERALD:
            evaluate(store, client, gate, clock)
        if task["sender"] == PUBLISHER:
            planner_with(store, OctoberComposer(store)).plan(clock())
        courier = build_courier(
            store=store,
            client=client,
            gate=gate,
            notices=FailureNotices(),
            meter=Counts(),
            amend=partial(amend, store, clock),
            now=clock,
        )
        carry_all(courier, store, clock, skips=task["skips"])
    store.engine.dispose()


def evaluate(store: Store, client: WebClient, gate: Gate, clock: Clock) -> None:
    """Evaluate alerts as the ticks do, and put on its way what is to be told."""
    chosen = Settings(_env_file=None)
    evaluator = Evaluator(answers=Answers.of(store, chosen), now=clock)
    build_alert_job(chosen, evaluator=evaluator, client=client, gate=gate).run()


def carry_all(courier: Courier, store: Store, clock: Clock, *, skips: bool) -> None:
    """Carry messages until none waits; where there is only waiting to do, skip it or do it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if courier.work_once():
            continue
        if not is_waiting(store):
            return
        if skips:
            clock.ahead += timedelta(seconds=1)
        else:
            time.sleep(0.1)
    raise TimeoutError


def is_waiting(store: Store) -> bool:
    """Tell whether there is still something to do."""
    row = OutboxRow
    waits = or_(
        col(row.state).in_(parcels.WAITING), col(row.picture_state) == "wanted", wants_update()
    )
    with store.read() as session:
        return session.scalar(select_from(row.id).where(waits).limit(1)) is not None


def fork(task: dict[str, Any]) -> int:
    """Return the process id of a worker, which waits to be let go."""
    if task["sender"] == HERALD:
        load_fonts()
    pid = os.fork()
    if pid:
        return pid
    code = 0
    try:
        os.kill(os.getpid(), signal.SIGSTOP)
        work(task)
    except BaseException:  # noqa: BLE001 - a fork must not go on as its parent
        traceback.print_exc()
        code = 1
    os._exit(code)


@cache
def load_fonts() -> None:
    """Draw once: what that reads of fonts is most of what a worker would do."""
    assert draw_alert(briefing(sustained()))


def main() -> None:
    """Fork a worker for each line of input; say who it is, and in the end how it ended."""
    running: dict[int, int] = {}  # workers, by what is readable once one has ended
    while True:
        ready = select.select([sys.stdin, *running], [], [])[0]
        for ended in running.keys() & ready:
            os.close(ended)
            say("ended", *os.waitpid(running.pop(ended), 0))
        if sys.stdin in ready:
            line = sys.stdin.readline()
            if not line:
                return
            pid = fork(json.loads(line))
            running[os.pidfd_open(pid)] = pid
            say("began", pid, 0)


def say(*words: object) -> None:
    """Write one line of the protocol."""
    print(*words, flush=True)  # noqa: T201 - this is how it speaks


if __name__ == "__main__":
    main()
