import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.access.decisions import Reason
from bot.app.handlers import Handlers
from bot.app.limit import BusyError, ConcurrencyLimit
from bot.delivery.payloads import unpack
from bot.digests.command import USAGE, read_words
from bot.digests.form import DIGEST_FORM
from bot.errors import UsageError, sentence
from bot.message import Message
from bot.slack.once import saved_before
from bot.slack.sent import Submission, read_submission
from metrics.schedules import Weekday
from storage.access.grants import Role
from storage.delivery.parcels import State
from storage.digests.runs import planned_weeks
from storage.digests.subscriptions import DigestPeriod, set_state
from storage.store.engine import Store
from storage.tables.delivery import OutboxRow, SubscriptionState
from tests.bot.delivery.letters import Office
from tests.bot.digests.scene import SATURDAY, DigestScene, begun, digest_scene
from tests.bot.edge import Scene, let
from tests.bot.small_company import import_text, small_company
from tests.slack.faults import Fault
from tests.slack.modal_filling import fill_in
from tests.slack.payloads import submission_payload
from tests.slack.people import ChannelKind, UserKind
from tests.slack.waiting import wait_for
from tests.storage.at_head import set_up

pytestmark = pytest.mark.slack

NOT_FOR_FIGURES = [
    pytest.param({"is_ext_shared": True}, Reason.SHARED_OUTSIDE, id="external"),
    pytest.param({"is_pending_ext_shared": True}, Reason.SHARED_OUTSIDE, id="invited"),
    pytest.param({"is_archived": True}, Reason.ARCHIVED, id="archived"),
    pytest.param({"bot_is_member": False}, "/invite @nrr", id="bot-not-in-public-channel"),
    pytest.param(
        {"bot_is_member": False, "kind": ChannelKind.PRIVATE},
        "/invite @nrr",
        id="bot-not-in-private-channel",
    ),
]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return small_company(tmp_path)


@pytest.fixture
def desk(scene: Scene, store: Store) -> Iterator[DigestScene]:
    with digest_scene(scene, store) as running:
        yield running


def filled_in(desk: DigestScene, words: str) -> dict[str, object]:
    return begun(desk.form(words))


def test_the_form_opens_filled_in_with_what_is_usual(desk: DigestScene) -> None:
    assert filled_in(desk, "here") == {
        "weekday": "mon",
        "hour": "9",
        "time_zone": "Europe/Berlin",
        "other_time_zone": None,
        "scope": None,
        "dimension": "segment",
        "period": "last-month",
    }
    assert desk.scene.slack.workspace.ephemerals() == []


@pytest.mark.parametrize("words", ["here monthly", "monthly"])
def test_a_monthly_digest_is_set_up_and_listed_as_such(desk: DigestScene, words: str) -> None:
    desk.submit(desk.form(words))

    when = "on the Monday after a month has closed, at 09:00 (Europe/Berlin)"
    comes = "Monday 23 November 09:00 (Europe/Berlin), if a month has closed by then"
    assert desk.told() == (
        f"Digest 1 is set up: the whole company by segment, monthly, {when}; first digest {comes}."
    )
    assert [one.content.is_monthly for one in desk.subscriptions()] == [True]
    listed = desk.said("list")
    assert "Digest 1: the whole company by segment, monthly" in listed
    assert f"Comes: {when}, next 23 November, if a month has closed by then" in listed


def test_a_weekly_digest_becomes_monthly_and_weekly_again(desk: DigestScene) -> None:
    desk.set_up()

    desk.submit(desk.form("edit monthly")).wait_for_ack()
    assert desk.told(2).startswith("Digest 1 is changed: the whole company by segment, monthly,")
    desk.submit(desk.form("edit 1 weekly"))
    assert ", last complete month, every Monday at" in desk.told(3)


