"""The state of one Slack workspace. No HTTP in here, and nothing that a bot restart would lose."""

import secrets
import threading
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from tests.slack.clock import AdjustableClock
from tests.slack.errors import SlackError
from tests.slack.files import File, FileProcessing
from tests.slack.messages import Message, View
from tests.slack.modals import Modals
from tests.slack.people import OUTSIDERS, Channel, ChannelKind, Token, TokenKind, User, UserKind

TEAM_ID = "T00000001"
TEAM_DOMAIN = "acme-hq"
OTHER_TEAM_ID = "T00000002"
APP_ID = "A00000001"
BOT_ID = "B00000001"
MANIFEST = yaml.safe_load((Path(__file__).parents[2] / "manifest.yaml").read_text(encoding="utf-8"))
BOT_SCOPES = frozenset(chain.from_iterable(MANIFEST["oauth_config"]["scopes"].values()))
"""What the app asks for in its manifest; to post where it is not a member is not among it."""


class Workspace:
    """People, channels, messages, files and tokens, with one lock around all of them.

    Values are frozen: to change one, put its replacement, as in
    ``workspace.put_channel(replace(channel, is_archived=True))``.
    """

    def __init__(self, clock: AdjustableClock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.file_processing = FileProcessing()
        self.history_lag_seconds = 0.0
        self.has_agents = False
        self.modals = Modals(clock)
        self._numbers = count(1)
        self._last_ts = 0
        self._users: dict[str, User] = {}
        self._channels: dict[str, Channel] = {}
        self._groups: dict[str, list[str] | None] = {}
        self._messages: dict[tuple[str, str], Message] = {}
        self._files: dict[str, File] = {}
        self._homes: dict[str, View] = {}
        self._tokens: dict[str, Token] = {}
        self.bot = self.add_user("nrr", kind=UserKind.BOT)

    def now(self) -> datetime:
        """Return the moment it is by Slack's clock."""
        return datetime.fromtimestamp(self.clock(), UTC)

    # People and places

    def add_user(self, name: str, kind: UserKind = UserKind.MEMBER) -> User:
        """Add a person; outsiders belong to another team."""
        team_id = OTHER_TEAM_ID if kind in OUTSIDERS else TEAM_ID
        user = User(id=self._new_id("U"), name=name, kind=kind, team_id=team_id)
        self.put_user(user)
        return user

    def put_user(self, user: User) -> None:
        """Add or replace a user."""
        with self.lock:
            self._users[user.id] = user

    def users(self) -> list[User]:
        """Return everybody who is known here."""
        with self.lock:
            return list(self._users.values())

    def user(self, user_id: str) -> User | None:
        """Return the user with that id."""
        with self.lock:
            return self._users.get(user_id)

    def add_channel(
        self,
        name: str,
        *,
        kind: ChannelKind = ChannelKind.PUBLIC,
        members: Iterable[User] | None = None,
        bot_is_member: bool = True,
        is_ext_shared: bool = False,
        is_pending_ext_shared: bool = False,
        is_archived: bool = False,
    ) -> Channel:
        """Add a channel; without ``members`` everybody is in it, outsiders if it is shared."""
        channel = Channel(
            id=self._new_id("C"),
            name=name,
            kind=kind,
            members=None if members is None else frozenset(user.id for user in members),
            bot_is_member=bot_is_member,
            is_ext_shared=is_ext_shared,
            is_pending_ext_shared=is_pending_ext_shared,
            is_archived=is_archived,
        )
        self.put_channel(channel)
        return channel

    def put_channel(self, channel: Channel) -> None:
        """Add or replace a channel."""
        with self.lock:
            self._channels[channel.id] = channel

    def channel(self, channel_id: str) -> Channel | None:
        """Return the channel with that id, whoever may see it."""
        with self.lock:
            return self._channels.get(channel_id)

    def open_dm(self, user_id: str) -> Channel:
        """Return the bot's direct conversation with a user, the same one every time."""
        members = frozenset({user_id, self.bot.id})
        with self.lock:
            for channel in self._channels.values():
                if channel.kind is ChannelKind.DM and channel.members == members:
                    return channel
            dm = Channel(id=self._new_id("D"), name=user_id, kind=ChannelKind.DM, members=members)
            self._channels[dm.id] = dm
            return dm

    def is_in(self, user: User, channel: Channel) -> bool:
        """Tell whether a person reads along in a channel; outsiders only if it is shared."""
        if channel.members is not None:
            return user.id in channel.members
        return user.team_id == TEAM_ID or (
            channel.is_ext_shared and user.kind is not UserKind.STRANGER
        )

    # User groups

    def add_group(self, members: Iterable[User] | None = None) -> str:
        """Add a user group, of everybody without ``members``, and return its id."""
        group_id = self._new_id("S")
        self.put_group(group_id, members)
        return group_id

    def put_group(self, group_id: str, members: Iterable[User] | None) -> None:
        """Add or replace a user group."""
        with self.lock:
            ids = None if members is None else [user.id for user in members]
            self._groups[group_id] = ids

    def group(self, group_id: str) -> list[str] | None:
        """Return the ids of a group's members; None if there is no such group."""
        with self.lock:
            if group_id not in self._groups:
                return None
            members = self._groups[group_id]
            return list(self._users) if members is None else members

    # Tokens

    def put_token(self, token: Token) -> None:
        """Add or replace a token."""
        with self.lock:
            self._tokens[token.value] = token

    def new_token(self, kind: TokenKind, scopes: frozenset[str]) -> str:
        """Issue a token and return its value."""
        value = f"{kind.value}-{secrets.token_hex(16)}"
        self.put_token(Token(value=value, kind=kind, scopes=scopes))
        return value

    def token(self, value: str) -> Token | None:
        """Return what is known of a token."""
        with self.lock:
            return self._tokens.get(value)

    def break_token(self, value: str, error: str = "token_revoked") -> None:
        """Let every call with this token fail with ``error``, until it is mended."""
        self._change_token(value, error=error)

    def mend_token(self, value: str) -> None:
        """Let the token work again."""
        self._change_token(value, error=None)

    def _change_token(self, value: str, *, error: str | None) -> None:
        with self.lock:
            self._tokens[value] = replace(self._tokens[value], error=error)

    def drop_scope(self, value: str, scope: str) -> None:
        """Take one scope from a token."""
        with self.lock:
            token = self._tokens[value]
            self._tokens[value] = replace(token, scopes=token.scopes - {scope})

    def add_scope(self, value: str, scope: str) -> None:
        """Give one scope more to a token."""
        with self.lock:
            token = self._tokens[value]
            self._tokens[value] = replace(token, scopes=token.scopes | {scope})

    # Messages

    def put_message(self, message: Message) -> Message:
        """Keep a message, in place of the one with the same channel and ts if there is one."""
        with self.lock:
            self._messages[message.channel, message.ts] = message
        return message

    def message(self, channel_id: str, ts: str) -> Message | None:
        """Return a message, ephemeral or not, as it stands now."""
        with self.lock:
            return self._messages.get((channel_id, ts))

    def delete_message(self, message: Message) -> None:
        """Forget a message."""
        with self.lock:
            self._messages.pop((message.channel, message.ts), None)

    def messages(self, channel_id: str | None = None) -> list[Message]:
        """Return what everybody in a channel sees (or in any channel), oldest first."""
        with self.lock:
            return [
                message
                for message in self._messages.values()
                if not message.is_ephemeral and channel_id in {None, message.channel}
            ]

    def thread(self, channel_id: str, thread_ts: str) -> list[Message]:
        """Return what everybody sees in a thread below its first message, oldest first."""
        return [one for one in self.messages(channel_id) if one.thread_ts == thread_ts]

    def ephemerals(self, user_id: str | None = None) -> list[Message]:
        """Return what only one person sees (or any one person), oldest first."""
        with self.lock:
            return [
                message
                for message in self._messages.values()
                if message.is_ephemeral and user_id in {None, message.ephemeral_to}
            ]

    def put_home(self, view: View) -> None:
        """Replace a person's Home tab."""
        with self.lock:
            self._homes[view.user] = view

    def home(self, user_id: str) -> View | None:
        """Return a person's Home tab, if the bot has published one."""
        with self.lock:
            return self._homes.get(user_id)

    def new_view_id(self) -> str:
        """Return an id for a view."""
        return self._new_id("V")

    def next_ts(self) -> str:
        """Return a time stamp later than every other one, as Slack writes it."""
        with self.lock:
            self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
            seconds, micros = divmod(self._last_ts, 1_000_000)
            return f"{seconds}.{micros:06d}"

    # Files

    def add_file(self, *, name: str, length: int, alt_txt: str) -> File:
        """Begin an upload; the bytes go to the address that holds its ticket."""
        file = File(
            id=self._new_id("F"),
            name=name,
            length=length,
            alt_txt=alt_txt,
            ticket=secrets.token_urlsafe(16),
            user=self.bot.id,
        )
        self.put_file(file)
        return file

    def put_file(self, file: File) -> None:
        """Add or replace a file."""
        with self.lock:
            self._files[file.id] = file

    def file(self, file_id: str) -> File | None:
        """Return the file with that id."""
        with self.lock:
            return self._files.get(file_id)

    def forget_file(self, file: File) -> None:
        """Delete a file."""
        with self.lock:
            self._files.pop(file.id, None)

    def files(self) -> list[File]:
        """Return every file whose upload has begun, oldest first."""
        with self.lock:
            return list(self._files.values())

    def _new_id(self, letter: str) -> str:
        with self.lock:
            return f"{letter}{next(self._numbers):08d}"


def known_user(workspace: Workspace, user_id: str) -> User:
    """Return the user, or refuse as ``users.info`` does."""
    user = workspace.user(user_id)
    if user is None:
        raise SlackError("user_not_found")
    if user.kind is UserKind.STRANGER:
        raise SlackError("user_not_visible")
    return user
