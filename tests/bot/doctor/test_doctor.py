import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from rich.console import Console

from bot.__main__ import run
from bot.clock import utc_now
from bot.config import Settings
from bot.doctor.examination import examine
from bot.doctor.results import CheckResult, CheckState, is_well, print_report, report_json
from storage.access.grants import Role
from storage.delivery.circuit import NO_ANSWER, open_circuit
from storage.delivery.parcels import State
from storage.digests.subscriptions import set_state
from storage.store.engine import Store
from storage.tables.delivery import SubscriptionState
from tests.bot.edge import let, settings_for
from tests.bot.small_company import small_company
from tests.slack.faults import Fault, Reply
from tests.slack.people import Channel
from tests.slack.server import FakeSlack
from tests.slack.workspace import TEAM_ID
from tests.storage import parcels
from tests.storage.at_head import set_up
from tests.storage.stores import execute
from tests.storage.subscribers import CREATED, subscribe

pytestmark = pytest.mark.slack

NO_VALUE_YET = "no account has a value for NRRBOT_MAIN_DIMENSION, so answers are not split by it"
GOOD, WARNING, BAD = CheckState.GOOD, CheckState.WARNING, CheckState.BAD


@dataclass(frozen=True, kw_only=True)
class Practice:
    """A company, its Slack, and a doctor who looks at both."""

    slack: FakeSlack
    store: Store
    settings: Settings

    def look(
        self, *, now: Callable[[], datetime] = utc_now, live: bool = False
    ) -> list[CheckResult]:
        return examine(self.settings, self.store, now=now, is_live=live)

    def find(self, check: str, **how: Any) -> tuple[CheckState, str]:  # noqa: ANN401 - of `look`
        """Return what the doctor says of one thing."""
        [found] = [one for one in self.look(**how) if one.check == check]
        return found.state, found.says

    def changed(self, **settings: Any) -> "Practice":  # noqa: ANN401 - fields of Settings
        return replace(self, settings=self.settings.model_copy(update=settings))


@pytest.fixture
def practice(slack: FakeSlack, tmp_path: Path) -> Iterator[Practice]:
    store = small_company(tmp_path)
    for file in tmp_path.glob("nrrbot.db*"):
        file.chmod(0o600)  # as the command line makes it, whose umask the tests do not have
    settings = settings_for(
        slack,
        database_url=SecretStr(store.engine.url.render_as_string()),
        slack_app_token=SecretStr(slack.app_token),
        nrrbot_admin="U012AB3CD",
    )
    yield Practice(slack=slack, store=store, settings=settings)
    store.engine.dispose()


def digest_in(practice: Practice, channel: Channel) -> str:
    """Subscribe a channel; return what the doctor calls that."""
    subscription = subscribe(practice.store, channel_id=channel.id, team_id=TEAM_ID)
    return f"digest {subscription.id} in {channel.id}"


def test_where_all_is_well_every_line_is_good(practice: Practice, revops: Channel) -> None:
    digest_in(practice, revops)

    results = practice.look(live=True)

    assert {result.state for result in results} == {GOOD}
    assert is_well(results)
    assert [result.check for result in results] == [
        "store",
        "schema",
        "rights",
        "store clock",
        "circuit",
        "messages",
        "due rows",
        "settings",
        "secrets",
        "people",
        "names",
        "dimension",
        "playbook",
        "connection",
        "token",
        "slack clock",
        "scopes",
        f"digest 1 in {revops.id}",
        "blocks: text and tables",
        "blocks: worked example",
        "blocks: native chart",
    ]


# The store


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o602])
def test_a_store_and_copies_that_others_may_read_are_named(
    practice: Practice, tmp_path: Path, mode: int
) -> None:
    path = practice.store.sqlite_path
    assert path is not None
    copy = tmp_path / f"{path.stem}.before-0012.db"
    copy.write_bytes(b"a copy")
    copy.chmod(0o600)
    assert practice.find("rights")[0] is GOOD

    path.chmod(mode)
    copy.chmod(mode)

    state, says = practice.find("rights")
    assert state is WARNING
    assert says.endswith(f"chmod go= {path} {copy}")


def test_a_store_that_is_not_there_is_to_be_set_up(practice: Practice, tmp_path: Path) -> None:
    missing = replace(practice, store=Store(f"sqlite:///{tmp_path / 'missing.db'}"))

    assert missing.find("schema") == (
        BAD,
        "The store is not set up for this version: run `nrrbot db upgrade`.",
    )
    assert missing.find("dimension")[0] is WARNING


def test_a_store_of_a_later_version_is_named(practice: Practice) -> None:
    execute(practice.store, "UPDATE alembic_version SET version_num = '9999'")

    state, says = practice.find("schema")

    assert state is BAD
    assert "later version" in says


