import io
import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.server.logs import configure
from storage.store.engine import Store
from tests.bot.edge import RunningBot, Scene, running_bot
from tests.bot.small_company import MOVEMENTS, small_company
from tests.slack.people import Channel, ChannelKind, User
from tests.slack.server import FakeSlack
from tests.storage.at_head import postgresql_at_head, sqlite_at_head
from tests.storage.conftest import BOTH
from tests.storage.stores import Template, url_of


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
def company_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A small company's store, which the settings name."""
    made = small_company(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url_of(made))
    yield made
    made.engine.dispose()


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
def any_template(request: pytest.FixtureRequest) -> Template:
    """An empty store that is at head, to be copied, as `tests.storage` has it."""
    if request.param == "sqlite":
        return sqlite_at_head()
    return postgresql_at_head(request.getfixturevalue("postgresql_server"))


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
def filled(home: None, movements: str, tmp_path: Path) -> None:
    """The small company's store and its file, in that folder."""
    del home, movements
    small_company(tmp_path)
