from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from pydantic import SecretStr

from bot.access.gate import Gate
from bot.access.records import Records
from bot.alerts.wiring import EVALUATE_EVERY
from bot.answers.answers import Answers
from bot.config import Settings
from bot.delivery.wiring import SEND_EVERY
from bot.doctor.results import CheckState
from bot.doctor.source_checks import check_sources
from bot.server.store_figures import StoreFigures
from bot.slack.sent import OPERATOR
from bot.sources.home_parts import sources_part
from bot.sources.job import SyncJob
from bot.sources.syncing import Syncing, SyncOutcome
from bot.sources.telling import FailureTeller
from bot.sources.wording import outcome_json
from bot.style.rendering import message_of
from storage.errors import SourceFailedError
from storage.store.engine import Store
from tests.bot.small_company import small_company
from tests.bot.sources.scripted import Hands, ScriptedSource, state_of
from tests.storage.racing import at_once
from tests.storage.stores import NOW, TODAY, rows

SETTINGS = Settings.model_construct(nrrbot_sql_url=SecretStr("sqlite:///theirs.db"))
WEEK = timedelta(days=7)


@dataclass
class Running:
    """The job of one source, on a clock that the test moves."""

    store: Store
    source: ScriptedSource
    hands: Hands = field(default_factory=Hands)
    admin: str | None = "UADMIN"
    channel: str | None = "CADMINS"

    def run(self) -> None:
        """Sync as the job does; two minutes go by."""
        self.hands.move(timedelta(minutes=2))
        self.job().run()

    def job(self) -> SyncJob:
        records = Records(store=self.store, now=self.hands, admin_id=self.admin)
        teller = FailureTeller(
            store=self.store,
            records=records,
            team_id=lambda: "T1",
            admin_channel=self.channel,
            now=self.hands,
        )
        by = Syncing(
            store=self.store, settings=SETTINGS, names=frozenset({"sql"}), clock=self.hands
        )
        return SyncJob(syncing=by, source=self.source, teller=teller, today=lambda: TODAY)

    def told(self) -> list[str]:
        return [who for (who,) in rows(self.store, "SELECT channel_id FROM outbox ORDER BY id")]


@pytest.fixture
def failing(store: Store) -> Running:
    return failing_in(store)


def failing_in(store: Store) -> Running:
    error = SourceFailedError("the key <rk_live> was revoked: make another one")
    return Running(store, ScriptedSource(files=[["1 acme 2026-10-02 100"]], error=error))


def test_a_failure_is_told_once_to_the_administrators_and_their_channel(failing: Running) -> None:
    for _ in range(3):
        failing.run()

    assert failing.told() == ["UADMIN", "CADMINS"]
    [(payload,)] = rows(failing.store, "SELECT payload_json FROM outbox WHERE id = 1")
    assert "The source sql could not be read. The key &lt;rk_live&gt; was revoked: make" in str(
        payload
    )
    assert "The ledger is as it was" in str(payload)