def test_a_store_that_cannot_be_written_is_bad(practice: Practice) -> None:
    with practice.store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA query_only = 1")

    state, says = practice.find("store")

    assert state is BAD
    assert "may not be written" in says


@pytest.mark.postgres
def test_the_clock_of_the_store_is_compared_with_ours(
    practice: Practice, postgresql_url: str
) -> None:
    store = Store(postgresql_url)
    set_up(store)
    elsewhere = replace(practice, store=store)

    assert elsewhere.find("store clock")[0] is GOOD
    assert elsewhere.find("store clock", now=in_two_minutes)[0] is WARNING
    store.engine.dispose()


def in_two_minutes() -> datetime:
    return utc_now() + timedelta(minutes=2)


def test_an_open_circuit_says_what_slack_said(practice: Practice) -> None:
    with practice.store.write(ledger=False) as session:
        open_circuit(session, "missing_scope", CREATED)

    state, says = practice.find("circuit")

    assert state is BAD
    assert "missing_scope" in says


def test_while_slack_takes_no_posts_nobody_has_to_do_anything(practice: Practice) -> None:
    with practice.store.write(ledger=False) as session:
        open_circuit(session, NO_ANSWER, CREATED)

    state, says = practice.find("circuit")

    assert state is WARNING
    assert "one message at a time is tried" in says


def test_messages_that_wait_for_a_person_are_counted(practice: Practice) -> None:
    parcels.put(practice.store, parcels.parcel(), now=CREATED)
    execute(practice.store, f"UPDATE outbox SET state = '{State.NEEDS_ATTENTION}'")  # noqa: S608

    assert practice.find("messages") == (
        WARNING,
        "1 waits for a person: see `nrrbot digest list`",
    )


# The settings


@pytest.mark.parametrize(
    ("admin", "state"),
    [
        pytest.param("U012AB3CD", GOOD, id="user-id"),
        pytest.param(None, WARNING, id="nobody"),
        pytest.param("ana", BAD, id="a-name"),
    ],
)
def test_somebody_looks_after_access(
    practice: Practice, admin: str | None, state: CheckState
) -> None:
    found = practice.changed(nrrbot_admin=admin).find("people")

    assert found[0] is state
    assert "ana" not in found[1]


def test_an_administrator_may_also_be_granted(practice: Practice) -> None:
    let(practice.store, "U012AB3CD", role=Role.ADMIN)

    assert practice.changed(nrrbot_admin=None).find("people")[0] is GOOD


@pytest.mark.parametrize(
    ("entries", "state"),
    [
        pytest.param({"C012AB3CD", "G012AB3CD"}, GOOD, id="channel-ids"),
        pytest.param(set(), GOOD, id="none"),
        pytest.param({"#revops"}, BAD, id="a-name"),
    ],
)
def test_channels_are_listed_by_their_ids(
    practice: Practice, entries: set[str], state: CheckState
) -> None:
    changed = practice.changed(nrrbot_names_in_channels=frozenset(entries))

    assert changed.find("names")[0] is state


@pytest.mark.parametrize(
    ("dimension", "state"),
    [
        pytest.param("segment", GOOD, id="stored"),
        pytest.param("value_tier", GOOD, id="derived"),
        pytest.param("region", WARNING, id="unknown"),
    ],
)
def test_the_main_dimension_should_occur_in_the_data(
    practice: Practice, dimension: str, state: CheckState
) -> None:
    changed = practice.changed(nrrbot_main_dimension=dimension)

    assert changed.find("dimension")[0] is state


