"""A bot that hears of events, over real HTTP or Socket Mode, and what it did about them."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.channels.access_review import AccessReview
from bot.channels.alarms import ChannelAlarms
from bot.channels.job import HourlySweep
from bot.delivery.suspending import Suspending
from storage.access import audit
from storage.access.audit import Entry
from storage.access.grants import Role
from storage.delivery.circuit import Circuit, read_circuit
from storage.store.engine import Store
from tests.bot.delivery.letters import Office
from tests.bot.edge import let, running_bot
from tests.slack.interactions import Interaction
from tests.slack.messages import Message
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack

Happening = Callable[[], Interaction]


@dataclass(frozen=True, kw_only=True)
class EventScene:
    """Ana owns a digest in #revops; Ada administers the bot."""

    office: Office
    ada: User
    over_socket: bool = False
    alive: Channel | None = None

    def __post_init__(self) -> None:
        let(self.office.store, self.ada.id, role=Role.ADMIN)

    @property
    def slack(self) -> FakeSlack:
        return self.office.slack

    def after(self, *happenings: Happening) -> None:
        """Run the bot until it has dealt with everything that happens."""
        with running_bot(
            self.slack,
            store=self.office.store,
            over_socket=self.over_socket,
            nrrbot_alive_channel=self.alive.id if self.alive else None,
        ):
            for happen in happenings:
                assert not happen().wait_for_ack().is_late

    def press(self, message: Message, action_id: str, *, by: User) -> str:
        """Let somebody press a button under a message; return what they are told."""
        with running_bot(self.slack, store=self.office.store):
            return self.slack.click(by, message, action_id).wait_for_answer().text

    def entries(self, *actions: str) -> list[Entry]:
        """Return what the audit says of some actions."""
        with self.office.store.read() as session:
            audit.verify(session)
            return [link.entry for link in audit.every(session) if link.entry.action in actions]

    def circuit(self) -> Circuit | None:
        with self.office.store.read() as session:
            return read_circuit(session)


def scene_on(slack: FakeSlack, store: Store, *, owner: User, channel: Channel) -> EventScene:
    """Return a scene on an empty store."""
    office = Office(slack=slack, store=store, owner=owner, channel=channel)
    return EventScene(office=office, ada=slack.workspace.add_user("ada"))


def sweep(office: Office, *, ping_url: str = "") -> HourlySweep:
    """Return the hourly sweep by the office's clock."""
    gate, notices, now = office.gate(), office.notices(), office.now
    store, team_id = office.store, gate.workspace.team_id
    review = AccessReview(
        store=store,
        gate=gate,
        suspending=Suspending(store=store, gate=gate, notices=notices, now=now),
        alarms=ChannelAlarms(
            store=store,
            records=gate.records,
            team_id=team_id,
            admin_channel=notices.admin_channel,
            now=now,
        ),
        now=now,
    )
    return HourlySweep(
        store=store, team_id=team_id, review=review, notices=notices, now=now, ping_url=ping_url
    )
