import io
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.answers.answer import Reply
from bot.answers.answers import Answers
from bot.clock import utc_now
from bot.errors import SettingsError
from bot.questions.buttons import BY_DIMENSION, SHARE
from bot.server.memory import Relief
from bot.server.serving import Server, build_server, serve
from bot.server.works import Works, build_works, print_admin_code
from bot.slack.working import STARTING, WORKING
from storage.access.grants import claim_admin
from storage.errors import StoreNotReadyError, WarehouseUnreachableError
from storage.store.engine import Store
from tests.bot.edge import Scene, let_everybody, running_bot, settings_for
from tests.bot.server.canaries import canaries_in
from tests.bot.small_company import small_company
from tests.slack.faults import RESPONSE_URL, Fault
from tests.slack.interactions import Interaction
from tests.slack.messages import Message
from tests.slack.people import UserKind
from tests.slack.server import FakeSlack
from tests.slack.talking import mention, say
from tests.slack.waiting import WAIT_SECONDS, wait_for

pytestmark = pytest.mark.slack

SERVE = (
    "from bot.slack import working; working.LONG_SECONDS = 3_600;"  # however busy the machine is
    "from bot.config import Settings; from bot.server.serving import serve; serve(Settings.load())"
)
MOVEMENTS = """\
movement_id,account_id,date,amount,currency,segment
c1,canary-account,2026-01-15,7351.97,USD,canary-segment
c2,canary-account,2026-08-15,8642.13,USD,
c3,other,2026-01-15,100.00,USD,smb
"""
CANARIES = ("canary", "7351", "8642", "7,351", "15994", "15,994", "xoxb-", "xapp-", "/commands/")
ROOT = Path(__file__).parents[3]
ADMIN = "U00000099"
WAITS = "not connected to slack yet"


