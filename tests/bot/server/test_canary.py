"""Names, amounts and secrets that must not be found in anything the bot writes for its keepers."""

from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path

import pytest

from bot.__main__ import run
from bot.clock import utc_now
from storage.store.engine import Store
from tests.bot.edge import Scene, approve, let_everybody
from tests.bot.server.canaries import canaries_in
from tests.bot.server.test_serving import (
    CANARIES,
    MOVEMENTS,
    assert_no_canary,
    free_port,
    served,
    use_everything,
)
from tests.bot.small_company import small_company
from tests.slack.waiting import WAIT_SECONDS, wait_for
from tests.slack.workspace import TEAM_ID
from tests.storage.subscribers import due_in_hour_of, subscribe

pytestmark = pytest.mark.slack

PATHS = ("/healthz", "/readyz", "/metrics", "/canary")
SECRETS = ("canary", "xoxb-", "xapp-", "hooks.slack.com")
KEPT = ("canary-signing-secret", "canary-password", "canary-alive")
"""Secrets that neither people nor the store are told, whatever fails with them."""


@pytest.fixture
def store(scene: Scene, tmp_path: Path) -> Store:
    """A ledger of canaries, which everybody may see."""
    (tmp_path / "data").mkdir()
    store = small_company(tmp_path / "data", MOVEMENTS)
    let_everybody(scene.slack, store)
    approve(store, scene.revops)
    return store


def subscribe_to_what_is_due(scene: Scene, store: Store) -> None:
    due_at = utc_now() - timedelta(hours=1)
    subscribe(
        store,
        team_id=TEAM_ID,
        channel_id=scene.revops.id,
        owner_id=scene.ana.id,
        schedule=due_in_hour_of(due_at),
        now=due_at - timedelta(days=1),
    )


def everything_said_on(port: int) -> str:
    said = []
    for path in PATHS:
        connection = HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
        connection.request("GET", path)
        response = connection.getresponse()
        said += [str(response.getheaders()), response.read().decode()]
        connection.close()
    return "".join(said)


def files_in(folder: Path) -> str:
    """Return all that stands in the files of a folder, whatever they are."""
    return "".join(
        path.name + path.read_bytes().decode("latin-1")
        for path in folder.rglob("*")
        if path.is_file()
    )


def test_over_socket_mode_it_stops_when_told_and_nothing_that_keepers_see_holds_a_canary(
    scene: Scene, store: Store, tmp_path: Path
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    subscribe_to_what_is_due(scene, store)
    port = free_port()
    url = store.engine.url.render_as_string()
    (tmp_path / "url").write_text("postgresql://me:canary-password@127.0.0.1:1/theirs\n")
    keepers = {
        "NRRBOT_SQL_URL_FILE": str(tmp_path / "url"),
        "NRRBOT_SQL_QUERY": "SELECT 1",
        "NRRBOT_ALIVE_URL": "http://127.0.0.1:1/canary-alive",
        "SLACK_APP_TOKEN": scene.slack.app_token,
        "SLACK_SIGNING_SECRET": "canary-signing-secret",
        "NRRBOT_OPERATIONS_PORT": str(port),
        "NRRBOT_NAMES_IN_CHANNELS": scene.revops.id,
        "TMPDIR": str(scratch),
    }
    with served(scene.slack, url, **keepers) as output:
        scene.slack.wait_for_connections(2)
        use_everything(scene)
        wait_for(
            lambda: len([one for one in scene.shared() if "canary-segment" in one.text]) >= 2,
            what="the shared answer and the digest",
        )
        wait_for(
            lambda: 'nrrbot_source_failing{source="sql"} 1.0' in everything_said_on(port),
            what="the source that cannot be reached",
        )
        wait_for(
            lambda: "The source sql could not be read" in files_in(tmp_path / "data"),
            what="the word about it",
        )
        said = everything_said_on(port)

    assert_no_canary(output)
    told = str(scene.slack.calls) + files_in(tmp_path / "data")
    assert [one for one in KEPT if one in told] == []
    assert "nrrbot_outbox_rows" in said
    written = "".join(output) + said + files_in(scratch)
    assert canaries_in(written, (*CANARIES, *SECRETS)) == []


@pytest.fixture
def secret_settings(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings of the environment alone, and a folder without any ``.env``."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", store.engine.url.render_as_string())
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "canary-signing-secret")
    monkeypatch.setenv("NRRBOT_OPERATIONS_PORT", "0")
    return tmp_path


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param("import movements {missing}", "missing.csv", id="no-file"),
        pytest.param("ask canary-typo", "canary-typo", id="no-such-segment"),
        pytest.param("db check --canary-option", "canary-option", id="no-such-option"),
        pytest.param("serve", "SLACK_BOT_TOKEN", id="no-token"),
    ],
)
def test_an_error_on_the_command_line_is_one_sentence_without_secrets_or_figures(
    secret_settings: Path, capsys: pytest.CaptureFixture[str], line: str, sentence: str
) -> None:
    code = run(line.format(missing=secret_settings / "missing.csv").split())

    said = capsys.readouterr().err
    assert code in (1, 2)
    assert sentence in said
    assert "Traceback" not in said
    assert [one for one in ("signing-secret", "7351", "15994") if one in said] == []


@pytest.mark.parametrize("written", ["$7,351.05", "minor=735105", "-7351", "(7351)"])
def test_a_figure_is_found_however_it_is_written(written: str) -> None:
    assert canaries_in(written, CANARIES) != []


def test_digits_within_a_moment_or_a_timing_are_no_figure() -> None:
    assert canaries_in("2026-11-21T10:00:00.735101Z took 0.0273519 s", CANARIES) == []
