import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot.delivery.payloads import unpack
from metrics.schedules import Weekday
from storage.access.grants import Role
from storage.delivery.outbox import enqueue
from storage.delivery.parcels import State
from storage.digests.subscriptions import DigestPeriod, Subscription, list_all, set_state
from storage.store.engine import Store
from storage.tables.delivery import OutboxRow, SubscriptionState
from tests.bot import command_line
from tests.bot.command_line import Capture
from tests.bot.edge import let, let_everybody
from tests.bot.small_company import small_company
from tests.slack.block_kit import find_errors
from tests.slack.people import Channel, User, UserKind
from tests.slack.server import FakeSlack
from tests.storage import parcels
from tests.storage.stores import execute
from tests.storage.subscribers import subscribe, weekly

TUESDAY = datetime(2026, 11, 17, 12, tzinfo=UTC)
"""In 2026-W47, whose digests are usually due on Monday at nine."""


@pytest.fixture(autouse=True)
def _at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    small_company(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'nrrbot.db'}")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("NRRBOT_NAMES_IN_CHANNELS", "C1")
    monkeypatch.setenv("NRRBOT_TIME_ZONE", "Europe/Berlin")
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)


@pytest.fixture(autouse=True)
def _on_tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.digests.workplace.utc_now", lambda: TUESDAY)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'nrrbot.db'}")


def subscriptions(store: Store) -> list[Subscription]:
    with store.read() as session:
        return list_all(session)


def outbox_rows(store: Store) -> list[OutboxRow]:
    with store.read() as session:
        return list(session.scalars(select(OutboxRow).order_by(col(OutboxRow.id))))


def told(capsys: Capture, *arguments: str) -> str:
    return command_line.told(capsys, "digest", *arguments)


def refusal(capsys: Capture, *arguments: str) -> str:
    line = command_line.refusal(capsys, "digest", *arguments)
    assert "Something went wrong" not in line
    return line


def document(capsys: Capture, *arguments: str) -> dict[str, Any]:
    return command_line.document(capsys, "digest", *arguments)


def test_the_usual_digest_is_shown_and_its_pictures_are_written(
    tmp_path: Path, capsys: Capture
) -> None:
    shown = told(capsys)

    assert shown.startswith("October 2026: NRR 343.9%, 12 months 387.9%")
    assert "\nNothing was sent: --channel C012AB3CD sends that channel's digest." in shown
    assert "\nIn the thread:\nWhat moved October 2026" in shown
    for number in (1, 2):
        name = f"nrrbot-digest-2026-W47-{number}.png"
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
        assert f"chart written to {name}" in shown


def test_a_digest_as_json_has_exactly_its_keys_and_nothing_else_is_printed(
    tmp_path: Path, capsys: Capture
) -> None:
    found = document(capsys, "--dry-run", "--charts", str(tmp_path))

    assert list(found) == [
        *("period", "note", "headline", "finding", "benchmarks", "goal", "outlook", "tier_review"),
        *("text", "blocks", "result", "segments"),
        *("thread", "restated", "charts", "definition", "data_as_of", "as_of", "data_version"),
        *("away_since", "closed_through", "data_through", "rates"),
    ]
    assert found["data_through"] == "2026-11-01"
    assert found["period"]["label"] == "2026-10"
    assert found["result"]["nrr"] == "3.439024"
    assert [segment["value"] for segment in found["segments"]] == ["enterprise", "(none)", "smb"]
    assert found["headline"] in found["text"]
    assert find_errors(found["blocks"]) == []
    assert [Path(chart).read_bytes()[:4] for chart in found["charts"]] == [b"\x89PNG"] * 2


def test_no_account_is_named_in_the_usual_digest(capsys: Capture) -> None:
    found = json.dumps(document(capsys))

    assert [name for name in ("alpha", "beta", "gamma") if name in found] == []


def test_a_past_week_is_seen_from_its_monday(capsys: Capture) -> None:
    found = document(capsys, "--period", "2026-w40")

    assert found["period"]["label"] == "2026-08"
    assert all("2026-W40" in chart for chart in found["charts"])


