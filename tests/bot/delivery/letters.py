"""Messages on their way through the real courier, to the fake Slack, by Slack's own clock."""

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from slack_sdk import WebClient
from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col, select

from bot.access.gate import Gate
from bot.access.people import People
from bot.access.records import Records
from bot.delivery.courier import Courier
from bot.delivery.failure_notices import FailureNotices
from bot.delivery.metering import Meter
from bot.delivery.payloads import Payload, due_words, pack
from bot.delivery.rewriting import Compose
from bot.delivery.updating import Amend, unchanged
from bot.delivery.wiring import build_courier
from bot.message import Message
from bot.slack.client import SlackClient, find_workspace
from bot.slack.clock import SlackClock
from bot.slack.sent import Asker
from metrics.alerts.rules import DEFAULT_RULES
from metrics.schedules import monday_of
from storage.access.grants import Role
from storage.alerts.rules import set_recipients
from storage.delivery import outbox
from storage.delivery.circuit import read_circuit
from storage.delivery.claiming import wants_update
from storage.delivery.parcels import WAITING, Picture, State
from storage.digests import subscriptions
from storage.digests.subscriptions import Subscription
from storage.store.engine import Store
from storage.tables.delivery import OutboxRow
from tests.bot.edge import let
from tests.slack.messages import Message as Shown
from tests.slack.people import Channel, User
from tests.slack.server import FakeSlack
from tests.slack.workspace import TEAM_ID
from tests.storage import parcels
from tests.storage.courses import DROP, course, month
from tests.storage.stores import import_text
from tests.storage.subscribers import subscribe, weekly

PNG = b"\x89PNG\r\n\x1a\n" + b"picture" * 20
ZONE = "Europe/Berlin"
HEADLINE = {"type": "section", "text": {"type": "plain_text", "text": "NRR 101.5%"}}
LONGEST = 200
"""After how many waits something waits for ever."""
_numbers = count(1)


class Counts(Meter):
    """A meter that a test may read."""

    def __init__(self) -> None:
        super().__init__(now=time.monotonic)
        self.sends: Counter[str] = Counter()
        self.looks: Counter[str] = Counter()
        self.fenced = 0
        self.lateness: list[float] = []

    def count_send(self, result: str) -> None:
        self.sends[result] += 1

    def count_reconcile(self, result: str) -> None:
        self.looks[result] += 1

    def count_fenced(self) -> None:
        self.fenced += 1

    def note_lateness(self, seconds: float) -> None:
        self.lateness.append(seconds)


