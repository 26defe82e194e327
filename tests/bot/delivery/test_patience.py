"""An outage in which Slack takes no posts costs nothing but time."""

from datetime import timedelta
from itertools import pairwise

import pytest

from storage.delivery.circuit import NO_ANSWER
from storage.delivery.parcels import State
from tests.bot.delivery.letters import Office
from tests.slack.faults import Fault
from tests.slack.people import Channel, ChannelKind
from tests.slow import only_slow

POST, HISTORY = "chat.postMessage", "conversations.history"
FAULTS = [
    pytest.param(Fault.server_error(503), id="503"),
    pytest.param(Fault.error("service_unavailable"), id="service-unavailable", marks=only_slow),
    pytest.param(Fault.error("internal_error"), id="internal-error", marks=only_slow),
    pytest.param(Fault.reset_before_accept(), id="reset"),
]


def channels(office: Office, count: int) -> list[Channel]:
    add = office.slack.workspace.add_channel
    return [add(f"c{number}", kind=ChannelKind.PRIVATE) for number in range(count)]


def endure(office: Office, fault: Fault, *methods: str, step: timedelta, steps: int) -> None:
    """Let every call of some methods fail for a time."""
    for method in methods:
        office.slack.faults.always(method, fault)
    courier = office.courier()
    for _ in range(steps):
        office.send(courier)
        office.slack.clock.advance(step.total_seconds())
    office.slack.faults.clear()


@pytest.mark.parametrize(
    ("seconds", "steps"),
    [
        pytest.param(10, 17, id="160-seconds"),
        pytest.param(120, 30, id="an-hour", marks=only_slow),
        pytest.param(3600, 40, id="40-hours"),
    ],
)
@pytest.mark.parametrize("methods", [(POST,), (POST, HISTORY)], ids=["posts", "and-history"])
@pytest.mark.parametrize("fault", FAULTS)
def test_once_slack_takes_posts_again_each_message_comes_once(
    office: Office, fault: Fault, methods: tuple[str, ...], seconds: int, steps: int
) -> None:
    places = channels(office, 3)
    digests = [office.enqueue(office.subscribe(place)) for place in places]
    alert = office.enqueue(kind="alert", to=office.owner.id)

    endure(office, fault, *methods, step=timedelta(seconds=seconds), steps=steps)
    states = {office.state(key) for key in [*digests, alert]}
    office.settle_down()

    assert states <= {State.PENDING, State.UNKNOWN}
    assert [len(office.shown(place)) for place in places] == [1, 1, 1]
    assert len(office.told()) == 1  # the alert, and no notice of a failure
    assert {office.state(key) for key in [*digests, alert]} == {State.SENT}


def test_while_several_fail_alike_one_at_a_time_is_tried(office: Office) -> None:
    places = channels(office, 8)
    for place in places:
        office.enqueue(office.subscribe(place))
    office.slack.faults.always(POST, Fault.server_error(503))
    courier, posts = office.courier(), []
    for _ in range(60):
        office.send(courier)
        posts.append(len(office.posts()))
        office.wait(seconds=10)
    office.slack.faults.clear()

    assert posts[0] == 3
    assert max(later - earlier for earlier, later in pairwise(posts)) == 1
    assert all(later - earlier <= 1 for earlier, later in zip(posts, posts[3:], strict=False))
    assert posts[-1] > 8
    assert office.broken_by() == NO_ANSWER
    office.settle_down()
    assert office.broken_by() is None
    assert [len(office.shown(place)) for place in places] == [1] * 8


def test_two_that_fail_hold_nobody_up(office: Office) -> None:
    for place in channels(office, 2):
        office.enqueue(office.subscribe(place))
    office.slack.faults.next(POST, Fault.server_error(503), Fault.server_error(503))
    courier = office.courier()
    office.send(courier)

    office.enqueue(office.subscribe())
    office.send(courier)

    assert len(office.shown()) == 1


def test_a_post_that_slack_refuses_in_words_shows_that_it_takes_posts(office: Office) -> None:
    places = channels(office, 4)
    for place in places:
        office.enqueue(office.subscribe(place))
    office.slack.faults.next(POST, *[Fault.server_error(503)] * 3, Fault.error("restricted_action"))
    courier = office.courier()
    office.send(courier)
    office.wait(seconds=31)
    office.send(courier)

    office.settle_down()

    assert [len(office.shown(place)) for place in places] == [1, 1, 1, 0]


def test_of_an_alert_that_slack_took_for_two_days_nobody_knows_its_owner_hears(
    office: Office,
) -> None:
    key = office.enqueue(office.subscribe(), kind="alert")

    endure(office, Fault.server_error(503), POST, step=timedelta(minutes=30), steps=49 * 2)
    office.settle_down()

    assert (office.state(key), office.row(key).last_error) == (State.DEAD, NO_ANSWER)
    assert office.shown() == []


def test_a_digest_is_tried_until_the_next_one_is_due_and_then_its_owner_hears(
    office: Office,
) -> None:
    key = office.enqueue(office.subscribe())

    endure(office, Fault.server_error(503), POST, step=timedelta(hours=5), steps=15 * 24 // 5)
    office.settle_down()

    assert office.state(key) is State.SKIPPED_STALE
    [told] = office.told()
    assert "was skipped" in told


def test_a_notice_lives_as_long_as_what_it_is_about(office: Office) -> None:
    office.enqueue(kind="notice", to=office.owner.id)

    endure(office, Fault.server_error(503), POST, step=timedelta(hours=5), steps=15 * 24 // 5)
    office.settle_down()

    assert len(office.told()) == 1


def test_with_history_unreadable_for_days_a_person_is_asked_about_a_digest(
    office: Office,
) -> None:
    key = office.enqueue(office.subscribe())
    office.slack.faults.next(POST, Fault.reset_after_accept())

    endure(office, Fault.server_error(503), HISTORY, step=timedelta(hours=5), steps=15 * 24 // 5)
    office.settle_down()

    assert office.state(key) is State.NEEDS_ATTENTION
    assert len(office.shown()) == 1
    [told] = office.told()
    assert "may or may not have been posted" in told


def test_with_history_unreadable_an_alert_is_repeated_once_and_says_so(office: Office) -> None:
    office.enqueue(kind="alert", to=office.owner.id)
    office.slack.faults.next(POST, *[Fault.reset_after_accept()] * 2)

    endure(office, Fault.server_error(503), HISTORY, step=timedelta(minutes=15), steps=40 * 4)
    office.settle_down()

    first, second = office.told()
    assert "May repeat" not in first
    assert second.startswith("May repeat")
