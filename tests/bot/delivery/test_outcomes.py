"""The decisions of the courier, without a store and without Slack."""

from datetime import timedelta
from typing import Any

import pytest

from bot.delivery import outcomes
from bot.delivery.verdicts import PostVerdict, Ruling
from storage.delivery.outbox import Doubt, Location, State
from tests.bot.delivery.claims import NOW, claim


def verdict(ruling: Ruling, **changes: Any) -> PostVerdict:  # noqa: ANN401 - any field
    return PostVerdict(ruling=ruling, code="code", **changes)


@pytest.mark.parametrize(
    ("ruling", "state", "is_counted", "is_in_doubt"),
    [
        (Ruling.NOT_ACCEPTED, State.PENDING, False, False),
        (Ruling.RATE_LIMITED, State.PENDING, False, False),
        (Ruling.AMBIGUOUS, State.UNKNOWN, True, True),
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


def test_each_failure_doubles_the_wait_up_to_five_minutes() -> None:
    waits = [outcomes.back_off(claim(attempts=number)).seconds for number in range(1, 9)]

    assert waits == [10, 20, 40, 80, 160, 300, 300, 300]
    assert sum(waits[1:]) > 15 * 60  # as long as history may be unreadable


@pytest.mark.parametrize(("looks", "is_posted_again"), [(0, False), (1, True)])
def test_history_is_looked_at_twice(looks: int, *, is_posted_again: bool) -> None:
    settlement = outcomes.after_clean_look(claim(clean_looks=looks), now=NOW)

    assert (settlement is None) is is_posted_again
    if settlement is not None:
        assert settlement.outcome.doubt == Doubt(1)
        assert settlement.outcome.retry.not_before == NOW + timedelta(seconds=10)
        assert not settlement.outcome.retry.is_counted


@pytest.mark.parametrize(
    ("kind", "attempts", "state"),
    [
        ("digest", 8, State.UNKNOWN),
        ("digest", 9, State.NEEDS_ATTENTION),
        ("notice", 9, State.NEEDS_ATTENTION),
        ("alert", 8, State.UNKNOWN),
        ("alert", 9, None),
        ("alert", 10, State.NEEDS_ATTENTION),
    ],
)
def test_when_history_cannot_be_read_only_an_alert_is_repeated_and_once(
    kind: str, attempts: int, state: State | None
) -> None:
    doubted = claim(kind=kind, attempts=attempts, is_in_doubt=True)

    settlement = outcomes.after_failed_look(doubted, verdict(Ruling.AMBIGUOUS), now=NOW)

    assert (settlement.outcome.state if settlement else None) is state
    assert settlement is None or settlement.outcome.doubt


@pytest.mark.parametrize("ruling", [Ruling.RATE_LIMITED, Ruling.GLOBAL])
def test_a_look_that_slack_puts_off_is_no_look(ruling: Ruling) -> None:
    doubted = claim(attempts=9, is_in_doubt=True)

    settlement = outcomes.after_failed_look(doubted, verdict(ruling), now=NOW)

    assert settlement is not None
    assert settlement.outcome.state is State.UNKNOWN
    assert not settlement.outcome.retry.is_counted
    assert settlement.trips is (ruling is Ruling.GLOBAL)


def test_a_look_without_the_right_to_read_history_holds_nobody_else_up() -> None:
    missing = PostVerdict(ruling=Ruling.GLOBAL, code="missing_scope")

    settlement = outcomes.after_failed_look(claim(is_in_doubt=True), missing, now=NOW)

    assert settlement is not None
    assert not settlement.trips


@pytest.mark.parametrize(
    ("seconds", "is_early"),
    [pytest.param(9, True), pytest.param(10, False), pytest.param(-5, True)],
)
def test_it_is_too_early_to_look_for_ten_seconds_whatever_the_clock_does(
    seconds: int, *, is_early: bool
) -> None:
    doubted = claim(last_attempt_at=NOW - timedelta(seconds=seconds), clean_looks=1)

    settlement = outcomes.before_look(doubted, now=NOW)

    assert (settlement is not None) is is_early
    if settlement is not None:
        assert settlement.outcome.doubt == Doubt(1)


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


def test_a_repetition_that_is_put_off_leaves_the_first_post_in_doubt() -> None:
    waiting = outcomes.put_off(claim(), verdict(Ruling.RATE_LIMITED), now=NOW)

    doubted = outcomes.still_in_doubt(waiting).outcome

    assert (doubted.state, doubted.doubt) == (State.UNKNOWN, Doubt())


def test_a_repetition_that_is_sent_settles_it() -> None:
    settled = outcomes.sent(Location(channel_id="C1", ts="1.0"))

    assert outcomes.still_in_doubt(settled) is settled


@pytest.mark.parametrize(
    ("kind", "hours", "is_stale"),
    [("digest", 48, False), ("digest", 49, True), ("alert", 49, False), ("notice", 49, False)],
)
def test_only_digests_get_stale(kind: str, hours: int, *, is_stale: bool) -> None:
    late = claim(kind=kind, due_at=NOW - timedelta(hours=hours))

    assert outcomes.is_stale(late, now=NOW) is is_stale
