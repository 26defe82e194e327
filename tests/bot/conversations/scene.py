"""A company of which each segment has enough accounts to be shown, and people who talk about it."""

from dataclasses import dataclass, field
from pathlib import Path

from storage.access.grants import Role
from storage.store.engine import Store
from tests.bot.edge import RunningBot, let
from tests.bot.small_company import small_company
from tests.slack.messages import Message
from tests.slack.people import Channel, ChannelKind, User
from tests.slack.server import FakeSlack
from tests.slack.talking import Remark, mention, say

HEADER = "movement_id,account_id,date,amount,currency,driver,segment,plan\n"
SIZES = {"enterprise": 20, "smb": 30}


def company(folder: Path) -> Store:
    """Return the store of a company: in Q3 2026 enterprise loses 10 % and smb a fifth."""
    rows = [
        f"{segment}{n},{segment}-{n},2025-06-15,100.00,USD,new_logo,{segment},{plan}"
        for segment, size in SIZES.items()
        for n in range(size)
        for plan in (("starter", "growth")[n % 2],)
    ]
    gone = {"enterprise": 2, "smb": 6}
    rows += [
        f"{segment}{n}x,{segment}-{n},2026-08-20,-100.00,USD,price,,"
        for segment, count in gone.items()
        for n in range(count)
    ]
    return small_company(folder, HEADER + "\n".join(rows) + "\n")


@dataclass(kw_only=True)
class Talk:
    """People who talk to the bot in Slack, and what it says to them."""

    slack: FakeSlack
    store: Store
    bot: RunningBot
    people: dict[str, User] = field(default_factory=dict)

    def person(
        self,
        name: str = "ana",
        *scope: tuple[str, str],
        role: Role = Role.ANALYST,
        detail: bool = True,
    ) -> User:
        """Return a person, who is granted a scope when they are first named."""
        if name not in self.people:
            self.people[name] = self.slack.workspace.add_user(name)
            self.grant(self.people[name], *scope, role=role, detail=detail)
        return self.people[name]

    def grant(self, user: User, *scope: tuple[str, str], role: Role, detail: bool) -> None:
        """Grant somebody what a role may see of a scope."""
        let(self.store, user.id, *scope, role=role, account_detail=detail)

    def channel(self, kind: ChannelKind = ChannelKind.PRIVATE) -> Channel:
        """Return a new channel that everybody is in."""
        return self.slack.workspace.add_channel("revops", kind=kind)

    def dm(self, user: User) -> Channel:
        """Return the bot's conversation with somebody."""
        return self.slack.workspace.open_dm(user.id)

    def mention(
        self, text: str, channel: Channel, *, by: User, below: Remark | None = None
    ) -> Remark:
        """Let somebody mention the bot in a channel."""
        return say(self.slack, by, channel, mention(self.slack, text), below=below)

    def alone(self, user: User) -> list[Message]:
        """Return what only one person was shown."""
        return self.slack.workspace.ephemerals(user.id)
