import time
import urllib.request
from urllib.error import HTTPError
from urllib.parse import parse_qs

import pytest
from slack_sdk.signature import SignatureVerifier

from tests.slack.bolt_app import Serve, new_app
from tests.slack.interactions import Failure
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slack.signing import SignedRequest, slash_body


def post(url: str, request: SignedRequest) -> int:
    try:
        with urllib.request.urlopen(  # noqa: S310 - the address is our own
            urllib.request.Request(url, data=request.body, headers=request.headers)  # noqa: S310
        ) as response:
            return int(response.status)
    except HTTPError as refusal:
        with refusal:
            return refusal.code


def test_a_command_is_acknowledged_answered_and_clicked(
    slack: FakeSlack, serve: Serve, ana: User, revops: Channel
) -> None:
    serve(new_app(slack))

    asked = slack.slash(ana, revops, "/nrr", "enterprise & more")
    answer = asked.wait_for_answer()
    more = slack.click(ana, answer, "more").wait_for_answer()

    assert asked.wait_for_ack().status == 200
    assert (answer.text, answer.ephemeral_to) == ("NRR of enterprise &amp; more", ana.id)
    assert more.text == "more on enterprise"


def test_an_acknowledgement_may_carry_the_answer(
    slack: FakeSlack, serve: Serve, ana: User, revops: Channel
) -> None:
    serve(new_app(slack))

    answer = slack.slash(ana, revops, "/nrr-help").wait_for_answer()

    assert (answer.text, answer.ephemeral_to) == ("Usage: /nrr <segment>", ana.id)


def test_an_acknowledgement_that_cannot_be_shown_is_noted(
    slack: FakeSlack, serve: Serve, ana: User, revops: Channel
) -> None:
    serve(new_app(slack))

    asked = slack.slash(ana, revops, "/nrr-wrong")
    asked.wait_for_ack()

    assert asked.refusals == ["invalid_blocks"]
    assert asked.answers == []


@pytest.mark.parametrize("ack_deadline_seconds", [0.15])
def test_a_late_acknowledgement_is_a_timeout_for_the_person(
    slack: FakeSlack, serve: Serve, ana: User, revops: Channel
) -> None:
    serve(new_app(slack))

    asked = slack.slash(ana, revops, "/nrr-late", "0.4")

    assert asked.wait_for_failure() is Failure.OPERATION_TIMEOUT
    assert asked.answers == []


def test_a_bot_that_is_not_there_is_a_failed_dispatch(
    slack: FakeSlack, ana: User, revops: Channel
) -> None:
    slack.request_url = "http://127.0.0.1:9/slack/events"

    asked = slack.slash(ana, revops, "/nrr")

    assert asked.wait_for_failure() is Failure.DISPATCH_FAILED


def test_an_unknown_command_is_a_failed_dispatch(
    slack: FakeSlack, serve: Serve, ana: User, revops: Channel
) -> None:
    serve(new_app(slack))

    asked = slack.slash(ana, revops, "/unknown")

    assert asked.wait_for_ack().status == 404
    assert asked.failure is Failure.DISPATCH_FAILED


def test_an_event_is_signed_json(slack: FakeSlack, serve: Serve) -> None:
    serve(new_app(slack))

    sent = slack.send_event({"type": "app_mention", "user": "U00000009", "text": "nrr"})

    assert sent.wait_for_ack().status == 200


def test_the_signature_is_what_the_sdk_verifies(slack: FakeSlack) -> None:
    request = slack.sign(b"command=%2Fnrr")

    assert SignatureVerifier(slack.signing_secret).is_valid_request(request.body, request.headers)
    assert not SignatureVerifier("another").is_valid_request(request.body, request.headers)


@pytest.mark.parametrize("age_seconds", [0, 600])
def test_a_request_can_be_replayed_or_aged(
    slack: FakeSlack, serve: Serve, ana: User, revops: Channel, age_seconds: int
) -> None:
    url = serve(new_app(slack))
    body = slash_body(slack.slash(ana, revops, "/nrr", "x").payload)

    request = slack.sign(body, timestamp=str(int(time.time()) - age_seconds))

    assert parse_qs(body.decode())["command"] == ["/nrr"]
    assert post(url, request) == (200 if age_seconds == 0 else 401)