def test_another_day_has_the_digest_of_its_week_from_the_data_that_is_in(capsys: Capture) -> None:
    found = document(capsys, "--today", "2027-01-05")

    assert found["period"]["label"] == "2026-10"
    assert found["note"] == "December 2026 is not in yet: the data ends 31 Oct."
    assert "2027-W01" in found["charts"][0]
    # the day of the week counts, too: the digest of Monday 5 October was about September
    assert document(capsys, "--today", "2026-10-05")["period"]["label"] == "2026-09"


def test_another_day_goes_with_a_week_of_it_and_with_a_channel(
    store: Store, capsys: Capture
) -> None:
    subscribe(store)

    past = document(capsys, "--today", "2026-12-09", "--period", "2026-W40")
    of_channel = document(capsys, "--channel", "C1", "--today", "2026-12-09", "--dry-run")

    assert past["period"]["label"] == "2026-08"
    assert of_channel["note"] == "November 2026 is not in yet: the data ends 31 Oct."


def test_a_digest_of_another_day_is_not_sent(store: Store, capsys: Capture) -> None:
    subscribe(store)

    assert refusal(capsys, "--channel", "C1", "--today", "2026-12-09") == (
        "A digest of another day is only shown: add --dry-run."
    )
    assert "--today takes a day" in refusal(capsys, "--today", "soon")
    assert outbox_rows(store) == []


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ("2026-W48", "2026-W48 has not begun yet: this week is 2026-W47."),
        ("2026-W54", "A week is written so: 2026-W46, and a month so: 2026-10."),
        ("2026-W00", "A week is written so: 2026-W46, and a month so: 2026-10."),
        ("0000-W01", "A week is written so: 2026-W46, and a month so: 2026-10."),
        ("2026-46", "A week is written so: 2026-W46, and a month so: 2026-10."),
        ("last-week", "A week is written so: 2026-W46, and a month so: 2026-10."),
    ],
)
def test_what_is_no_week_is_refused(capsys: Capture, week: str, said: str) -> None:
    assert refusal(capsys, "--period", week) == said


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, capsys: Capture) -> None:
    said = refusal(capsys, "--charts", str(tmp_path / "nowhere"))

    assert said == (
        "The file nrrbot-digest-2026-W47-1.png cannot be written: check its folder and rights."
    )


def test_a_channels_digest_is_shown_as_it_would_get_it(store: Store, capsys: Capture) -> None:
    subscribe(store, scope=(("segment", "smb"),), period=DigestPeriod.TTM)

    found = document(capsys, "--channel", "C1", "--dry-run")

    assert found["headline"].endswith(" · smb")
    assert outbox_rows(store) == []


def test_a_digest_is_found_by_its_number_alone(store: Store, capsys: Capture) -> None:
    subscribe(store, scope=(("segment", "smb"),))

    assert document(capsys, "--id", "1", "--dry-run")["headline"].endswith(" · smb")
    assert outbox_rows(store) == []
    assert told(capsys, "--id", "1") == "Digest 1 of 2026-W47 is on its way.\n"


@pytest.mark.parametrize("what", ["pause", "resume", "remove", "now", "retry", "dismiss"])
@pytest.mark.parametrize("number", ["0", "-1", "9", "9" * 30])
def test_a_number_that_nothing_has_is_refused(capsys: Capture, what: str, number: str) -> None:
    assert refusal(capsys, what, "--", number)


def test_a_channels_digest_of_a_week_that_is_due_is_put_on_its_way_once(
    store: Store, capsys: Capture
) -> None:
    subscribe(store)

    assert told(capsys, "--channel", "C1") == "Digest 1 of 2026-W47 is on its way.\n"
    assert refusal(capsys, "--channel", "C1") == (
        "2026-W47 of digest 1 is planned already: `nrrbot digest now 1` sends one at once."
    )
    row, below = outbox_rows(store)
    assert row.dedupe_key == "digest:T1:C1:1:2026-W47"
    assert (below.kind, below.follows, below.due_at) == ("thread", row.dedupe_key, row.due_at)
    assert row.due_at == datetime(2026, 11, 16, 8, tzinfo=UTC)
    assert row.picture_state == "wanted"
    assert unpack(row.payload_json or "").due == "Monday 09:00 (Europe/Berlin)"


def test_what_is_sent_is_printed_as_json_too(store: Store, capsys: Capture) -> None:
    subscribe(store)

    found = document(capsys, "--channel", "C1")

    row, below = outbox_rows(store)
    assert found["text"] == unpack(row.payload_json or "").message.text
    assert found["thread"]["text"] == unpack(below.payload_json or "").message.text
    assert found["charts"] == []


