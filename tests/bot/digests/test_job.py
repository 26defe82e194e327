import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest

from bot.delivery.outcomes import DIGEST_STALE_AFTER
from bot.digests.job import REST
from metrics.schedules import WEEK
from storage.channels.posted_figures import last_shown
from storage.digests.subscriptions import DigestPeriod, change, set_state
from storage.tables.delivery import SubscriptionState
from tests.bot.digests.planning import DUE, FIGURE, OCTOBER, PlanningScene
from tests.storage.stores import contents, execute, rows
from tests.storage.subscribers import subscribe, weekly

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
QUEUED, SKIPPED = "queued", "skipped_stale"


def put_state(desk: PlanningScene, number: int, state: SubscriptionState) -> None:
    with desk.store.write(ledger=False) as session:
        set_state(session, number, state, now=desk.now)


def test_a_week_that_is_due_becomes_a_message_as_it_was_composed(any_desk: PlanningScene) -> None:
    subscribe(any_desk.store, scope=(("segment", "smb"),))

    assert any_desk.plan_at(DUE) == 1

    columns = "dedupe_key, kind, team_id, channel_id, subscription_id, scope, payload_json"
    assert rows(any_desk.store, f"SELECT {columns}, data_version, due_at FROM outbox") == [  # noqa: S608
        (
            "digest:T1:C1:1:2026-W47",
            "digest",
            "T1",
            "C1",
            1,
            '[["segment", "smb"]]',
            '{"text": "104.2% 2026-W47 08:00"}',
            7,
            "2026-11-16T08:00:00.000000+00:00",
        )
    ]
    assert rows(any_desk.store, "SELECT position, alt_text FROM outbox_picture") == [
        (0, "The bridge")
    ]
    columns = "week, outcome, data_version, fingerprint"
    assert rows(any_desk.store, f"SELECT {columns} FROM digest_run") == [  # noqa: S608
        ("2026-W47", QUEUED, 7, "104.2%")
    ]
    with any_desk.store.read() as session:
        assert [one.figure for one in last_shown(session, "C1")] == [OCTOBER]


def test_nothing_is_composed_before_it_is_due(desk: PlanningScene) -> None:
    subscribe(desk.store)

    assert desk.plan_at(DUE - SECOND) == 0
    assert (desk.composed, desk.runs()) == ([], [])


def test_a_planned_week_is_not_composed_again_by_this_bot_or_the_next(desk: PlanningScene) -> None:
    subscribe(desk.store)

    for _ in range(3):
        desk.plan_at(DUE)
        desk.plan_until(DUE + DAY, step=HOUR)

    assert desk.composed == [(1, "2026-W47")]
    assert contents(desk.store)["outbox"] == 1


def test_each_week_of_each_subscription_is_planned(desk: PlanningScene) -> None:
    subscribe(desk.store)
    subscribe(desk.store, channel_id="C2", schedule=weekly("fri", 15, "America/New_York"))

    planned = desk.plan_until(DUE + 2 * WEEK, step=4 * HOUR)

    friday = datetime(2026, 11, 13, 20, tzinfo=UTC)
    expected = [DUE, DUE + WEEK, DUE + 2 * WEEK, friday, friday + WEEK, friday + 2 * WEEK]
    assert planned == sorted(expected)


def test_a_clock_that_is_set_back_plans_nothing_twice(desk: PlanningScene) -> None:
    subscribe(desk.store)
    desk.plan_at(DUE)

    for now in (DUE - HOUR, DUE, DUE - 30 * DAY, DUE + HOUR):
        assert desk.plan_at(now) == 0

    assert desk.runs() == [(1, "2026-W47", QUEUED)]


def test_after_weeks_without_a_bot_only_the_latest_is_sent(desk: PlanningScene) -> None:
    subscribe(desk.store)

    assert desk.plan_at(DUE + 3 * WEEK + HOUR) == 1

    skipped = [(1, f"2026-W{week}", SKIPPED) for week in (47, 48, 49)]
    assert desk.runs() == [*skipped, (1, "2026-W50", QUEUED)]
    assert desk.composed == [(1, "2026-W50")]
    assert desk.messages() == [("digest", "C1")]


def test_a_digest_is_late_for_two_days_and_then_its_owner_is_told_instead(
    any_desk: PlanningScene,
) -> None:
    subscribe(any_desk.store, owner_id="U7")

    assert any_desk.plan_at(DUE + DIGEST_STALE_AFTER + SECOND) == 0
    assert any_desk.plan_at(DUE + DIGEST_STALE_AFTER + HOUR) == 0

    assert any_desk.runs() == [(1, "2026-W47", SKIPPED)]
    assert any_desk.composed == []
    assert any_desk.messages() == [("notice", "U7")]
    [(words,)] = rows(any_desk.store, "SELECT payload_json FROM outbox")
    assert "A digest for <#C1> was skipped" in words
    assert FIGURE not in words


