from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest

from metrics.schedules import WEEK
from storage.delivery.parcels import State
from storage.digests.runs import weeks_missed
from storage.digests.stuck import dismiss, put_back
from storage.digests.subscriptions import DigestContent, change, set_state
from storage.tables.delivery import SubscriptionState
from tests.bot.digests.planning import DUE, PlanningScene
from tests.storage.parcels import finish, taken
from tests.storage.stores import rows
from tests.storage.subscribers import subscribe

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
QUEUED, QUIET, SKIPPED = "queued", "quiet", "skipped_stale"


def deliver(desk: PlanningScene, state: State = State.SENT, *, in_doubt: bool = False) -> None:
    """Let the message that waits come to an end."""
    held = taken(desk.store, now=desk.now)
    finish(desk.store, held, state, now=desk.now, is_in_doubt=in_doubt)


def plan(desk: PlanningScene, week: int) -> bool:
    """Plan so many weeks after the first digest is due, and deliver what is planned."""
    is_planned = desk.plan_at(DUE + week * WEEK) == 1
    if is_planned:
        deliver(desk)
    return is_planned


def outcomes(desk: PlanningScene) -> list[str]:
    return [outcome for *_, outcome in desk.runs()]


def months(desk: PlanningScene) -> list[str]:
    found = rows(desk.store, "SELECT month FROM digest_run WHERE month IS NOT NULL ORDER BY week")
    return [f"{month}"[:7] for (month,) in found]


def test_a_month_is_told_once_and_the_weeks_until_the_next_are_quiet(
    any_desk: PlanningScene,
) -> None:
    subscribe(any_desk.store, is_monthly=True)
    any_desk.closed = OCTOBER

    assert [plan(any_desk, week) for week in range(3)] == [True, False, False]
    any_desk.closed = NOVEMBER
    assert [plan(any_desk, week) for week in range(3, 6)] == [True, False, False]

    assert outcomes(any_desk) == [QUEUED, QUIET, QUIET, QUEUED, QUIET, QUIET]
    assert months(any_desk) == ["2026-10", "2026-11"]
    assert len(any_desk.composed) == 2
    assert any_desk.messages() == [("digest", "C1")] * 2


def test_a_month_whose_import_comes_on_the_20th_is_sent_the_next_monday(
    desk: PlanningScene,
) -> None:
    subscribe(desk.store, is_monthly=True)
    desk.closed, friday = SEPTEMBER, DUE + 4 * DAY
    plan(desk, 0)

    desk.closed = OCTOBER
    assert desk.plan_until(friday + 3 * DAY + HOUR, step=4 * HOUR) == [DUE + WEEK]


def test_where_no_month_is_closed_nothing_is_sent(desk: PlanningScene) -> None:
    subscribe(desk.store, is_monthly=True)

    assert [plan(desk, week) for week in range(2)] == [False, False]
    assert (outcomes(desk), desk.messages()) == ([QUIET, QUIET], [])


def test_a_month_that_is_opened_again_and_closed_is_not_sent_again(desk: PlanningScene) -> None:
    subscribe(desk.store, is_monthly=True)

    told = []
    for week, desk.closed in enumerate([OCTOBER, SEPTEMBER, OCTOBER, NOVEMBER]):
        told.append(plan(desk, week))

    assert told == [True, False, False, True]


def test_a_quiet_week_that_is_too_late_is_no_matter(desk: PlanningScene) -> None:
    subscribe(desk.store, is_monthly=True)

    assert desk.plan_at(DUE + 5 * DAY) == 0
    assert (outcomes(desk), desk.messages()) == ([QUIET], [])


def test_a_month_that_is_too_late_is_told_to_the_owner_and_sent_the_next_week(
    desk: PlanningScene,
) -> None:
    subscribe(desk.store, is_monthly=True)
    desk.closed = OCTOBER

    assert desk.plan_at(DUE + 3 * DAY) == 0
    [(words,)] = rows(desk.store, "SELECT payload_json FROM outbox")
    assert "It is tried again next week." in words
    deliver(desk)
    assert plan(desk, 1)
    assert outcomes(desk) == [SKIPPED, QUEUED]


def test_after_weeks_without_a_bot_the_newest_month_is_sent_and_no_week_is_missed(
    desk: PlanningScene,
) -> None:
    number = subscribe(desk.store, is_monthly=True).id
    desk.closed = SEPTEMBER
    plan(desk, 0)

    desk.closed = NOVEMBER
    assert plan(desk, 6)
    assert outcomes(desk) == [QUEUED, *[QUIET] * 5, QUEUED]
    with desk.store.read() as session:
        assert weeks_missed(session, number, before="2026-W53") == ()