@pytest.mark.parametrize("over_socket", [False, True], ids=["http", "socket"])
def test_a_digest_is_set_up_and_its_first_moment_is_told(
    scene: Scene, store: Store, *, over_socket: bool
) -> None:
    with digest_scene(scene, store, over_socket=over_socket) as desk:
        sent = desk.submit(desk.form())

        assert desk.told() == (
            "Digest 1 is set up: the whole company by segment, last complete month, every Monday"
            " at 09:00 (Europe/Berlin); first digest Monday 23 November 09:00 (Europe/Berlin)."
        )
    assert not sent.wait_for_ack().is_late
    assert scene.slack.workspace.modals.of(scene.ana.id) is None
    assert scene.slack.violations == []
    [stored] = desk.subscriptions()
    assert (stored.destination.owner_id, stored.destination.channel_id) == (
        scene.ana.id,
        scene.revops.id,
    )
    assert stored.status.state is SubscriptionState.ACTIVE
    assert scene.shared() == []


def test_what_is_chosen_is_stored(desk: DigestScene) -> None:
    stored = desk.set_up(
        weekday="thu",
        hour="17",
        time_zone="America/New_York",
        scope="Enterprise industry:fintech",
        dimension="acv_tier",
        period="ttm",
    )

    assert stored.content.scope == (("segment", "enterprise"), ("industry", "fintech"))
    assert (stored.content.dimension, stored.content.period) == ("acv_tier", DigestPeriod.TTM)
    [schedule] = stored.schedules
    assert (schedule.weekday, schedule.hour) == (Weekday.THU, 17)
    assert schedule.time_zone == "America/New_York"


@pytest.mark.parametrize(
    ("weekday", "hour", "monday", "first"),
    [
        pytest.param("sun", "9", date(2026, 11, 16), "Sunday 22 November 09:00", id="ahead"),
        pytest.param("sat", "14", date(2026, 11, 16), "Saturday 21 November 14:00", id="in-1-h"),
        pytest.param("sat", "13", date(2026, 11, 23), "Saturday 28 November 13:00", id="now"),
        pytest.param("fri", "9", date(2026, 11, 23), "Friday 27 November 09:00", id="past"),
    ],
)
def test_a_digest_begins_this_week_if_its_moment_is_ahead(
    desk: DigestScene, weekday: str, hour: str, monday: date, first: str
) -> None:
    stored = desk.set_up(weekday=weekday, hour=hour)

    assert stored.schedules[0].from_monday == monday
    assert f"first digest {first} (Europe/Berlin)." in desk.told()