def test_the_file_of_the_playbook_has_to_be_one(practice: Practice, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[levers]\nchurn = "Call."', encoding="utf-8")

    own, gone = (
        practice.changed(nrrbot_playbook=name).find("playbook") for name in (str(file), "gone.toml")
    )

    assert own == (GOOD, f"the texts of {file} replace the package's")
    assert gone == (BAD, "NRRBOT_PLAYBOOK: there is no file gone.toml.")


def test_before_the_first_import_no_dimension_can_be_known(
    practice: Practice, tmp_path: Path
) -> None:
    empty = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    set_up(empty)

    state, says = replace(practice, store=empty).find("dimension")

    assert (state, says) == (WARNING, "there is no data yet: run `nrrbot import FILE`")
    empty.engine.dispose()


def test_data_without_any_attribute_is_not_called_no_data(
    practice: Practice, tmp_path: Path
) -> None:
    plain = small_company(
        tmp_path / "plain", "account_id,date,amount,currency\nacme,2026-01-15,1200.00,USD\n"
    )

    found = replace(practice, store=plain).find("dimension")

    assert found == (
        WARNING,
        f"{NO_VALUE_YET}: import a file with that column",
    )
    plain.engine.dispose()


def test_the_dimensions_that_there_are_are_offered(practice: Practice) -> None:
    _, says = practice.changed(nrrbot_main_dimension="region").find("dimension")

    others = "industry, segment"
    assert says == f"{NO_VALUE_YET}: import a file with that column, or name one of {others}"


def test_the_settings_that_the_file_has_are_named_without_their_values(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert practice.find("settings") == (
        GOOD,
        "from the environment alone: there is no .env in this folder",
    )
    file = tmp_path / ".env"
    file.write_text("NRRBOT_CURRENCY=EUR\nSLACK_BOT_TOKEN=xoxb-canary\nPORT=\n", encoding="utf-8")
    file.chmod(0o600)
    assert practice.find("settings") == (GOOD, ".env has NRRBOT_CURRENCY, SLACK_BOT_TOKEN")

    file.chmod(0o644)
    assert practice.find("settings") == (
        WARNING,
        "others may read or change .env: chmod go= .env",
    )


def test_files_of_secrets_that_others_may_read_are_named_by_their_settings(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert practice.find("secrets") == (GOOD, "none is in a file of its own")
    file = tmp_path / "canary"
    file.write_text("xoxb-canary", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", "canary")
    assert practice.find("secrets") == (GOOD, "in files of their own: SLACK_BOT_TOKEN_FILE")

    file.chmod(0o644)
    assert practice.find("secrets") == (
        WARNING,
        "others may read or change the files of SLACK_BOT_TOKEN_FILE: chmod go= each",
    )


# Slack


@pytest.mark.parametrize(
    ("changes", "state", "words"),
    [
        pytest.param({"slack_app_token": None}, BAD, "set SLACK_APP_TOKEN", id="neither"),
        pytest.param(
            {"slack_app_token": SecretStr("xapp-canary")},
            BAD,
            "SLACK_APP_TOKEN is not accepted",
            id="wrong",
        ),
        pytest.param(
            {"slack_app_token": None, "slack_signing_secret": SecretStr("s")},
            GOOD,
            "signed HTTP",
            id="http",
        ),
    ],
)
def test_there_is_a_way_to_hear_from_slack(
    practice: Practice, changes: dict[str, Any], state: CheckState, words: str
) -> None:
    found = practice.changed(**changes).find("connection")

    assert found[0] is state
    assert words in found[1]
    assert "canary" not in found[1]


@pytest.mark.parametrize(
    ("token", "words"),
    [
        pytest.param(None, "SLACK_BOT_TOKEN is not set", id="none"),
        pytest.param(SecretStr("xoxb-canary"), "not accepted by Slack: invalid_auth", id="wrong"),
        pytest.param(SecretStr("xoxb-\ncanary"), "is not written right", id="broken"),
    ],
)
def test_a_token_that_slack_does_not_take_ends_the_look_at_slack(
    practice: Practice, token: SecretStr | None, words: str
) -> None:
    results = practice.changed(slack_bot_token=token).look(live=True)

    assert results[-1].check == "token"
    assert results[-1].state is BAD
    assert words in results[-1].says
    assert "canary" not in results[-1].says


def test_a_slack_that_is_down_is_told_apart_from_a_wrong_token(practice: Practice) -> None:
    practice.slack.faults.next("auth.test", Fault.reset_before_accept())

    state, says = practice.find("token")

    assert state is BAD
    assert "cannot be reached" in says


def test_the_clock_is_compared_with_slacks(practice: Practice) -> None:
    practice.slack.clock.advance(30)
    assert practice.find("slack clock")[0] is GOOD

    practice.slack.clock.advance(60)
    state, says = practice.find("slack clock")

    assert state is WARNING
    assert "NTP" in says

    practice.slack.clock.advance(3600)
    state, says = practice.find("slack clock")

    assert state is BAD
    assert "nothing is planned or sent" in says


def test_scopes_that_the_token_lacks_are_named(practice: Practice) -> None:
    practice.slack.workspace.drop_scope(practice.slack.bot_token, "files:write")
    practice.slack.workspace.drop_scope(practice.slack.bot_token, "channels:history")

    state, says = practice.find("scopes")

    assert state is BAD
    assert says.startswith(
        "the token lacks channels:history (finding a post in a public channel that Slack did not"
        " confirm), files:write (pictures and files): bring the app's manifest up to"
    )


def test_a_scope_that_may_be_left_out_is_named_with_what_that_costs(practice: Practice) -> None:
    practice.slack.workspace.drop_scope(practice.slack.bot_token, "users:read.email")

    state, says = practice.find("scopes")

    assert state is GOOD
    assert says == (
        "the token allows what is needed; left out are users:read.email (alerts for owners whom"
        " the ledger names by e-mail)"
    )


def test_an_answer_without_headers_leaves_clock_and_scopes_open(practice: Practice) -> None:
    known = Reply(status=200, body={"ok": True, "team_id": TEAM_ID}, headers={"Date": "none"})
    practice.slack.faults.always("auth.test", Fault(accepted=True, reply=known))

    assert practice.find("scopes")[0] is WARNING
    assert practice.find("slack clock")[0] is WARNING


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"is_archived": True}, "is archived", id="archived"),
        pytest.param({"is_ext_shared": True}, "shared with another company", id="shared"),
        pytest.param({"is_pending_ext_shared": True}, "about to be", id="about-to-be-shared"),
        pytest.param({"bot_is_member": False}, "/invite @nrr", id="not-in-it"),
    ],
)
def test_a_channel_that_cannot_get_its_digest_says_why(
    practice: Practice, revops: Channel, change: dict[str, Any], words: str
) -> None:
    check = digest_in(practice, revops)
    practice.slack.workspace.put_channel(replace(revops, **change))

    state, says = practice.find(check)

    assert state is BAD
    assert words in says
    assert revops.name not in says