def test_a_month_is_shown_as_a_monthly_digest_would_tell_it(capsys: Capture) -> None:
    found = document(capsys, "--period", "2026-09")

    assert found["period"]["label"] == "2026-09"
    assert found["outlook"] is None
    assert all("2026-09" in chart for chart in found["charts"])


@pytest.mark.parametrize(
    ("month", "said"),
    [
        ("2026-11", "November 2026 is not closed: October 2026 is the last month that is."),
        ("2026-13", "A week is written so: 2026-W46, and a month so: 2026-10."),
    ],
)
def test_what_is_no_closed_month_is_refused(capsys: Capture, month: str, said: str) -> None:
    assert refusal(capsys, "--period", month) == said


def test_a_weekly_digest_has_no_month(store: Store, capsys: Capture) -> None:
    subscribe(store)

    said = refusal(capsys, "--channel", "C1", "--period", "2026-10")
    assert said == "Digest 1 is weekly: name a week, such as 2026-W47."


def test_a_month_is_put_on_its_way_once(store: Store, capsys: Capture) -> None:
    subscribe(store, is_monthly=True)

    assert document(capsys, "--channel", "C1", "--period", "2026-09", "--dry-run")["headline"]
    refused = refusal(capsys, "--channel", "C1", "--period", "2026-09")
    assert refused.startswith("October 2026 has closed since, and is what is sent: ")
    assert told(capsys, "--channel", "C1") == "Digest 1 of 2026-10 is on its way.\n"
    again = refusal(capsys, "--channel", "C1", "--period", "2026-10")
    assert again.startswith("October 2026 of digest 1 is sent already, or on its way: ")
    assert [row.dedupe_key for row in outbox_rows(store)][:1] == ["digest:T1:C1:1:2026-W47"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ["--channel", "C9"],
            "This channel has no digest yet: `nrrbot digest add` sets one up.",
            id="none",
        ),
        pytest.param(
            ["--channel", "C1", "--id", "7"],
            "There is no digest 7 here: this channel has 1; `nrrbot digest list` shows them.",
            id="another",
        ),
        pytest.param(
            ["--channel", "C1"],
            (
                "2026-W47 is due Thursday 19 November 09:00 (Europe/Berlin), not yet:"
                " `nrrbot digest now 1` sends one at once."
            ),
            id="not-due",
        ),
        pytest.param(
            ["--channel", "C1", "--period", "2026-W46"],
            ("2026-W46 was due more than two days ago: `nrrbot digest now 1` sends one at once."),
            id="stale",
        ),
        pytest.param(
            ["--channel", "C1", "--period", "2026-W45"],
            "Digest 1 begins with 2026-W46.",
            id="before",
        ),
    ],
)
def test_what_is_not_to_be_sent_is_refused(
    store: Store, capsys: Capture, arguments: list[str], said: str
) -> None:
    subscribe(store, schedule=weekly("thu"))

    assert refusal(capsys, *arguments) == said
    assert outbox_rows(store) == []


def test_a_paused_digest_is_not_sent(store: Store, capsys: Capture) -> None:
    subscribe(store)
    told(capsys, "pause", "1")

    assert "is paused: `nrrbot digest resume 1` first" in refusal(capsys, "--channel", "C1")
    assert "is paused: `nrrbot digest resume 1` first" in refusal(capsys, "now", "1")
    assert "once nrrbot digest resume 1 lets it come again" in told(capsys, "list")
    assert outbox_rows(store) == []


def test_a_digest_is_sent_at_once_as_often_as_it_is_asked_for(
    store: Store, capsys: Capture
) -> None:
    subscribe(store)

    for _ in range(2):
        assert told(capsys, "now", "1").startswith("Digest 1 is on its way")

    keys = [row.dedupe_key for row in outbox_rows(store) if row.follows is None]
    assert all(re.fullmatch(r"digest:T1:C1:1:now:[0-9a-f]{32}", key) for key in keys)
    assert len(set(keys)) == 2