def test_a_zone_that_is_typed_counts_instead_of_the_list(desk: DigestScene) -> None:
    stored = desk.set_up(time_zone="Asia/Tokyo", other_time_zone=" America/Lima ")

    assert stored.schedules[0].time_zone == "America/Lima"


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        pytest.param({"scope": "entreprise"}, "scope", "did you mean enterprise", id="misspelt"),
        pytest.param(
            {"scope": "enterprise smb"}, "scope", "one segment at a time", id="two-segments"
        ),
        pytest.param({"scope": "enterprise ttm"}, "scope", "chosen apart", id="period"),
        pytest.param({"scope": "by industry"}, "scope", "chosen apart", id="split"),
        pytest.param({"scope": "trend"}, "scope", "chosen apart", id="trend"),
        pytest.param({"scope": "enterprise arr"}, "scope", "chosen apart", id="arr"),
        pytest.param({"scope": "basis current"}, "scope", "for questions", id="basis"),
        pytest.param({"scope": "segment:"}, "scope", "value", id="no-value"),
        pytest.param({"scope": "<!channel>"}, "scope", "mention is no name", id="ping"),
        pytest.param({"scope": "'; drop table subscription"}, "scope", "I don't know", id="sql"),
        pytest.param({"scope": "x" * 2_000}, "scope", "I don't know", id="long"),
        pytest.param({"scope": "\U0001f4b8"}, "scope", "I don't know", id="emoji"),
        pytest.param({"other_time_zone": "Berlin"}, "other_time_zone", "Europe/Berlin", id="city"),
        pytest.param({"other_time_zone": "Europe"}, "other_time_zone", "no such", id="continent"),
        pytest.param({"other_time_zone": "CET+1"}, "other_time_zone", "no such", id="offset"),
        pytest.param({"other_time_zone": "../etc/passwd"}, "other_time_zone", "no such", id="path"),
        pytest.param({"other_time_zone": "Mars/\x00"}, "other_time_zone", "no such", id="nul"),
        pytest.param({"other_time_zone": "Ü/☃"}, "other_time_zone", "no such", id="unicode"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_form_stays(
    desk: DigestScene, values: dict[str, str], field: str, said: str
) -> None:
    modal = desk.form()

    errors = desk.submit(modal, **values).wait_for_field_errors()

    assert list(errors) == [field]
    assert said.casefold() in errors[field].casefold()
    assert desk.scene.slack.workspace.modals.of(desk.scene.ana.id) == modal
    assert desk.subscriptions() == []


def test_all_that_is_wrong_is_said_at_once_and_can_be_put_right(desk: DigestScene) -> None:
    modal = desk.form()
    errors = desk.submit(modal, scope="nonsense", other_time_zone="x").wait_for_field_errors()

    desk.submit(modal, scope="smb").wait_for_ack()

    assert set(errors) == {"scope", "other_time_zone"}
    assert "Digest 1 is set up: smb, last complete month" in desk.told()


@pytest.mark.parametrize(("facts", "said"), NOT_FOR_FIGURES)
def test_where_figures_may_not_go_no_form_opens(
    desk: DigestScene, facts: dict[str, Any], said: str
) -> None:
    desk.scene.slack.workspace.put_channel(replace(desk.scene.revops, **facts))

    assert said.casefold() in desk.said("here").casefold()
    assert desk.scene.slack.calls_to("views.open") == []


def test_in_a_direct_message_no_form_opens(desk: DigestScene) -> None:
    slack, ana = desk.scene.slack, desk.scene.ana
    asked = slack.slash(ana, slack.workspace.open_dm(ana.id), "/nrr", "digest here")

    assert asked.wait_for_answer().text == sentence(UsageError(Reason.NO_CHANNEL))
    assert slack.calls_to("views.open") == []


@pytest.mark.parametrize(("facts", "said"), NOT_FOR_FIGURES)
def test_a_channel_that_changes_while_the_form_is_open_gets_no_digest(
    desk: DigestScene, facts: dict[str, Any], said: str
) -> None:
    modal = desk.form()
    desk.scene.slack.workspace.put_channel(replace(desk.scene.revops, **facts))

    errors = desk.submit(modal).wait_for_field_errors()

    assert said.casefold() in errors["weekday"].casefold()
    assert desk.subscriptions() == []


def test_a_form_opens_where_slack_does_not_say_in_time_and_the_channel_is_checked_later(
    desk: DigestScene,
) -> None:
    slow = Fault.server_error(503)
    desk.scene.slack.faults.next("conversations.info", slow, slow)
    modal = desk.form()
    desk.scene.slack.workspace.put_channel(replace(desk.scene.revops, is_ext_shared=True))

    sent = desk.submit(modal)

    assert desk.told() == sentence(UsageError(Reason.SHARED_OUTSIDE))
    assert sent.field_errors == {}
    assert desk.subscriptions() == []


def test_who_has_become_a_guest_meanwhile_sets_up_nothing(desk: DigestScene) -> None:
    modal = desk.form()
    desk.scene.slack.workspace.put_user(replace(desk.scene.ana, kind=UserKind.GUEST))

    desk.submit(modal)

    assert desk.told() == sentence(UsageError(Reason.GUEST))
    assert desk.subscriptions() == []


@pytest.mark.parametrize("words", ["here", "list", "now", "pause 1", "remove", "edit"])
def test_guests_have_no_say(desk: DigestScene, words: str) -> None:
    desk.set_up()
    guest = desk.scene.slack.workspace.add_user("gus", UserKind.GUEST)

    said = desk.scene.ask(f"digest {words}", by=guest).wait_for_answer().text

    assert said == sentence(UsageError(Reason.GUEST))
    assert desk.scene.slack.workspace.modals.of(guest.id) is None
    assert desk.subscription(1).status.state is SubscriptionState.ACTIVE
    assert desk.messages() == []


def test_a_form_that_is_late_is_asked_for_again(desk: DigestScene) -> None:
    desk.scene.slack.workspace.modals.trigger_seconds = 0

    said = desk.said("here")

    assert said == (
        "I was too slow to open the form, which Slack allows for three seconds: try again."
    )


@pytest.mark.parametrize(
    "fault",
    [Fault.server_error(503), Fault.reset_before_accept(), Fault.rate_limited("30")],
    ids=["503", "reset", "429"],
)
def test_a_form_that_slack_does_not_open_is_asked_for_again(
    desk: DigestScene, fault: Fault
) -> None:
    desk.scene.slack.faults.next("views.open", fault)

    assert desk.said("here") == "Slack did not open the form: try again in a moment."
    assert desk.form() is not None


def test_without_a_ledger_no_form_opens(scene: Scene, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    set_up(store)
    with digest_scene(scene, store) as desk:
        assert "nrrbot import" in desk.said("here")

    assert scene.slack.calls_to("views.open") == []


def test_the_same_digest_is_not_set_up_twice(desk: DigestScene) -> None:
    desk.set_up(scope="smb")

    errors = desk.submit(desk.form(), scope="segment:smb", hour="17").wait_for_field_errors()

    assert "`/nrr digest edit 1` changes it" in errors["scope"]
    assert len(desk.subscriptions()) == 1


def test_a_form_that_is_sent_twice_at_once_is_stored_once(desk: DigestScene) -> None:
    modal, ana = desk.form(), desk.scene.ana
    payload = submission_payload(user=ana, modal=modal, state=fill_in(modal, {}))
    check = desk.bot.handlers.feature.forms[DIGEST_FORM]
    finish = [check(read_submission(payload)) for _ in range(2)]

    said = [one() for one in finish]

    assert said[0].text.startswith("Digest 1 is set up")
    assert said[1] == saved_before("/nrr digest list")
    assert len(desk.subscriptions()) == 1


def is_entered(limit: ConcurrencyLimit, inside: ExitStack) -> bool:
    """Go in, if there is room, until ``inside`` is left."""
    with suppress(BusyError):
        inside.enter_context(limit.entered())
        return True
    return False


def test_when_the_bot_is_busy_the_form_stays_as_it_is_filled_in(scene: Scene, store: Store) -> None:
    busy = ConcurrencyLimit(1)
    with (
        ExitStack() as inside,
        digest_scene(scene, store, change=lambda of: replace(of, limit=busy)) as desk,
    ):
        modal = desk.form()
        wait_for(lambda: is_entered(busy, inside), what="the command to be done")

        errors = desk.submit(modal).wait_for_field_errors()

    assert errors == {"weekday": "I am busy with other questions: try again in a moment."}
    assert scene.slack.workspace.modals.of(scene.ana.id) == modal


def test_what_breaks_while_the_form_is_open_closes_it_and_is_told(
    scene: Scene, store: Store, log: io.StringIO
) -> None:
    def fail(_: Submission) -> Callable[[], Message]:
        raise ZeroDivisionError

    def break_form(handlers: Handlers) -> Handlers:
        return replace(handlers, feature=replace(handlers.feature, forms={DIGEST_FORM: fail}))

    with digest_scene(scene, store, change=break_form) as desk:
        desk.submit(desk.form()).wait_for_ack()

        assert "It has been logged as" in desk.told()
    assert scene.slack.workspace.modals.of(scene.ana.id) is None
    assert "ZeroDivisionError" in log.getvalue()


def test_a_form_of_another_version_is_explained(desk: DigestScene) -> None:
    modal = desk.form()
    old = desk.scene.slack.workspace.modals.put(
        replace(modal, view=modal.view | {"callback_id": "nrr_retired"})
    )

    desk.submit(old).wait_for_ack()

    assert desk.told() == "This form is from another version of me: open a new one."


def test_nobody_is_told_twice_what_slack_may_have_said(desk: DigestScene, log: io.StringIO) -> None:
    modal = desk.form()
    desk.scene.slack.faults.next("chat.postEphemeral", Fault.error("user_not_in_channel"))

    desk.submit(modal).wait_for_ack()
    assert desk.set_up(scope="smb").id == 2

    assert "could not be answered" not in log.getvalue()
    assert len(desk.scene.slack.workspace.ephemerals()) == 1


# The digests that there are


def test_a_channel_without_a_digest_is_told_how_to_get_one(desk: DigestScene) -> None:
    for words in ("list", "pause", "now", "remove 3", "edit", "resume"):
        assert desk.said(words) == (
            "This channel has no digest yet: `/nrr digest here` sets one up."
        )


def test_digests_are_listed_in_either_way(desk: DigestScene) -> None:
    desk.set_up()

    assert desk.scene.ask("digests").wait_for_answer().text == desk.said("list")


def test_the_list_says_what_comes_and_when(desk: DigestScene) -> None:
    desk.set_up()
    desk.set_up(scope="smb", period="ttm", weekday="fri", other_time_zone="America/Lima")

    listed = desk.type("list").wait_for_answer()

    berlin = "(Europe/Berlin)"
    assert listed.ephemeral_to == desk.scene.ana.id
    assert listed.text.splitlines()[1:] == [
        "Digest 1: the whole company by segment, last complete month",
        f"Comes: every Monday at 09:00 {berlin}, next 23 November",
        "Last sent: not yet",
        "Digest 2: smb, trailing twelve months",
        "Comes: every Friday at 09:00 (America/Lima), next 27 November",
        "Last sent: not yet",
        "With a number: /nrr digest edit, pause, resume, now or remove.",
    ]


def test_a_channel_sees_only_its_own_digests(desk: DigestScene) -> None:
    desk.set_up()
    slack, ana = desk.scene.slack, desk.scene.ana
    sales = slack.workspace.add_channel("sales")

    said = [
        slack.slash(ana, sales, "/nrr", f"digest {words}").wait_for_answer().text
        for words in ("list", "remove 1")
    ]

    assert all("no digest yet" in one for one in said)
    assert desk.subscription(1).status.state is SubscriptionState.ACTIVE


def stuck(desk: DigestScene, state: State, error: str) -> OutboxRow:
    """Let the newest message of digest 1 be stuck."""
    desk.said("now")
    with desk.store.write(ledger=False) as session:
        row = session.get_one(OutboxRow, desk.messages()[0].id)
        row.state, row.last_error, row.first_attempt_at = state, error, SATURDAY
    return desk.messages()[0]


def test_a_message_in_doubt_is_listed_with_what_to_do(desk: DigestScene) -> None:
    desk.set_up()
    stuck(desk, State.NEEDS_ATTENTION, "timeout")

    said = desk.said("list")

    assert (
        "Message 1: due Saturday 21 November 13:00 (Europe/Berlin), may be here or not, Slack did"
        " not say (timeout): if it is not, /nrr digest now 1 sends a new one;"
        " nrrbot digest dismiss 1 settles it"
    ) in said


def test_a_dead_message_is_listed_with_what_to_do(desk: DigestScene) -> None:
    desk.set_up()
    stuck(desk, State.DEAD, "msg_too_long")

    said = desk.said("list")

    assert "could not be sent (msg_too_long): /nrr digest now 1 sends a new one" in said
    assert "nrrbot digest retry 1 tries it once more" in said


def test_a_message_that_was_called_off_needs_nobody_in_the_channel(desk: DigestScene) -> None:
    desk.set_up()
    stuck(desk, State.SUSPENDED, "not_active")

    assert "Message" not in desk.said("list")


def test_when_the_last_one_was_sent_is_listed(desk: DigestScene) -> None:
    desk.set_up()
    desk.said("now")
    with desk.store.write(ledger=False) as session:
        row = session.get_one(OutboxRow, 1)
        row.state, row.sent_at = State.SENT, SATURDAY + timedelta(minutes=1)

    assert "Last sent: Saturday 21 November 13:01 (Europe/Berlin)" in desk.said("list")


def test_a_suspended_digest_says_why(desk: DigestScene) -> None:
    desk.set_up()
    with desk.store.write(ledger=False) as session:
        set_state(session, 1, SubscriptionState.SUSPENDED, reason="is_archived", now=SATURDAY)

    assert (
        "Suspended: the channel is archived; /nrr digest resume 1 lets it come again once that is"
        " mended"
    ) in desk.said("list")


def test_a_digest_whose_owner_has_left_says_who_sets_it_up_anew(desk: DigestScene) -> None:
    desk.set_up()
    with desk.store.write(ledger=False) as session:
        set_state(session, 1, SubscriptionState.SUSPENDED, reason="deactivated", now=SATURDAY)

    assert (
        "Suspended: the account of its owner is deactivated; somebody else sets it up anew, and"
        " /nrr digest remove 1 ends this one"
    ) in desk.said("list")


def test_a_digest_is_paused_and_resumed(desk: DigestScene) -> None:
    desk.set_up()

    paused = desk.said("pause")
    listed = desk.said("list")
    state = desk.subscription(1).status.state
    desk.clock.moment += timedelta(days=7)
    resumed = desk.said("resume")

    assert paused == "Digest 1 is paused: `/nrr digest resume 1` lets it come again."
    assert "Paused: every Monday at 09:00 (Europe/Berlin), once /nrr digest resume 1" in listed
    assert state is SubscriptionState.PAUSED
    assert resumed == (
        "Digest 1 comes again: the next one Monday 30 November 09:00 (Europe/Berlin)."
    )
    assert desk.subscription(1).status.state is SubscriptionState.ACTIVE


@pytest.mark.parametrize(("facts", "said"), NOT_FOR_FIGURES)
@pytest.mark.parametrize("words", ["resume", "now"])
def test_where_figures_may_not_go_nothing_is_resumed_or_sent(
    desk: DigestScene, words: str, facts: dict[str, Any], said: str
) -> None:
    desk.set_up()
    desk.said("pause") if words == "resume" else None
    desk.scene.slack.workspace.put_channel(replace(desk.scene.revops, **facts))

    assert said.casefold() in desk.said(words).casefold()
    assert desk.messages() == []
    was = SubscriptionState.PAUSED if words == "resume" else SubscriptionState.ACTIVE
    assert desk.subscription(1).status.state is was


def test_a_removed_digest_is_gone_for_good(desk: DigestScene) -> None:
    desk.set_up(scope="smb")

    said = desk.said("remove 1")

    assert said == "Digest 1 (smb, last complete month) is removed: it comes no more."
    assert desk.subscription(1).status.state is SubscriptionState.REMOVED
    assert "no digest yet" in desk.said("resume 1")
    assert desk.set_up(scope="smb").id == 2


def test_of_several_one_has_to_be_named(desk: DigestScene) -> None:
    desk.set_up()
    desk.set_up(scope="smb")

    assert desk.said("pause") == (
        "Which digest: this channel has 1, 2; `/nrr digest list` shows them."
    )
    assert desk.said("pause 7") == (
        "There is no digest 7 here: this channel has 1, 2; `/nrr digest list` shows them."
    )
    assert "Digest 2 is paused" in desk.said("pause #2")
    assert [one.status.state.value for one in desk.subscriptions()] == ["active", "paused"]


def test_a_digest_is_sent_at_once_and_does_not_count_as_the_weeks(desk: DigestScene) -> None:
    desk.set_up()

    said = desk.said("now")

    assert said == "Digest 1 is on its way to this channel."
    [row] = desk.messages()
    assert row.dedupe_key.startswith(f"digest:T00000001:{desk.scene.revops.id}:1:now:")
    assert (row.state, row.kind, row.picture_state) == (State.PENDING, "digest", "wanted")
    assert (row.due_at, row.data_version) == (SATURDAY, 1)
    payload = unpack(row.payload_json or "")
    assert payload.message.text.startswith("October 2026: NRR 343.9%")
    assert payload.due == ""
    with desk.store.read() as session:
        assert planned_weeks(session, 1) == set()


def test_a_digest_that_is_sent_again_after_late_data_says_what_was_restated(
    desk: DigestScene,
) -> None:
    desk.set_up()
    desk.said("now")
    late = "movement_id,account_id,date,amount,currency\nlate,alpha,2026-10-20,-100.00,USD\n"
    import_text(desk.store, late, now=SATURDAY + timedelta(hours=1))

    desk.said("now")
    desk.said("now")

    # the channel is not open for accounts, so that of October only the company is told
    third, second, first = (unpack(row.payload_json or "").message.text for row in desk.messages())
    restated = "Restated since last week: Oct 343.9% → 339.0% (expansion taken back);"
    assert [restated in text for text in (first, second, third)] == [False, True, False]


def test_what_is_asked_for_is_posted_in_the_channel_with_a_picture_and_a_thread(
    desk: DigestScene,
) -> None:
    scene = desk.scene
    office = Office(scene.slack, desk.store, scene.ana, scene.revops)
    desk.clock.moment = office.now()
    desk.set_up()
    desk.said("now")
    courier = office.courier()

    for _ in range(4):
        assert courier.work_once()
        office.wait(seconds=2)

    posted, thread = scene.shared()
    assert "October 2026: NRR 343.9%" in posted.text
    assert thread.text.startswith("What moved October 2026")
    assert (posted.thread_ts, thread.thread_ts) == (None, posted.ts)
    pictures = [[block["type"] for block in one.blocks].count("image") for one in (posted, thread)]
    assert pictures == [1, 1]
    assert "Last sent: " in desk.said("list")
    assert "not yet" not in desk.said("list")


def test_each_time_it_is_asked_for_one_is_sent(desk: DigestScene) -> None:
    desk.set_up()

    for _ in range(2):
        desk.said("now")

    assert len(desk.messages()) == 2


def test_a_digest_whose_pictures_cannot_be_drawn_goes_without(
    desk: DigestScene, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    desk.set_up()

    def fail(*_: object) -> bytes:
        raise ValueError("$\\frac{4711}{1}$")

    monkeypatch.setattr("bot.digests.chart.trend_picture", fail)

    assert desk.said("now") == "Digest 1 is on its way to this channel."
    assert desk.messages()[0].picture_state == "none"
    assert "could not be drawn" in log.getvalue()
    assert "4711" not in log.getvalue()


def test_a_paused_digest_is_not_sent(desk: DigestScene) -> None:
    desk.set_up()
    desk.said("pause")

    assert desk.said("now") == "Digest 1 is paused: `/nrr digest resume 1` first."
    assert desk.messages() == []


def test_a_digest_is_changed_in_its_form(desk: DigestScene) -> None:
    desk.set_up(scope="enterprise", hour="17", period="ttm")
    assert filled_in(desk, "edit") == {
        "weekday": "mon",
        "hour": "17",
        "time_zone": "Europe/Berlin",
        "other_time_zone": None,
        "scope": "segment:enterprise",
        "dimension": "segment",
        "period": "ttm",
    }

    modal = desk.opened()
    desk.submit(modal, scope=None, dimension="industry")

    assert desk.told(2) == (
        "Digest 1 is changed: the whole company by industry, trailing twelve months, every Monday"
        " at 17:00 (Europe/Berlin); next digest Monday 23 November 17:00 (Europe/Berlin)."
    )
    changed = desk.subscription(1)
    assert changed.content.scope == ()
    assert len(changed.schedules) == 1


def test_another_time_applies_from_the_next_week_on(desk: DigestScene) -> None:
    desk.set_up()
    desk.clock.moment = SATURDAY + timedelta(days=2)  # Monday at 13:00: this week's is out

    desk.submit(desk.form("edit 1"), weekday="wed")

    assert "next digest Wednesday 2 December 09:00 (Europe/Berlin)" in desk.told(2)
    assert [one.from_monday for one in desk.subscription(1).schedules] == [
        date(2026, 11, 23),
        date(2026, 11, 30),
    ]


def test_another_time_before_the_first_digest_applies_to_that_one(desk: DigestScene) -> None:
    desk.set_up()

    desk.submit(desk.form("edit 1"), weekday="wed")

    assert "next digest Wednesday 25 November 09:00 (Europe/Berlin)" in desk.told(2)
    assert [one.from_monday for one in desk.subscription(1).schedules] == [date(2026, 11, 23)]


def test_a_change_by_somebody_else_leaves_the_owner(desk: DigestScene) -> None:
    desk.set_up()
    slack = desk.scene.slack
    bob = slack.workspace.add_user("bob")
    let(desk.store, bob.id, role=Role.ANALYST)
    slack.slash(bob, desk.scene.revops, "/nrr", "digest edit")
    slack.submit(bob, slack.wait_for_modal(bob), {"scope": "smb"})
    slack.wait_for_ephemerals(bob)

    changed = desk.subscription(1)
    assert changed.content.scope == (("segment", "smb"),)
    assert changed.destination.owner_id == desk.scene.ana.id


def test_a_paused_digest_stays_paused_when_it_is_changed(desk: DigestScene) -> None:
    desk.set_up()
    desk.said("pause")

    desk.submit(desk.form("edit"), scope="smb")

    assert desk.told(3).endswith("it is paused: `/nrr digest resume 1` lets it come again.")


def test_a_digest_that_is_removed_while_its_form_is_open_is_not_changed(desk: DigestScene) -> None:
    desk.set_up()
    desk.set_up(scope="smb")
    modal = desk.form("edit 1")
    with desk.store.write(ledger=False) as session:
        set_state(session, 1, SubscriptionState.REMOVED, now=SATURDAY)

    desk.submit(modal, hour="17")

    assert desk.told(3) == "This digest has been removed meanwhile: set up a new one."


NONSENSE = [
    "",
    "help",
    "here now",
    "here 3",
    "list 3",
    "pause all",
    "pause 1 2",
    "pause -1",
    "pause 1.5",
    "pause ³",
    "pause 99999999999999999999",
    "pause '; drop table subscription; --",
    "remove <!channel>",
    "delete",
    "monday",
    "\x00",
    "\U0001f4b8",
]


@pytest.mark.parametrize("words", NONSENSE, ids=range(len(NONSENSE)))
def test_what_means_nothing_is_answered_with_how_to_type_it(words: str) -> None:
    with pytest.raises(UsageError, match="/nrr digest"):
        read_words(words)


def test_how_to_type_it_is_told(desk: DigestScene) -> None:
    assert desk.said("monday") == sentence(UsageError(USAGE))
    assert "/nrr digest here" in desk.scene.ask("help").wait_for_answer().text