@pytest.mark.parametrize(("bot_is_member", "state"), [(True, GOOD), (False, BAD)])
def test_the_administrators_channel_must_be_open_to_the_bot(
    practice: Practice, revops: Channel, state: CheckState, *, bot_is_member: bool
) -> None:
    practice.slack.workspace.put_channel(replace(revops, bot_is_member=bot_is_member))

    found = practice.changed(nrrbot_alive_channel=revops.id).find("alive channel")

    assert found[0] is state
    assert "NRRBOT_ALIVE_CHANNEL" in found[1]


def test_a_digest_that_was_suspended_can_be_resumed(practice: Practice, revops: Channel) -> None:
    check = digest_in(practice, revops)
    with practice.store.write(ledger=False) as session:
        set_state(session, 1, SubscriptionState.SUSPENDED, now=CREATED, reason="is_archived")

    state, says = practice.find(check)

    assert state is BAD
    assert "suspended (is_archived)" in says
    assert "`nrrbot digest resume 1`" in says


def test_a_digest_of_another_workspace_is_said_to_be_that(
    practice: Practice, revops: Channel
) -> None:
    subscribe(practice.store, channel_id=revops.id, team_id="T0THEIRS")

    state, says = practice.find(f"digest 1 in {revops.id}")

    assert state is WARNING
    assert "another workspace, T0THEIRS" in says
    assert "`nrrbot digest remove 1`" in says


def test_blocks_that_slack_refuses_are_named(practice: Practice) -> None:
    practice.slack.faults.next(
        "blocks.validate", Fault.slow(0), Fault.slow(0), Fault.error("invalid_blocks")
    )

    state, says = practice.find("blocks: native chart", live=True)

    assert state is BAD
    assert "invalid_blocks" in says


def test_without_live_slack_judges_no_blocks(practice: Practice) -> None:
    practice.look()

    assert practice.slack.calls_to("blocks.validate") == []
    assert practice.slack.calls_to("chat.postMessage") == []


# What is printed


def test_the_report_is_a_line_for_each(capsys: pytest.CaptureFixture[str]) -> None:
    results = [
        CheckResult("store", GOOD, "it can be read and written"),
        CheckResult("people", WARNING, "nobody may see figures yet"),
        CheckResult("scopes", BAD, "the token lacks [chat:write]"),
    ]

    print_report(results, Console(width=80))

    assert capsys.readouterr().out.splitlines() == [
        "✓ store: it can be read and written",
        "! people: nobody may see figures yet",
        "✗ scopes: the token lacks [chat:write]",
    ]
    assert not is_well(results)
    assert is_well(results[:2])
    assert report_json(results[2:]) == {
        "ok": False,
        "checks": [{"check": "scopes", "verdict": "bad", "says": "the token lacks [chat:write]"}],
    }


def test_the_command_fails_where_something_is_bad(
    practice: Practice,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("database_url", "slack_bot_token", "slack_app_token"):
        monkeypatch.setenv(name.upper(), getattr(practice.settings, name).get_secret_value())
    monkeypatch.setenv("SLACK_API_URL", practice.slack.api_url)

    assert run(["doctor", "--live"]) == 0
    assert "✓ blocks: native chart: Slack takes them" in capsys.readouterr().out

    practice.slack.workspace.break_token(practice.slack.bot_token)
    assert run(["doctor", "--json"]) == 1
    said = capsys.readouterr().out
    assert json.loads(said)["ok"] is False
    assert "token_revoked" in said
    assert not any(secret in said for secret in ("xoxb-", "xapp-"))