@pytest.mark.parametrize("state", [State.DEAD, State.SKIPPED_STALE, State.SUSPENDED])
def test_a_month_that_was_not_sent_is_tried_again_the_next_week(
    any_desk: PlanningScene, state: State
) -> None:
    subscribe(any_desk.store, is_monthly=True)
    any_desk.closed = OCTOBER
    any_desk.plan_at(DUE)
    deliver(any_desk, state)

    assert [plan(any_desk, week) for week in (1, 2)] == [True, False]


@pytest.mark.parametrize("state", [State.NEEDS_ATTENTION, State.SUSPENDED])
def test_a_month_that_slack_may_have_is_not_sent_again(
    any_desk: PlanningScene, state: State
) -> None:
    subscribe(any_desk.store, is_monthly=True)
    any_desk.closed = OCTOBER
    any_desk.plan_at(DUE)
    deliver(any_desk, state, in_doubt=True)

    assert [plan(any_desk, week) for week in (1, 2)] == [False, False]


def test_a_month_that_a_person_dismissed_is_not_sent_again(desk: PlanningScene) -> None:
    subscribe(desk.store, is_monthly=True)
    desk.closed = OCTOBER
    desk.plan_at(DUE)
    deliver(desk, State.DEAD)
    with desk.store.write(ledger=False) as session:
        assert dismiss(session, 1)

    assert not plan(desk, 1)


@pytest.mark.parametrize("ends", [State.SENT, State.SKIPPED_STALE])
def test_while_the_last_one_is_on_its_way_nothing_is_decided(
    any_desk: PlanningScene, ends: State
) -> None:
    subscribe(any_desk.store, is_monthly=True)
    any_desk.closed = OCTOBER
    any_desk.plan_at(DUE)

    assert any_desk.plan_at(DUE + WEEK) == 0
    assert outcomes(any_desk) == [QUEUED]
    deliver(any_desk, ends)
    assert any_desk.plan_at(DUE + WEEK + HOUR) == (ends is not State.SENT)
    assert outcomes(any_desk) == [QUEUED, QUIET if ends is State.SENT else QUEUED]


def test_a_message_that_is_put_back_decides_it(desk: PlanningScene) -> None:
    subscribe(desk.store, is_monthly=True)
    desk.closed = OCTOBER
    desk.plan_at(DUE)
    deliver(desk, State.DEAD)
    with desk.store.write(ledger=False) as session:
        assert put_back(session, 1, now=DUE + WEEK)

    assert desk.plan_at(DUE + WEEK) == 0
    deliver(desk)
    assert not plan(desk, 1)
    assert months(desk) == ["2026-10"]


def test_of_two_planners_one_sends_the_month(any_desk: PlanningScene) -> None:
    subscribe(any_desk.store, is_monthly=True)
    any_desk.closed, any_desk.now = OCTOBER, DUE
    any_desk.meanwhile = Barrier(2, timeout=60).wait

    with ThreadPoolExecutor(2) as threads:
        planned = list(threads.map(lambda _: any_desk.planner().plan(any_desk.now), range(2)))

    assert sorted(planned) == [0, 1]
    assert any_desk.messages() == [("digest", "C1")]


def test_who_is_resumed_gets_the_newest_month_and_none_of_the_pause(desk: PlanningScene) -> None:
    number = subscribe(desk.store, is_monthly=True).id
    desk.closed = SEPTEMBER
    plan(desk, 0)
    for state, now in (
        (SubscriptionState.PAUSED, DUE + HOUR),
        (SubscriptionState.ACTIVE, DUE + 5 * WEEK + HOUR),
    ):
        with desk.store.write(ledger=False) as session:
            set_state(session, number, state, now=now)

    desk.closed = NOVEMBER
    assert [plan(desk, week) for week in (6, 7)] == [True, False]
    assert outcomes(desk) == [QUEUED, *[QUIET] * 5, QUEUED, QUIET]


def test_a_weekly_digest_that_becomes_monthly_does_not_tell_its_month_again(
    desk: PlanningScene,
) -> None:
    number = subscribe(desk.store).id
    desk.closed = OCTOBER
    plan(desk, 0)
    with desk.store.write(ledger=False) as session:
        change(session, number, DigestContent(dimension="segment", is_monthly=True), now=DUE + DAY)

    assert not plan(desk, 1)
    desk.closed = NOVEMBER
    assert plan(desk, 2)
