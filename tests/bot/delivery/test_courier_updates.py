"""A posted message is updated as often as what it tells of changes, and says the newest."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlmodel import col

from bot.message import Message
from storage.access.grants import take_grants
from storage.delivery import outbox
from storage.delivery.parcels import Parcel, State
from storage.tables.delivery import OutboxRow
from tests.bot.delivery.letters import HEADLINE, Office
from tests.bot.shown import kinds
from tests.slack.faults import Fault


@dataclass
class News:
    """What is to be said of a message just now."""

    said: str = ""

    def amend(self, _: Parcel, message: Message) -> Message:
        line = {"type": "section", "text": {"type": "plain_text", "text": self.said or "-"}}
        return replace(message, text=f"{self.said}: {message.text}", blocks=(line, *message.blocks))


@pytest.fixture
def news(office: Office) -> News:
    found = News()
    office.amend = found.amend
    return found


def change(office: Office, key: str) -> None:
    """Let something happen to what a message tells of."""
    with office.store.write(ledger=False) as session:
        outbox.want_updates(session, col(OutboxRow.dedupe_key) == key, now=office.now())


def sent(office: Office, *, pictures: int = 0) -> str:
    key = office.enqueue(office.subscribe(), pictures=pictures)
    office.settle_down()
    return key


def left(office: Office, key: str) -> tuple[int, int]:
    row = office.row(key)
    return row.updates_wanted, row.updates_made


def test_a_change_updates_the_message_in_place_with_its_picture(office: Office, news: News) -> None:
    key = sent(office, pictures=1)
    [before] = office.shown()
    news.said = "snoozed"

    change(office, key)
    office.settle_down()

    [shown] = office.shown()
    assert (shown.ts, shown.text.partition(":")[0]) == (before.ts, "snoozed")
    assert kinds(shown.blocks) == ["section", "section", "image"]
    assert len(office.slack.workspace.files()) == 1
    assert len(office.posts()) == 1
    assert left(office, key) == (1, 1)


def test_of_two_changes_the_newest_is_said_and_one_while_it_is_made_is_not_lost(
    office: Office, news: News
) -> None:
    key = sent(office)
    for _ in range(2):
        change(office, key)

    def meanwhile(parcel: Parcel, message: Message) -> Message:
        if news.said == "":
            news.said = "woken"
            change(office, key)
            return news.amend(parcel, replace(message, text="stale"))
        return news.amend(parcel, message)

    office.amend = meanwhile
    office.settle_down()

    [shown] = office.shown()
    assert shown.text.startswith("woken: NRR")
    assert left(office, key) == (3, 3)
    assert len(office.slack.calls_to("chat.update")) == 2


def test_a_change_before_the_message_is_posted_is_said_once_it_is(
    office: Office, news: News
) -> None:
    key = office.enqueue(office.subscribe())
    news.said = "acknowledged"
    change(office, key)

    office.settle_down()

    [shown] = office.shown()
    assert shown.text.startswith("acknowledged:")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Fault.reset_before_accept(), id="reset-before"),
        pytest.param(Fault.reset_after_accept(), id="reset-after"),
        pytest.param(Fault.server_error(503), id="503"),
        pytest.param(Fault.rate_limited("7"), id="429"),
        pytest.param(Fault.error("token_revoked"), id="token"),
    ],
)
def test_an_update_that_slack_does_not_confirm_is_made_again(
    office: Office, news: News, fault: Fault
) -> None:
    key = sent(office)
    news.said = "acknowledged"
    change(office, key)
    office.slack.faults.next("chat.update", *[fault] * 3)

    office.settle_down()

    [shown] = office.shown()
    assert shown.text.startswith("acknowledged:")
    assert left(office, key) == (1, 1)


def test_an_update_that_may_not_be_seen_any_more_is_dropped_and_its_owner_hears(
    office: Office, news: News
) -> None:
    office.admin_channel = office.owner.id
    key = sent(office)
    [before] = office.shown()
    news.said = "new words"
    with office.store.write(ledger=False) as session:
        take_grants(session, office.owner.id)
    change(office, key)

    office.settle_down()

    assert office.shown() == [before]
    assert office.slack.calls_to("chat.update") == []
    assert left(office, key) == (1, 1)
    assert office.state(key) is State.SENT
    assert len(office.told()) == 1


def test_a_message_that_was_deleted_is_left_alone(office: Office, news: News) -> None:
    key = sent(office)
    office.slack.workspace.delete_message(office.shown()[0])
    news.said = "acknowledged"

    change(office, key)
    office.settle_down()

    assert office.shown() == []
    assert left(office, key) == (1, 1)


def test_a_picture_that_was_deleted_leaves_the_update_without_it(
    office: Office, news: News
) -> None:
    key = sent(office, pictures=1)
    office.slack.workspace.forget_file(office.slack.workspace.files()[0])
    news.said = "acknowledged"

    change(office, key)
    office.settle_down()

    [shown] = office.shown()
    assert kinds(shown.blocks) == ["section", "section"]


def test_what_was_posted_as_text_alone_is_updated_as_text(office: Office, news: News) -> None:
    message = Message("NRR", blocks=({"type": "sparkline"}, HEADLINE))
    key = office.enqueue(office.subscribe(), message=message)
    office.settle_down()
    news.said = "acknowledged"

    change(office, key)
    office.settle_down()

    [shown] = office.shown()
    assert (shown.text, shown.blocks) == ("acknowledged: NRR", ())


def test_a_message_whose_words_are_forgotten_is_not_updated(office: Office, news: News) -> None:
    key = sent(office)
    news.said = "acknowledged"
    office.wait(days=31)
    with office.store.write(ledger=False) as session:
        outbox.blank_payloads(session, before=office.now() - timedelta(days=30))

    change(office, key)
    office.settle_down()

    assert left(office, key) == (0, 0)
    assert office.slack.calls_to("chat.update") == []
