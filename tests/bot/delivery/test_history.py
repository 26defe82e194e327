from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk import WebClient
from slack_sdk.web import SlackResponse

from bot.delivery.history import PAGE, Call, History
from bot.delivery.marks import Mark
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slack.workspace import BOT_ID

pytestmark = pytest.mark.slack

SECRET = "one store's"  # noqa: S105
MARK = Mark.of("digest:T1:C1:1:2026-W48", secret=SECRET)
OTHER = Mark.of("digest:T1:C1:1:2026-W49", secret=SECRET)


def post(client: WebClient, channel: Channel, mark: Mark) -> str:
    posted = client.chat_postMessage(channel=channel.id, text="digest", metadata=mark.metadata)
    return str(posted["ts"])


def moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def test_a_post_is_found_by_its_mark_and_not_by_another(client: WebClient, revops: Channel) -> None:
    first, second = post(client, revops, MARK), post(client, revops, OTHER)
    history = History(client, bot_id=BOT_ID)

    assert history.find(revops.id, MARK, since=moment(first)) == first
    assert history.find(revops.id, OTHER, since=moment(first)) == second


@pytest.mark.parametrize("bot_id", ["B0ANOTHER", ""])
def test_a_mark_that_another_app_has_copied_is_none(
    client: WebClient, revops: Channel, bot_id: str
) -> None:
    ts = post(client, revops, MARK)

    assert History(client, bot_id=bot_id).find(revops.id, MARK, since=moment(ts)) is None


def test_it_is_looked_for_from_five_minutes_before_the_first_post(
    client: WebClient, revops: Channel
) -> None:
    ts = post(client, revops, MARK)
    history = History(client, bot_id=BOT_ID)
    five_minutes, second = timedelta(minutes=5), timedelta(seconds=1)

    assert history.find(revops.id, MARK, since=moment(ts) + five_minutes - second) == ts
    assert history.find(revops.id, MARK, since=moment(ts) + five_minutes + second) is None


def test_it_is_found_behind_a_page_of_what_came_after_it(
    slack: FakeSlack, client: WebClient, revops: Channel, ana: User
) -> None:
    ts = post(client, revops, MARK)
    ours = slack.workspace.messages(revops.id)[0]
    for _ in range(PAGE):
        chat = replace(ours, ts=slack.workspace.next_ts(), user=ana.id, is_by_person=True)
        slack.workspace.put_message(replace(chat, metadata=None))

    assert History(client, bot_id=BOT_ID).find(revops.id, MARK, since=moment(ts)) == ts
    assert len(slack.calls_to("conversations.history")) == 2


def test_own_posts_are_those_of_the_bot_however_old_and_each_call_is_the_callers(
    slack: FakeSlack, client: WebClient, revops: Channel, ana: User
) -> None:
    first, second = post(client, revops, MARK), post(client, revops, OTHER)
    ours = slack.workspace.messages(revops.id)[0]
    slack.workspace.put_message(
        replace(ours, ts=slack.workspace.next_ts(), user=ana.id, is_by_person=True)
    )
    calls: list[Call] = []

    def call(ask: Call) -> SlackResponse:
        calls.append(ask)
        return ask()

    assert list(History(client, bot_id=BOT_ID).own_posts(revops.id, call=call)) == [second, first]
    assert list(History(client, bot_id="").own_posts(revops.id, call=call)) == []
    assert len(calls) == 2


def test_own_posts_in_threads_are_found_whoever_began_the_thread(
    slack: FakeSlack, client: WebClient, revops: Channel, ana: User
) -> None:
    digest = post(client, revops, MARK)
    ours = slack.workspace.messages(revops.id)[0]
    asked = slack.workspace.next_ts()
    slack.workspace.put_message(replace(ours, ts=asked, user=ana.id, is_by_person=True))
    beneath = [
        str(client.chat_postMessage(channel=revops.id, text="bridge", thread_ts=parent)["ts"])
        for parent in (digest, asked)
    ]
    thanks = slack.workspace.next_ts()
    slack.workspace.put_message(
        replace(ours, ts=thanks, thread_ts=digest, user=ana.id, is_by_person=True)
    )

    found = list(History(client, bot_id=BOT_ID).own_posts(revops.id, call=lambda ask: ask()))

    assert sorted(found) == sorted([digest, *beneath])
