"""What is loaded by when: Slack waits for nothing that answers need, and who asks for nothing."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.bot.edge import Scene, let_everybody
from tests.bot.small_company import small_company
from tests.storage.stores import url_of

pytestmark = pytest.mark.slack

ROOT = Path(__file__).parents[3]
TELL = """
import json, sys
from bot.slack import working

working.LONG_SECONDS = 3_600  # no answer counts as a long one, however busy the machine is

def tell():
    print(json.dumps(sorted(sys.modules)), flush=True)
"""
UNTIL_READY = """
import logging, os
from bot.__main__ import run

class TellAtReady(logging.Handler):
    def emit(self, record):
        if record.msg == "ready":
            tell()
            os._exit(0)

logging.getLogger("nrrbot.server").addHandler(TellAtReady())
sys.exit(run(["serve"]))
"""
UNTIL_ASKED = """
from bot.config import Settings
from bot.server.serving import build_server

server = build_server(Settings.load())
server.listen()
print(server.port, flush=True)
server.work()
tell()
sys.stdin.readline()
tell()
server.stop()
"""
TO_HEAR = {
    *("bot.__main__", "bot.app", "bot.clock", "bot.config", "bot.environment", "bot.errors"),
    "bot.secret_files",
    *("bot.loading", "bot.message", "bot.server", "bot.slack"),
    *(
        "metrics.days",
        "metrics.errors",
        "metrics.money",
        "metrics.segments",
        "storage.errors",
        "storage.store",
    ),
}
NOT_TO_HEAR = {
    *("alembic", "apscheduler", "babel", "click", "matplotlib", "numpy", "pandas", "PIL"),
    *("prometheus_client", "psycopg", "rapidfuzz", "rich", "scipy", "shellingham", "typer"),
}
OURS = ("bot.", "metrics.", "storage.")
ASKED = {
    "enterprise 2026-Q3": "NRR 110.0%",
    "trend by segment 6m": "by segment",
    "help": "What you can ask",
    "digest list": "igest",
    "alerts": "lert",
}


@pytest.fixture
def environment(scene: Scene, tmp_path: Path) -> dict[str, str]:
    store = small_company(tmp_path)
    let_everybody(scene.slack, store)
    store.engine.dispose()
    return {
        "DATABASE_URL": url_of(store),
        "SLACK_BOT_TOKEN": scene.slack.bot_token,
        "SLACK_API_URL": scene.slack.api_url,
        "NRRBOT_OPERATIONS_PORT": "0",
        "NRRBOT_SCHEDULER": "false",  # loads what it ticks with in a thread of its own
        "PORT": "0",
        "PATH": os.environ["PATH"],
    }


@contextmanager
def running(script: str, environment: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", TELL + script],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def line_of(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def modules_of(process: "subprocess.Popen[str]") -> set[str]:
    return set(json.loads(line_of(process)))


@pytest.mark.parametrize("over", ["SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"])
def test_slack_waits_for_nothing_that_it_takes_to_answer(
    scene: Scene, environment: dict[str, str], over: str
) -> None:
    secrets = {
        "SLACK_SIGNING_SECRET": scene.slack.signing_secret,
        "SLACK_APP_TOKEN": scene.slack.app_token,
    }

    with running(UNTIL_READY, environment | {over: secrets[over]}) as bot:
        loaded = modules_of(bot)

    ours = {".".join(name.split(".")[:2]) for name in loaded if name.startswith(OURS)}
    assert ours - TO_HEAR == set()
    assert {name.partition(".")[0] for name in loaded} & NOT_TO_HEAR == set()
    assert "sqlalchemy.dialects.postgresql" not in loaded


def test_the_first_who_asks_waits_for_nothing_to_be_loaded(
    scene: Scene, environment: dict[str, str]
) -> None:
    with running(
        UNTIL_ASKED, environment | {"SLACK_SIGNING_SECRET": scene.slack.signing_secret}
    ) as bot:
        scene.slack.request_url = f"http://127.0.0.1:{line_of(bot).strip()}/slack/events"
        before = modules_of(bot)
        said = {text: scene.ask(text).wait_for_answer().text for text in ASKED}
        assert bot.stdin is not None
        print(file=bot.stdin, flush=True)
        after = modules_of(bot)

    assert {text for text, words in ASKED.items() if words not in said[text]} == set()
    assert sorted(after - before) == []