def test_a_digest_is_paused_resumed_and_removed(store: Store, capsys: Capture) -> None:
    subscribe(store)
    states = []
    for line in ("pause", "resume", "remove"):
        told(capsys, line, "1")
        with store.read() as session:
            states.append([one.status.state for one in list_all(session)])

    assert states == [[SubscriptionState.PAUSED], [SubscriptionState.ACTIVE], []]
    assert refusal(capsys, "resume", "1") == (
        "There is no digest 1: `nrrbot digest list` shows them."
    )


@pytest.mark.parametrize("line", ["pause", "resume", "remove", "now"])
def test_a_digest_that_is_not_there_is_refused(capsys: Capture, line: str) -> None:
    assert "There is no digest 4" in refusal(capsys, line, "4")
    assert "valid integer" in refusal(capsys, line, "four")
    assert "Missing argument" in refusal(capsys, line)


def stuck(
    store: Store,
    *,
    due_at: datetime = TUESDAY,
    number: int | None = 1,
    state: State = State.NEEDS_ATTENTION,
    kind: str = "digest",
) -> None:
    """Leave a message that Slack may or may not have, or one that it has not."""
    parcel = parcels.parcel("k", kind=kind, due_at=due_at, subscription_id=number)
    with store.write(ledger=False) as session:
        enqueue(session, parcel, now=due_at)
        row = session.get_one(OutboxRow, 1)
        row.state, row.last_error = state, "timeout"
        row.first_attempt_at = TUESDAY
        row.is_in_doubt = int(state is State.NEEDS_ATTENTION)


def test_the_list_shows_digests_and_what_waits_for_a_person(store: Store, capsys: Capture) -> None:
    subscribe(store, channel_id="C2", owner_id="U9")
    subscribe(store)
    stuck(store, number=2)

    shown = told(capsys, "list")
    of_c2 = told(capsys, "list", "--channel", "C2")
    found = document(capsys, "list")

    assert "In C2, owned by U9\n  Digest 1: the whole company by segment" in shown
    assert "Message 1 (digest) to C1 waits for you: needs_attention, timeout." in shown
    assert "C1" not in of_c2
    assert [one["channel"] for one in found["digests"]] == ["C2", "C1"]
    assert found["digests"][0] == {
        "id": 1,
        "channel": "C2",
        "owner": "U9",
        "state": "active",
        "reason": None,
        "scope": {},
        "dimension": "segment",
        "period": "last-month",
        "monthly": False,
        "weekday": "mon",
        "hour": 9,
        "time_zone": "Europe/Berlin",
        "last_sent": None,
    }
    [message] = found["messages"]
    assert (message["id"], message["digest"], message["state"]) == (1, 2, "needs_attention")


def test_the_list_says_what_comes_next_from_a_day_on(store: Store, capsys: Capture) -> None:
    subscribe(store)

    assert "23 November" in told(capsys, "list", "--today", "2026-11-21")
    assert "30 November" in told(capsys, "list", "--today", "2026-11-24")


def test_an_empty_list_says_how_to_fill_it(capsys: Capture) -> None:
    assert "`nrrbot digest add`" in told(capsys, "list")
    assert document(capsys, "list") == {"digests": [], "messages": []}


def test_a_stuck_message_is_sent_again_with_a_warning(store: Store, capsys: Capture) -> None:
    subscribe(store)
    stuck(store)

    said = told(capsys, "retry", "1")

    assert said.startswith("Message 1 is on its way again.\nSlack may have it already")
    [row] = outbox_rows(store)
    assert (row.state, row.attempts, row.is_in_doubt) == (State.PENDING, 0, 0)
    assert "Message 1 is not stuck" in refusal(capsys, "retry", "1")


def test_a_message_that_slack_refused_is_sent_again_without_a_warning(
    store: Store, capsys: Capture
) -> None:
    subscribe(store)
    stuck(store, state=State.DEAD)

    assert told(capsys, "retry", "1") == "Message 1 is on its way again.\n"


def test_a_message_of_no_digest_is_sent_again_however_late(store: Store, capsys: Capture) -> None:
    stuck(store, state=State.DEAD, kind="notice", number=None, due_at=TUESDAY - timedelta(days=8))

    assert told(capsys, "retry", "1") == "Message 1 is on its way again.\n"
    assert outbox_rows(store)[0].state == State.PENDING


