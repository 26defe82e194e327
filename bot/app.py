"""Composition root: the one place where all names meet."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Semaphore
from typing import ParamSpec, Protocol, TypeVar

from pydantic import SecretStr
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot.actions.follow_up import follow_up
from bot.actions.once import Once
from bot.actions.share import Sharing
from bot.answers import Answers, Reply
from bot.authorization.decisions import AllowedUsers, Workspace
from bot.authorization.gate import Gate, People
from bot.blocks.buttons import BY_DIMENSION, IN_FULL, PREVIOUS_PERIOD, SHARE
from bot.commands.nrr import answer_question
from bot.commands.registry import COMMANDS, sub_command
from bot.config import Settings
from bot.delivery.failures import blame_setting
from bot.delivery.posts import Posts
from bot.delivery.replies import Replies
from bot.delivery.uploads import Picture, Uploads
from bot.errors import SettingsError
from bot.listeners import Desk, Doorway, attach
from bot.message import Message
from bot.slack_errors import SLACK_ERRORS
from bot.wording.trend_pictures import reply_alt_text
from storage.engine import Store

AT_ONCE = 4
"""Answers and pictures worked on at the same time; more would only slow each other down."""

INSIDE = 68
"""Commands and clicks taken on: those at work, and those who wait for their turn or for Slack."""

SPARE_THREADS = 12
"""Threads that are always left to acknowledge at once."""

CANONICAL_LENGTH = 2_000
TIMEOUT_SECONDS = 10

P = ParamSpec("P")
T = TypeVar("T")


class AsksQuestions(Protocol):
    """What answers questions: `bot.answers.Answers`, or a stand-in for it."""

    def reply(self, text: str, *, max_length: int = ...) -> Reply:
        """Return the reply to ``text``."""


def build_app(settings: Settings, *, store: Store) -> App:
    """Return the production app.

    Raises
    ------
    SettingsError
        If SLACK_BOT_TOKEN is not set, or Slack does not accept it.
    """
    answers = Answers.of(store, settings)
    client = slack_client(settings)
    workspace = find_workspace(client)
    app = new_app(client, workspace)
    attach(app, build_desk(settings, answers=answers, client=client, workspace=workspace))
    return app


def slack_client(settings: Settings) -> WebClient:
    """Return the client for everything: it never sends a call twice of its own accord."""
    token = reveal(settings.slack_bot_token)
    if not token:
        raise SettingsError("SLACK_BOT_TOKEN is not set: copy the bot's token from your Slack app")
    return WebClient(
        token,
        base_url=settings.slack_api_url,
        timeout=TIMEOUT_SECONDS,
        retry_handlers=[],
    )


def reveal(secret: SecretStr | None) -> str:
    """Return what a secret setting holds; nothing when it is not set, or set to nothing."""
    return secret.get_secret_value().strip() if secret else ""


def find_workspace(client: WebClient) -> Workspace:
    """Ask Slack which workspace the token belongs to.

    Raises
    ------
    SettingsError
        If Slack does not accept the token or cannot be reached.
    """
    try:
        known = client.auth_test()
    except SLACK_ERRORS as error:
        raise blame_setting("SLACK_BOT_TOKEN", error) from error
    except ValueError as error:
        raise SettingsError("SLACK_BOT_TOKEN or SLACK_API_URL is not written right") from error
    return Workspace(
        team_id=known["team_id"],
        enterprise_id=known.get("enterprise_id"),
        bot_name=known.get("user", "nrr"),
    )


def new_app(client: WebClient, workspace: Workspace) -> App:
    """Return a Bolt app without listeners.

    It leaves signatures to `bot.server`: Bolt logs the whole body of a request that it refuses.
    It never calls ``auth.test``, which would hold up the first acknowledgement. Its name is that
    of its own loggers, whose messages `bot.logs` does not write.
    """
    quiet = logging.getLogger("slack_bolt")
    quiet.setLevel(logging.ERROR)
    return App(
        name=quiet.name,
        logger=quiet,
        client=WebClient(base_url=client.base_url, timeout=client.timeout, retry_handlers=[]),
        authorize=lambda: AuthorizeResult(
            enterprise_id=workspace.enterprise_id, team_id=workspace.team_id
        ),
        request_verification_enabled=False,
        listener_executor=ThreadPoolExecutor(INSIDE + SPARE_THREADS, "listener"),
    )


def build_desk(
    settings: Settings,
    *,
    answers: AsksQuestions,
    client: WebClient,
    workspace: Workspace,
    sleep: Callable[[float], None] = time.sleep,
) -> Desk:
    """Return what the listeners work with; asks nobody anything yet."""
    gate = Gate(
        client,
        People(client, now=time.monotonic),
        allowed=AllowedUsers(settings.nrrbot_allowed_users),
        workspace=workspace,
    )
    turns = Semaphore(AT_ONCE)
    main_dimension = settings.nrrbot_main_dimension
    ask = _in_turn(turns, answers.reply)
    ask_again = partial(ask, max_length=CANONICAL_LENGTH)
    sharing = Sharing(
        ask=ask_again,
        draw=_in_turn(turns, draw_picture),
        gate=gate,
        uploads=Uploads(client, sleep=sleep),
        posts=Posts(client, sleep=sleep, invitation=gate.invitation),
        once=Once(),
        main_dimension=main_dimension,
    )
    another = partial(follow_up, ask=ask_again, main_dimension=main_dimension)
    return Desk(
        gate=gate,
        replies=Replies(client, sleep=sleep),
        commands=settings.nrrbot_commands,
        respond=partial(respond, ask=ask, main_dimension=main_dimension),
        clicks={
            **dict.fromkeys((PREVIOUS_PERIOD, BY_DIMENSION, IN_FULL), another),
            SHARE: sharing.share,
        },
        doorway=Doorway(INSIDE),
    )


def respond(text: str, *, ask: Callable[[str], Reply], main_dimension: str) -> Message:
    """Return what to say to what was typed after a slash command."""
    command = sub_command(text)
    if command is None:
        return answer_question(text, ask=ask, main_dimension=main_dimension)
    name, rest = command
    return COMMANDS[name](rest)


def draw_picture(reply: Reply) -> Picture:
    """Return the picture of a reply, and what it shows in words."""
    from bot.charts.reply import reply_png  # noqa: PLC0415 - matplotlib is slow to load

    return Picture(reply_png(reply), reply_alt_text(reply))


def _in_turn(turns: Semaphore, work: Callable[P, T]) -> Callable[P, T]:
    def wait_and_work(*args: P.args, **kwargs: P.kwargs) -> T:
        with turns:
            return work(*args, **kwargs)

    return wait_and_work
