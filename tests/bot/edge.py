"""The bot as it runs, against the fake Slack, with answers that a test decides."""

import atexit
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.access.visibility import EVERYTHING, Visibility
from bot.alerts.evaluating import Alerting
from bot.answers.answer import Reply
from bot.answers.answers import Answers
from bot.answers.asking import AsksQuestions
from bot.app.building import build_desk, new_app
from bot.app.listeners import Desk, attach
from bot.clock import utc_now
from bot.config import Settings
from bot.digests.composing import ComposedDigest
from bot.digests.subscribing import Subscribing
from bot.questions.parsing import Question, Vocabulary, canonical_text
from bot.server.http_server import HttpServer
from bot.server.slack_endpoint import SlackEndpoint
from bot.server.socket_mode import SocketMode
from bot.slack.client import find_workspace, slack_client
from storage.access.grants import Approval, Grant, Role, put_approval, put_grant
from storage.store import schema
from storage.store.engine import Store
from tests.bot.sample_answers import TODAY, sample_answer
from tests.slack import lost_connections
from tests.slack.interactions import Interaction
from tests.slack.messages import Message
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.storage.stores import SqliteTemplate, open_store

LEAKS_SOCKET = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
"""slack_sdk leaves the socket of a connection that is cut while it opens to the collector."""


@dataclass(kw_only=True)
class StubAnswers:
    """Gives the same answer to whatever is asked, or raises what a test says."""

    answer: Reply = field(default_factory=sample_answer)
    error: Exception | None = None
    fiscal_start: int = 1
    asked: list[tuple[str, int]] = field(default_factory=list)
    may_answer: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.may_answer.set()

    @property
    def today(self) -> Callable[[], date]:
        """A day that stands still."""
        return lambda: TODAY

    def vocabulary(self, visibility: Visibility = EVERYTHING) -> Vocabulary:
        """Know three segments, whoever asks."""
        del visibility
        return Vocabulary({"segment": ("enterprise", "mid_market", "smb")})

    def reply(
        self, asked: str | Question, *, max_length: int = 300, visibility: Visibility = EVERYTHING
    ) -> Reply:
        """Answer, once ``may_answer`` is set."""
        del visibility
        self.asked.append((asked if isinstance(asked, str) else canonical_text(asked), max_length))
        self.may_answer.wait(20)
        if self.error is not None:
            raise self.error
        return self.answer


@dataclass(frozen=True, kw_only=True)
class Waits:
    """Stands in for ``time.sleep``: notes how long, and waits no longer than a moment."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A Slack in which Ana, a member, sits in the channel #revops."""

    slack: FakeSlack
    ana: User
    revops: Channel

    def ask(self, text: str = "", *, command: str = "/nrr", by: User | None = None) -> Interaction:
        """Let somebody, Ana by default, type a command in #revops."""
        return self.slack.slash(by or self.ana, self.revops, command, text, even_if_impossible=True)

    def click(self, message: Message, button: str) -> Interaction:
        """Let Ana click."""
        return self.slack.click(self.ana, message, button)

    def shared(self) -> list[Message]:
        """Return what everybody sees in #revops."""
        return self.slack.workspace.messages(self.revops.id)


@dataclass(frozen=True, kw_only=True)
class RunningBot:
    """A bot that a test may look into."""

    answers: StubAnswers
    waits: Waits
    desk: Desk
    port: int = 0


def nothing_subscribed() -> Subscribing:
    """Return subscriptions of a store that is not there."""

    def compose(*_: object) -> ComposedDigest:
        raise AssertionError("nothing is composed here")

    return Subscribing(store=Store("sqlite://"), compose=compose, now=utc_now)


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


@cache
def _template() -> SqliteTemplate:
    folder = Path(tempfile.mkdtemp(prefix="nrrbot-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with open_store(folder / "store.db") as store:
        schema.upgrade(store)
        schema.backup(store, folder / "template.db")
    return SqliteTemplate(folder / "template.db")


def empty_store() -> AbstractContextManager[Store]:
    """Open a new store that is at head."""
    return _template().fresh()


@contextmanager
def running_bot(
    slack: FakeSlack,
    *,
    over_socket: bool = False,
    change: Callable[[Desk], Desk] = lambda desk: desk,
    asking: AsksQuestions | None = None,
    subscribing: Subscribing | None = None,
    store: Store | None = None,
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
                subscribing=subscribing,
                store=opened,
                **settings,
            ) as bot:
                yield bot
        return
    chosen = settings_for(slack, **settings)
    answers, waits, client = StubAnswers(), Waits(), slack_client(chosen)
    workspace = find_workspace(client)
    app = new_app(client, workspace)
    desk = change(
        build_desk(
            chosen,
            answers=asking or answers,
            subscribing=subscribing or nothing_subscribed(),
            alerting=Alerting(answers=Answers.of(store, chosen), now=utc_now),
            store=store,
            client=client,
            workspace=workspace,
            sleep=waits,
        )
    )
    attach(app, desk)
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
        yield RunningBot(answers=answers, waits=waits, desk=desk, port=port)
    finally:
        answers.may_answer.set()
        listening.stop()
        app.listener_runner.listener_executor.shutdown()
        if over_socket:
            lost_connections.collect()
