import io
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.__main__ import run
from bot.server.logs import configure
from storage.store import schema
from storage.store.engine import Store
from tests.bot.edge import RunningBot, Scene, running_bot
from tests.bot.small_company import MOVEMENTS
from tests.postgresql import Server
from tests.slack.people import Channel, ChannelKind, User
from tests.slack.server import FakeSlack
from tests.storage.conftest import BOTH
from tests.storage.stores import PostgresqlTemplate, SqliteTemplate, Template, open_store


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as running:
        yield running


@pytest.fixture
def ana(slack: FakeSlack) -> User:
    return slack.workspace.add_user("ana")


@pytest.fixture
def revops(slack: FakeSlack) -> Channel:
    return slack.workspace.add_channel("revops", kind=ChannelKind.PRIVATE)


@pytest.fixture
def scene(slack: FakeSlack, ana: User, revops: Channel) -> Scene:
    return Scene(slack=slack, ana=ana, revops=revops)


@pytest.fixture
def bot(slack: FakeSlack) -> Iterator[RunningBot]:
    with running_bot(slack) as running:
        yield running


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that this process logs meanwhile, as `bot.server.logs` writes it."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    before = threading.excepthook
    stream = io.StringIO()
    configure(stream)
    try:
        yield stream
    finally:
        threading.excepthook = before
        logging.raiseExceptions = True
        logging.basicConfig(handlers=handlers, level=level, force=True)


@pytest.fixture(scope="session", params=BOTH)
def any_template(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Template]:
    """An empty store that is at head, to be copied, as `tests.storage` has it."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("template") / "store.db"
        with open_store(path) as store:
            schema.upgrade(store)
            schema.backup(store, path.with_name("template.db"))
        yield SqliteTemplate(path.with_name("template.db"))
        return
    server: Server = request.getfixturevalue("postgresql_server")
    with server.database() as url:
        with open_store(url) as store:
            schema.upgrade(store)
        yield PostgresqlTemplate(server, str(url.database))


@pytest.fixture
def any_store(any_template: Template) -> Iterator[Store]:
    """An empty store that is at head; the test runs on each kind of database."""
    with any_template.fresh() as opened:
        yield opened


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of a person who types commands, and the store that the settings name there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'nrrbot.db'}")
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def movements(tmp_path: Path) -> str:
    file = tmp_path / "movements.csv"
    file.write_text(MOVEMENTS, encoding="utf-8")
    return str(file)


@pytest.fixture
def filled(home: None, movements: str, capsys: pytest.CaptureFixture[str]) -> None:
    del home
    assert run(["db", "upgrade"]) == 0
    assert run(["import", "movements", movements, "--closed-through", "2026-10"]) == 0
    capsys.readouterr()
