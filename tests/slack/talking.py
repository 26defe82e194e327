"""What people say, change and take back where the bot listens, and the events that it hears.

Payloads are those of https://docs.slack.dev/reference/events/app_mention and ``message.im``. In a
channel the bot hears of mentions alone, in its own direct conversations of everything.
"""

from dataclasses import dataclass, replace
from typing import Any

from tests.slack.errors import ImpossibleActionError
from tests.slack.happenings import subscribed
from tests.slack.interactions import Interaction
from tests.slack.messages import Message
from tests.slack.people import Channel, ChannelKind, User, UserKind
from tests.slack.server import FakeSlack
from tests.slack.waiting import wait_for
from tests.slack.workspace import TEAM_ID


@dataclass(frozen=True, kw_only=True)
class Remark:
    """A message of a person, the event of it, and what the bot says in its thread."""

    slack: FakeSlack
    message: Message
    event: dict[str, Any] | None = None
    heard: Interaction | None = None

    @property
    def root(self) -> str:
        """The thread that an answer belongs to."""
        return self.message.thread_ts or self.message.ts

    def wait_for_answer(self) -> Message:
        """Return the first thing that the bot says to everybody in its thread, after it."""
        return wait_for(lambda: self.answers, what="an answer in the thread")[0]

    @property
    def answers(self) -> list[Message]:
        """What the bot has said to everybody in its thread since."""
        thread = self.slack.workspace.thread(self.message.channel, self.root)
        return [one for one in thread if not one.is_by_person and one.ts > self.message.ts]

    def again(self) -> Interaction:
        """Let Slack deliver the event another time, as after a lost acknowledgement."""
        if self.event is None or self.heard is None:
            raise ImpossibleActionError("nothing was delivered")
        return self.slack.send_event(self.event, event_id=self.heard.payload["event_id"])


def say(
    slack: FakeSlack, user: User, channel: Channel, text: str, *, below: Remark | None = None
) -> Remark:
    """Let somebody write a message, in the thread of another one if that is named.

    Raises
    ------
    ImpossibleActionError
        If Slack would not let them.
    """
    workspace = slack.workspace
    if not workspace.is_in(user, channel) or channel.is_archived:
        raise ImpossibleActionError(f"{user.name} cannot write in {channel.name}")
    message = workspace.put_message(
        Message(
            channel=channel.id,
            ts=workspace.next_ts(),
            text=text,
            user=user.id,
            thread_ts=below.root if below else None,
            is_by_person=True,
        )
    )
    event = _event(slack, user, channel, message)
    heard = slack.send_event(event) if event else None
    return Remark(slack=slack, message=message, event=event, heard=heard)


def mention(slack: FakeSlack, text: str) -> str:
    """Write a text to the bot, as Slack's client does after ``@nrr``."""
    return f"<@{slack.workspace.bot.id}> {text}"


def edit(slack: FakeSlack, remark: Remark, text: str) -> Interaction:
    """Let the author of a message change it."""
    old = remark.message
    changed = slack.workspace.put_message(
        replace(old, text=text, edited_ts=slack.workspace.next_ts())
    )
    edited = {"user": old.user, "ts": changed.edited_ts}
    if remark.event and remark.event["type"] == "app_mention":
        return slack.send_event({**remark.event, "text": text, "edited": edited})
    inner = {"type": "message", "user": old.user, "text": text, "ts": old.ts, "edited": edited}
    return _about(slack, old, subtype="message_changed", message=inner)


def delete(slack: FakeSlack, remark: Remark) -> Interaction:
    """Let the author of a message delete it."""
    slack.workspace.delete_message(remark.message)
    return _about(slack, remark.message, subtype="message_deleted", deleted_ts=remark.message.ts)


def _about(slack: FakeSlack, of: Message, **rest: Any) -> Interaction:  # noqa: ANN401 - JSON
    stamp = slack.workspace.next_ts()
    event = {"type": "message", "channel": of.channel, "channel_type": "im", "hidden": True}
    return slack.send_event(event | {"ts": stamp, "event_ts": stamp} | rest)


def _event(
    slack: FakeSlack, user: User, channel: Channel, message: Message
) -> dict[str, Any] | None:
    """Return the event that the app hears of a message; None if it hears of none."""
    is_direct = channel.kind is ChannelKind.DM
    names_bot = f"<@{slack.workspace.bot.id}>" in message.text
    if not (is_direct or (names_bot and channel.bot_is_member)):
        return None
    if ("message.im" if is_direct else "app_mention") not in subscribed():
        return None
    bot_id = {"bot_id": "B0OTHER"} if user.kind is UserKind.BOT else {}
    thread = {"thread_ts": message.thread_ts} if message.thread_ts else {}
    return {
        "type": "message" if is_direct else "app_mention",
        "user": user.id,
        "text": message.text,
        "ts": message.ts,
        "event_ts": message.ts,
        "channel": channel.id,
        "team": user.team_id or TEAM_ID,
        **({"channel_type": "im"} if is_direct else {}),
        **thread,
        **bot_id,
    }
