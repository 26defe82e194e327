"""The bot as it runs, against the fake Slack, with answers that a test decides."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from bot.access.visibility import EVERYTHING, Visibility
from bot.answers.answer import Reply
from bot.answers.answers import Answers
from bot.answers.services import Services
from bot.app.clock_guard import ClockGuard
from bot.app.features import build_features, join
from bot.app.handlers import Handlers, build_handlers
from bot.app.listeners import attach, new_app
from bot.app.scheduling import Scheduler
from bot.clock import utc_now
from bot.config import Settings
from bot.delivery.metering import Meter
from bot.questions.parsing import Question, canonical_text
from bot.questions.words import Vocabulary
from bot.server.http_server import HttpServer
from bot.server.slack_endpoint import SlackEndpoint
from bot.server.socket_mode import SocketMode
from bot.slack.client import find_workspace, slack_client
from bot.slack.working import CallBack, Timer, never
from metrics.segments import Tiers
from storage.access.grants import Approval, Grant, Role, put_approval, put_grant
from storage.store.engine import Store
from storage.store.leadership import Leadership
from tests.bot.offered import find_offer
from tests.bot.sample_answers import TODAY, sample_answer
from tests.slack import lost_connections
from tests.slack.interactions import Interaction
from tests.slack.messages import Message
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slack.waiting import WAIT_SECONDS
from tests.storage.at_head import sqlite_at_head

LEAKS_SOCKET = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
"""slack_sdk leaves the socket of a connection that is cut while it opens to the collector."""


class StubAnswers(Answers):
    """Gives the same answer to whatever is asked, or raises what a test says."""

    __setattr__ = object.__setattr__  # tests change it, and what it inherits from is frozen

    def __init__(self, store: Store) -> None:
        super().__init__(
            store=store,
            tiers=Tiers(),
            main_dimension="segment",
            fiscal_start=1,
            today=lambda: TODAY,
        )
        self.answer: Reply = sample_answer()
        self.error: Exception | None = None
        self.asked: list[tuple[str, int]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    def vocabulary(self, visibility: Visibility = EVERYTHING) -> Vocabulary:
        """Know three segments, whoever asks."""
        del visibility
        return Vocabulary({"segment": ("enterprise", "mid_market", "smb")})

    def reply(
        self,
        asked: str | Question,
        *,
        today: date | None = None,
        as_of: datetime | None = None,
        max_length: int = 300,
        visibility: Visibility = EVERYTHING,
    ) -> Reply:
        """Answer, once ``may_answer`` is set."""
        del today, as_of, visibility
        self.asked.append((asked if isinstance(asked, str) else canonical_text(asked), max_length))
        self.may_answer.wait(WAIT_SECONDS)
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Stands in for ``time.sleep``: notes how long, and waits no longer than a moment."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass
class Stopwatch:
    """Monotonic seconds that a test moves."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def at_once(count: int, work: Callable[[], object]) -> None:
    """Let several do something at the same time, and wait until all have."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@dataclass(frozen=True, kw_only=True)
class HandTimer:
    """A timer that runs out for all who wait when a test says so."""

    waiting: list[CallBack] = field(default_factory=list)

    def __call__(self, call_back: CallBack) -> None:
        self.waiting.append(call_back)

    def run_out(self) -> None:
        for call_back in self.waiting:
            call_back()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A Slack in which Ana, a member, sits in the channel #revops."""

    slack: FakeSlack
    ana: User
    revops: Channel

    def ask(self, text: str = "", *, command: str = "/nrr", by: User | None = None) -> Interaction:
        """Let somebody, Ana by default, type a command in #revops."""
        return self.slack.slash(by or self.ana, self.revops, command, text, even_if_impossible=True)

    def click(self, message: Message, button: str, *, by: User | None = None) -> Interaction:
        """Let somebody, Ana by default, click a button, or pick it in the menu after them."""
        action_id, choice = find_offer(message.blocks, button)
        return self.slack.click(by or self.ana, message, action_id, choice=choice)

    def shared(self) -> list[Message]:
        """Return what everybody sees in #revops."""
        return self.slack.workspace.messages(self.revops.id)


@dataclass(frozen=True, kw_only=True)
class RunningBot:
    """A bot that a test may look into."""

    answers: StubAnswers
    waits: Waits
    handlers: Handlers
    port: int = 0