def test_that_there_is_nobody_to_tell_is_in_the_log(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    error = SourceFailedError("the key was revoked")
    alone = Running(store, ScriptedSource(files=[], error=error), admin=None, channel=None)

    alone.run()

    assert alone.told() == []
    assert "a source fails, and there is nobody to tell" in caplog.text


def test_it_is_told_again_when_it_fails_anew_or_for_a_week(failing: Running) -> None:
    error = failing.source.error
    failing.run()
    failing.hands.move(WEEK)
    failing.run()
    told_in_a_week = len(failing.told())
    [(again,)] = rows(failing.store, "SELECT payload_json FROM outbox WHERE id = 3")
    failing.source.error = None
    failing.run()
    failing.source.error = error
    failing.run()

    assert told_in_a_week == 4
    assert "The source sql has failed since 21 Nov. The key" in str(again)
    assert len(failing.told()) == 8  # and that it was well in between


def words_from(running: Running, first: int) -> list[tuple[str, str]]:
    """Return who is told what, from a message on."""
    query = f"SELECT channel_id, payload_json FROM outbox WHERE id >= {first} ORDER BY id"  # noqa: S608 - a number
    return [(str(who), str(said)) for who, said in rows(running.store, query)]


def test_who_was_told_of_a_failure_is_told_once_that_it_is_over(failing: Running) -> None:
    failing.run()  # 06:02
    failing.hands.move(timedelta(hours=5))
    failing.source.error = None
    for _ in range(3):
        failing.run()

    (first, said), (second, _) = words_from(failing, 3)
    assert (first, second) == ("UADMIN", "CADMINS")
    assert "The source sql is well again after 5 hours, covered through 21 Nov. Whatever" in said
    assert state_of(failing.store).told_at is None


def test_nobody_is_told_that_it_is_well_who_was_not_told_that_it_failed(failing: Running) -> None:
    error, failing.source.error = failing.source.error, None
    failing.run()
    failing.source.error = error
    with pytest.raises(SourceFailedError):  # by hand, and mended before anybody was told
        failing.job().syncing.sync(failing.source, today=TODAY)
    failing.source.error = None
    failing.run()
    told_of_nothing = failing.told()
    failing.source.error = error
    failing.run()
    failing.admin, failing.source.error = "UNEW", None
    failing.run()

    assert told_of_nothing == []
    assert failing.told() == ["UADMIN", "CADMINS", "CADMINS"]


def test_a_source_that_fails_anew_is_not_told_to_be_well(failing: Running) -> None:
    failing.run()
    error, failing.source.error = failing.source.error, None
    failing.job().syncing.sync(failing.source, today=TODAY)  # by hand: nobody is told yet
    failing.source.error = error
    failing.run()

    assert failing.told() == ["UADMIN", "CADMINS"] * 2
    assert all("could not be read" in said for _, said in words_from(failing, 1))


def test_of_processes_that_find_out_together_one_tells_that_it_is_well(any_store: Store) -> None:
    failing = failing_in(any_store)
    failing.run()
    failing.source.error = None

    at_once(lambda _: failing.job().run(), many=3)

    assert failing.told() == ["UADMIN", "CADMINS"] * 2


def test_of_processes_that_find_out_together_one_tells(any_store: Store) -> None:
    failing = failing_in(any_store)

    at_once(lambda _: failing.job().run(), many=3)

    assert failing.told() == ["UADMIN", "CADMINS"]


def test_an_error_of_ours_is_told_too_and_goes_on_to_the_scheduler(failing: Running) -> None:
    failing.source.error = ZeroDivisionError("canary")

    with pytest.raises(ZeroDivisionError):
        failing.run()

    assert failing.told() == ["UADMIN", "CADMINS"]


def test_a_new_row_is_in_the_next_answer_and_alerts_look_within_two_minutes(
    tmp_path: Path,
) -> None:
    store = small_company(tmp_path)
    answers = Answers.of(store, Settings.model_construct())
    before = answers.ask("2026-10", today=TODAY)
    source = ScriptedSource(files=[["x1 alpha 2026-10-03 1000"]])

    Running(store, source).run()

    after = answers.ask("2026-10", today=TODAY)
    assert after.grounds.data_version == before.grounds.data_version + 1
    gained = after.retention.closing - before.retention.closing
    assert gained == 100_000
    assert timedelta(minutes=2) > EVALUATE_EVERY + SEND_EVERY


def test_metrics_tell_the_age_the_failure_and_the_rows_of_each_source(failing: Running) -> None:
    failing.source.error, error = None, failing.source.error
    failing.run()
    failing.source.error = error
    failing.run()
    registry = CollectorRegistry()
    registry.register(StoreFigures(failing.store, lambda: NOW + timedelta(hours=1), "T1"))

    shown = generate_latest(registry).decode()

    assert 'nrrbot_source_age_seconds{source="sql"} 3480.0' in shown  # an hour less two minutes
    assert 'nrrbot_source_failing{source="sql"} 1.0' in shown
    assert 'nrrbot_source_rows{source="sql"} 1.0' in shown


def test_what_a_sync_has_said_is_kept_and_the_log_says_that_there_is_something(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    said = "Left out: 2 rows of acme."
    running = Running(store, ScriptedSource(files=[["1 acme 2026-10-02 100"]], notes=(said,)))
    running.run()

    assert [one.said for one in state_of(store).gains.notes] == [said]
    assert "a sync has left rows out or doubts them" in caplog.text
    assert "acme" not in caplog.text
    assert found(running)[1].endswith("rows were left out or doubted: `nrrbot data` says which")
    assert state_of(store).gains.shown(NOW + timedelta(days=91)) == []


def found(running: Running, *, hours: int = 0) -> tuple[CheckState, str]:
    at = NOW + timedelta(hours=hours, minutes=6)
    [check] = check_sources(SETTINGS, running.store, now=lambda: at)
    assert check.check == "source sql"
    return check.state, check.says


def test_the_doctor_says_how_each_source_stands(failing: Running) -> None:
    never = found(failing)
    failing.source.error, error = None, failing.source.error
    failing.run()
    well, old = found(failing), found(failing, hours=3)
    failing.source.error = error
    failing.run()
    bad = found(failing)

    assert never == (
        CheckState.WARNING,
        "it was not synced yet: `nrrbot sync sql --once` begins",
    )
    assert well == (CheckState.GOOD, "synced 4 minutes ago, covered through 21 Nov")
    assert old[0] is CheckState.WARNING
    assert old[1].startswith("synced 3 hours ago, covered through 21 Nov: is `nrrbot serve` run")
    assert bad[0] is CheckState.BAD
    assert bad[1].startswith("has failed for 2 minutes: The key <rk_live> was revoked")


def shown_to(running: Running, monkeypatch: pytest.MonkeyPatch, *, is_administrator: bool) -> str:
    monkeypatch.setattr("bot.sources.home_parts.is_administrator", lambda _: is_administrator)
    gate = cast("Gate", SimpleNamespace(principal=lambda asker: asker))
    parts = sources_part(gate, running.store, SETTINGS, OPERATOR)
    return message_of(parts).text if parts else ""


def test_home_shows_administrators_alone_how_sources_stand(
    failing: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    show: Callable[..., str] = shown_to
    before = show(failing, monkeypatch, is_administrator=True)
    failing.source.error, error = None, failing.source.error
    failing.run()
    well = show(failing, monkeypatch, is_administrator=True)
    failing.source.error = error
    failing.run()

    assert "sql was not synced yet" in before
    assert "sql synced 21 Nov 06:02, covered through 21 Nov" in well
    assert "sql fails since 21 Nov 06:04: The key" in show(
        failing, monkeypatch, is_administrator=True
    )
    assert show(failing, monkeypatch, is_administrator=False) == ""


def test_without_a_source_nothing_is_said_of_any(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sources.home_parts.is_administrator", lambda _: True)
    gate: Any = SimpleNamespace(principal=lambda asker: asker)
    none = Settings.model_construct()

    assert sources_part(gate, store, none, OPERATOR) == ()
    assert [*check_sources(none, store, now=lambda: NOW)] == []
    assert state_of(store).succeeded_at is None


def test_the_doctor_says_what_keeps_serve_from_starting(store: Store) -> None:
    settings = Settings.model_construct(
        stripe_api_key=SecretStr("canary-of-nobody"), nrrbot_stripe_map="plan"
    )

    [check] = check_sources(settings, store, now=lambda: NOW)

    assert (check.state, check.check) == (CheckState.BAD, "source stripe")
    assert "NRRBOT_STRIPE_MAP, --map) is OURS=FIELD" in check.says
    assert 'not "plan"' in check.says


def test_the_doctor_says_nothing_of_sources_while_the_store_cannot_be_read(tmp_path: Path) -> None:
    empty = Store(f"sqlite:///{tmp_path / 'empty.db'}")

    assert [*check_sources(SETTINGS, empty, now=lambda: NOW)] == []
    empty.engine.dispose()


def test_a_sync_that_another_process_was_quicker_with_is_dropped_in_its_document() -> None:
    outcome = SyncOutcome(name="sql", is_dropped=True)

    assert outcome_json(outcome)["status"] == "dropped"
