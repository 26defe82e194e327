"""Pictures come after the text, and what becomes of them never harms it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.web import SlackResponse

from bot.message import Message
from storage.access.grants import Role, take_grants
from storage.delivery.parcels import State
from storage.digests.subscriptions import set_state
from storage.tables.delivery import SubscriptionState
from tests.bot.delivery.letters import HEADLINE, PNG, Office
from tests.bot.edge import let
from tests.bot.shown import kinds
from tests.slack.faults import UPLOAD, Fault
from tests.slack.files import FileProcessing
from tests.slack.people import ChannelKind, UserKind

UNAVAILABLE = "Chart unavailable"
STEPS = [
    "files.getUploadURLExternal",
    UPLOAD,
    "files.completeUploadExternal",
    "files.info",
    "chat.update",
]


def test_the_text_goes_first_and_the_pictures_come_into_it(any_office: Office) -> None:
    office = any_office
    key = office.enqueue(office.subscribe(), pictures=2)

    office.courier().work_once()
    [first] = office.shown()
    office.settle_down()

    [shown] = office.shown()
    assert kinds(first.blocks) == ["section"]
    assert kinds(shown.blocks) == ["section", "image", "image"]
    assert shown.blocks[1]["alt_text"] == "NRR went up"
    assert shown.metadata == first.metadata
    assert office.row(key).picture_state == "shown"
    assert [file.content for file in office.slack.workspace.files()] == [PNG, PNG]


def test_a_late_digest_is_still_marked_when_its_pictures_are_in(office: Office) -> None:
    office.enqueue(office.subscribe(), pictures=1, late=timedelta(hours=2))

    office.settle_down()

    [shown] = office.shown()
    assert kinds(shown.blocks) == ["context", "section", "image"]
    assert shown.text.startswith("Delayed: was due ")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.reset_before_accept(), id="reset-before"),
        pytest.param(Fault.reset_after_accept(), id="reset-after"),
        pytest.param(Fault.server_error(503, accepted=True), id="503-accepted"),
        pytest.param(Fault.rate_limited("7"), id="429"),
    ],
)
def test_an_upload_half_done_at_any_step_is_gone_on_with(
    office: Office, step: str, fault: Fault
) -> None:
    key = office.enqueue(office.subscribe(), pictures=1)
    office.slack.faults.next(step, fault)

    office.settle_down()

    [shown] = office.shown()
    assert kinds(shown.blocks) == ["section", "image"]
    assert office.row(key).picture_state == "shown"
    assert office.slack.faults.pending == 0


@pytest.mark.parametrize("step", STEPS)
def test_pictures_that_do_not_come_about_are_said_to_be_missing(office: Office, step: str) -> None:
    key = office.enqueue(office.subscribe(), pictures=1)
    office.slack.faults.next(step, *[Fault.server_error(500)] * 8)

    office.settle_down()

    [shown] = office.shown()
    assert kinds(shown.blocks) == ["section", "context"]
    assert UNAVAILABLE in str(shown.blocks)
    assert office.state(key) is State.SENT
    assert office.row(key).picture_state == "unavailable"


def test_a_file_that_slack_still_works_on_is_waited_for(office: Office) -> None:
    office.slack.workspace.file_processing = FileProcessing(looks=3, seconds=5)
    office.enqueue(office.subscribe(), pictures=1)

    office.settle_down()

    [shown] = office.shown()
    assert kinds(shown.blocks) == ["section", "image"]
    assert len(office.slack.calls_to("chat.update")) == 1
    assert len(office.slack.calls_to(UPLOAD)) == 1


def test_a_file_that_never_gets_ready_is_given_up(office: Office) -> None:
    office.slack.workspace.file_processing = FileProcessing(looks=1_000)
    office.enqueue(office.subscribe(), pictures=1)

    office.settle_down()

    [shown] = office.shown()
    assert UNAVAILABLE in str(shown.blocks)
    assert len(office.slack.calls_to("chat.update")) == 1


def test_without_the_right_to_upload_everything_else_goes_on(office: Office) -> None:
    office.slack.workspace.drop_scope(office.slack.bot_token, "files:write")
    office.enqueue(office.subscribe(), pictures=1)
    office.enqueue(office.subscribe())

    office.settle_down()

    first, second = office.shown()
    assert UNAVAILABLE in str(first.blocks)
    assert UNAVAILABLE in first.text  # all that a screen reader says
    assert kinds(second.blocks) == ["section"]


def test_a_token_revoked_in_between_is_waited_for(office: Office) -> None:
    office.enqueue(office.subscribe(), pictures=1)
    office.slack.faults.next("files.getUploadURLExternal", Fault.error("token_revoked"))

    office.settle_down()

    [shown] = office.shown()
    assert kinds(shown.blocks) == ["section", "image"]


@pytest.mark.parametrize("is_deleted", [True, False], ids=["deleted", "archived"])
def test_a_message_that_cannot_be_changed_any_more_is_left_alone(
    office: Office, *, is_deleted: bool
) -> None:
    key = office.enqueue(office.subscribe(), pictures=1)
    office.courier().work_once()
    if is_deleted:
        office.slack.workspace.delete_message(office.shown()[0])
    else:
        office.slack.faults.next("chat.update", Fault.error("is_archived"))

    office.settle_down()

    assert office.row(key).picture_state == "unavailable"
    assert len(office.slack.calls_to("chat.update")) == 1


def test_pictures_go_into_the_plainer_form_where_the_blocks_were_refused(office: Office) -> None:
    message = Message("text", blocks=({"type": "sparkline"},), plainer=(HEADLINE,))
    office.enqueue(office.subscribe(), message=message, pictures=1)

    office.settle_down()

    [shown] = office.shown()
    assert kinds(shown.blocks) == ["section", "image"]


def test_what_was_only_said_in_text_gets_no_pictures(office: Office) -> None:
    key = office.enqueue(
        office.subscribe(), message=Message("text", blocks=({"type": "sparkline"},)), pictures=1
    )

    office.settle_down()

    [shown] = office.shown()
    assert shown.blocks == ()
    assert office.row(key).picture_state == "unavailable"


def test_the_line_that_there_is_no_chart_waits_until_slack_takes_it(office: Office) -> None:
    office.slack.workspace.drop_scope(office.slack.bot_token, "files:write")
    office.enqueue(office.subscribe(), pictures=1)
    office.slack.faults.next("chat.update", Fault.rate_limited("30"))

    office.settle_down()

    [shown] = office.shown()
    assert UNAVAILABLE in str(shown.blocks)
    assert len(office.slack.calls_to("chat.update")) == 2


def test_a_message_without_blocks_has_no_place_for_pictures(office: Office) -> None:
    office.enqueue(office.subscribe(), message=Message("text"), pictures=1)

    office.settle_down()

    [shown] = office.shown()
    assert shown.blocks == ()


def test_a_courier_that_was_taken_over_from_uploads_nothing_more(office: Office) -> None:
    office.enqueue(office.subscribe(), pictures=1)
    office.courier().work_once()
    stalled = office.courier()
    client = stalled.illustrator.client
    ticket = client.files_getUploadURLExternal

    def after_a_while(*, filename: str, length: int, alt_txt: str) -> SlackResponse:
        office.wait(seconds=121)
        office.settle_down()
        return ticket(filename=filename, length=length, alt_txt=alt_txt)

    client.files_getUploadURLExternal = after_a_while  # type: ignore[assignment,method-assign]
    stalled.work_once()

    assert len(office.slack.calls_to(UPLOAD)) == 1
    assert office.counts.fenced == 1


def test_couriers_that_take_over_from_each_other_upload_each_picture_once(office: Office) -> None:
    office.enqueue(office.subscribe(), pictures=1)
    office.courier().work_once()
    stalled = office.courier()

    client = stalled.illustrator.client
    update = client.chat_update

    def show_late(**changes: Any) -> SlackResponse:  # noqa: ANN401 - whatever it takes
        office.wait(seconds=121)
        office.settle_down()
        return update(**changes)

    client.chat_update = show_late  # type: ignore[method-assign]
    stalled.work_once()

    [shown] = office.shown()
    assert kinds(shown.blocks) == ["section", "image"]
    assert len(office.slack.calls_to(UPLOAD)) == 1
    assert office.counts.fenced == 1


def channel_with(**changes: object) -> Callable[[Office], None]:
    def change(office: Office) -> None:
        office.slack.workspace.put_channel(replace(office.channel, **changes))  # type: ignore[arg-type]

    return change


def owner_as(kind: UserKind) -> Callable[[Office], None]:
    return lambda office: office.slack.workspace.put_user(replace(office.owner, kind=kind))


def revoke(office: Office) -> None:
    with office.store.write(ledger=False) as session:
        take_grants(session, office.owner.id)


CHANGES = [
    pytest.param(channel_with(is_ext_shared=True), "shared_outside", id="shared-outside"),
    pytest.param(channel_with(is_pending_ext_shared=True), "shared_outside", id="invited-outside"),
    pytest.param(channel_with(kind=ChannelKind.PUBLIC), "not_approved", id="made-public"),
    pytest.param(channel_with(is_archived=True), "archived", id="archived"),
    pytest.param(channel_with(bot_is_member=False), "channel_not_found", id="bot-removed"),
    pytest.param(owner_as(UserKind.DEACTIVATED), "deactivated", id="owner-deactivated"),
    pytest.param(owner_as(UserKind.GUEST), "guest", id="owner-a-guest"),
    pytest.param(revoke, "no_grant", id="grant-revoked"),
]


@pytest.mark.parametrize(("change", "reason"), CHANGES)
def test_a_picture_goes_nowhere_that_its_text_might_not_go_by_now(
    office: Office, change: Callable[[Office], None], reason: str
) -> None:
    subscription = office.subscribe()
    key = office.enqueue(subscription, pictures=1)
    courier = office.courier()
    courier.work_once()
    change(office)

    office.settle_down()

    [shown] = office.shown()
    assert kinds(shown.blocks) == ["section"]
    assert office.slack.calls_to("chat.update") == []
    assert (office.state(key), office.row(key).picture_state) == (State.SENT, "unavailable")
    assert office.subscription(subscription.id).status.reason == reason


@pytest.mark.parametrize(("change", "reason"), CHANGES)
def test_the_line_in_place_of_a_picture_is_an_update_too(
    office: Office, change: Callable[[Office], None], reason: str
) -> None:
    subscription = office.subscribe()
    office.slack.workspace.drop_scope(office.slack.bot_token, "files:write")
    office.enqueue(subscription, pictures=1)
    office.courier().work_once()
    change(office)

    office.settle_down()

    assert office.slack.calls_to("chat.update") == []
    assert office.subscription(subscription.id).status.reason == reason


def test_the_owner_hears_that_the_pictures_were_left_out(office: Office) -> None:
    office.enqueue(office.subscribe(), pictures=1)
    office.courier().work_once()
    office.slack.workspace.put_channel(replace(office.channel, is_ext_shared=True))

    office.settle_down()

    [told] = office.told()
    assert told.startswith("The charts of this week's digest for ")
    assert "were left out. The weekly digest for " in told
    assert "is suspended: the channel is shared with another company" in told


def test_instead_of_an_owner_who_has_left_the_administrators_hear(office: Office) -> None:
    boss = office.slack.workspace.add_user("boss")
    let(office.store, boss.id, role=Role.ADMIN)
    office.enqueue(office.subscribe(), pictures=1)
    office.courier().work_once()
    owner_as(UserKind.DEACTIVATED)(office)

    office.settle_down()

    [told] = office.told(boss)
    assert "is suspended: the account of its owner is deactivated" in told
    assert [row.state for row in office.rows()] == ["sent", "sent"]


def test_while_nobody_can_say_who_reads_a_channel_its_pictures_wait(office: Office) -> None:
    key = office.enqueue(office.subscribe(), pictures=1)
    office.courier().work_once()
    office.slack.faults.next("conversations.info", *[Fault.server_error(503)] * 3)

    office.settle_down()

    [shown] = office.shown()
    assert kinds(shown.blocks) == ["section", "image"]
    assert office.row(key).picture_state == "shown"


def test_a_digest_that_was_paused_gets_no_picture_and_nobody_is_troubled(office: Office) -> None:
    subscription = office.subscribe()
    office.enqueue(subscription, pictures=1)
    office.courier().work_once()
    with office.store.write(ledger=False) as session:
        set_state(session, subscription.id, SubscriptionState.PAUSED, now=office.now())

    office.settle_down()

    [shown] = office.shown()
    assert kinds(shown.blocks) == ["section"]
    assert office.told() == []