@pytest.mark.parametrize("days", [1, 3, 6])
def test_a_late_digest_is_sent_again_until_the_next_is_due_and_says_when_it_was_due(
    store: Store, capsys: Capture, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    subscribe(store)
    monday = datetime(2026, 11, 16, 8, tzinfo=UTC)
    stuck(store, state=State.DEAD, due_at=monday)
    monkeypatch.setattr("bot.digests.workplace.utc_now", lambda: monday + timedelta(days=days))

    assert told(capsys, "retry", "1") == (
        "Message 1 is on its way again. It says that it was due Monday 09:00 (Europe/Berlin).\n"
    )
    assert outbox_rows(store)[0].state == State.PENDING


def test_a_digest_of_a_week_that_is_over_is_not_sent_again(store: Store, capsys: Capture) -> None:
    subscribe(store)
    stuck(store, due_at=TUESDAY - timedelta(days=8))

    said = refusal(capsys, "retry", "1")

    assert said == (
        "Message 1 is of a week that is over: `nrrbot digest now 1` sends a new one, and"
        " `nrrbot digest dismiss 1` settles this one."
    )
    assert outbox_rows(store)[0].state == State.NEEDS_ATTENTION


def test_a_message_of_a_digest_that_is_not_active_is_not_sent_again(
    store: Store, capsys: Capture
) -> None:
    subscribe(store)
    stuck(store)
    with store.write(ledger=False) as session:
        set_state(session, 1, SubscriptionState.SUSPENDED, reason="archived", now=TUESDAY)

    assert "`nrrbot digest resume 1` first" in refusal(capsys, "retry", "1")


def test_a_stuck_message_is_dismissed(store: Store, capsys: Capture) -> None:
    stuck(store, number=None)

    assert told(capsys, "dismiss", "1") == "Message 1 is dismissed: it is not sent.\n"
    assert "waits for you" not in told(capsys, "list")
    assert "is not stuck" in refusal(capsys, "dismiss", "1")


def test_another_message_than_the_stuck_one_is_refused(store: Store, capsys: Capture) -> None:
    stuck(store, number=None)

    for line in ("retry", "dismiss"):
        assert "Message 2 is not stuck" in refusal(capsys, line, "2")


# Setting one up


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSlack]:
    with FakeSlack() as running:
        monkeypatch.setenv("SLACK_BOT_TOKEN", running.bot_token)
        monkeypatch.setenv("SLACK_API_URL", running.api_url)
        yield running


@pytest.fixture(autouse=True)
def granted(request: pytest.FixtureRequest) -> None:
    """Let everybody of the workspace see everything, where a test has one."""
    if "slack" in request.fixturenames:
        let_everybody(request.getfixturevalue("slack"), request.getfixturevalue("store"))


def added(channel: Channel, owner: User, *options: str) -> tuple[str, ...]:
    return ("add", "--channel", channel.id, "--owner", owner.id, *options)


def test_a_digest_is_set_up_as_usual(
    store: Store, capsys: Capture, ana: User, revops: Channel
) -> None:
    said = told(capsys, *added(revops, ana))

    assert said == (
        "Digest 1 is set up: the whole company by segment, last complete month, every Monday at"
        " 09:00 (Europe/Berlin); first digest Monday 23 November 09:00 (Europe/Berlin).\n"
    )
    [stored] = subscriptions(store)
    assert (stored.destination.channel_id, stored.destination.owner_id) == (revops.id, ana.id)
    assert stored.destination.team_id == ana.team_id


