"""The command line and the server over PostgreSQL, and bots that share one store."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.__main__ import run
from bot.server.serving import build_server
from tests.bot.command_line import Capture
from tests.bot.edge import settings_for
from tests.bot.small_company import MOVEMENTS
from tests.slack.server import FakeSlack
from tests.slow import IS_SLOW

pytestmark = pytest.mark.postgres

HEADER, *ROWS = MOVEMENTS.splitlines()
ASK = ["ask", "enterprise 2026-Q3", "--today", "2026-11-21", "--json"]


@pytest.fixture
def bot(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> Path:
    """A folder with a file to import, and the environment of a bot with a store at head."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", postgresql_url)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    (tmp_path / "movements.csv").write_text(MOVEMENTS, encoding="utf-8")
    assert run(["db", "upgrade"]) == 0
    capsys.readouterr()
    return tmp_path


@pytest.mark.usefixtures("bot")
def test_every_line_works_as_on_sqlite(capsys: Capture) -> None:
    assert run(["import", "movements", "movements.csv", "--closed-through", "2026-10"]) == 0
    capsys.readouterr()

    assert run(ASK) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["result"]["opening_mrr"], answer["result"]["nrr"]) == ("1500.00", "1.100000")
    assert answer["closed_through"] == "2026-10"
    for line in (["check"], ["rebuild"], ["check"], ["upgrade"]):
        assert run(["db", *line]) == 0
    assert "The store was ready already." in capsys.readouterr().out


@pytest.mark.usefixtures("bot")
def test_a_backup_is_left_to_postgresql(capsys: Capture) -> None:
    assert run(["db", "backup", "copy.db"]) == 1

    assert "pg_dump" in capsys.readouterr().err


@pytest.mark.usefixtures("bot")
def test_the_bot_serves_from_it(postgresql_url: str, slack: FakeSlack) -> None:
    settings = settings_for(
        slack,
        database_url=SecretStr(postgresql_url),
        slack_signing_secret=SecretStr("secret"),
    )

    server = build_server(settings)
    server.listen()
    server.work()
    server.stop()

    assert server.port


IMPORT = """
import sys
from bot.__main__ import run
for file in sys.argv[1:]:
    if all(run(["import", "movements", file]) for _ in range(5)):
        sys.exit(f"{file} is not imported")
"""
ASK_OFTEN = """
from bot.__main__ import run
for _ in range(6):
    run(["ask", "2025-Q3", "--today", "2026-11-21", "--json"])
"""


def documents(text: str) -> list[dict[str, Any]]:
    """Return the answers in what was printed, without the moment of their data."""
    found, rest = [], text.strip()
    while rest:
        document, end = json.JSONDecoder().raw_decode(rest)
        document.get("instead", document).pop("data_as_of")
        found.append({**document, "data_as_of": None})
        rest = rest[end:].strip()
    return found


def test_bots_that_share_a_store_wait_for_each_other_and_answer_from_whole_imports(
    bot: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Two bots import the ledger a row at a time, and one more asks meanwhile."""
    rows = ROWS if IS_SLOW else ROWS[:5]
    files = [f"{number}.csv" for number in range(len(rows))]
    for file, row in zip(files, rows, strict=True):
        (bot / file).write_text(f"{HEADER}\n{row}\n", encoding="utf-8")

    assert run(["import", "movements", files[0]]) == 0  # so that the first question has an answer

    importers = [start(IMPORT, *files) for _ in range(2)]
    said = start(ASK_OFTEN).communicate()[0]
    for importer in importers:
        importer.communicate()

    assert [importer.returncode for importer in importers] == [0, 0]
    assert run(["db", "check"]) == 0
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{bot / 'alone.db'}")
    run(["db", "upgrade"])
    capsys.readouterr()
    whole: list[dict[str, Any]] = []
    for file in files:
        run(["import", "movements", file, "--json"])
        capsys.readouterr()
        run(["ask", "2025-Q3", "--today", "2026-11-21", "--json"])
        whole += documents(capsys.readouterr().out)
    answers = documents(said)
    assert len(answers) > 1
    assert all(answer in whole for answer in answers)


def start(script: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", script, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