def test_a_digest_that_is_just_not_too_late_is_sent(desk: PlanningScene) -> None:
    subscribe(desk.store)

    assert desk.plan_at(DUE + DIGEST_STALE_AFTER) == 1


def test_the_owner_is_told_once_about_weeks_that_are_all_too_late(desk: PlanningScene) -> None:
    subscribe(desk.store)

    desk.plan_at(DUE + 2 * WEEK + 3 * DAY)

    assert {outcome for *_, outcome in desk.runs()} == {SKIPPED}
    assert desk.messages() == [("notice", "U1")]


def test_a_notice_is_not_suspended_with_the_subscription_that_it_is_about(
    desk: PlanningScene,
) -> None:
    subscribe(desk.store)

    desk.plan_at(DUE + 3 * DAY)

    assert rows(desk.store, "SELECT subscription_id FROM outbox") == [(None,)]


@pytest.mark.parametrize(
    ("sunday", "expected"),
    [
        pytest.param("2026-03-29", "2026-03-29 01:00", id="two-is-left-out"),
        pytest.param("2026-10-25", "2026-10-25 00:00", id="two-comes-twice"),
    ],
)
def test_on_the_day_the_clocks_change_one_digest_comes(
    desk: PlanningScene, sunday: str, expected: str
) -> None:
    day = datetime.fromisoformat(sunday).replace(tzinfo=UTC)
    desk.now = day - 3 * HOUR
    subscribe(desk.store, now=desk.now, schedule=weekly("sun", 2, since=(day - 6 * DAY).date()))

    planned = desk.plan_until(day + 4 * HOUR, step=timedelta(minutes=15))

    assert planned == [datetime.fromisoformat(expected).replace(tzinfo=UTC)]


@pytest.mark.parametrize(
    "state", [SubscriptionState.PAUSED, SubscriptionState.SUSPENDED, SubscriptionState.REMOVED]
)
def test_nothing_is_planned_for_who_is_not_active(
    desk: PlanningScene, state: SubscriptionState
) -> None:
    put_state(desk, subscribe(desk.store).id, state)

    assert desk.plan_at(DUE + 3 * DAY) == 0
    assert (desk.runs(), desk.messages()) == ([], [])


def test_who_comes_back_gets_the_next_week_and_none_of_the_silence(desk: PlanningScene) -> None:
    number = subscribe(desk.store).id
    put_state(desk, number, SubscriptionState.PAUSED)
    desk.now = DUE + WEEK + 4 * HOUR
    put_state(desk, number, SubscriptionState.ACTIVE)

    assert desk.plan_until(DUE + 2 * WEEK, step=4 * HOUR) == [DUE + 2 * WEEK]
    assert desk.messages() == [("digest", "C1")]


def test_a_subscription_of_another_workspace_is_left_alone(desk: PlanningScene) -> None:
    subscribe(desk.store, team_id="T2")

    assert desk.plan_at(DUE) == 0
    assert desk.runs() == []


def test_nothing_is_composed_for_whom_it_is_not_allowed_and_the_week_stays_due(
    desk: PlanningScene,
) -> None:
    number = subscribe(desk.store).id
    desk.forbidden = {number}

    assert desk.plan_at(DUE) == 0
    assert (desk.composed, desk.runs()) == ([], [])
    desk.forbidden = set()
    assert desk.plan_at(DUE + HOUR) == 1


def test_what_was_not_allowed_for_too_long_is_told_to_the_owner(desk: PlanningScene) -> None:
    desk.forbidden = {subscribe(desk.store).id}

    desk.plan_until(DUE + 3 * DAY, step=6 * HOUR)

    assert desk.messages() == [("notice", "U1")]


def test_a_digest_that_breaks_stops_no_other_and_says_no_word_of_what_it_read(
    desk: PlanningScene, log: io.StringIO
) -> None:
    broken, sound = subscribe(desk.store).id, subscribe(desk.store).id
    desk.breaking = {broken}

    assert desk.plan_at(DUE) == 1

    assert desk.runs() == [(sound, "2026-W47", QUEUED)]
    assert "a digest could not be planned" in log.getvalue()
    assert "Acme" not in log.getvalue()
    assert FIGURE not in log.getvalue()


def test_a_digest_of_too_few_accounts_is_suspended_and_keeps_no_other_waiting(
    desk: PlanningScene,
) -> None:
    few, other = (subscribe(desk.store).id for _ in range(2))
    desk.few = {few}

    assert desk.plan_at(DUE) == 1

    assert desk.suspended == [(few, "too_few")]
    assert {number for number, _ in desk.composed} == {few, other}


