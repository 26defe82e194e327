"""The circuit of a store, by the courier's own steps: why it is open, and when it closes."""

from bot.delivery.breaker import Breaker
from storage.delivery.circuit import NO_ANSWER, open_circuit
from tests.bot.delivery.letters import Office
from tests.slack.faults import Fault

PROBE = "auth.test"


def opened(office: Office, reason: str) -> Breaker:
    with office.store.write(ledger=False) as session:
        open_circuit(session, reason, office.now())
    return Breaker(office.store, office.client(), now=office.now)


def test_a_refusal_of_the_bot_takes_the_place_of_no_answer_and_lets_nothing_try(
    office: Office,
) -> None:
    breaker = opened(office, NO_ANSWER)

    breaker.trip("token_revoked")
    office.wait(seconds=29)

    assert office.broken_by() == "token_revoked"
    assert breaker.is_open()


def test_no_answer_is_over_once_no_message_waits_that_had_none(office: Office) -> None:
    breaker = opened(office, NO_ANSWER)

    assert not breaker.is_open()
    assert office.broken_by() is None


def test_slack_is_asked_every_half_a_minute_whether_it_takes_the_bot_again(office: Office) -> None:
    breaker = opened(office, "invalid_auth")
    office.slack.faults.always(PROBE, Fault.error("invalid_auth"))
    asked = len(office.slack.calls_to(PROBE))
    told = []
    for _ in range(9):
        office.wait(seconds=10)
        told.append(breaker.is_open())

    assert told == [True] * 9
    assert len(office.slack.calls_to(PROBE)) - asked == 3
    office.slack.faults.clear()
    office.wait(seconds=30)
    assert not breaker.is_open()
    assert office.broken_by() is None


def test_slack_is_not_asked_at_once_when_it_refuses_the_bot_once_more(office: Office) -> None:
    breaker = opened(office, "invalid_auth")
    office.wait(seconds=30)
    assert not breaker.is_open()
    office.wait(hours=1)
    breaker.trip("invalid_auth")

    office.wait(seconds=29)

    assert breaker.is_open()
    office.wait(seconds=1)
    assert not breaker.is_open()


def test_another_refusal_does_not_put_off_the_question_whether_it_is_over(office: Office) -> None:
    breaker = opened(office, "invalid_auth")
    office.wait(seconds=20)

    breaker.trip("invalid_auth")
    office.wait(seconds=10)

    assert not breaker.is_open()


def test_two_messages_without_an_answer_are_no_outage_and_three_are(office: Office) -> None:
    office.slack.faults.always("chat.postMessage", Fault.server_error(503))
    found = []
    for number in range(3):
        place = office.slack.workspace.add_channel(f"c{number}")
        office.enqueue(kind="notice", to=place.id)
        office.send()
        found.append(office.broken_by())

    assert found == [None, None, NO_ANSWER]


def test_no_answer_ends_with_one_that_is_clear_and_a_refusal_of_the_bot_does_not(
    office: Office,
) -> None:
    for why, left in ((NO_ANSWER, None), ("token_revoked", "token_revoked")):
        opened(office, why).note_success()

        assert office.broken_by() == left


def test_messages_that_failed_long_ago_are_no_outage(office: Office) -> None:
    for number in range(3):
        place = office.slack.workspace.add_channel(f"c{number}")
        office.enqueue(kind="notice", to=place.id)
    office.slack.faults.always("chat.postMessage", Fault.server_error(503))
    office.send()
    assert office.broken_by() == NO_ANSWER
    office.wait(hours=1)

    breaker = Breaker(office.store, office.client(), now=office.now)

    assert not breaker.is_open()
    assert office.broken_by() is None
    breaker.note_failure()
    assert office.broken_by() is None
