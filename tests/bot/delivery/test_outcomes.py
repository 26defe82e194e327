"""The decisions of the courier, without a store and without Slack."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.delivery import outcomes
from bot.delivery.outcomes import Settlement
from bot.delivery.verdicts import PostVerdict, Ruling
from metrics.schedules import Weekday, WeeklySchedule
from storage.delivery.parcels import Claim, Doubt, Lease, Location, Outcome, Retry, State
from tests.bot.delivery.claims import NOW, claim
from tests.storage.parcels import parcel


def verdict(ruling: Ruling, **changes: Any) -> PostVerdict:  # noqa: ANN401 - any field
    return PostVerdict(ruling=ruling, code="code", **changes)


@pytest.mark.parametrize(
    ("ruling", "state", "is_counted", "is_in_doubt"),
    [
        (Ruling.NOT_ACCEPTED, State.PENDING, False, False),
        (Ruling.RATE_LIMITED, State.PENDING, False, False),
        (Ruling.AMBIGUOUS, State.UNKNOWN, False, True),
        (Ruling.CONTENT, State.DEAD, True, False),
        (Ruling.TARGET, State.DEAD, True, False),
        (Ruling.GLOBAL, State.PENDING, False, False),
    ],
)
def test_what_an_answer_makes_of_a_message(
    ruling: Ruling, state: State, *, is_counted: bool, is_in_doubt: bool
) -> None:
    settlement = outcomes.after_refusal(claim(), verdict(ruling), now=NOW)

    outcome = settlement.outcome
    assert (outcome.state, outcome.retry.is_counted) == (state, is_counted)
    assert (outcome.doubt is not None) is is_in_doubt
    assert settlement.trips is (ruling is Ruling.GLOBAL)
    assert settlement.suspends is (ruling is Ruling.TARGET)
    assert settlement.notifies_owner is (state is State.DEAD)


@pytest.mark.parametrize(("seconds", "waits"), [(1, 1.7), (30, 30.7), (3600, 3600.7)])
def test_a_rate_limit_is_waited_out_and_a_little_more(seconds: int, waits: float) -> None:
    limited = verdict(Ruling.RATE_LIMITED, wait_seconds=seconds)

    outcome = outcomes.put_off(claim(), limited, now=NOW).outcome

    assert outcome.retry.not_before == NOW + timedelta(seconds=waits)


def test_a_surprise_counts_so_that_it_is_not_waited_for_for_ever() -> None:
    surprise = verdict(Ruling.AMBIGUOUS, is_surprise=True)

    assert outcomes.put_off(claim(), surprise, now=NOW).outcome.retry.is_counted
    assert not outcomes.put_off(
        claim(), verdict(Ruling.AMBIGUOUS), now=NOW
    ).outcome.retry.is_counted


def test_each_failure_doubles_the_wait_up_to_a_quarter_of_an_hour() -> None:
    rows = [replace(claim(failures=number), lease=lease(10)) for number in range(10)]

    waits = [outcomes.back_off(row).total_seconds() for row in rows]

    assert waits == [10, 20, 40, 80, 160, 320, 640, 900, 900, 900]


def test_those_that_fail_together_come_back_one_after_another() -> None:
    rows = [replace(claim(failures=7), lease=lease(number)) for number in range(10)]

    waits = [outcomes.back_off(row).total_seconds() for row in rows]

    assert waits == [900, 918, 936, 954, 972, 990, 1008, 1026, 1044, 1062]


def test_an_answer_that_is_none_uses_up_no_attempt_and_lengthens_the_wait() -> None:
    settlement = outcomes.after_refusal(claim(), verdict(Ruling.AMBIGUOUS), now=NOW)

    assert settlement.outcome.retry == Retry(
        not_before=NOW + timedelta(seconds=11.4), is_counted=False, is_failure=True
    )


@pytest.mark.parametrize(("looks", "is_posted_again"), [(0, False), (1, True)])
def test_history_is_looked_at_twice(looks: int, *, is_posted_again: bool) -> None:
    settlement = outcomes.after_clean_look(claim(clean_looks=looks), now=NOW)

    assert (settlement is None) is is_posted_again
    if settlement is not None:
        assert settlement.outcome.doubt == Doubt(1)
        assert settlement.outcome.retry.not_before == NOW + timedelta(seconds=10)
        assert not settlement.outcome.retry.is_counted


@pytest.mark.parametrize(
    ("kind", "failed_looks", "state"),
    [
        ("digest", 5, State.UNKNOWN),
        ("digest", 6, State.UNKNOWN),
        ("notice", 6, State.UNKNOWN),
        ("alert", 5, State.UNKNOWN),
        ("alert", 6, None),
        ("alert", 7, State.UNKNOWN),
    ],
)
def test_when_history_cannot_be_read_only_an_alert_is_repeated_and_once(
    kind: str, failed_looks: int, state: State | None
) -> None:
    doubted = claim(kind=kind, is_in_doubt=True, failed_looks=failed_looks)

    settlement = after_failed_look(doubted, verdict(Ruling.AMBIGUOUS))

    assert (settlement.outcome.state if settlement else None) is state
    assert settlement is None or settlement.outcome.doubt == Doubt(failed_looks=failed_looks + 1)


@pytest.mark.parametrize("kind", ["digest", "alert", "notice"])
def test_what_may_be_there_when_it_is_too_late_is_left_to_a_person(kind: str) -> None:
    doubted = claim(kind=kind, is_in_doubt=True, failed_looks=9)

    settlement = after_failed_look(doubted, verdict(Ruling.AMBIGUOUS), is_stale=True)

    assert settlement is not None
    assert settlement.outcome.state is State.NEEDS_ATTENTION


@pytest.mark.parametrize(
    ("said", "is_counted"),
    [
        (verdict(Ruling.AMBIGUOUS), False),
        (verdict(Ruling.NOT_ACCEPTED), False),
        (verdict(Ruling.TARGET), True),
        (verdict(Ruling.AMBIGUOUS, is_surprise=True), True),
    ],
)
def test_only_a_history_that_slack_refuses_uses_up_attempts(
    said: PostVerdict, *, is_counted: bool
) -> None:
    settlement = after_failed_look(claim(is_in_doubt=True), said)

    assert settlement is not None
    assert settlement.outcome.retry.is_counted is is_counted
    assert settlement.outcome.retry.is_failure is not is_counted


def test_a_history_that_slack_refuses_nine_times_is_left_to_a_person() -> None:
    settlement = after_failed_look(claim(attempts=9, is_in_doubt=True), verdict(Ruling.TARGET))

    assert settlement is not None
    assert settlement.outcome.state is State.NEEDS_ATTENTION


@pytest.mark.parametrize("ruling", [Ruling.RATE_LIMITED, Ruling.GLOBAL])
def test_a_look_that_slack_puts_off_is_no_look(ruling: Ruling) -> None:
    doubted = claim(attempts=9, is_in_doubt=True)

    settlement = after_failed_look(doubted, verdict(ruling))

    assert settlement is not None
    assert settlement.outcome.state is State.UNKNOWN
    assert not settlement.outcome.retry.is_counted
    assert settlement.trips is (ruling is Ruling.GLOBAL)


def test_a_look_without_the_right_to_read_history_holds_nobody_else_up() -> None:
    missing = PostVerdict(ruling=Ruling.GLOBAL, code="missing_scope")

    settlement = after_failed_look(claim(is_in_doubt=True), missing)

    assert settlement is not None
    assert not settlement.trips


@pytest.mark.parametrize(
    ("seconds", "waits"),
    [
        pytest.param(9, 1, id="too-soon"),
        pytest.param(10, None, id="in-time"),
        pytest.param(-5, 15, id="measured-by-an-answer-that-took-long"),
        pytest.param(-11, None, id="nonsense"),
    ],
)
def test_a_look_waits_ten_seconds_by_slacks_clock(seconds: int, waits: int | None) -> None:
    slack_now = NOW - timedelta(minutes=50)
    doubted = claim(last_call_at=slack_now - timedelta(seconds=seconds), clean_looks=1)

    settlement = outcomes.before_look(doubted, slack_now=slack_now, now=NOW)

    assert (settlement is None) is (waits is None)
    if settlement is not None:
        assert settlement.outcome.doubt == Doubt(1)
        assert settlement.outcome.retry.not_before == NOW + timedelta(seconds=waits or 0)


@pytest.mark.parametrize(("seconds", "is_early"), [(29, True), (30, False)])
def test_who_may_still_wait_for_an_answer_is_given_its_twenty_seconds(
    seconds: int, *, is_early: bool
) -> None:
    left = replace(
        claim(last_call_at=NOW - timedelta(seconds=seconds)), doubt=Doubt(is_abandoned=True)
    )

    assert (outcomes.before_look(left, slack_now=NOW, now=NOW) is not None) is is_early


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, State.PENDING),
        ({"is_in_doubt": True}, State.UNKNOWN),
        ({"state": State.SENT}, State.SENT),
        ({"attempts": 9}, State.DEAD),
        ({"attempts": 9, "is_in_doubt": True}, State.NEEDS_ATTENTION),
        ({"attempts": 9, "state": State.SENT}, State.SENT),
    ],
)
def test_when_something_of_ours_breaks_no_doubt_is_lost(
    changes: dict[str, Any], state: State
) -> None:
    outcome = outcomes.failed(claim(**changes), now=NOW).outcome

    assert outcome.state is state
    assert (outcome.doubt is not None) is bool(changes.get("is_in_doubt"))


@pytest.mark.parametrize(("ruling", "looks"), [(Ruling.RATE_LIMITED, 6), (Ruling.AMBIGUOUS, 7)])
def test_a_blind_repetition_leaves_the_first_post_in_doubt_and_is_the_only_one(
    ruling: Ruling, looks: int
) -> None:
    doubted = claim(is_in_doubt=True, failed_looks=6)
    waiting = outcomes.after_refusal(doubted, verdict(ruling), now=NOW)

    outcome = outcomes.still_in_doubt(waiting, doubted).outcome

    assert (outcome.state, outcome.doubt) == (State.UNKNOWN, Doubt(failed_looks=looks))


def test_a_repetition_that_is_sent_settles_it() -> None:
    settled = outcomes.sent(Location(channel_id="C1", ts="1.0"))

    assert outcomes.still_in_doubt(settled, claim(is_in_doubt=True)) is settled


@pytest.mark.parametrize(
    ("kind", "hours"),
    [("digest", 48), ("alert", 48), ("restatement", 48), ("notice", 16 * 24)],
)
def test_how_long_slack_is_waited_for(kind: str, hours: int) -> None:
    assert outcomes.stale_at(parcel(kind=kind, due_at=NOW)) == NOW + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("then", "hours"),
    [
        pytest.param(Weekday.WED, 7 * 24, id="the-next-week"),
        pytest.param(Weekday.THU, 8 * 24, id="a-day-later-from-then-on"),
        pytest.param(Weekday.MON, 5 * 24, id="two-days-earlier"),
    ],
)
def test_a_digest_is_waited_for_until_the_next_one_is_due(then: Weekday, hours: int) -> None:
    monday = date(2026, 11, 16)
    schedules = [
        WeeklySchedule(weekday=weekday, hour=9, time_zone="UTC", from_monday=since)
        for weekday, since in ((Weekday.WED, monday), (then, monday + timedelta(days=7)))
    ]
    due_at = datetime(2026, 11, 18, 9, tzinfo=UTC)

    assert outcomes.digest_stale_at(due_at, schedules) == due_at + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("kind", "state"),
    [("digest", State.SKIPPED_STALE), ("alert", State.DEAD), ("notice", State.DEAD)],
)
def test_what_slack_has_not_taken_in_time_is_over(kind: str, state: State) -> None:
    assert outcomes.too_late(claim(kind=kind)).outcome.state is state


def settled(state: State, error: str | None = None, **outcome: Any) -> Settlement:  # noqa: ANN401
    return Settlement(outcome=Outcome(state=state, error=error, **outcome))


def told(settlement: Settlement, *, suspends: bool = False) -> Settlement:
    return replace(settlement, notifies_owner=True, suspends=suspends)


def after(seconds: float, **how: bool) -> Retry:
    return Retry(not_before=NOW + timedelta(seconds=seconds), **how)


DONE = Location(channel_id="C1", ts="1.0")
WITH_PICTURE = claim(state=State.SENT, picture_state="wanted")
CHANGED = claim(state=State.SENT, picture_state="shown", update=3)
TWO_DAYS = replace(CHANGED.attempts, failures=outcomes.MOST_FAILED_UPDATES)
NOT_UPDATED = told(settled(State.SENT, "code", update=3), suspends=True)
LATER = settled(State.SENT, "code", retry=after(11.4, is_counted=False, is_failure=True))
DROPPED = told(settled(State.SENT, "code", picture_state="unavailable"), suspends=True)
REFUSED = verdict(Ruling.TARGET)
UNREACHED = verdict(Ruling.NOT_ACCEPTED)


@pytest.mark.parametrize(
    ("settlement", "expected"),
    [
        (outcomes.sent(DONE), settled(State.SENT, location=DONE)),
        (outcomes.dead("code"), told(settled(State.DEAD, "code"))),
        (outcomes.skipped(), told(settled(State.SKIPPED_STALE, "stale"))),
        (outcomes.too_late(claim(kind="alert")), told(settled(State.DEAD, "no_answer"))),
        (outcomes.called_off("code"), settled(State.SUSPENDED, "code")),
        (
            outcomes.released(now=NOW),
            settled(State.PENDING, "slow", retry=after(0, is_counted=False)),
        ),
        (
            outcomes.needs_attention("code"),
            told(settled(State.NEEDS_ATTENTION, "code", doubt=Doubt())),
        ),
        (
            outcomes.failed(claim(attempts=9), now=NOW),
            told(settled(State.DEAD, "failed")),
        ),
        (
            outcomes.failed(claim(attempts=8), now=NOW),
            settled(State.PENDING, "failed", retry=after(1_026)),
        ),
        (
            outcomes.failed(claim(attempts=9, is_in_doubt=True), now=NOW),
            told(settled(State.NEEDS_ATTENTION, "failed", doubt=Doubt())),
        ),
    ],
)
def test_how_each_end_is_written_down_and_who_hears_of_it(
    settlement: Settlement, expected: Settlement
) -> None:
    assert settlement == expected


@pytest.mark.parametrize(
    ("settlement", "expected"),
    [
        (
            outcomes.after_refusal(claim(), verdict(Ruling.CONTENT), now=NOW),
            told(settled(State.DEAD, "code")),
        ),
        (
            outcomes.after_refusal(claim(), REFUSED, now=NOW),
            told(settled(State.DEAD, "code"), suspends=True),
        ),
        (
            outcomes.after_refusal(claim(), verdict(Ruling.AMBIGUOUS), now=NOW),
            settled(
                State.UNKNOWN,
                "code",
                retry=after(11.4, is_counted=False, is_failure=True),
                doubt=Doubt(),
            ),
        ),
        (
            outcomes.after_refusal(claim(), UNREACHED, now=NOW),
            settled(State.PENDING, "code", retry=after(30.7, is_counted=False)),
        ),
        (
            outcomes.after_refusal(claim(), verdict(Ruling.GLOBAL), now=NOW),
            replace(settled(State.PENDING, "code", retry=after(0, is_counted=False)), trips=True),
        ),
        (
            outcomes.put_off(claim(), verdict(Ruling.AMBIGUOUS, is_surprise=True), now=NOW),
            settled(State.PENDING, "code", retry=after(11.4)),
        ),
        (
            outcomes.after_denial(claim(), REFUSED, now=NOW),
            told(settled(State.DEAD, "code"), suspends=True),
        ),
        (outcomes.after_denial(WITH_PICTURE, REFUSED, now=NOW), DROPPED),
        (outcomes.after_denial(CHANGED, REFUSED, now=NOW), NOT_UPDATED),
        (outcomes.updated(CHANGED, pictures="shown"), settled(State.SENT, update=3)),
        (outcomes.update_put_off(CHANGED, "code", now=NOW), LATER),
        (
            outcomes.update_put_off(replace(CHANGED, attempts=TWO_DAYS), "code", now=NOW),
            settled(State.SENT, update=3),
        ),
        (
            outcomes.after_denial(claim(state=State.SENT), UNREACHED, now=NOW),
            settled(State.SENT, "code", retry=after(30.7, is_counted=False)),
        ),
    ],
)
def test_what_follows_from_a_no_of_slack_or_of_the_gate(
    settlement: Settlement, expected: Settlement
) -> None:
    assert settlement == expected


def test_looks_that_are_put_off_keep_their_doubt_and_use_up_nothing() -> None:
    doubted = replace(claim(last_call_at=NOW - timedelta(seconds=9)), doubt=Doubt(1, 2))
    silent, limited, refused = (
        verdict(Ruling.AMBIGUOUS),
        verdict(Ruling.RATE_LIMITED, wait_seconds=40),
        verdict(Ruling.GLOBAL),
    )

    assert outcomes.before_look(doubted, slack_now=NOW, now=NOW) == settled(
        State.UNKNOWN, "too_soon", retry=after(1, is_counted=False), doubt=Doubt(1, 2)
    )
    assert outcomes.after_clean_look(claim(is_in_doubt=True), now=NOW) == settled(
        State.UNKNOWN, "not_found", retry=after(10, is_counted=False), doubt=Doubt(1)
    )
    assert after_failed_look(doubted, limited) == settled(
        State.UNKNOWN, "code", retry=after(40, is_counted=False), doubt=Doubt(0, 2)
    )
    assert after_failed_look(doubted, refused) == replace(
        settled(State.UNKNOWN, "code", retry=after(0, is_counted=False), doubt=Doubt(1, 2)),
        trips=True,
    )
    assert after_failed_look(doubted, silent) == settled(
        State.UNKNOWN,
        "code",
        retry=after(11.4, is_counted=False, is_failure=True),
        doubt=Doubt(failed_looks=3),
    )
    assert after_failed_look(doubted, silent, is_stale=True) == told(
        settled(State.NEEDS_ATTENTION, "code", doubt=Doubt())
    )
    assert after_failed_look(replace(doubted, doubt=None), silent) == settled(
        State.UNKNOWN,
        "code",
        retry=after(11.4, is_counted=False, is_failure=True),
        doubt=Doubt(failed_looks=1),
    )


def lease(row_id: int) -> Lease:
    return replace(claim().lease, row_id=row_id)


def after_failed_look(
    doubted: Claim, said: PostVerdict, *, is_stale: bool = False
) -> outcomes.Settlement | None:
    return outcomes.after_failed_look(doubted, said, now=NOW, is_stale=is_stale)


def test_what_belongs_under_a_message_that_is_gone_is_left_out_and_nobody_told() -> None:
    gone = PostVerdict(ruling=Ruling.CONTENT, code="thread_not_found")

    settlement = outcomes.after_refusal(claim(kind="thread"), gone, now=NOW)

    assert (settlement.outcome.state, settlement.notifies_owner) == (State.SKIPPED_STALE, False)


@pytest.mark.parametrize(
    ("kind", "state", "is_told"),
    [
        ("thread", State.SKIPPED_STALE, False),  # the digest itself is there
        ("digest", State.SKIPPED_STALE, True),
        ("alert", State.DEAD, True),
    ],
)
def test_what_comes_too_late_is_missed_by_somebody_or_not(
    kind: str, state: State, *, is_told: bool
) -> None:
    settlement = outcomes.too_late(claim(kind=kind))

    assert (settlement.outcome.state, settlement.notifies_owner) == (state, is_told)
