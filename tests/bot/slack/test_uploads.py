import pytest
from slack_sdk import WebClient

from bot.slack.uploads import LOOKS, Uploads
from storage.delivery.parcels import Picture
from tests.bot.edge import Waits
from tests.slack.faults import UPLOAD, Fault
from tests.slack.files import FileProcessing, FileState
from tests.slack.server import FakeSlack

STEPS = ("files.getUploadURLExternal", UPLOAD, "files.completeUploadExternal")
PNG = b"\x89PNG\r\n\x1a\n and the rest"
PICTURE = Picture(PNG, "Opening 1.0M, closing 1.015M. " * 50)


@pytest.fixture
def uploads(client: WebClient, waits: Waits) -> Uploads:
    return Uploads(client, sleep=waits)


def test_a_picture_is_uploaded_for_the_bot_alone(uploads: Uploads, slack: FakeSlack) -> None:
    file_id = uploads.upload(PICTURE)

    [file] = slack.workspace.files()
    assert (file.id, file.content) == (file_id, PNG)
    assert file.alt_txt == PICTURE.alt_text[:1000]


def test_it_waits_until_slack_can_show_the_picture(
    uploads: Uploads, slack: FakeSlack, waits: Waits
) -> None:
    slack.workspace.file_processing = FileProcessing(looks=3)

    assert uploads.upload(PICTURE) is not None
    assert waits.seconds == [0.5, 0.5, 0.5]


def test_a_picture_that_is_never_ready_is_given_up(
    uploads: Uploads, slack: FakeSlack, waits: Waits
) -> None:
    slack.workspace.file_processing = FileProcessing(looks=10_000)

    assert uploads.upload(PICTURE) is None
    assert sum(waits.seconds) <= 20
    assert len(slack.calls_to("files.info")) == LOOKS


def test_a_look_that_fails_is_only_a_look(uploads: Uploads, slack: FakeSlack) -> None:
    slack.faults.next("files.info", Fault.server_error(), Fault.rate_limited(), Fault.garbage())

    assert uploads.upload(PICTURE) is not None


@pytest.mark.parametrize(
    "step", ["files.getUploadURLExternal", UPLOAD, "files.completeUploadExternal"]
)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.server_error(503), id="503"),
        pytest.param(Fault.reset_before_accept(), id="reset"),
        pytest.param(Fault.reset_after_accept(), id="reset-after"),
    ],
)
def test_a_picture_that_does_not_get_through_is_given_up(
    uploads: Uploads, slack: FakeSlack, step: str, fault: Fault
) -> None:
    slack.faults.next(step, fault)

    assert uploads.upload(PICTURE) is None
    assert len(slack.calls_to(step)) == 1


def test_without_the_right_to_upload_there_is_no_picture(
    uploads: Uploads, slack: FakeSlack
) -> None:
    slack.workspace.drop_scope(slack.bot_token, "files:write")

    assert uploads.upload(PICTURE) is None
    assert not any(file.state is FileState.COMPLETED for file in slack.workspace.files())
