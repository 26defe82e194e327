import time
from http.client import RemoteDisconnected

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackRequestError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient

from tests.slack.faults import RESPONSE_URL, UPLOAD, Fault
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack

POST = "chat.postMessage"
CUT_OFF = (ConnectionResetError, RemoteDisconnected)


def test_the_default_client_posts_twice_when_the_answer_is_lost(
    slack: FakeSlack, revops: Channel
) -> None:
    default = WebClient(slack.bot_token, base_url=slack.api_url)
    slack.faults.next(POST, Fault.reset_after_accept())

    default.chat_postMessage(channel=revops.id, text="NRR fell")

    assert len(slack.workspace.messages(revops.id)) == 2


def test_a_client_without_retries_posts_once_and_does_not_know(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    slack.faults.next(POST, Fault.reset_after_accept())

    with pytest.raises(CUT_OFF):
        client.chat_postMessage(channel=revops.id, text="NRR fell")

    assert len(slack.workspace.messages(revops.id)) == 1


def test_a_reset_before_accepting_leaves_nothing(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    slack.faults.next(POST, Fault.reset_before_accept())

    with pytest.raises(CUT_OFF):
        client.chat_postMessage(channel=revops.id, text="NRR fell")

    [call] = slack.calls_to(POST)
    assert not call.accepted
    assert slack.workspace.messages() == []


@pytest.mark.parametrize("retry_after", ["30", "soon", "", None])
def test_a_rate_limit_says_when_to_come_back_or_not(
    slack: FakeSlack, client: WebClient, revops: Channel, retry_after: str | None
) -> None:
    slack.faults.next(POST, Fault.rate_limited(retry_after))

    with pytest.raises(SlackApiError) as failure:
        client.chat_postMessage(channel=revops.id, text="x")

    assert failure.value.response.status_code == 429
    assert failure.value.response["error"] == "ratelimited"
    assert failure.value.response.headers.get("Retry-After") == retry_after
    assert slack.workspace.messages() == []


def test_a_patient_client_gets_through_after_a_rate_limit(
    slack: FakeSlack, revops: Channel
) -> None:
    slack.faults.next(POST, Fault.rate_limited("0"))
    patient = WebClient(
        slack.bot_token, base_url=slack.api_url, retry_handlers=[RateLimitErrorRetryHandler()]
    )

    assert patient.chat_postMessage(channel=revops.id, text="x")["ok"]
    assert [call.accepted for call in slack.calls_to(POST)] == [False, True]


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize("accepted", [False, True])
def test_a_server_error_may_have_done_it_all_the_same(
    slack: FakeSlack, client: WebClient, revops: Channel, status: int, *, accepted: bool
) -> None:
    slack.faults.next(POST, Fault.server_error(status, accepted=accepted))

    with pytest.raises(SlackApiError) as failure:
        client.chat_postMessage(channel=revops.id, text="x")

    assert failure.value.response.status_code == status
    assert len(slack.workspace.messages()) == int(accepted)


@pytest.mark.parametrize("accepted", [False, True])
def test_a_hang_outlasts_the_clients_patience(
    slack: FakeSlack, revops: Channel, *, accepted: bool
) -> None:
    slack.faults.next(POST, Fault.hang(30, accepted=accepted))
    impatient = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)

    with pytest.raises(TimeoutError):
        impatient.chat_postMessage(channel=revops.id, text="x")

    assert len(slack.workspace.messages()) == int(accepted)


def test_a_slow_answer_is_still_right(slack: FakeSlack, client: WebClient, revops: Channel) -> None:
    slack.faults.next(POST, Fault.slow(0.1))
    began = time.perf_counter()

    assert client.chat_postMessage(channel=revops.id, text="x")["ok"]
    assert time.perf_counter() - began >= 0.1


def test_a_message_may_appear_after_the_client_has_given_up(
    slack: FakeSlack, revops: Channel
) -> None:
    slack.faults.next(POST, Fault.accept_late(1.2))
    impatient = WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[], timeout=1)

    with pytest.raises(TimeoutError):
        impatient.chat_postMessage(channel=revops.id, text="x")

    assert slack.workspace.messages() == []
    assert len(slack.wait_for_messages(revops)) == 1


def test_a_body_that_is_not_json_tells_nothing(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    slack.faults.next(POST, Fault.garbage(accepted=True))

    with pytest.raises(SlackApiError):
        client.chat_postMessage(channel=revops.id, text="x")

    assert len(slack.workspace.messages()) == 1


def test_any_error_code_can_be_given(slack: FakeSlack, client: WebClient, revops: Channel) -> None:
    slack.faults.next(POST, Fault.error("internal_error", accepted=True))

    with pytest.raises(SlackApiError) as failure:
        client.chat_postMessage(channel=revops.id, text="x")

    assert failure.value.response["error"] == "internal_error"
    assert len(slack.workspace.messages()) == 1


def test_faults_strike_in_order_and_once(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    slack.faults.next(POST, Fault.error("first"), Fault.error("second"))

    errors = []
    for _ in range(2):
        with pytest.raises(SlackApiError) as failure:
            client.chat_postMessage(channel=revops.id, text="x")
        errors.append(failure.value.response["error"])

    assert errors == ["first", "second"]
    assert slack.faults.pending == 0
    assert client.chat_postMessage(channel=revops.id, text="x")["ok"]


def test_a_standing_fault_strikes_until_it_is_cleared(slack: FakeSlack, client: WebClient) -> None:
    slack.faults.always("auth.test", Fault.server_error())
    for _ in range(3):
        with pytest.raises(SlackApiError):
            client.auth_test()

    slack.faults.clear()

    assert client.auth_test()["ok"]


def test_response_urls_fail_too(slack: FakeSlack, ana: User, revops: Channel) -> None:
    asked = slack.slash(ana, revops, "/nrr")
    slack.faults.next(RESPONSE_URL, Fault.server_error(500))
    assert asked.response_url is not None
    webhook = WebhookClient(asked.response_url.url, retry_handlers=[])

    replies = [webhook.send(text="x").status_code for _ in range(2)]

    assert replies == [500, 200]
    assert len(asked.answers) == 1


def test_uploads_fail_too(slack: FakeSlack, client: WebClient) -> None:
    slack.faults.next(UPLOAD, Fault.garbage("", accepted=True))
    assert client.files_upload_v2(content=b"x", filename="x.txt")["ok"]

    slack.faults.next(UPLOAD, Fault.reset_before_accept())
    with pytest.raises((*CUT_OFF, SlackRequestError, OSError)):
        client.files_upload_v2(content=b"x", filename="x.txt")

    assert [len(file.content) for file in slack.workspace.files()] == [1, 0]


def test_an_outage_refuses_connections_and_loses_nothing(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    client.chat_postMessage(channel=revops.id, text="before")

    slack.go_down()
    with pytest.raises(OSError, match="refused"):
        client.chat_postMessage(channel=revops.id, text="lost")
    slack.come_back()

    history = client.conversations_history(channel=revops.id)["messages"]
    assert [message["text"] for message in history] == ["before"]