@dataclass
class Office:
    """A store with an outbox, and a workspace to send to, whose clock is everybody's."""

    slack: FakeSlack
    store: Store
    owner: User
    channel: Channel
    admin_channel: str | None = None
    timeout: int = 30
    counts: Counts = field(default_factory=Counts)
    compose: Compose = lambda *_: None
    amend: Amend = unchanged

    def __post_init__(self) -> None:
        let(self.store, self.owner.id, role=Role.ANALYST, account_detail=True)

    def now(self) -> datetime:
        return self.slack.workspace.now()

    def wait(self, **duration: float) -> None:
        self.slack.clock.advance(timedelta(**duration).total_seconds())

    def courier(self) -> Courier:
        """Return a courier as it is after a start: with nothing remembered."""
        return build_courier(
            store=self.store,
            client=self.client(),
            gate=self.gate(),
            notices=self.notices(),
            meter=self.counts,
            compose=self.compose,
            amend=self.amend,
            now=self.now,
        )

    def client(self) -> SlackClient:
        return SlackClient(
            self.slack.bot_token,
            base_url=self.slack.api_url,
            timeout=self.timeout,
            clock=SlackClock(self.now),
        )

    def gate(self) -> Gate:
        client = self.client()
        workspace = find_workspace(WebClient(self.spare_token(), base_url=self.slack.api_url))
        people = People(client, now=lambda: self.now().timestamp())
        records = Records(store=self.store, now=self.now)
        return Gate(client, people, records=records, workspace=workspace)

    def notices(self) -> FailureNotices:
        return FailureNotices(admin_channel=self.admin_channel)

    def spare_token(self) -> str:
        """Return a token that works, whatever a test has done to the bot's."""
        token = self.slack.workspace.token(self.slack.bot_token)
        assert token is not None
        spare = replace(token, value="xoxb-spare", error=None)
        self.slack.workspace.put_token(spare)
        return spare.value

    def asker(self, by: User | None = None) -> Asker:
        """Return who asks in the office's channel, its owner by default."""
        return Asker(
            user_id=(by or self.owner).id,
            team_id=TEAM_ID,
            channel_id=self.channel.id,
            request_id="t",
        )

    def subscribe(self, channel: Channel | None = None, *, zone: str = ZONE) -> Subscription:
        """Subscribe a channel, the office's by default."""
        return subscribe(
            self.store,
            team_id=TEAM_ID,
            channel_id=(channel or self.channel).id,
            owner_id=self.owner.id,
            schedule=weekly(zone=zone, since=monday_of(self.now().date())),
            now=self.now(),
        )

    def enqueue(
        self,
        subscription: Subscription | None = None,
        *,
        kind: str = "digest",
        to: str | None = None,
        message: Message | None = None,
        payload_json: str | None = None,
        pictures: int = 0,
        late: timedelta = timedelta(),
        follows: str | None = None,
    ) -> str:
        """Enqueue a message, and return its key."""
        key = f"{kind}:{next(_numbers)}"
        due_at = self.now() - late
        channel_id = subscription.destination.channel_id if subscription else self.channel.id
        said = message or Message("NRR 101.5%, up 0.4 points", blocks=(HEADLINE,))
        parcel = parcels.parcel(
            key,
            kind=kind,
            team_id=TEAM_ID,
            channel_id=to or channel_id,
            subscription_id=subscription.id if subscription else None,
            scope="",
            payload_json=payload_json or pack(Payload(message=said, due=due_words(due_at, ZONE))),
            data_version=1,
            due_at=due_at,
            pictures=(Picture(png=PNG, alt_text="NRR went up"),) * pictures,
            follows=follows,
        )
        with self.store.write(ledger=False) as session:
            assert outbox.enqueue(session, parcel, now=self.now())
        return key

    def drop(self, *hearers: User) -> None:
        """Let one segment fall for two months, of which some, the owner by default, are to hear."""
        import_text(self.store, course(enterprise=DROP), closed_through=month(len(DROP)))
        named = tuple(one.id for one in hearers or (self.owner,))
        for rule in DEFAULT_RULES:
            with self.store.write(ledger=False) as session:
                set_recipients(session, rule.rule_id, named, now=self.now())

    def send(self, courier: Courier | None = None) -> None:
        """Let a courier, a new one by default, carry all that may go just now."""
        working = courier or self.courier()
        while working.work_once():
            pass

    def settle_down(self) -> None:
        """Let time pass, and a courier work, until nothing waits any more."""
        courier = self.courier()
        for _ in range(LONGEST):
            self.send(courier)
            waiting = self.waiting()
            if not waiting:
                return
            self.wait(seconds=max(self._until_next(waiting), 0.5))
        raise AssertionError(f"still waiting: {[row.dedupe_key for row in self.waiting()]}")

    def _until_next(self, waiting: list[OutboxRow]) -> float:
        """Return for how long nothing can be claimed; ten seconds if Slack refuses the bot."""
        free = [max(row.not_before, row.lease_until or row.not_before) for row in waiting]
        seconds = (min(free) - self.now()).total_seconds()
        return seconds if seconds > 0 else 10

    def waiting(self) -> list[OutboxRow]:
        """Return the messages that a courier still has something to do with."""
        is_waiting = col(OutboxRow.state).in_(WAITING)
        wants_pictures = and_(
            col(OutboxRow.state) == State.SENT, col(OutboxRow.picture_state) == "wanted"
        )
        return self.rows(or_(is_waiting, wants_pictures, wants_update()))

    def rows(self, *conditions: ColumnElement[bool]) -> list[OutboxRow]:
        with self.store.read() as session:
            statement = select(OutboxRow).where(*conditions).order_by(col(OutboxRow.id))
            found = list(session.scalars(statement))
            session.expunge_all()
        return found

    def row(self, key: str) -> OutboxRow:
        [found] = self.rows(col(OutboxRow.dedupe_key) == key)
        return found

    def state(self, key: str) -> State:
        return State(self.row(key).state)

    def broken_by(self) -> str | None:
        """Return why nothing is sent; None while the circuit is closed."""
        with self.store.read() as session:
            circuit = read_circuit(session)
        return circuit.reason if circuit else None

    def subscription(self, number: int) -> Subscription:
        with self.store.read() as session:
            found = subscriptions.get(session, number)
        assert found is not None
        return found

    def shown(self, channel: Channel | None = None) -> list[Shown]:
        """Return what a channel, the office's by default, shows."""
        return self.slack.workspace.messages((channel or self.channel).id)

    def told(self, user: User | None = None) -> list[str]:
        """Return what somebody, the owner by default, was told in person."""
        return [message.text for message in self.direct(user)]

    def direct(self, user: User | None = None) -> list[Shown]:
        """Return the messages that somebody, the owner by default, has got in person."""
        return self.shown(self.slack.workspace.open_dm((user or self.owner).id))

    def posts(self) -> list[Any]:
        return self.slack.calls_to("chat.postMessage")
