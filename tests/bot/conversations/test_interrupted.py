"""Whoever asked while the bot was stopped has an answer, or one sentence that there is none."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import Session, col

from bot.clock import utc_now
from bot.conversations.interrupted import PATIENCE, Interrupted
from bot.delivery.history import History
from bot.slack.client import SlackClient
from bot.slack.event import Asked
from bot.slack.thread_notes import ThreadNotes
from bot.slack.working import WORKING
from storage.store.engine import Store
from storage.tables.delivery import OutboxRow
from tests.bot.conversations.scene import Talk
from tests.slack.faults import Fault
from tests.slack.messages import Message
from tests.slack.payloads import event_payload
from tests.slack.people import Channel, ChannelKind
from tests.slack.talking import mention
from tests.slack.workspace import TEAM_ID
from tests.slow import IS_SLOW

pytestmark = pytest.mark.slack

PLACES = {
    "a channel that may see it": (ChannelKind.PRIVATE, "smb Q3 2026"),
    "a channel that may not": (ChannelKind.PUBLIC, "smb Q3 2026"),
    "the bot's own conversation": (ChannelKind.DM, "smb Q3 2026"),
}
if IS_SLOW:
    PLACES |= {
        "words that are no question": (ChannelKind.DM, "blubber"),
        "a command": (ChannelKind.DM, "help"),
    }


class StoppedBotError(BaseException):
    """The process is killed: nothing catches it."""


class Calls:
    """Counts the calls of store and Slack, and kills the bot before or after one of them."""

    def __init__(self) -> None:
        self.made = 0
        self.kill_at: int | None = None

    def point(self) -> None:
        self.made += 1
        if self.made == self.kill_at:
            raise StoppedBotError

    def around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            self.point()
            answer = real(*args, **kwargs)
            self.point()
            return answer

        return call

    def around_writing(self, real: Callable[..., Any]) -> Callable[..., Any]:
        @contextmanager
        def write(*args: Any, **kwargs: Any) -> Iterator[Session]:  # noqa: ANN401
            self.point()
            with real(*args, **kwargs) as session:
                yield session
            self.point()

        return write


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    made = Calls()
    monkeypatch.setattr(Store, "write", made.around_writing(Store.write))
    monkeypatch.setattr(SlackClient, "api_call", made.around(SlackClient.api_call))
    return made


@pytest.mark.parametrize("place", PLACES, ids=str)
def test_a_kill_at_any_call_leaves_an_answer_or_one_sentence_that_there_is_none(
    talk: Talk, calls: Calls, place: str
) -> None:
    kind, text = PLACES[place]
    ana = talk.person()
    channel = talk.dm(ana) if kind is ChannelKind.DM else talk.channel(kind)

    for kill_at in count(1):
        event = asked(talk, ana.id, channel.id, text, is_direct=kind is ChannelKind.DM)
        calls.made, calls.kill_at = 0, kill_at
        try:
            run(talk, event)
            was_killed = False
        except StoppedBotError:
            was_killed = True
        calls.kill_at = None
        if was_killed and not is_acknowledged(event):
            run(talk, event)  # Slack sends it again
        restarted(talk).tell()
        restarted(talk).tell()

        ts = event["event"]["ts"]
        said = [one for one in said_by_bot(talk, channel) if one.ts > ts]
        alone = [one for one in talk.alone(ana) if one.ts > ts]
        said = [one for one in said if not one.text.startswith("I have sent it to")]
        notices = [one for one in notices_of(talk.store) if ts in one.dedupe_key]
        answers = len(said) + len(alone)
        if answers and notices:  # what one person was shown alone cannot be looked up
            assert alone, kill_at
            assert "if it is not there" in str(notices[0].payload_json)
        assert answers <= 1, kill_at
        assert len(notices) <= 1, kill_at
        assert answers + len(notices) >= 1, kill_at
        if not was_killed:
            assert (answers, len(notices)) == (1, 0)
            return


def test_whoever_is_told_that_there_is_no_answer_gets_none_later(talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()
    slow = talk.bot.handlers.hear(asked(talk, ana.id, revops.id, "smb Q3 2026", is_direct=False))
    assert isinstance(slow, Asked)

    restarted(talk).tell()
    talk.bot.handlers.attend(slow)

    assert said_by_bot(talk, revops) == []
    [notice] = notices_of(talk.store)
    assert notice.channel_id == ana.id
    said = f"I was stopped before I could answer what you asked in <#{revops.id}>: ask me again."
    assert said in str(notice.payload_json)


def test_whoever_slack_took_no_answer_for_is_told_so_once(talk: Talk) -> None:
    ana = talk.person()
    dm = talk.dm(ana)
    talk.slack.faults.next("chat.postMessage", Fault.rate_limited("30"))

    run(talk, asked(talk, ana.id, dm.id, "smb Q3 2026", is_direct=True))
    restarted(talk).tell()
    restarted(talk).tell()

    assert said_by_bot(talk, dm) == []
    [notice] = notices_of(talk.store)
    assert "My answer to your last question may not have arrived" in str(notice.payload_json)


def test_nothing_is_said_to_whom_the_bot_still_works_for(talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()
    slow = talk.bot.handlers.hear(asked(talk, ana.id, revops.id, "smb Q3 2026", is_direct=False))

    restarted(talk, after=PATIENCE - timedelta(seconds=10)).tell()
    talk.bot.handlers.attend(slow)

    assert notices_of(talk.store) == []
    [said] = said_by_bot(talk, revops)
    assert said.text.startswith("NRR 80.0%")


def test_that_it_is_being_worked_out_does_not_stay(talk: Talk) -> None:
    ana, revops = talk.person(), talk.channel()
    event = asked(talk, ana.id, revops.id, "smb Q3 2026", is_direct=False)
    talk.bot.handlers.hear(event)
    thread = event["event"]["ts"]
    client = talk.bot.handlers.replies._client  # noqa: SLF001
    client.chat_postMessage(channel=revops.id, thread_ts=thread, text=WORKING)

    restarted(talk).tell()

    assert said_by_bot(talk, revops) == []
    assert len(notices_of(talk.store)) == 1


def asked(
    talk: Talk, user_id: str, channel_id: str, text: str, *, is_direct: bool
) -> dict[str, Any]:
    ts = talk.slack.workspace.next_ts()
    said = text if is_direct else mention(talk.slack, text)
    talk.slack.workspace.put_message(
        Message(channel=channel_id, ts=ts, text=said, user=user_id, is_by_person=True)
    )
    kind = "message" if is_direct else "app_mention"
    event = {"type": kind, "user": user_id, "text": said, "ts": ts, "channel": channel_id}
    return event_payload(event, event_id=f"Ev{ts}", event_time=1)


def said_by_bot(talk: Talk, channel: Channel) -> list[Message]:
    return [one for one in talk.slack.workspace.messages(channel.id) if not one.is_by_person]


HEARD = set[str]()


def run(talk: Talk, event: dict[str, Any]) -> None:
    """Handle an event as Bolt does: it is acknowledged once it is heard."""
    HEARD.discard(event["event_id"])
    work = talk.bot.handlers.hear(event)
    HEARD.add(event["event_id"])
    talk.bot.handlers.attend(work)


def is_acknowledged(event: dict[str, Any]) -> bool:
    return event["event_id"] in HEARD


def restarted(talk: Talk, *, after: timedelta = PATIENCE + timedelta(minutes=1)) -> Interrupted:
    """Return what tells those who wait, some time after they asked."""
    gate = talk.bot.handlers.gate
    client = talk.bot.handlers.replies._client  # noqa: SLF001
    return Interrupted(
        store=talk.store,
        notes=ThreadNotes(client),
        history=History(client, bot_id=gate.workspace.bot_id),
        team_id=TEAM_ID,
        now=lambda: utc_now() + after,
    )


def notices_of(store: Store) -> list[OutboxRow]:
    with store.read() as session:
        found = session.scalars(
            select(OutboxRow).where(col(OutboxRow.dedupe_key).startswith("unanswered:"))
        )
        rows = list(found)
        session.expunge_all()
        return rows