def settings_for(slack: FakeSlack, **changes: Any) -> Settings:  # noqa: ANN401 - any field
    """Return settings that point at the fake Slack."""
    own: dict[str, Any] = {
        "slack_bot_token": SecretStr(slack.bot_token),
        "slack_api_url": slack.api_url,
        "port": 0,
        "nrrbot_operations_port": 0,
    }
    return Settings(_env_file=None, **(own | changes))


def let_everybody(slack: FakeSlack, store: Store, *, role: Role = Role.ANALYST) -> None:
    """Grant everybody of a workspace, whoever joins later too, everything that a role may see."""
    let(store, slack.workspace.add_group(), role=role, account_detail=True)


def let(
    store: Store,
    grantee_id: str,
    *scope: tuple[str, str],
    role: Role = Role.VIEWER,
    account_detail: bool = False,
) -> None:
    """Grant one person, or one group, what a role may see of a scope."""
    grant = Grant(grantee_id=grantee_id, role=role, scope=scope, account_detail=account_detail)
    with store.write(ledger=False) as session:
        put_grant(session, grant, by="U0", now=utc_now())


def approve(store: Store, channel: Channel) -> None:
    """Let any figures be posted in a public channel."""
    approval = Approval(channel_id=channel.id, scope=())
    with store.write(ledger=False) as session:
        put_approval(session, approval, by="U0", now=utc_now())


def empty_store() -> AbstractContextManager[Store]:
    """Open a new store that is at head."""
    return sqlite_at_head().fresh()


@contextmanager
def ticking(settings: Settings, store: Store, guard: ClockGuard) -> Iterator[Meter]:
    """Run the jobs of every feature in this process, until the block ends."""
    meter, client = Meter(now=time.monotonic), slack_client(settings)
    services = Services.of(settings, store=store, client=client, workspace=find_workspace(client))
    scheduler = Scheduler(
        join(build_features(services, meter)).jobs,
        leadership=Leadership(store),
        meter=meter,
        guard=guard,
        now=utc_now,
    )
    scheduler.start()
    try:
        yield meter
    finally:
        scheduler.stop()


@contextmanager
def running_bot(
    slack: FakeSlack,
    *,
    over_socket: bool = False,
    change: Callable[[Handlers, Services], Handlers] = lambda handlers, _: handlers,
    asking: Answers | None = None,
    store: Store | None = None,
    timer: Timer = never,
    **settings: Any,  # noqa: ANN401 - fields of Settings
) -> Iterator[RunningBot]:
    """Run a bot over signed HTTP, or over Socket Mode, until the block ends.

    Its answers are those of a stub, or of whom it is told to be ``asking``. Without a ``store`` it
    has an empty one, in which everybody of the workspace is granted everything.
    """
    if store is None:
        with empty_store() as opened:
            let_everybody(slack, opened)
            with running_bot(
                slack,
                over_socket=over_socket,
                change=change,
                asking=asking,
                store=opened,
                timer=timer,
                **settings,
            ) as bot:
                yield bot
        return
    chosen = settings_for(slack, **settings)
    answers, waits, client = StubAnswers(store), Waits(), slack_client(chosen)
    workspace = find_workspace(client)
    app = new_app(client, workspace)
    services = replace(
        Services.of(chosen, store=store, client=client, workspace=workspace),
        answers=asking or answers,
        timer=timer,
        sleep=waits,
    )
    feature = join(build_features(services, Meter(now=time.monotonic)))
    handlers = change(build_handlers(services, feature), services)
    attach(app, lambda: handlers)
    endpoint = SlackEndpoint(
        app=app,
        signing_secret=slack.signing_secret,
        now=lambda: utc_now().timestamp(),
        is_alive=lambda: True,
        is_ready=lambda: True,
    )
    listening: HttpServer | SocketMode = (
        SocketMode(app, app_token=slack.app_token, api_url=slack.api_url, ping_seconds=0.2)
        if over_socket
        else HttpServer(endpoint, host="127.0.0.1", port=0)
    )
    listening.start()
    port = listening.port if isinstance(listening, HttpServer) else 0
    slack.request_url = f"http://127.0.0.1:{port}/slack/events" if port else None
    try:
        yield RunningBot(answers=answers, waits=waits, handlers=handlers, port=port)
    finally:
        answers.may_answer.set()
        listening.stop()
        app.listener_runner.listener_executor.shutdown()
        if over_socket:
            lost_connections.collect()