def test_a_digest_that_breaks_rests_before_it_is_tried_again(desk: PlanningScene) -> None:
    number = subscribe(desk.store).id
    desk.breaking, desk.now = {number}, DUE - SECOND

    desk.plan_until(DUE + 2 * REST, step=timedelta(seconds=30))

    assert len(desk.composed) == 3
    desk.breaking = set()
    assert desk.plan_at(DUE + 2 * REST) == 1


def test_a_zone_that_this_machine_does_not_know_stops_nobody_else(desk: PlanningScene) -> None:
    subscribe(desk.store)
    subscribe(desk.store, channel_id="C2")
    execute(
        desk.store,
        "UPDATE subscription_schedule SET time_zone = 'Mars/Olympus' WHERE subscription_id = 1",
    )

    assert desk.plan_at(DUE) == 1
    assert desk.messages() == [("digest", "C2")]


def test_what_is_changed_while_it_is_composed_is_composed_anew(desk: PlanningScene) -> None:
    subscription = subscribe(desk.store)
    number, content = subscription.id, replace(subscription.content, period=DigestPeriod.TTM)

    def change_it() -> None:
        with desk.store.write(ledger=False) as session:
            change(session, number, content, now=DUE)

    desk.meanwhile = change_it
    assert desk.plan_at(DUE) == 0
    desk.meanwhile = lambda: None
    assert desk.plan_at(DUE) == 1
    assert len(desk.composed) == 2


def test_what_is_paused_while_it_is_composed_is_not_sent(desk: PlanningScene) -> None:
    number = subscribe(desk.store).id
    desk.meanwhile = lambda: put_state(desk, number, SubscriptionState.PAUSED)

    assert desk.plan_at(DUE) == 0
    assert (desk.runs(), desk.messages()) == ([], [])


def test_a_change_of_the_schedule_neither_skips_nor_repeats_a_week(desk: PlanningScene) -> None:
    subscription = subscribe(desk.store)
    changes = {
        DUE - DAY: weekly("wed", 7, "Asia/Tokyo"),
        DUE + HOUR: weekly("mon", 0, "Pacific/Auckland"),
        DUE + 2 * DAY: weekly("sun", 23, "America/Los_Angeles"),
        DUE + WEEK + DAY: weekly("tue"),
    }

    for moment, schedule in changes.items():
        desk.plan_until(moment, step=4 * HOUR)
        with desk.store.write(ledger=False) as session:
            change(session, subscription.id, subscription.content, now=moment, schedule=schedule)
    desk.plan_until(DUE + 3 * WEEK + 2 * DAY, step=4 * HOUR)

    assert desk.runs() == [(subscription.id, f"2026-W{week}", QUEUED) for week in (47, 48, 49, 50)]
    assert contents(desk.store)["outbox"] == 4


def test_of_two_planners_that_composed_the_same_week_one_sends_it(any_desk: PlanningScene) -> None:
    subscribe(any_desk.store)
    any_desk.now = DUE
    both_composed = Barrier(2, timeout=60)
    any_desk.meanwhile = both_composed.wait

    with ThreadPoolExecutor(2) as threads:
        planned = list(threads.map(lambda _: any_desk.planner().plan(any_desk.now), range(2)))

    assert sorted(planned) == [0, 1]
    assert any_desk.composed == [(1, "2026-W47")] * 2
    assert any_desk.messages() == [("digest", "C1")]


def test_of_two_planners_that_skip_the_same_week_one_tells_the_owner(
    any_desk: PlanningScene,
) -> None:
    subscribe(any_desk.store)
    any_desk.now = DUE + 3 * DAY

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: any_desk.planner().plan(any_desk.now), range(4)))

    assert any_desk.messages() == [("notice", "U1")]


def test_a_subscription_made_after_its_hour_begins_with_the_week_after(desk: PlanningScene) -> None:
    desk.now = DUE + SECOND
    subscribe(desk.store, now=desk.now, schedule=weekly(since=date(2026, 11, 16)))

    assert desk.plan_until(DUE + WEEK + HOUR, step=3 * HOUR)[0] > DUE + WEEK
    assert desk.runs() == [(1, "2026-W48", QUEUED)]


def test_a_subscription_made_before_its_hour_begins_that_day(desk: PlanningScene) -> None:
    desk.now = DUE - SECOND
    subscribe(desk.store, now=desk.now, schedule=weekly(since=date(2026, 11, 16)))

    assert desk.plan_at(DUE) == 1