def test_a_digest_is_set_up_as_wanted(
    store: Store, capsys: Capture, ana: User, revops: Channel
) -> None:
    options = "--weekday Friday --hour 17:00 --time-zone America/Lima --scope enterprise"
    more = "--by industry --period ttm"

    told(capsys, *added(revops, ana, *options.split(), *more.split()))

    [stored] = subscriptions(store)
    [schedule] = stored.schedules
    assert (schedule.weekday, schedule.hour) == (Weekday.FRI, 17)
    assert schedule.time_zone == "America/Lima"
    assert stored.content.scope == (("segment", "enterprise"),)
    assert (stored.content.dimension, stored.content.period) == ("industry", DigestPeriod.TTM)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--weekday", "someday"], "a weekday is mon"),
        (["--weekday", ""], "a weekday is mon"),
        (["--weekday", "mo"], "a weekday is mon"),
        (["--weekday", "monster"], "a weekday is mon"),
        (["--hour", "24"], "an hour is 0 to 23"),
        (["--hour", "-1"], "an hour is 0 to 23"),
        (["--hour", "9:30"], "an hour is 0 to 23"),
        (["--hour", "0024"], "an hour is 0 to 23"),
        (["--hour", "٩"], "an hour is 0 to 23"),
        (["--hour", "9" * 5_000], "an hour is 0 to 23"),
        (["--time-zone", "Berlin"], "no such time zone"),
        (["--time-zone", "../../etc/passwd"], "no such time zone"),
        (["--scope", "nonsense"], "I don't know"),
        (["--scope", "enterprise last-quarter"], "chosen apart"),
        (["--by", "colour"], "no such dimension; the ledger has"),
        (["--period", "last-week"], "last-month, quarter-to-date or ttm"),
    ],
    ids=range(16),
)
def test_what_cannot_be_read_is_refused(
    store: Store, capsys: Capture, options: list[str], said: str
) -> None:
    line = ("add", "--channel", "C1", "--owner", "U1", *options)

    assert said.casefold() in refusal(capsys, *line).casefold()
    assert subscriptions(store) == []


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"is_ext_shared": True}, "shared with another company"),
        ({"is_archived": True}, "archived"),
        ({"bot_is_member": False}, "/invite @nrr"),
    ],
    ids=["shared", "archived", "not-a-member"],
)
def test_where_figures_may_not_go_nothing_is_set_up(
    store: Store, capsys: Capture, slack: FakeSlack, facts: dict[str, Any], said: str
) -> None:
    ana, closed = slack.workspace.add_user("ana"), slack.workspace.add_channel("revops", **facts)

    assert said in refusal(capsys, *added(closed, ana))
    assert subscriptions(store) == []


def test_who_runs_the_bot_is_told_the_commands_of_the_terminal(
    store: Store, capsys: Capture, slack: FakeSlack, ana: User
) -> None:
    general = slack.workspace.add_channel("general")

    assert refusal(capsys, *added(general, ana, "--scope", "enterprise")) == (
        f"This channel is public: `nrrbot access approve {general.id} segment:enterprise` approves"
        " it for these figures."
    )
    assert subscriptions(store) == []


def test_nobody_answers_for_a_digest_of_more_than_they_may_see(
    capsys: Capture, slack: FakeSlack, store: Store, revops: Channel
) -> None:
    bob = slack.workspace.add_user("bob")
    execute(store, "DELETE FROM access_grant")
    let(store, bob.id, ("segment", "enterprise"), role=Role.ANALYST)

    assert refusal(capsys, *added(revops, bob)) == "They may not see these figures."


def test_nobody_answers_for_a_digest_who_may_not_see_figures(
    store: Store, capsys: Capture, slack: FakeSlack, revops: Channel
) -> None:
    guest = slack.workspace.add_user("gus", UserKind.GUEST)

    said = refusal(capsys, *added(revops, guest))
    assert said.startswith("The owner cannot have a digest, and would be told: ")
    assert "guests" in said.casefold()
    assert subscriptions(store) == []


def test_the_same_is_not_set_up_twice(capsys: Capture, ana: User, revops: Channel) -> None:
    told(capsys, *added(revops, ana))

    again = refusal(capsys, *added(revops, ana, "--hour", "17"))
    assert again.endswith("has a digest of that already: `nrrbot digest remove 1` ends it.")


def test_without_slack_nothing_is_set_up(capsys: Capture) -> None:
    assert "SLACK_BOT_TOKEN is not set" in refusal(
        capsys, "add", "--channel", "C1", "--owner", "U1"
    )


@pytest.mark.parametrize("line", [[], ["list"], ["now", "1"], ["dismiss", "1"]], ids=str)
def test_without_a_store_one_sentence_says_what_to_do(
    tmp_path: Path, capsys: Capture, line: list[str]
) -> None:
    (tmp_path / "nrrbot.db").unlink()

    assert "nrrbot db upgrade" in refusal(capsys, *line)


def test_every_line_says_what_it_is_for(capsys: Capture) -> None:
    shown = told(capsys, "--help")

    for name in ("add", "list", "pause", "resume", "remove", "now", "retry", "dismiss"):
        assert name in shown
        assert "Usage: nrrbot digest" in told(capsys, name, "--help")
