from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from tests.slack.files import FileProcessing
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


def image_of(file_id: str) -> dict[str, Any]:
    return {"type": "image", "slack_file": {"id": file_id}, "alt_text": "NRR fell to 98%"}


def upload(client: WebClient, content: bytes = PNG, name: str = "nrr.png") -> str:
    answer = client.files_upload_v2(content=content, filename=name, title="NRR")
    return str(answer["file"]["id"])


def test_an_uploaded_chart_is_shown_in_the_bots_own_message(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    file_id = upload(client)

    client.chat_postMessage(channel=revops.id, text="NRR 98%", blocks=[image_of(file_id)])

    [message] = slack.workspace.messages(revops.id)
    assert message.blocks[0]["slack_file"] == {"id": file_id}


def test_a_file_is_unusable_until_slack_has_processed_it(
    slack: FakeSlack, client: WebClient, revops: Channel
) -> None:
    slack.workspace.file_processing = FileProcessing(looks=2)
    file_id = upload(client)

    with pytest.raises(SlackApiError) as failure:
        client.chat_postMessage(channel=revops.id, text="x", blocks=[image_of(file_id)])
    types = [client.files_info(file=file_id)["file"]["mimetype"] for _ in range(3)]

    assert failure.value.response["errors"] == [
        "invalid slack file [json-pointer:/blocks/0/slack_file]"
    ]
    assert types == ["", "", "image/png"]
    assert client.chat_postMessage(channel=revops.id, text="x", blocks=[image_of(file_id)])["ok"]


def test_processing_may_take_time_rather_than_looks(slack: FakeSlack, client: WebClient) -> None:
    slack.workspace.file_processing = FileProcessing(seconds=20)
    file_id = upload(client)
    assert client.files_info(file=file_id)["file"]["filetype"] == ""

    slack.clock.advance(21)

    assert client.files_info(file=file_id)["file"]["filetype"] == "png"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        pytest.param(b"a,b\n1,2\n", "accounts.csv", id="not-an-image"),
        pytest.param(b"no picture", "fake.png", id="only-called-png"),
    ],
)
def test_only_pictures_go_into_an_image_block(
    client: WebClient, revops: Channel, content: bytes, name: str
) -> None:
    file_id = upload(client, content, name)

    with pytest.raises(SlackApiError, match="invalid_blocks"):
        client.chat_postMessage(channel=revops.id, text="x", blocks=[image_of(file_id)])


def test_an_unknown_file_is_invalid(client: WebClient, revops: Channel) -> None:
    with pytest.raises(SlackApiError, match="invalid slack file"):
        client.chat_postMessage(channel=revops.id, text="x", blocks=[image_of("F99999999")])


def test_the_bytes_must_be_as_many_as_announced(slack: FakeSlack, client: WebClient) -> None:
    started = client.files_getUploadURLExternal(filename="nrr.png", length=len(PNG) + 1)

    sent = WebhookClient(started["upload_url"]).send_dict({"not": "the file"})

    assert (sent.status_code, sent.body) == (400, "length_mismatch")
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_completeUploadExternal(files=[{"id": started["file_id"]}])
    assert slack.workspace.files()[0].content == b""


def test_an_upload_may_be_left_half_done(client: WebClient) -> None:
    started = client.files_getUploadURLExternal(filename="nrr.png", length=len(PNG))

    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_info(file=started["file_id"])
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_completeUploadExternal(files=[{"id": started["file_id"]}])


def test_uploading_needs_its_scope(slack: FakeSlack, client: WebClient) -> None:
    slack.workspace.drop_scope(slack.bot_token, "files:write")

    with pytest.raises(SlackApiError) as failure:
        upload(client)

    assert failure.value.response["needed"] == "files:write"


def test_a_private_file_is_refused_in_an_ephemeral_message(
    client: WebClient, ana: User, revops: Channel
) -> None:
    file_id = upload(client)

    with pytest.raises(SlackApiError, match="invalid slack file"):
        client.chat_postEphemeral(
            channel=revops.id, user=ana.id, text="x", blocks=[image_of(file_id)]
        )