@pytest.fixture(autouse=True)
def never_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer of this process counts as a long one, however busy the machine is."""
    monkeypatch.setattr("bot.server.works.LONG_SECONDS", 3_600)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    store = small_company(tmp_path_factory.mktemp("store"), MOVEMENTS)
    store.engine.dispose()
    return store.engine.url.render_as_string()


@contextmanager
def served(slack: FakeSlack, database: str, **environment: str) -> Iterator[list[str]]:
    """Run the bot as its own process; yield its output, which is whole after the block."""
    own = {
        "DATABASE_URL": database,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "NRRBOT_ADMIN": ADMIN,
        "NRRBOT_OPERATIONS_PORT": "0",
        "PYTHONWARNINGS": "error",
        "PATH": os.environ["PATH"],
    }
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        env=own | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    output: list[str] = []
    with process:
        assert process.stdout is not None
        for line in process.stdout:
            output.append(line)
            if '"ready"' in line:
                break
        try:
            yield output
        finally:
            process.send_signal(signal.SIGTERM)
            output += process.stdout.readlines()
    assert process.returncode == 0, output


def let_all(scene: Scene, database: str) -> None:
    """Let everybody see everything."""
    store = Store(database)
    let_everybody(scene.slack, store)
    store.engine.dispose()


def final_answer(asked: Interaction) -> Message:
    """Wait for what somebody is told once the bot is through: a busy machine says more before."""
    told = wait_for(
        lambda: [one for one in asked.answers if one.text != WORKING], what="the answer itself"
    )
    return told[0]


def use_everything(scene: Scene) -> None:
    """Ask, click, share, fail, and be refused."""
    answer = final_answer(scene.ask("full canary-segment 2026-Q3"))
    assert "$15,994.10" in answer.text
    assert scene.ask("canary-typo 2026-Q3").wait_for_answer().text
    assert scene.click(answer, BY_DIMENSION).wait_for_answer().text
    assert final_answer(scene.click(answer, SHARE)).text == "Shared."
    guest = scene.slack.workspace.add_user("canary-guest", UserKind.GUEST)
    assert scene.ask("canary-segment", by=guest).wait_for_answer().text
    scene.slack.faults.next(RESPONSE_URL, Fault.reset_before_accept())
    asked = scene.ask("full canary-segment 2026-Q3")
    asked.wait_for_ack()
    wait_for(lambda: scene.slack.faults.pending == 0, what="the fault")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_over_http_it_answers_logs_no_canary_and_stops_when_told(
    scene: Scene, database: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    port = free_port()
    scene.slack.request_url = f"http://127.0.0.1:{port}/slack/events"
    settings = settings_for(
        scene.slack,
        database_url=SecretStr(database),
        slack_signing_secret=SecretStr(scene.slack.signing_secret),
        port=port,
        nrrbot_admin=ADMIN,
        nrrbot_names_in_channels=frozenset({scene.revops.id}),
    )
    monkeypatch.setattr(sys, "stderr", log)
    let_all(scene, database)

    with ThreadPoolExecutor(1) as meanwhile, signals_restored():
        used = meanwhile.submit(use_everything_then_stop, scene, log, number)
        serve(settings)
        used.result()

    assert_no_canary(log.getvalue().splitlines())


def use_everything_then_stop(scene: Scene, log: io.StringIO, number: int) -> None:
    """Send the signal whatever happens, or `serve` would never return."""
    wait_for(lambda: '"ready"' in log.getvalue(), what="the bot")
    try:
        use_everything(scene)
    finally:
        os.kill(os.getpid(), number)


@contextmanager
def signals_restored() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def assert_no_canary(output: list[str]) -> None:
    said = "".join(output)
    assert '"ready"' in said
    assert '"stopped"' in said
    assert "UnansweredError" in said
    assert "UnknownWordsError" in said
    assert canaries_in(said, CANARIES) == []


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


SECRET = SecretStr("s")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        pytest.param({"slack_bot_token": None}, "SLACK_BOT_TOKEN is not set", id="no-token"),
        pytest.param(
            {"slack_bot_token": SecretStr("")}, "SLACK_BOT_TOKEN is not set", id="empty-token"
        ),
        pytest.param(
            {"slack_bot_token": SecretStr("xoxb-x")},
            "SLACK_BOT_TOKEN is not accepted by Slack: invalid_auth",
            id="wrong-token",
        ),
        pytest.param(
            {"slack_bot_token": SecretStr("xoxb-\nx")}, "SLACK_BOT_TOKEN or", id="broken-token"
        ),
        pytest.param({"slack_api_url": "hello/"}, "SLACK_API_URL is not written", id="no-url"),
        pytest.param(
            {"slack_signing_secret": None}, "SLACK_APP_TOKEN .* SLACK_SIGNING_SECRET", id="neither"
        ),
        pytest.param(
            {"slack_signing_secret": SecretStr("")},
            "SLACK_APP_TOKEN .* SLACK_SIGNING_SECRET",
            id="empty-secret",
        ),
    ],
)
def test_it_does_not_start_without_its_settings(
    slack: FakeSlack, database: str, changes: dict[str, Any], named: str
) -> None:
    url = SecretStr(database)
    settings = settings_for(
        slack, **({"database_url": url, "slack_signing_secret": SECRET} | changes)
    )

    with pytest.raises(SettingsError, match=named):
        build_server(settings)


@pytest.mark.parametrize(
    "fault", [Fault.reset_before_accept(), Fault.server_error(503), Fault.garbage()], ids=str
)
def test_it_does_not_start_when_slack_cannot_be_reached(
    slack: FakeSlack, database: str, fault: Fault
) -> None:
    settings = settings_for(slack, database_url=SecretStr(database), slack_signing_secret=SECRET)
    slack.faults.next("auth.test", fault)

    with pytest.raises(SettingsError, match="Slack cannot be reached: check SLACK_API_URL"):
        build_server(settings)


def test_it_does_not_start_before_the_store_is_set_up(slack: FakeSlack, tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path / 'empty.db'}")
    settings = settings_for(slack, database_url=url, slack_signing_secret=SECRET)

    with pytest.raises(StoreNotReadyError, match="nrrbot db upgrade"):
        build_server(settings)


def test_over_socket_mode_it_is_ready_once_a_connection_stands(
    slack: FakeSlack, database: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.refuse_links()
    settings = settings_for(
        slack,
        database_url=SecretStr(database),
        slack_app_token=SecretStr(slack.app_token),
        nrrbot_operations_port=free_port(),
        nrrbot_admin=ADMIN,
    )
    monkeypatch.setattr(sys, "stderr", log)

    with ThreadPoolExecutor(1) as meanwhile, signals_restored():
        seen = meanwhile.submit(watch_it_connect, slack, settings.nrrbot_operations_port, log)
        serve(settings)

    assert seen.result() == (
        (503, "connection: no Socket Mode connection is open\n"),
        (200, "ready\n"),
    )


def test_it_can_be_stopped_before_it_was_ever_ready(
    slack: FakeSlack, database: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack.refuse_links()
    token = SecretStr(slack.app_token)
    settings = settings_for(
        slack, database_url=SecretStr(database), slack_app_token=token, nrrbot_admin=ADMIN
    )
    monkeypatch.setattr(sys, "stderr", log)

    with ThreadPoolExecutor(1) as meanwhile, signals_restored():
        told = meanwhile.submit(stop_once, lambda: WAITS in log.getvalue(), what="the bot")
        serve(settings)
        told.result()

    assert '"stopped"' in log.getvalue()
    assert '"ready"' not in log.getvalue()


def test_it_gives_free_memory_back_every_so_often(
    slack: FakeSlack, database: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = SecretStr(slack.app_token)
    settings = settings_for(
        slack, database_url=SecretStr(database), slack_app_token=token, nrrbot_admin=ADMIN
    )
    given: list[Relief] = []

    def give_back(relief: Relief) -> None:
        given.append(relief)

    monkeypatch.setattr(sys, "stderr", log)
    monkeypatch.setattr("bot.server.serving.RELIEF_SECONDS", 0.01)
    monkeypatch.setattr(Relief, "give_back", give_back)

    with ThreadPoolExecutor(1) as meanwhile, signals_restored():
        seen = meanwhile.submit(stop_once, lambda: len(given) > 1, what="memory, twice")
        serve(settings)
        seen.result()

    assert len({*map(id, given)}) == 1  # which knows what it held the last time


def stop_once(is_so: Callable[[], object], *, what: str) -> None:
    try:
        wait_for(is_so, what=what)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)


def watch_it_connect(
    slack: FakeSlack, port: int, log: io.StringIO
) -> tuple[tuple[int, str], tuple[int, str]]:
    """Return what the bot says of itself before and after Slack lets it in, then stop it."""
    try:
        wait_for(lambda: WAITS in log.getvalue(), what="the bot")
        wait_for(lambda: "slack:" not in get(port, "/readyz")[1], what="the probe")
        refused = get(port, "/readyz")
        assert '"ready"' not in log.getvalue()
        slack.refuse_links(refused=False)
        slack.wait_for_connections(2)  # slack_sdk leaks one that is just being made at the end
        wait_for(lambda: '"ready"' in log.getvalue(), what="a ready bot")
        return refused, get(port, "/readyz")
    finally:
        os.kill(os.getpid(), signal.SIGTERM)


def get(port: int, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


@pytest.fixture
def server(scene: Scene, database: str) -> Iterator[Server]:
    """A bot that listens over HTTP and has loaded nothing yet; everybody may see everything."""
    secret, url = SecretStr(scene.slack.signing_secret), SecretStr(database)
    listening = build_server(
        settings_for(scene.slack, database_url=url, slack_signing_secret=secret)
    )
    let_all(scene, database)
    listening.listen()
    scene.slack.request_url = f"http://127.0.0.1:{listening.port}/slack/events"
    yield listening
    listening.stop()


@pytest.fixture
def may_answer(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """An event that every answer waits for."""
    may_go_on, answer = threading.Event(), Answers.reply

    def answer_slowly(*args: Any, **how: Any) -> Reply:  # noqa: ANN401 - as the real one takes
        may_go_on.wait(WAIT_SECONDS)
        return answer(*args, **how)

    monkeypatch.setattr(Answers, "reply", answer_slowly)
    return may_go_on


@pytest.fixture
def may_load(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """An event that the loading waits for."""
    may_go_on = threading.Event()

    def build_slowly(*args: Any, **services: Any) -> Works:  # noqa: ANN401 - as the real one takes
        may_go_on.wait(WAIT_SECONDS)
        return build_works(*args, **services)

    monkeypatch.setattr("bot.server.works.build_works", build_slowly)
    return may_go_on


def test_its_metrics_tell_of_refusals_and_ticks_and_of_nothing_else(
    scene: Scene, server: Server
) -> None:
    server.work()
    guest = scene.slack.workspace.add_user("canary-guest", UserKind.GUEST)

    assert scene.ask("canary-segment", by=guest).wait_for_answer().text
    assert "$15,994.10" in scene.ask("full canary-segment 2026-Q3").wait_for_answer().text
    port, first_tick = server.operations.port, 'nrrbot_tick_age_seconds{job="plan"}'
    wait_for(lambda: first_tick in get(port, "/metrics")[1], what="a first tick")
    status, said = get(port, "/metrics")

    assert status == 200
    assert 'nrrbot_authz_denied_total{reason="guest"} 1.0' in said
    assert canaries_in(said, (*CANARIES, scene.revops.id)) == []


def test_who_asks_before_all_is_loaded_is_answered_once_it_is(scene: Scene, server: Server) -> None:
    assert server.works.peek() is None
    asked = scene.ask("full canary-segment 2026-Q3")

    assert "$15,994.10" in asked.wait_for_answer(2).text
    assert not asked.wait_for_ack().is_late


def test_whoever_waits_for_long_is_told_so(
    scene: Scene, server: Server, may_answer: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.server.works.LONG_SECONDS", 0.01)
    server.work()

    asked = scene.ask("full canary-segment 2026-Q3")

    assert asked.wait_for_answer().text == WORKING
    may_answer.set()
    assert "$15,994.10" in asked.wait_for_answer(2).text


def test_a_command_is_told_at_once_that_loading_takes_a_moment(
    scene: Scene, server: Server, may_load: threading.Event
) -> None:
    asked = scene.ask("full canary-segment 2026-Q3")
    acknowledged = asked.wait_for_ack()
    assert server.works.peek() is None
    may_load.set()

    assert acknowledged.status == 200
    assert asked.wait_for_answer().text == WORKING
    assert "$15,994.10" in asked.wait_for_answer(2).text


def test_a_form_stays_open_as_it_is_filled_in_while_the_bot_loads(
    scene: Scene, server: Server, may_load: threading.Event
) -> None:
    with running_bot(scene.slack):  # the one before, which opened it
        scene.ask("digest here")
        form = scene.slack.wait_for_modal(scene.ana)
    scene.slack.request_url = f"http://127.0.0.1:{server.port}/slack/events"

    early = scene.slack.submit(scene.ana, form, {"hour": "17"})
    told = early.wait_for_field_errors()
    assert server.works.peek() is None
    may_load.set()
    server.work()
    scene.slack.submit(scene.ana, form, {"hour": "17"}).wait_for_ack()

    assert [*told.values()] == [STARTING]
    assert not early.wait_for_ack().is_late
    wait_for(lambda: scene.slack.workspace.modals.of(scene.ana.id) is None, what="a closed form")


@pytest.mark.usefixtures("server")
def test_a_mention_that_waited_long_for_the_loading_is_told_so(
    scene: Scene, may_answer: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.working.LONG_SECONDS", 0)  # however quick this machine loads
    asked = say(
        scene.slack, scene.ana, scene.revops, mention(scene.slack, "canary-segment 2026-Q3")
    )

    assert asked.wait_for_answer().text == WORKING
    may_answer.set()
    wait_for(lambda: [one.text for one in asked.answers] != [WORKING], what="the answer")


def test_what_cannot_be_loaded_ends_the_bot_with_its_error(
    slack: FakeSlack, database: str, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ImportError("half of it is not installed")

    monkeypatch.setattr("bot.server.works.build_works", fail)
    monkeypatch.setattr(sys, "stderr", log)
    url = SecretStr(database)

    with signals_restored(), pytest.raises(ImportError, match="half of it"):
        serve(settings_for(slack, database_url=url, slack_signing_secret=SECRET))

    assert '"stopped"' in log.getvalue()
    assert [thread.name for thread in threading.enumerate() if thread.name == "http"] == []


def test_a_warehouse_that_cannot_be_used_is_told_before_slack_is_heard(
    slack: FakeSlack, database: str
) -> None:
    settings = settings_for(
        slack,
        database_url=SecretStr(database),
        slack_signing_secret=SECRET,
        warehouse_url=SecretStr("nonsense"),
    )

    with pytest.raises(WarehouseUnreachableError):
        build_server(settings)


@pytest.mark.parametrize("taken", ["port", "nrrbot_operations_port"])
def test_a_port_that_is_taken_leaves_nothing_running(
    slack: FakeSlack, database: str, taken: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        server = build_server(
            settings_for(
                slack,
                database_url=SecretStr(database),
                slack_signing_secret=SECRET,
                **{taken: port},
            )
        )

        with pytest.raises(SettingsError, match=f"{taken.upper()} {port} on "):
            server.listen()

    assert [thread.name for thread in threading.enumerate() if thread.name == "http"] == []


def test_the_port_is_known_over_http_alone(slack: FakeSlack, database: str) -> None:
    url = SecretStr(database)
    http = build_server(
        settings_for(slack, database_url=url, slack_signing_secret=SECRET, nrrbot_scheduler=False)
    )
    token = SecretStr(slack.app_token)
    sockets = build_server(settings_for(slack, database_url=url, slack_app_token=token))
    http.listen()

    assert http.port
    assert http.operations.port
    assert sockets.port is None

    http.stop()
    sockets.stop()


def test_the_code_of_the_first_administrator_is_printed_until_there_is_one(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = small_company(tmp_path)

    print_admin_code(settings_for(scene.slack, nrrbot_admin=ADMIN), store)
    assert capsys.readouterr().out == ""

    print_admin_code(settings_for(scene.slack), store)
    said = capsys.readouterr().out
    assert "/nrr access claim " in said

    with store.write(ledger=False) as session:
        claim_admin(session, said.split()[-1], user_id=scene.ana.id, now=utc_now())
    print_admin_code(settings_for(scene.slack), store)
    assert capsys.readouterr().out == ""
    store.engine.dispose()
