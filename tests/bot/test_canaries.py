"""Every secret is a canary, and everything that can fail with it does: it is found nowhere."""

import io
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from bot.__main__ import run
from bot.config import Settings
from bot.secret_files import names_of_files
from bot.slack.client import slack_client
from tests.bot.server.test_canary import files_in
from tests.bot.small_company import small_company
from tests.slack.server import FakeSlack

CANARY = "cAnArY"
REFUSED = "127.0.0.1:1"  # where nothing listens
ALONE = "nrrbot.db"

BAD_URLS = {
    "refused": f"postgresql://me:{CANARY}@{REFUSED}/nrr",
    "no url": CANARY,
    "no port": f"postgresql://me:{CANARY}@127.0.0.1:{CANARY}/nrr",
    "no driver": f"oracle://me:{CANARY}@{REFUSED}/nrr",
    "no dialect": f"nodb://me:{CANARY}@{REFUSED}/nrr",
    "no option": f"postgresql://me:{CANARY}@{REFUSED}/nrr?{CANARY}={CANARY}",
    "no folder": f"sqlite:////{CANARY}/nrr.db",
}
LINES = {
    "DATABASE_URL": ("ask ttm", "db upgrade", "doctor", "serve"),
    "WAREHOUSE_URL": ("ask ttm", "doctor", "ask ttm --json"),
    "NRRBOT_SQL_URL": ("sync sql --once", "sync sql --once --json", "doctor", "import list"),
}
"""What a URL that is bad makes fail, or may show it."""
TOKENS = {
    "SLACK_BOT_TOKEN": (f"xoxb-{CANARY}", ("doctor", "doctor --json", "serve")),
    "SLACK_APP_TOKEN": (f"xapp-{CANARY}", ("doctor", "doctor --json")),
    "SLACK_SIGNING_SECRET": (CANARY, ("doctor", "serve")),
    "STRIPE_API_KEY": (f"rk_test_{CANARY}", ("sync stripe --once", "sync stripe --once --json")),
}
NOT_ONE = {
    "SLACK_BOT_TOKEN": CANARY,
    "SLACK_APP_TOKEN": f"xoxb-{CANARY}",
    "STRIPE_API_KEY": f"pk_test_{CANARY}",
}
"""Values that are none of that kind: they are refused as soon as settings are read."""


class Keepers:
    """All that those who keep the bot can see of a line that was run."""

    def __init__(self, capsys: pytest.CaptureFixture[str], log: io.StringIO, folder: Path) -> None:
        self._capsys, self._log, self._folder = capsys, log, folder

    def see(self, line: str) -> str:
        run(line.split())
        captured = self._capsys.readouterr()
        said = captured.out + captured.err + self._log.getvalue() + files_in(self._folder)
        assert captured.out + captured.err, line
        return said


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a store in it, to be copied."""
    folder = tmp_path_factory.mktemp("company") / "data"
    small_company(folder).engine.dispose()
    return folder


@pytest.fixture
def keepers(
    capsys: pytest.CaptureFixture[str],
    log: io.StringIO,
    tmp_path: Path,
    company: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Keepers:
    folder = tmp_path / "data"
    copytree(company, folder)
    monkeypatch.chdir(folder)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{folder / ALONE}")
    monkeypatch.setenv("SLACK_API_URL", f"http://{REFUSED}/api/")
    monkeypatch.setenv("STRIPE_API_URL", f"http://{REFUSED}")
    monkeypatch.setenv("NRRBOT_SQL_QUERY", "SELECT 1 AS account_id")
    monkeypatch.setenv("NRRBOT_OPERATIONS_PORT", "0")
    monkeypatch.setattr("bot.sources.stripe.api._TRIES", 1)
    return Keepers(capsys, log, folder)


Put = Callable[[str, str], None]


@pytest.fixture(params=["in the environment", "in a file"])
def put(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    def set_(name: str, value: str) -> None:
        if request.param == "in the environment":
            monkeypatch.setenv(name, value)
            return
        file = tmp_path / "secret"
        file.write_text(f"{value}\n", encoding="utf-8")
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", str(file))

    return set_


def test_each_secret_is_among_those_that_are_tried() -> None:
    tried = {*LINES, *TOKENS, "NRRBOT_ALIVE_URL"}  # which is called by a job: bot/app tests it

    assert {name.upper() for name, _ in names_of_files(Settings.model_fields)} == tried


@pytest.mark.parametrize("url", BAD_URLS)
@pytest.mark.parametrize("name", LINES)
def test_a_url_that_fails_is_never_shown(
    keepers: Keepers, monkeypatch: pytest.MonkeyPatch, name: str, url: str
) -> None:
    monkeypatch.setenv(name, BAD_URLS[url])

    for line in LINES[name]:
        assert not found_in(keepers.see(line)), line


def test_a_url_in_a_file_is_shown_no_more_than_one_in_the_environment(
    keepers: Keepers, put: Put
) -> None:
    put("NRRBOT_SQL_URL", BAD_URLS["refused"])

    for line in LINES["NRRBOT_SQL_URL"]:
        assert not found_in(keepers.see(line)), line


@pytest.mark.parametrize("name", TOKENS)
def test_a_token_that_fails_is_never_shown(keepers: Keepers, put: Put, name: str) -> None:
    value, lines = TOKENS[name]
    put(name, value)

    for line in lines:
        assert not found_in(keepers.see(line)), line


@pytest.mark.parametrize("name", NOT_ONE)
def test_a_token_that_is_none_is_refused_without_being_shown(
    keepers: Keepers, put: Put, name: str
) -> None:
    put(name, NOT_ONE[name])

    said = keepers.see("ask ttm")
    assert f"{name} in the" in said
    assert not found_in(said)


@pytest.mark.slack
def test_a_token_that_slack_does_not_know_is_in_no_error_of_its_client(
    slack: FakeSlack, keepers: Keepers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_API_URL", slack.api_url)
    monkeypatch.setenv("SLACK_BOT_TOKEN", f"xoxb-{CANARY}")
    monkeypatch.setenv("SLACK_APP_TOKEN", f"xapp-{CANARY}")

    for line in ("doctor", "doctor --json", "serve", "access why U012AB3CD company"):
        said = keepers.see(line)
        assert "not accepted by Slack" in said
        assert not found_in(said)
    assert CANARY not in repr(slack_client(Settings.load()))


def found_in(said: str) -> str:
    """Find a canary with what stands around it, for whoever reads the failure."""
    place = said.lower().find(CANARY.lower())
    return said[max(place - 60, 0) : place + 60] if place >= 0 else ""
