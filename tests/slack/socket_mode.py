"""Socket Mode: one-time links, up to ten connections, each envelope to any one of them."""

import json
import random
import secrets
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from tests.slack.workspace import APP_ID

MAX_CONNECTIONS = 10
CONNECTION_TIME_SECONDS = 18_060


@dataclass(slots=True, kw_only=True, eq=False)
class Connection:
    """One open WebSocket; ``envelopes`` are the ids of what it was given."""

    number: int
    socket: web.WebSocketResponse
    request: web.Request
    envelopes: list[str] = field(default_factory=list)

    def abort(self) -> None:
        """Cut it without a word."""
        if self.request.transport is not None:
            self.request.transport.abort()

    def end(self) -> None:
        """End it in order, as TCP does, but without the words of a WebSocket."""
        if self.request.transport is not None:
            self.request.transport.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvelopeAck:
    """What a client sent back for an envelope."""

    envelope_id: str
    payload: dict[str, Any] | None


class SocketHub:
    """All Socket Mode connections of the app.

    ``received`` collects acknowledgements until `on_ack` takes over; ``violations`` lists what no
    correct client does.
    """

    def __init__(self, *, seed: int) -> None:
        self.connections: list[Connection] = []
        self.history: list[Connection] = []
        self.violations: list[str] = []
        self.is_frozen = False
        self._tickets: set[str] = set()
        self._numbers = count(1)
        self._random = random.Random(seed)  # noqa: S311 - chooses a connection, keeps no secret

    def new_ticket(self) -> str:
        """Return a ticket that opens one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    def is_redeemed(self, ticket: str) -> bool:
        """Take a ticket; tell whether it was good."""
        good = ticket in self._tickets
        self._tickets.discard(ticket)
        return good

    async def open(self, request: web.Request) -> Connection:
        """Accept a connection and greet it; one too many is told so and closed."""
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        connection = Connection(number=next(self._numbers), socket=socket, request=request)
        if len(self.connections) >= MAX_CONNECTIONS:
            await self.say_disconnect(connection, "too_many_websockets")
            await socket.close()
            return connection
        self.connections.append(connection)
        self.history.append(connection)
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "debug_info": {
                    "host": "applink-fake",
                    "build_number": 1,
                    "approximate_connection_time": CONNECTION_TIME_SECONDS,
                },
                "connection_info": {"app_id": APP_ID},
            }
        )
        return connection

    async def next_ack(self, connection: Connection) -> EnvelopeAck | None:
        """Return the next acknowledgement, answering pings on the way; None when it is closed."""
        async for message in connection.socket:
            if message.type is WSMsgType.PING and not self.is_frozen:
                await connection.socket.pong(message.data)
            elif message.type is WSMsgType.TEXT and (ack := self._read(message.data)):
                return ack
        return None

    def forget(self, connection: Connection) -> None:
        """Deliver nothing more to a connection."""
        if connection in self.connections:
            self.connections.remove(connection)

    async def send(self, envelope: dict[str, Any]) -> bool:
        """Give an envelope to one connection; tell whether there was any."""
        if self.is_frozen:
            return True
        if not self.connections:
            return False
        connection = self._random.choice(self.connections)
        connection.envelopes.append(envelope["envelope_id"])
        try:
            await connection.socket.send_json(envelope)
        except ConnectionError:
            self.forget(connection)
        return True

    async def say_disconnect(self, connection: Connection, reason: str) -> None:
        """Tell a client to connect anew: ``warning``, ``refresh_requested``, ``link_disabled``."""
        await connection.socket.send_json(
            {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-fake"}}
        )

    async def refresh(self, reason: str) -> None:
        """Send `say_disconnect` to all; after a mere warning they live on."""
        for connection in list(self.connections):
            await self.say_disconnect(connection, reason)
            if reason != "warning":
                self.forget(connection)
                await connection.socket.close()

    def drop_all(self) -> None:
        """Cut every connection without a word."""
        for connection in list(self.connections):
            self.forget(connection)
            connection.abort()

    def end_all(self) -> None:
        """End every connection as one does who is switched off: FIN, and nothing said."""
        for connection in list(self.connections):
            self.forget(connection)
            connection.end()

    def _read(self, text: str) -> EnvelopeAck | None:
        try:
            said = json.loads(text)
        except ValueError:
            self.violations.append(f"not JSON: {text[:80]}")
            return None
        if not isinstance(said, dict) or not isinstance(said.get("envelope_id"), str):
            self.violations.append(f"not an acknowledgement: {text[:80]}")
            return None
        return EnvelopeAck(envelope_id=said["envelope_id"], payload=said.get("payload"))
